/** The approval of a proposal: approval, recall and progress. */
import { api, ApiError } from '../api';
import { recallDraft, rememberDraft } from '../stored';
import { invalidate } from '../queries';
import { recalledWords } from '../submissions';
import { errorWords, toast } from '../toast.svelte';
import { type Approval, type Counts, phaseOf, RECALL_MS } from './sending';

const APPROVAL = 'approval';

/**
 * What `Approving` needs from a review: the counts of lines, the end of pending edits, reasons in words, a poll for changed lines, and a new
 * dry run.
 */
export interface Approvable {
  counts: Counts;
  settled: () => Promise<unknown>;
  inWords: (reason: string) => string;
  poll: () => Promise<void>;
  check: () => Promise<unknown>;
}

export class Approving {
  /** Lines that the last approval refused, with the reason in words. */
  refused = $state.raw<{ line: string; text: string }[]>([]);
  current = $state.raw<Approval | null>(recallDraft<Approval>(APPROVAL));
  now = $state(Date.now());
  busy = $state(false);
  /** Whether the lines of the last approval have not been read again yet. If so, the page must poll, whatever it shows. */
  isUnread = $state(false);

  constructor(private readonly of: Approvable) {}

  phase = $derived.by(() => phaseOf(this.of.counts, this.current, this.now));
  /** Seconds that are left for a recall. */
  graceLeft = $derived(this.current ? Math.max(0, Math.ceil((this.current.until - this.now) / 1000)) : 0);

  /** Call when another proposal is shown: an approval of an earlier one is no longer followed. */
  open(runId: string | null) {
    this.refused = [];
    this.isUnread = false;
    if (this.current && this.current.runId !== runId) this.#keep(null);
  }

  /**
   * Approves what a dry run with this digest reported, and nothing else. Returns why the server has not approved; empty if it has. If
   * somebody changed an event meanwhile, the events are read and checked again.
   */
  async approve(runId: string, digest: string | null, done: () => void): Promise<string> {
    this.busy = true;
    try {
      await this.of.settled();
      const answer = await api.approve({ run_id: runId, digest });
      this.refused = answer.refused.map(({ line, reason }) => ({ line, text: this.of.inWords(reason) }));
      if (answer.approval_id && (answer.queued || answer.left))
        this.#keep({ id: answer.approval_id, runId, until: Date.now() + RECALL_MS });
      this.now = Date.now();
      this.isUnread = true;
      done();
      await this.#poll();
      void invalidate('submissions', 'dashboard', 'pending');
      return '';
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'APPROVAL_CHANGED') return errorWords(error);
      await this.#poll();
      await this.of.check();
      return 'Nothing was sent: another tab or person changed what would be sent. Look at it again.';
    } finally {
      this.busy = false;
    }
  }

  async recall() {
    if (!this.current) return;
    this.busy = true;
    try {
      const answer = await api.recall(this.current.id);
      this.#keep(null);
      await this.#poll();
      toast(recalledWords(answer));
    } catch (error) {
      toast(errorWords(error));
    } finally {
      this.busy = false;
      // Today counts what is no longer approved.
      void invalidate('submissions', 'dashboard');
    }
  }

  /** Reads the changed lines. A failure changes nothing about the approval, and the page polls again. */
  #poll = () => this.of.poll().catch(() => undefined);

  #keep(approval: Approval | null) {
    this.current = approval;
    rememberDraft(APPROVAL, approval);
  }
}
