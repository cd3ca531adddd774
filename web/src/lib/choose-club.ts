/** A person with several clubs goes over to another one. */
import { session } from './session.svelte';
import { toast, told } from './toast.svelte';

/** Opens the club that a select names; where that fails, the one before stays. */
export async function chooseClub(select: HTMLSelectElement): Promise<void> {
  const club = session.me?.clubs.find((one) => one.club_id === select.value) ?? null;
  try {
    await session.choose(club);
  } catch (error) {
    select.value = session.club?.club_id ?? '';
    toast(told(error));
  }
}
