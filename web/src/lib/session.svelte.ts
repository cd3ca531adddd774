/** The caller, the current club, and the caller's role in it. */
import type { Me, MyClub, Settings } from './api-types';
import { KEPT_CLUB } from './ahead';
import { api, useClub } from './api';
import { online } from './online.svelte';
import { recall, remember } from './stored';

class Session {
  me = $state.raw<Me | null>(null);
  problem = $state<unknown>(null);
  club = $state.raw<MyClub | null>(null);
  settings = $state.raw<Settings | null>(null);

  /** Reads the caller and, concurrently, the settings of the last or only club, which is mostly the right one. */
  async start() {
    this.problem = null;
    const before = recall<string>(KEPT_CLUB);
    useClub(before);
    try {
      const [me, settings] = await Promise.all([
        api.me(),
        api.settings().catch((error: unknown) => (error instanceof Error ? error : null)),
      ]);
      const club = me.clubs.find((one) => one.club_id === before) ?? me.clubs[0] ?? null;
      const guessed = before ? club?.club_id === before : me.clubs.length === 1;
      if (!guessed) await this.choose(club, me);
      else if (settings === null || settings instanceof Error) throw settings;
      else this.#enter(club, settings);
      this.me = me;
    } catch (error) {
      this.problem = error;
      this.me = null;
    }
  }

  /** Chooses a club. A caller with several clubs names one in every request; its name and zone come with its settings. */
  async choose(club: MyClub | null, me: Me | null = this.me) {
    const several = (me?.clubs.length ?? 0) > 1;
    useClub(several && club ? club.club_id : null);
    const settings = club ? await api.settings() : null;
    this.#enter(club, settings);
    remember(KEPT_CLUB, several && club ? club.club_id : null);
  }

  /** The settings were changed. */
  async renew() {
    if (this.club) this.settings = await api.settings();
  }

  #enter(club: MyClub | null, settings: Settings | null) {
    this.club = club;
    this.settings = settings;
  }

  get zone() {
    return this.settings?.time_zone ?? 'UTC';
  }

  get clubName() {
    return this.settings?.club.name ?? (this.club ? `Club ${this.club.club_id}` : 'Muster');
  }

  /** Why nothing can be changed now; empty if it can. */
  get readOnly(): string {
    if (!online.is) return 'You are offline. Changes wait until you are back.';
    if (this.club?.role === 'viewer') return 'Your role in this club is viewer. Changing needs a manager.';
    return '';
  }
}

export const session = new Session();
