/** Who uses the client, in which club, and what they may do there. */
import type { Me, MyClub, Settings } from './api-types';
import { api, useClub } from './api';
import { online } from './online.svelte';
import { recall, remember } from './stored';

const CLUB = 'club';

class Session {
  me = $state.raw<Me | null>(null);
  problem = $state<unknown>(null);
  club = $state.raw<MyClub | null>(null);
  settings = $state.raw<Settings | null>(null);

  async start() {
    this.problem = null;
    try {
      const me = await api.me();
      const before = recall<string>(CLUB);
      await this.choose(me.clubs.find((c) => c.club_id === before) ?? me.clubs[0] ?? null);
      this.me = me;
    } catch (error) {
      this.problem = error;
      this.me = null;
    }
  }

  /** A caller with several clubs names one in every request; its name and zone come with its settings. */
  async choose(club: MyClub | null) {
    useClub(club?.club_id ?? null);
    const settings = club ? await api.settings() : null;
    this.club = club;
    this.settings = settings;
    if (club) remember(CLUB, club.club_id);
  }

  get zone() {
    return this.settings?.time_zone ?? 'UTC';
  }

  get clubName() {
    return this.settings?.club.name ?? (this.club ? `Club ${this.club.club_id}` : 'Muster');
  }

  /** Why nothing can be changed now; empty where it can. */
  get readOnly(): string {
    if (!online.is) return 'You are offline. Changes wait until you are back.';
    if (this.club?.role === 'viewer') return 'Your role in this club is viewer. Changing needs a manager.';
    return '';
  }
}

export const session = new Session();
