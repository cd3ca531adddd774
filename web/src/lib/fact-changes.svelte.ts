/**
 * Saves facts: first a dry run, a question if the change conflicts with schedules, then the save, and a toast that can undo the change for
 * ten seconds.
 */
import type { FactEffect, FactHit, FactSaved } from './api-types';
import { api, ApiError } from './api';
import { type ConflictAnswer, factQuestions } from './fact-questions.svelte';
import { faultWords, hitAddress, savedWords } from './facts';
import { queryClient } from './queries';
import { link } from './router.svelte';
import { errorWords, toast } from './toast.svelte';

/** A change of a fact that is to be saved. */
export interface FactSave {
  /** The message after saving: `Avery Quill is off 24 Dec to 26 Dec`. */
  message: string;
  send: (dry: boolean) => Promise<FactSaved>;
  /** Whether the change can conflict with schedules; true if it is omitted. If not, there is no dry run. */
  canConflict?: boolean;
  /** Called when the change is saved, before any data is read again. */
  onSaved?: () => void;
  /** Called after saving, to read again what no query holds. */
  after?: () => Promise<unknown>;
}

export interface SaveOutcome {
  /** Whether the change is saved. */
  done: boolean;
  /** Why the change is not saved, or perhaps not saved, in whole sentences; empty if it is saved, or if somebody chose Cancel. */
  problem: string;
}

const PUT_BACK_MS = 10_000;

class FactChanges {
  /** The last change, until the data is read again. The next save waits for it, so that its request names the resulting version. */
  #last: Promise<unknown> = Promise.resolve();

  save(change: FactSave): Promise<SaveOutcome> {
    return this.#inTurn(() => this.#save(change));
  }

  async #save(change: FactSave): Promise<SaveOutcome> {
    let isSent = false;
    try {
      let answer: ConflictAnswer = 'leave';
      let hits: FactHit[] = [];
      if (change.canConflict !== false) {
        const { effect } = await change.send(true);
        hits = effect.lines;
        if (hits.length || effect.still_sent?.length) answer = await this.#ask(effect);
      }
      if (answer === 'cancel') return { done: false, problem: '' };
      isSent = true;
      const done = await change.send(false);
      change.onSaved?.();
      this.#say(savedWords(change.message, done), done, change.after);
      if (answer === 'look') this.#look(done.effect.lines.length ? done.effect.lines : hits);
      await renewQuietly(change.after);
      return { done: true, problem: '' };
    } catch (error) {
      const isStale = await this.#isStale(error, change.after);
      return { done: false, problem: isStale ? STALE : notDoneWords(error, 'Not saved.', isSent) };
    }
  }

  /** Undoes the last change of a fact. */
  putBack(fact: string, version: number, after?: FactSave['after']): Promise<void> {
    return this.#inTurn(() => this.#putBack(fact, version, after));
  }

  async #putBack(fact: string, version: number, after?: FactSave['after']): Promise<void> {
    try {
      const done = await api.putBack(fact, version);
      factQuestions.looking = [];
      this.#say(savedWords('Put back as it was before', done), done, after);
      await renewQuietly(after);
    } catch (error) {
      const isStale = await this.#isStale(error, after);
      toast(
        isStale ? 'Not put back. Another tab or person changed this meanwhile. It is read again.' : notDoneWords(error, 'Not put back.'),
      );
    }
  }

  /** Saves a change that has no form: a problem is shown in a toast. */
  async saveNow(change: FactSave): Promise<boolean> {
    const { done, problem } = await this.save(change);
    if (problem) toast(problem);
    return done;
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#last.then(change);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #ask(effect: FactEffect): Promise<ConflictAnswer> {
    const { default: Dialog } = await import('../ui/facts/FactQuestion.svelte').catch(() => {
      throw new Error('It conflicts with schedules, and the question about them could not be loaded: try again');
    });
    const answer = await new Promise<ConflictAnswer>((answer) => (factQuestions.asking = { effect, answer, Dialog }));
    factQuestions.asking = null;
    return answer;
  }

  /** Opens the first of the schedules. The others stay listed until somebody dismisses the list. */
  #look(hits: FactHit[]) {
    factQuestions.looking = hits;
    const { page, query } = hitAddress(hits[0]);
    location.hash = link(page, query);
  }

  #say(words: string, done: FactSaved, after: FactSave['after']) {
    const back = { label: 'Put back', run: () => void this.putBack(done.fact, done.version, after) };
    toast(words, done.saved ? back : undefined, PUT_BACK_MS);
  }

  /** Whether somebody else changed the fact meanwhile. Reads it again then, and also if the fact no longer exists. */
  async #isStale(error: unknown, after: FactSave['after']): Promise<boolean> {
    const code = error instanceof ApiError ? error.code : '';
    if (code === 'STALE_VERSION' || code === 'FACT_NOT_FOUND') await renewQuietly(after);
    return code === 'STALE_VERSION';
  }
}

const STALE = 'Not saved. Another tab or person changed this meanwhile. It is read again: look at it, then try again.';

/**
 * Why a request failed: the faults that the answer names, or else the error's own text. `notDone` comes first, unless the request may
 * have been carried out all the same. `isSent` is false after a dry run, which changes nothing even if its answer is lost.
 */
export function notDoneWords(error: unknown, notDone: string, isSent = true): string {
  const faults = error instanceof ApiError ? faultWords(error.details) : '';
  if (faults) return `${notDone} ${faults}`;
  return isSent ? errorWords(error, notDone) : `${notDone} ${errorWords(error)}`;
}

/**
 * Reads everything again, because any page may show the effect of a fact. A failure is ignored: the fact is saved, and the pages show by
 * themselves what they could not read.
 */
const renewQuietly = (after: FactSave['after']) => Promise.all([queryClient.invalidateQueries(), after?.()]).catch(() => undefined);

export const factChanges = new FactChanges();
