/** Takes over people from Crossmark one by one, with progress and failures. */
import { SvelteMap } from 'svelte/reactivity';
import { api, ApiError } from './api';
import { faultWords } from './facts';
import { type Candidate, type Choice, choiceOf, requestOf } from './take-over';
import { errorWords } from './toast.svelte';

export class TakeOver {
  /** The choices for each person, by id. Several people may have one Crossmark number. */
  choices = new SvelteMap<string, Choice>();
  /** Why somebody was not saved, by id. */
  failures = new SvelteMap<string, string>();
  busy = $state(false);
  /** Number of people whose save was tried. */
  done = $state(0);
  /** Number of people to save. */
  total = $state(0);
  /** The name of the person who is being saved. */
  nowSaving = $state('');
  /** Number of people that the last save took over; null before the first. */
  saved = $state<number | null>(null);

  choice = (one: Candidate): Choice => this.choices.get(one.id) ?? choiceOf(one);

  change(one: Candidate, change: Partial<Choice>) {
    this.choices.set(one.id, { ...this.choice(one), ...change });
  }

  chosen = (of: Candidate[]): Candidate[] => of.filter((one) => this.choice(one).take && this.choice(one).name.trim());

  /** Saves the chosen people. A failure does not stop the others. */
  async save(of: Candidate[]): Promise<void> {
    if (this.busy) return;
    const chosen = this.chosen(of);
    this.busy = true;
    this.done = 0;
    this.total = chosen.length;
    this.failures.clear();
    let saved = 0;
    for (const one of chosen) {
      const choice = this.choice(one);
      this.nowSaving = choice.name;
      try {
        await api.saveEmployee(one.id, requestOf(one, choice), false);
        saved++;
      } catch (error) {
        this.failures.set(one.id, (error instanceof ApiError && faultWords(error.details)) || errorWords(error));
      }
      this.done++;
    }
    this.nowSaving = '';
    this.saved = saved;
    this.busy = false;
  }
}
