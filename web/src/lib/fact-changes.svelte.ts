/**
 * Saves facts: a dry run first, a question if the change conflicts with schedules, then the save, and a toast that can undo it for ten
 * seconds.
 */
import type { Component } from 'svelte';
import type { FactEffect, FactHit, FactSaved } from './api-types';
import { api, ApiError } from './api';
import { faultWords, hitAddress, savedWords } from './facts';
import { queryClient } from './queries';
import { link } from './router.svelte';
import { errorWords, toast } from './toast.svelte';

export interface Change {
  /** The message after saving: `Avery Quill is off 24 Dec to 26 Dec`. */
  said: string;
  send: (dry: boolean) => Promise<FactSaved>;
  /** Whether it can conflict with schedules. If not, there is no dry run. */
  hits?: boolean;
  /** Called when it is saved, before it is read again. */
  saved?: () => void;
  /** More work after saving, besides reading all queries again. */
  after?: () => Promise<unknown>;
}

export interface Outcome {
  done: boolean;
  /** Why it is not saved, in words; empty if it is saved, or if somebody chose Cancel. */
  problem: string;
}

export type Answer = 'leave' | 'look' | 'cancel';

interface Question {
  said: string;
  effect: FactEffect;
  answer: (answer: Answer) => void;
  /** The dialog, loaded when there is something to ask. */
  Dialog: Component<{ question: Question }>;
}
export type { Question };

const PUT_BACK_MS = 10_000;

class FactChanges {
  asking = $state.raw<Question | null>(null);
  /** Schedules that somebody wants to look at because a change conflicts with them. */
  looking = $state.raw<FactHit[]>([]);

  /** The last change made here, until it is read again. The next save waits for it, so that it names the resulting version. */
  #last: Promise<unknown> = Promise.resolve();

  save(change: Change): Promise<Outcome> {
    return this.#inTurn(() => this.#save(change));
  }

  async #save(change: Change): Promise<Outcome> {
    try {
      let answer: Answer = 'leave';
      let hits: FactHit[] = [];
      if (change.hits !== false) {
        const { effect } = await change.send(true);
        hits = effect.lines;
        if (hits.length) answer = await this.#ask(change.said, effect);
      }
      if (answer === 'cancel') return { done: false, problem: '' };
      const done = await change.send(false);
      change.saved?.();
      this.#say(savedWords(change.said, done), done, change.after);
      if (answer === 'look') this.#look(done.effect.lines.length ? done.effect.lines : hits);
      await renew(change.after);
      return { done: true, problem: '' };
    } catch (error) {
      return { done: false, problem: await this.#why(error, change.after) };
    }
  }

  /** Takes back the last change of a fact. */
  putBack(fact: string, version: number, after?: Change['after']): Promise<void> {
    return this.#inTurn(() => this.#putBack(fact, version, after));
  }

  async #putBack(fact: string, version: number, after?: Change['after']): Promise<void> {
    try {
      const done = await api.putBack(fact, version);
      this.looking = [];
      this.#say(savedWords('Put back as it was before', done), done, after);
      await renew(after);
    } catch (error) {
      toast(await this.#why(error, after));
    }
  }

  /** The same for changes without a form: a problem is shown in a toast. */
  async saveNow(change: Change): Promise<boolean> {
    const { done, problem } = await this.save(change);
    if (problem) toast(problem);
    return done;
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#last.then(change);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #ask(said: string, effect: FactEffect): Promise<Answer> {
    const { default: Dialog } = await import('../ui/facts/FactQuestion.svelte');
    const answer = await new Promise<Answer>((answer) => (this.asking = { said, effect, answer, Dialog }));
    this.asking = null;
    return answer;
  }

  /** Opens the first of them. The others stay listed until somebody is done with them. */
  #look(hits: FactHit[]) {
    this.looking = hits;
    const { page, query } = hitAddress(hits[0]);
    location.hash = link(page, query);
  }

  #say(words: string, done: FactSaved, after: Change['after']) {
    const back = { label: 'Put back', run: () => void this.putBack(done.fact, done.version, after) };
    toast(words, done.saved ? back : undefined, PUT_BACK_MS);
  }

  async #why(error: unknown, after: Change['after']): Promise<string> {
    if (!(error instanceof ApiError)) return errorWords(error);
    if (error.code === 'STALE_VERSION' || error.code === 'FACT_NOT_FOUND') await renew(after).catch(() => undefined);
    if (error.code === 'STALE_VERSION')
      return 'Somebody else changed this meanwhile. It is read again, and what you typed is kept: look at it, then save again.';
    return faultWords(error.details) || errorWords(error);
  }
}

/** Reads everything again, because any page may show the effect of a fact. */
const renew = (after: Change['after']) => Promise.all([queryClient.invalidateQueries(), after?.()]);

export const factChanges = new FactChanges();
