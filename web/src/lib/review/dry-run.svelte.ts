/** What an approval of all lines of a proposal would do, by the server's dry run. Until its answer, the page estimates it (`held.ts`). */
import type { Approved } from '../api-types';

export type Effect = Pick<Approved, 'held_with' | 'refused' | 'digest'>;

/** What `DryRun` needs from a review. */
export interface DryRunnable {
  /** Changes with everything on this page that can change the effect. */
  subject: () => string;
  /** Waits for the edits that are under way. */
  settled: () => Promise<unknown>;
  /** Asks the server. */
  ask: () => Promise<Effect>;
}

/** Maximum requests of one read while the lines keep changing. */
const ROUNDS = 3;

export class DryRun {
  #reading: Promise<void> | null = null;
  #answer = $state.raw<{ subject: string; effect: Effect } | null>(null);

  constructor(private readonly of: DryRunnable) {}

  /** The effect on the lines on screen; null while it is not known. */
  effect = $derived.by(() => (this.#answer?.subject === this.of.subject() ? this.#answer.effect : null));

  /** Asks the server, again if the lines changed meanwhile. Concurrent callers share one read. */
  read(): Promise<void> {
    return (this.#reading ??= this.#read().finally(() => (this.#reading = null)));
  }

  async #read() {
    for (let round = 0; round < ROUNDS; round++) {
      await this.of.settled();
      const subject = this.of.subject();
      const effect = await this.of.ask();
      if (subject !== this.of.subject()) continue;
      this.#answer = { subject, effect };
      return;
    }
  }
}
