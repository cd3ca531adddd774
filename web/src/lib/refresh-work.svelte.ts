/** The refresh that was requested in this tab, the same on every page. */
import { api, ApiError } from './api';
import { queryClient } from './queries';
import { waitWords } from './refresh-wait';
import { session } from './session.svelte';
import { errorWords } from './toast.svelte';

class RefreshWork {
  /** The id of the refresh; null if none was requested, or if its report was dismissed. */
  id = $state<string | null>(null);
  /** Whether the refresh was already under way when it was requested. */
  joined = $state(false);
  /** When it was requested, in milliseconds. */
  began = $state(0);
  busy = $state(false);
  problem = $state('');
  /** The refresh after which all pages were read again. */
  #reread: string | null = null;

  async ask(today?: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = '';
    try {
      const { refresh_id, joined } = await api.askRefresh();
      this.id = refresh_id;
      this.joined = joined;
      this.began = Date.now();
    } catch (error) {
      const tooMany = error instanceof ApiError && error.code === 'TOO_MANY_REFRESHES';
      this.problem = tooMany ? waitWords(error.details, session.zone, today) : errorWords(error);
    } finally {
      this.busy = false;
    }
  }

  /** Call when a refresh has ended: reads the data of all pages again, once for each refresh. */
  async ended(id: string): Promise<void> {
    if (this.#reread === id) return;
    this.#reread = id;
    await queryClient.invalidateQueries();
  }

  close() {
    this.id = null;
    this.problem = '';
    this.joined = false;
  }
}

export const refreshWork = new RefreshWork();
