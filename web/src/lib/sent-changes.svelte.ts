/** Changes of posted schedules that were just approved, and the time left for a recall. */
import type { Recalled, ScheduleChanges } from './api-types';
import { api } from './api';
import { queryClient } from './queries';
import { RECALL_MS } from './review/sending';
import { recalledWords } from './submissions';
import { errorWords, toast } from './toast.svelte';

interface Sent {
  approval: string;
  events: number;
  /** Number of events that are not approved yet. */
  left: number;
  until: number;
}

class SentChanges {
  last = $state.raw<Sent | null>(null);
  busy = $state(false);
  #now = $state(Date.now());
  #timer: ReturnType<typeof setInterval> | undefined;

  secondsLeft = $derived(this.last ? Math.max(0, Math.ceil((this.last.until - this.#now) / 1000)) : 0);

  #undoSaved: (() => Promise<unknown>) | null = null;
  #recalled: (() => void) | null = null;

  /**
   * Shows an approval. `undoSaved` undoes what was saved together with the changes and is not sent to Crossmark. `recalled` is called if all
   * of it is recalled.
   */
  begin(
    { approval_id, queued, left }: Pick<ScheduleChanges, 'approval_id' | 'queued' | 'left'>,
    undoSaved: (() => Promise<unknown>) | null = null,
    recalled: (() => void) | null = null,
  ) {
    if (!approval_id) return;
    this.#undoSaved = undoSaved;
    this.#recalled = recalled;
    this.#now = Date.now();
    this.last = { approval: approval_id, events: queued, left, until: this.#now + RECALL_MS };
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      this.#now = Date.now();
      if (!this.secondsLeft) clearInterval(this.#timer);
    }, 250);
  }

  async recall() {
    const sent = this.last;
    const [undoSaved, recalled] = [this.#undoSaved, this.#recalled];
    if (!sent) return;
    this.busy = true;
    try {
      const answer = await api.recall(sent.approval);
      toast(recalledWords(answer) + (undoSaved ? await undoneWords(answer, undoSaved) : ''));
      if (!answer.too_late.length) recalled?.();
      // Other changes may have been sent meanwhile.
      if (this.last === sent) this.close();
      await queryClient.invalidateQueries();
    } catch (error) {
      toast(errorWords(error));
    } finally {
      this.busy = false;
    }
  }

  close() {
    clearInterval(this.#timer);
    this.last = null;
    this.#undoSaved = null;
    this.#recalled = null;
  }
}

/** Undoes what was saved together with the changes, if nothing prevents it. Returns what was not undone, in words. */
async function undoneWords({ too_late }: Recalled, undoSaved: () => Promise<unknown>): Promise<string> {
  // An event that is already on its way was planned with what was saved together with it.
  if (too_late.length) return ' Rotations and blocks stay as they were saved.';
  try {
    await undoSaved();
    return '';
  } catch (error) {
    return ` Rotations and blocks may still be as they were saved. ${errorWords(error)}`;
  }
}

export const sentChanges = new SentChanges();
