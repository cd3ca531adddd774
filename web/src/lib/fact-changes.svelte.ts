/**
 * How every fact is saved: tried first, asked about where it goes against schedules, then saved and said, with the way
 * back for ten seconds.
 */
import type { Component } from 'svelte';
import type { FactEffect, FactHit, FactSaved } from './api-types';
import { api, ApiError } from './api';
import { faultWords, hitAddress, savedWords } from './facts';
import { queryClient } from './queries';
import { link } from './router.svelte';
import { toast, told } from './toast.svelte';

export interface Change {
  /** What is said when it is saved: `Avery Quill is off 24 Dec to 26 Dec`. */
  said: string;
  send: (dry: boolean) => Promise<FactSaved>;
  /** Whether it can go against schedules at all; otherwise it is not tried first. */
  hits?: boolean;
  /** It is saved, and not read again yet. */
  saved?: () => void;
  /** Something besides what is read anew everywhere. */
  after?: () => Promise<unknown>;
}

export interface Outcome {
  done: boolean;
  /** Why it is not saved, in words; empty where it is, or where somebody chose Cancel. */
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
  /** Schedules that somebody wants to look at after a change went against them. */
  looking = $state.raw<FactHit[]>([]);

  /** The last change made here, until it is read again: what is saved next waits, and names the version that it has left. */
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

  /** The last change of a fact is taken back. */
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

  /** The same for what has no form: a problem is said in a toast. */
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

  /** Leads to the first of them; the others stay in sight until somebody is done with them. */
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
    if (!(error instanceof ApiError)) return told(error);
    if (error.code === 'STALE_VERSION' || error.code === 'FACT_NOT_FOUND') await renew(after).catch(() => undefined);
    if (error.code === 'STALE_VERSION')
      return 'Somebody else changed this meanwhile. It is read again, and what you typed is kept: look at it, then save again.';
    return faultWords(error.details) || told(error);
  }
}

/** What a fact changes may be shown on any page. */
const renew = (after: Change['after']) => Promise.all([queryClient.invalidateQueries(), after?.()]);

export const factChanges = new FactChanges();
