/** The fixes of a week that somebody collects before they are sent together. */
import { SvelteSet } from 'svelte/reactivity';
import type { Finding, FixesApplied, RotationException, WayOut } from './api-types';
import { api, ApiError } from './api';
import { plainText, sentWords } from './fixes';
import { keys, queryClient } from './queries';
import { isSent, notSentWords } from './not-sent';
import { sentChanges } from './sent-changes.svelte';
import { recallDraft, rememberDraft } from './stored';
import { savedRotations, takeBackSaved } from './fix-undo';
import { errorWords, toast } from './toast.svelte';

export interface Chosen {
  finding: Finding;
  option: WayOut;
}

export const clashKey = (finding: string, option: string) => `${finding} ${option}`;

/** Maximum fixes in a request. */
export const MAX_FIXES = 40;

const UNDO_MS = 10_000;

/** Undoes a change that was not sent to Crossmark, so that there is no approval to recall. */
async function undoAlone(undo: () => Promise<unknown>) {
  try {
    await undo();
    await queryClient.invalidateQueries();
    toast('Undone. Rotations and blocks are as they were.');
  } catch (error) {
    toast(errorWords(error));
  }
}

export class FixWork {
  chosen = $state.raw<Chosen[]>([]);
  /** The keys of options that cannot be combined with the chosen ones. */
  clashing = new SvelteSet<string>();
  /** The ids of findings that somebody skipped. */
  skipped = new SvelteSet<string>();
  /** The combined effect of the fixes, as the server computes it; null until it has answered. */
  preview = $state.raw<FixesApplied | null>(null);
  /** Why the fixes cannot be combined, or were not sent. */
  problem = $state('');
  busy = $state(false);
  /** Whether `markClashing` is checking options. */
  isMarking = $state(false);
  /** The result of the last sending, until something is chosen again. */
  done = $state.raw<FixesApplied | null>(null);
  /** The plan version on which the fixes were chosen. */
  version = 0;
  #previews = 0;
  /** Whether the options are being read again. */
  #isReadingAgain = false;

  constructor(readonly week: string) {
    this.chosen = recallDraft<Chosen[]>(this.#key) ?? [];
  }

  get #key() {
    return `fixes.${this.week}`;
  }

  choiceFor = (id: string) => this.chosen.find((one) => one.finding.id === id);
  /** The ids of findings with a chosen fix, and of findings that the chosen fixes remove too. */
  decided = $derived(new Set([...this.chosen.map((one) => one.finding.id), ...(this.preview?.gone ?? [])]));
  /** Whether the combined effect of the fixes is known. True if none is chosen. */
  isPreviewed = $derived(!this.chosen.length || !!this.preview);

