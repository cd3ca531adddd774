/** The fixes of a week that somebody collects before they are sent together. */
import { SvelteSet } from 'svelte/reactivity';
import type { Finding, FixesApplied, WayOut } from './api-types';
import { api, ApiError } from './api';
import { plain } from './fixes';
import { count } from './numbers';
import { keys, queryClient } from './queries';
import { sentChanges } from './sent-changes.svelte';
import { recall, remember } from './stored';
import { told } from './toast.svelte';

export interface Chosen {
  finding: Finding;
  option: WayOut;
}

/** Fixes that the server takes at once. */
export const MOST_FIXES = 40;

export class FixWork {
  chosen = $state.raw<Chosen[]>([]);
  /** Findings that somebody passed over. */
  skipped = new SvelteSet<string>();
  /** What the server says that the fixes together would do; null until it answered. */
  tried = $state.raw<FixesApplied | null>(null);
  /** Why the fixes do not go together, or were not sent. */
  problem = $state('');
  busy = $state(false);
  /** What the last sending did, until something is chosen again. */
  done = $state.raw<FixesApplied | null>(null);
  /** The plan version on which the fixes were chosen. */
  version = 0;
  #tries = 0;

  constructor(readonly week: string) {
    this.chosen = recall<Chosen[]>(this.#key) ?? [];
  }

  get #key() {
    return `fixes.${this.week}`;
  }

  of = (id: string) => this.chosen.find((one) => one.finding.id === id);
  /** Findings about which something is decided: their own fix, or one that removes them too. */
  decided = $derived(new Set([...this.chosen.map((one) => one.finding.id), ...(this.tried?.gone ?? [])]));
  /** Whether what the fixes would do is known. */
  isTried = $derived(!this.chosen.length || !!this.tried);

  /** The plan as it is shown; when it moved, what was chosen is looked at again. */
  async see(version: number): Promise<void> {
    const before = this.version;
    this.version = version;
    if (!this.chosen.length || before === version) return;
    if (before) await this.#lookAgain('The plan changed meanwhile.');
    else await this.#try();
  }

  async use(finding: Finding, option: WayOut): Promise<void> {
    this.skipped.delete(finding.id);
    this.done = null;
    this.#keep([...this.chosen.filter((one) => one.finding.id !== finding.id), { finding, option }]);
    await this.#try();
  }

  async drop(id: string): Promise<void> {
    if (!this.of(id)) return;
    this.#keep(this.chosen.filter((one) => one.finding.id !== id));
    await this.#try();
  }

  async skip(id: string): Promise<void> {
    this.skipped.add(id);
    await this.drop(id);
  }

  async send(): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      const done = await api.applyWaysOut(this.#fixes(), this.version, false);
      this.done = done;
      this.problem = '';
      this.skipped.clear();
      this.tried = null;
      this.#keep([]);
      // What comes of it is a new plan: nothing that was chosen is to be looked at again.
      this.version = 0;
      if (done.changes) sentChanges.begin(done.changes);
      await queryClient.invalidateQueries();
      return true;
    } catch (error) {
      await this.#refused(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #fixes = () => this.chosen.map(({ finding, option }) => ({ finding_id: finding.id, option: option.id }));

  #keep(chosen: Chosen[]) {
    this.chosen = chosen;
    remember(this.#key, chosen.length ? chosen : null);
  }

  /** Asks what the fixes together would do. */
  async #try(): Promise<void> {
    const mine = ++this.#tries;
    this.problem = '';
    if (!this.chosen.length) {
      this.tried = null;
      return;
    }
    try {
      const tried = await api.applyWaysOut(this.#fixes(), this.version, true);
      if (mine === this.#tries) this.tried = tried;
    } catch (error) {
      if (mine !== this.#tries) return;
      this.tried = null;
      await this.#refused(error);
    }
  }

  async #refused(error: unknown): Promise<void> {
    if (!(error instanceof ApiError)) this.problem = told(error);
    else if (error.code === 'FIXES_CLASH')
      this.problem = 'These fixes go one by one, but not together: together they would make something else wrong. Take one of them out.';
    else if (['PLAN_MOVED', 'OPTION_NOT_FOUND', 'FINDING_NOT_FOUND'].includes(error.code))
      await this.#lookAgain(
        error.code === 'PLAN_MOVED' ? 'The plan changed since you looked. Nothing was sent.' : 'One of the fixes is not offered any more.',
      );
    else this.problem = told(error, 'Nothing was sent.');
  }

  /** Reads the week and the ways out anew, and keeps what is still offered. */
  async #lookAgain(why: string): Promise<void> {
    const mine = ++this.#tries;
    this.tried = null;
    await queryClient.invalidateQueries({ queryKey: ['validation'] });
    await queryClient.invalidateQueries({ queryKey: ['ways-out'] });
    const kept: Chosen[] = [];
    const lost: Chosen[] = [];
    for (const one of this.chosen) {
      try {
        const ways = await queryClient.fetchQuery({ queryKey: keys.waysOut(one.finding.id), queryFn: () => api.waysOut(one.finding.id) });
        const option = ways.options.find((option) => option.id === one.option.id);
        this.version = ways.plan_version;
        if (option) kept.push({ finding: ways.finding, option });
        else lost.push(one);
      } catch (error) {
        // Without an answer it stays chosen: the server looks again before anything is sent.
        if (error instanceof ApiError && error.status === 404) lost.push(one);
        else kept.push(one);
      }
    }
    if (mine !== this.#tries) return;
    this.#keep(kept);
    await this.#try();
    if (this.problem) return;
    const gone = lost.length
      ? ` ${count(lost.length, 'fix', 'fixes')} no longer offered: ${lost.map((one) => plain(one.option.text)).join('; ')}.`
      : ' What you chose is still offered.';
    this.problem = `${why}${gone} Look again before you send.`;
  }
}
