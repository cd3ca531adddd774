/** Changes of posted schedules that were just approved: the time left for a recall, and what became of them after that. */
import type { Line, Recalled } from './api-types';
import { api } from './api';
import { type Approved, isSent, notSentWords, type SentLine, titled } from './not-sent';
import { count } from './numbers';
import { queryClient } from './queries';
import { RECALL_MS } from './review/sending';
import { recalledWords } from './submissions';
import { errorWords, toast } from './toast.svelte';

interface Sent {
  approval: string;
  lines: SentLine[];
  events: number;
  /** Number of events that are not approved yet. */
  left: number;
  /** The events that were not approved, and why, in words; empty if there are none. */
  notSent: string;
  until: number;
}

/** The lines of an approval that Crossmark has not accepted, by what happens with them. */
export interface UnsettledLines {
  /** Approved, and not sent yet. */
  waiting: SentLine[];
  sending: SentLine[];
  checking: SentLine[];
  failed: SentLine[];
}

/** `open` are all lines that were approved and are not accepted; a line that is not among them is settled. */
export function unsettledLinesOf({ lines }: Pick<Sent, 'lines'>, open: Pick<Line, 'id' | 'status'>[]): UnsettledLines {
  const now = new Map(open.map((line) => [line.id, line.status]));
  const at = (status: Line['status']) => lines.filter(({ id }) => now.get(id) === status);
  return { waiting: at('approved'), sending: at('submitting'), checking: at('in_doubt'), failed: at('api_failed') };
}

/**
 * Whether Crossmark has accepted all events of an approval: none of them is open, in an answer that was read after it was known that no
 * more of them follow.
 */
export const isAllAccepted = (
  { left }: Pick<Sent, 'left'>,
  { waiting, sending, checking, failed }: UnsettledLines,
  {
    follow,
    readAt,
    followReadAt,
  }: { /** How many events of the approval are not approved yet. */ follow: number; readAt: number; followReadAt: number },
) => !follow && (!left || readAt > followReadAt) && !waiting.length && !sending.length && !checking.length && !failed.length;

/** One event by its title, several by their number. */
const titleOrCount = (lines: SentLine[]) => (lines.length === 1 ? lines[0].title : count(lines.length, 'event'));

/** What became of an approval after the time to recall, in sentences about its own events only. */
export function answerWords(
  { lines, events }: Pick<Sent, 'lines' | 'events'>,
  unsettled: UnsettledLines | null,
  isPaused: boolean,
): string {
  if (!unsettled) return `The time to recall ${events === lines.length ? titleOrCount(lines) : count(events, 'event')} is over.`;
  const { waiting, sending, checking, failed } = unsettled;
  const under = isPaused ? sending : [...waiting, ...sending];
  const verb = (of: SentLine[], one: string, many: string) => `${titleOrCount(of)} ${of.length === 1 ? one : many}`;
  return [
    isPaused && waiting.length ? `Sending pauses: ${verb(waiting, 'waits', 'wait')}.` : '',
    under.length ? `${verb(under, 'is on its way', 'are on their way')} to Crossmark, and can no longer be recalled.` : '',
    checking.length ? `${verb(checking, 'is', 'are')} being checked in Crossmark.` : '',
    failed.length ? `${verb(failed, 'was', 'were')} not accepted.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

class SentChanges {
  last = $state.raw<Sent | null>(null);
  busy = $state(false);
  #now = $state(Date.now());
  #timer: ReturnType<typeof setInterval> | undefined;

  secondsLeft = $derived(this.last ? Math.max(0, Math.ceil((this.last.until - this.#now) / 1000)) : 0);

  #undoSaved: (() => Promise<unknown>) | null = null;
  #recalled: (() => void) | null = null;
  #isAccepted = false;

  /**
   * Shows an approval, and what of it was refused. `undoSaved` undoes what was saved together with the changes and is not sent to
   * Crossmark. `recalled` is called if the whole approval is recalled.
   */
  begin(approved: Approved, undoSaved: (() => Promise<unknown>) | null = null, recalled: (() => void) | null = null) {
    const { approval_id, queued, left, lines, refused = [] } = approved;
    if (!approval_id || !isSent(approved)) return;
    this.#undoSaved = undoSaved;
    this.#recalled = recalled;
    this.#isAccepted = false;
    this.#now = Date.now();
    const sent = titled(lines).filter(({ id }) => !refused.some(({ line }) => line === id));
    this.last = { approval: approval_id, lines: sent, events: queued, left, notSent: notSentWords(approved), until: this.#now + RECALL_MS };
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      this.#now = Date.now();
      if (!this.secondsLeft) clearInterval(this.#timer);
    }, 250);
  }

  /** Notes that Crossmark has accepted all of it. Returns whether this is news: what is read because of it is read once. */
  noteAccepted(): boolean {
    if (this.#isAccepted) return false;
    this.#isAccepted = true;
    return true;
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
