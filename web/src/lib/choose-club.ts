/** Switches a person with several clubs to another one. */
import { session } from './session.svelte';
import { errorWords, toast } from './toast.svelte';

/** Opens the club that is selected. If that fails, the previous club stays selected. */
export async function chooseClub(select: HTMLSelectElement): Promise<void> {
  const club = session.me?.clubs.find((one) => one.club_id === select.value) ?? null;
  try {
    await session.choose(club);
  } catch (error) {
    select.value = session.club?.club_id ?? '';
    toast(errorWords(error));
  }
}
