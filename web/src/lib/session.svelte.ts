/** Who uses the client, in which club, and what they may do there. */
import type { Me, MyClub } from './api-types';
import { api, useClub } from './api';
import { online } from './online.svelte';
import { local, recall, remember } from './stored';

const CLUB = 'muster.club';

class Session {
  me = $state.raw<Me | null>(null);
  problem = $state<unknown>(null);
  club = $state.raw<MyClub | null>(null);

  async start() {
    this.problem = null;
    try {
      this.me = await api.me();
      const before = recall<string>(local, CLUB);
      this.choose(this.me.clubs.find((c) => c.id === before) ?? this.me.clubs[0] ?? null);
    } catch (error) {
      this.problem = error;
    }
  }

  choose(club: MyClub | null) {
    this.club = club;
    if (club) remember(local, CLUB, club.id);
    useClub(club && (this.me?.clubs.length ?? 0) > 1 ? club.id : null);
  }

  get zone() {
    return this.club?.time_zone ?? 'UTC';
  }

  get clubName() {
    return this.club ? (this.club.name ?? `Club ${this.club.id}`) : 'Muster';
  }

  /** Why nothing can be changed now; empty where it can. */
  get readOnly(): string {
    if (!online.is) return 'You are offline. Changes wait until you are back.';
    if (this.club?.role === 'viewer') return 'Your role in this club is viewer. Changing needs a manager.';
    return '';
  }
}

export const session = new Session();