  /** Call with the plan version on screen. If it changed, the chosen fixes are checked again. */
  async showVersion(version: number): Promise<void> {
    const before = this.version;
    this.version = version;
    if (!this.chosen.length || before === version || this.#isReadingAgain) return;
    if (before) await this.#readAgain('The plan changed meanwhile.');
    else await this.#previewAndShow();
  }

  /** Chooses an option. Returns whether it can be combined with the chosen ones; if not, it is not chosen, and `problem` says why. */
  async use(finding: Finding, option: WayOut): Promise<boolean> {
    const before = this.chosen.filter((one) => one.finding.id !== finding.id);
    this.skipped.delete(finding.id);
    this.done = null;
    this.busy = true;
    if (before.length < this.chosen.length) this.clashing.clear();
    this.#keep([...before, { finding, option }]);
    try {
      const refusal = await this.#updatePreview();
      if (!before.length || !refusal || !['OPTION_NOT_FOUND', 'FIXES_CLASH'].includes(refusal.code)) {
        if (refusal) await this.#refused(refusal);
        return !refusal;
      }
      this.clashing.add(clashKey(finding.id, option.id));
      this.#keep(before);
      await this.#updatePreview();
      this.problem = `“${plainText(option.text)}” cannot be combined with what you chose before. Choose another option, or leave it.`;
      return false;
    } finally {
      this.busy = false;
    }
  }

  /**
   * Checks the options of a finding, the best first, and marks those that cannot be combined with the chosen ones. Stops at the first that
   * can, which is then preselected.
   */
  async markClashing(finding: Finding, options: WayOut[]): Promise<void> {
    if (this.isMarking || !this.chosen.length || this.choiceFor(finding.id) || this.preview?.gone.includes(finding.id)) return;
    const { chosen } = this;
    this.isMarking = true;
    try {
      for (const option of options) {
        const key = clashKey(finding.id, option.id);
        if (option.kind === 'leave' || this.clashing.has(key)) continue;
        if (await this.#canCombine(finding, option)) return;
        if (chosen !== this.chosen) return;
        this.clashing.add(key);
      }
    } finally {
      this.isMarking = false;
    }
  }

  async #canCombine(finding: Finding, option: WayOut): Promise<boolean> {
    const more = { finding_id: finding.id, option: option.id };
    try {
      await api.applyWaysOut([...this.#fixes(), more], this.version, true);
      return true;
    } catch (error) {
      // Any other problem is shown when somebody chooses the option.
      return !(error instanceof ApiError && ['OPTION_NOT_FOUND', 'FIXES_CLASH'].includes(error.code));
    }
  }

  async drop(id: string): Promise<void> {
    if (!this.choiceFor(id)) return;
    this.#chooseInstead(this.chosen.filter((one) => one.finding.id !== id));
    await this.#previewAndShow();
  }

  async skip(id: string): Promise<void> {
    if (!this.choiceFor(id)) this.problem = '';
    this.skipped.add(id);
    await this.drop(id);
  }

  async send(): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      const before = await this.#exceptionsBefore();
      const { chosen } = this;
      const done = await api.applyWaysOut(this.#fixes(), this.version, false);
      const { changes } = done;
      if (changes && !isSent(changes) && !done.blocks.length && !done.rotations.length) {
        this.problem = notSentWords(changes);
        await queryClient.invalidateQueries();
        return false;
      }
      this.done = done;
      this.problem = '';
      this.skipped.clear();
      this.preview = null;
      this.#chooseInstead([]);
      // These fixes change the plan version. 0 means that the next version is taken over without a check.
      this.version = 0;
      const saved = savedRotations(done);
      const undo = saved.length || done.blocks.length ? () => takeBackSaved(done.blocks, saved, before) : null;
      const recalled = () => {
        if (this.done !== done) return;
        this.done = null;
        this.#chooseInstead(chosen);
      };
      if (changes && isSent(changes)) sentChanges.begin(changes, undo, recalled);
      else if (undo) toast(sentWords(done), { label: 'Undo', run: () => void undoAlone(undo) }, UNDO_MS);
      await queryClient.invalidateQueries();
      return true;
    } catch (error) {
      await this.#refused(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** The existing exceptions that the chosen fixes may replace. */
  async #exceptionsBefore(): Promise<RotationException[]> {
    const changes = this.chosen.flatMap((one) => one.option.changes);
    const dates = changes.flatMap((one) => (one.kind === 'rotation' ? [one.date] : [])).sort();
    return dates.length ? (await api.exceptions(dates[0])).items : [];
  }

  #fixes = () => this.chosen.map(({ finding, option }) => ({ finding_id: finding.id, option: option.id }));

  /** Chooses these fixes instead of the chosen ones. Options that clashed with the old ones may be possible with the new ones. */
  #chooseInstead(chosen: Chosen[]) {
    this.clashing.clear();
    this.#keep(chosen);
  }

  #keep(chosen: Chosen[]) {
    this.chosen = chosen;
    rememberDraft(this.#key, chosen.length ? chosen : null);
  }

  /** Asks for the combined effect of the fixes; returns the error if there is none. */
  async #updatePreview(): Promise<ApiError | null> {
    const mine = ++this.#previews;
    this.problem = '';
    if (!this.chosen.length) {
      this.preview = null;
      return null;
    }
    try {
      const preview = await api.applyWaysOut(this.#fixes(), this.version, true);
      if (mine === this.#previews) this.preview = preview;
      return null;
    } catch (error) {
      if (mine !== this.#previews) return null;
      this.preview = null;
      return error instanceof ApiError ? error : new ApiError(0, 'UNKNOWN', errorWords(error));
    }
  }

  async #previewAndShow(): Promise<void> {
    const refusal = await this.#updatePreview();
    if (refusal) await this.#refused(refusal);
  }

  async #refused(error: unknown): Promise<void> {
    if (!(error instanceof ApiError)) this.problem = errorWords(error);
    else if (error.code === 'FIXES_CLASH')
      this.problem = 'Together these fixes would make something else wrong, although each alone would not. Take one out.';
    else if (!this.#isReadingAgain && ['PLAN_MOVED', 'OPTION_NOT_FOUND', 'FINDING_NOT_FOUND'].includes(error.code))
      await this.#readAgain(
        error.code === 'PLAN_MOVED'
          ? 'The plan changed since you looked. Nothing was sent.'
          : 'The fixes cannot be applied as they are. Nothing was sent.',
      );
    else if (error.code === 'OPTION_NOT_FOUND') this.problem = 'The fixes cannot be combined. Take one of them out.';
    else this.problem = errorWords(error, 'Nothing was sent.');
  }

  /** Reads the week and its options again, and keeps the fixes that are still offered. */
  async #readAgain(why: string): Promise<void> {
    if (this.#isReadingAgain) return;
    this.#isReadingAgain = true;
    this.#previews++;
    this.preview = null;
    try {
      const lost = await this.#keepOffered();
      await this.#previewAndShow();
      const gone = lost.length
        ? `${lost.length === 1 ? 'One fix is' : `${lost.length} fixes are`} not offered any more: ${lost.map((one) => plainText(one.option.text)).join('; ')}.`
        : 'What you chose is still offered.';
      this.problem = [why, gone, this.problem || 'Look again before you send.'].join(' ');
    } finally {
      this.#isReadingAgain = false;
    }
  }

  /** Keeps the fixes that are still offered, and returns the others. */
  async #keepOffered(): Promise<Chosen[]> {
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
        // Without an answer the fix stays chosen, because the server checks again before anything is sent.
        if (error instanceof ApiError && error.status === 404) lost.push(one);
        else kept.push(one);
      }
    }
    this.#chooseInstead(kept);
    return lost;
  }
}
