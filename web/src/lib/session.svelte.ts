/** The caller, the current club with its settings, and the caller's role in it. */
import type { Me, MyClub, Settings } from './api-types';
import { api, ApiError, useClub } from './api';
import { online } from './online.svelte';
import { KEPT_CLUB } from './prefetch';
import { keepForClub, recall, remember } from './stored';

/** Names of clubs, by id. */
const NAMES = 'club-names';
/** After a failed read of the settings, they are read again after this time. */
const RENEW_AFTER_MS = 15_000;
/** Whether the error means that the caller's club is not set up yet. */
const isNotSetUp = (error: unknown) => error instanceof ApiError && error.code === 'CLUB_NOT_FOUND';

class Session {
  me = $state.raw<Me | null>(null);
  problem = $state<unknown>(null);
  club = $state.raw<MyClub | null>(null);
  settings = $state.raw<Settings | null>(null);
  /** Whether the club is not set up yet, so that it has no settings and no other data. */
  isNew = $state(false);
  /** The names of this person's clubs, as far as they are known. */
  #names = $state.raw<Record<string, string>>({});

  /** Reads the caller and, concurrently, the settings of the last or only club, which is usually the right one. */
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
      else if (isNotSetUp(settings)) this.#enter(club, null, me);
      else if (settings === null || settings instanceof Error) throw settings;
      else this.#enter(club, settings, me);
      this.me = me;
    } catch (error) {
      this.problem = error;
      this.me = null;
    }
  }

  /** Number of the last choice of a club: an answer for an earlier choice is ignored. */
  #choices = 0;

  /** Chooses a club. A caller with several clubs names one in every request; its name and zone come with its settings. */
  async choose(club: MyClub | null, me: Me | null = this.me) {
    const choice = ++this.#choices;
    const several = (me?.clubs.length ?? 0) > 1;
    useClub(several && club ? club.club_id : null);
    let settings: Settings | null = null;
    try {
      if (club) settings = await api.settings();
    } catch (error) {
      if (choice !== this.#choices) return;
      if (!isNotSetUp(error)) {
        // The previous club stays.
        useClub(several && this.club ? this.club.club_id : null);
        throw error;
      }
    }
    if (choice !== this.#choices) return;
    this.#enter(club, settings, me);
    remember(KEPT_CLUB, several && club ? club.club_id : null);
  }

  #renewal: ReturnType<typeof setTimeout> | undefined;

  /**
   * Call when the settings were changed: reads them again. If that fails, or there is only the stored answer, they are read again every
   * 15 seconds until that succeeds or another club is chosen.
   */
  async renew() {
    const { club } = this;
    if (!club || !this.me) return;
    clearTimeout(this.#renewal);
    let isRead = false;
    try {
      const settings = await api.settings();
      isRead = online.is;
      if (club === this.club && isRead) this.settings = settings;
    } finally {
      if (!isRead && club === this.club) this.#renewal = setTimeout(() => void this.renew().catch(() => undefined), RENEW_AFTER_MS);
    }
  }

  #enter(club: MyClub | null, settings: Settings | null, me: Me | null) {
    clearTimeout(this.#renewal);
    keepForClub((me?.clubs.length ?? 0) > 1 ? (club?.club_id ?? null) : null);
    this.club = club;
    this.settings = settings;
    this.isNew = !!club && !settings;
    if (club && settings) {
      this.#names = { ...recall<Record<string, string>>(NAMES), [club.club_id]: settings.club.name };
      remember(NAMES, this.#names);
    }
  }

  /** A club's name, if it is known. */
  nameOf = (id: string): string => {
    const club = this.me?.clubs.find((one) => one.club_id === id);
    return this.#names[id] ?? club?.name ?? `Club ${id}`;
  };

  /** The id of the caller among the club's people; null if their token does not contain it. */
  get person(): string | null {
    return this.club?.employee_id ?? null;
  }

  /** Whether the caller has a club, and it is set up. Otherwise there is nothing to read. */
  get hasData(): boolean {
    return !!this.me && !!this.club && !this.isNew;
  }

  get zone() {
    return this.settings?.time_zone ?? 'UTC';
  }

  get clubName() {
    return this.settings?.club.name ?? (this.club ? `Club ${this.club.club_id}` : 'Muster');
  }

  /** Why nothing can be changed now; empty if it can. */
  get readOnly(): string {
    if (!online.is) return 'There is no connection to the server. Nothing can be changed until it is back.';
    if (this.club?.role === 'viewer') return 'Your role in this club is viewer. Changing needs a manager.';
    return '';
  }
}

export const session = new Session();
