/** The proposal on screen: its rows, the manager's actions on them, and its current state. */
import { SvelteSet } from 'svelte/reactivity';
import type { Line, Pending } from '../api-types';
import { api } from '../api';
import { dayOf } from '../dates';
import type { IsClosed } from '../due';
import { toast } from '../toast.svelte';
import { Approving } from './approving.svelte';
import type { Choice } from './choices';
import { type ElsewhereById, elsewhereById, goneWords, hasPlaceNow, partnerSinceWords } from './elsewhere';
import { type RowDecision, isWishMet, isWishUnmet } from './decisions';
import { waitingWords } from './held';
import {
  changeWords,
  type LineChange,
  linesOfProposal,
  placeShown,
  rejectedIn,
  repeatLabel,
  reverted,
  settledElsewhereIn,
} from './line-changes';
import { LineEdits, tellFailures } from './line-edits';
import { withLineTitles } from './line-titles';
import { Outlook } from './outlook.svelte';
import { leftBehindWords } from './pairs';
import { PutBack } from './put-back';
import { pollInterval, countsOf } from './sending';
import type { Row, RowGroup } from './rows';
import { canChange, hasLostPlace, isEdited, isMissed, isOpen, isSendable, linesOf, partOf, placeOf, rowsOf, titleOfLine } from './rows';
import { ShownLines } from './shown-lines.svelte';
import { type Step, Steps } from './steps.svelte';
import { standingOf } from './standing';
import { setAsideOf, type Standing } from './summary';
import { undo } from './undo';

const byDay = (a: Row, b: Row) => (a.day ?? '').localeCompare(b.day ?? '');

/** How long a line that somebody else changed is marked, in milliseconds. */
const MARKED_MS = 4000;

export class Review {
  #lines = new ShownLines();
  #edits: LineEdits = new LineEdits(
    this.#lines,
    (change) => void this.#repeat(change),
    (change, broken) => this.#putBacks.offer(change, broken),
    (ids) => this.removeRejected(ids),
  );
  #steps = new Steps((step) => this.#undo(step));
  #approving: Approving;

  constructor() {
    const countsOfLines = () => this.counts;
    this.#approving = new Approving({
      get counts() {
        return countsOfLines();
      },
      settled: this.settled,
      inWords: this.inWords,
      poll: () => this.poll(),
      check: () => this.check(),
    });
  }

  runId = $state<string | null>(null);
  /** A newer proposal that was not opened yet. */
  newer = $state.raw<Pending | null>(null);
  /** Lines that somebody else changed just now. */
  changedByOthers = new SvelteSet<string>();
  /** Lines of this proposal that somebody rejected; they are no longer shown. */
  rejected = $state.raw<Line[]>([]);
  /** Where events stand that something other than this proposal posted, moved or took back. */
  elsewhere = $state.raw<ElsewhereById>(new Map());
  /** The lines about which nothing is left to decide, because their events stand elsewhere; they are not among `lines`. */
  settledElsewhere = $state.raw<Line[]>([]);
  /** The version of the plan that the proposal was read with, and whether the plan changed since the run. */
  planVersion = $state(0);
  planMoved = $state(false);
  /** Today's date in the club; empty until it is known. */
  today = $state('');
  /** Whether a day is a holiday or locked. Until these days are read, every day counts as open. */
  isClosed = $state.raw<IsClosed>(() => false);

  /** Lines with the starts that were chosen for them in this tab, so that undo can request the same starts. */
  #chosenStarts = new Set<string>();
  #since: string | undefined;
  #polling: Promise<void> | null = null;

  get lines(): Line[] {
    return this.#lines.all;
  }
  get byId(): Map<string, Line> {
    return this.#lines.byId;
  }
  get steps(): Step[] {
    return this.#steps.all;
  }

  rows = $derived(rowsOf(this.#lines.all));
  /** Rows that an approval can send: those with a place, and those that take one back. */
  placed = $derived(this.rows.filter((row) => isSendable(row.line)));
  unplaced = $derived(this.rows.filter((row) => row.group === 'unplaced').sort((a, b) => a.line.due_date.localeCompare(b.line.due_date)));
  /** Whether the day of a line passed before it was sent. */
  isMissed = (line: Line): boolean => isMissed(line, this.today);
  /** Rows that were missed; they are in none of the groups below. */
  missed = $derived(this.rows.filter((row) => this.isMissed(row.actsOn)).sort(byDay));
  #inGroup = (group: RowGroup): Row[] => this.rows.filter((row) => row.group === group && !this.isMissed(row.actsOn));
  overruled = $derived(this.#inGroup('overruled').sort(byDay));
  moved = $derived(this.#inGroup('moved').sort(byDay));
  odd = $derived(this.#inGroup('odd').sort(byDay));
  routine = $derived(this.#inGroup('routine'));
  /** Number of open rows that need a look. */
  toLookAt = $derived(
    [...this.missed, ...this.unplaced, ...this.overruled, ...this.moved, ...this.odd].filter((row) => isOpen(row.actsOn)).length,
  );
  /** Rows with an unmet wish. */
  unmet = $derived(this.rows.filter((row) => linesOf(row).some(isWishUnmet)));
  /** What an approval would do with each open event. */
  outlook: Outlook = new Outlook(this);
  /** What the last approval refused, with the reason in words. An edit may have changed that; a hold changes nothing about an event. */
  lastRefused = $derived.by(() => {
    const isEditedSince = this.steps.some(({ back, then }) => [...back, ...then].some(({ edit }) => edit.held === undefined));
    return isEditedSince ? [] : this.#approving.refused;
  });
  eventsPlaced = $derived(this.#lines.all.filter((line) => hasPlaceNow(line, this.elsewhere)));
  eventsMissed = $derived(this.#lines.all.filter(this.isMissed));
  /** The lines that a calendar shows: an event that was missed is only where it is posted, if it is. */
  notMissed = $derived(this.#lines.all.filter((line) => !this.isMissed(line)));
  /** Events whose schedule is taken back: by their own line, or by something else after their line was accepted. */
  eventsTakenBack = $derived(this.#lines.all.filter((line) => isSendable(line) && !hasPlaceNow(line, this.elsewhere)));
  /** Events that were edited since the run. */
  changedEvents = $derived(this.#lines.all.filter(isEdited));
  /** Lines with rules that a manager overrode. */
  setAside = $derived(
    this.#lines.all.flatMap((line) =>
      line.overridden?.rules.length ? [setAsideOf(line, line.overridden.rules, this.#edits.ruleTexts(line.id))] : [],
    ),
  );
  /** Whether the overridden rules of every line are known. Until the answer to an override they are not. */
  rulesKnown = $derived(this.#lines.all.every(({ overridden }) => !overridden || overridden.rules.length > 0));
  setAsideIds = $derived(new Map(this.setAside.map((one) => [one.line.id, one])));
  counts = $derived(countsOf(this.#lines.all));
  /** Whether sending pauses, as the dashboard says. A pause may be long, so that changes are possible meanwhile. */
  isPaused = $state(false);
  /** Whether to say that the plan changed since the run: not in the time to recall, and after it only if an event is left to decide. */
  stale = $derived.by(() => {
    const isAnythingLeft = this.phase !== 'grace' && (!!this.outlook.open.length || !!this.unplaced.length);
    return this.planMoved && (this.phase === 'idle' || isAnythingLeft);
  });
  /** Why nothing of the proposal on screen can be approved or rejected any more; empty if it can. */
  replaced = $derived(this.newer ? 'A newer proposal took the place of this one: open it.' : '');
  standing = $derived.by((): Standing => standingOf(this));
  /** Why nothing can be changed now, in words; empty if it can. */
  whyFixed = $derived.by(() => {
    if (this.phase === 'grace') return 'Nothing can be changed until the time to recall is over.';
    if (this.busy || (this.phase === 'sending' && !this.isPaused)) return 'Nothing can be changed while events are being sent.';
    return '';
  });
  editable = $derived(!this.whyFixed);
  /** Whether a dry run is due: the effect of an approval on the lines on screen is not known. */
  isUnchecked = $derived(this.editable && !!this.outlook.open.length && !this.outlook.effect);

  /** The other line of a line's pair, in this proposal. */
  partnerOf = (line: Line): Line | undefined =>
    line.pair === null ? undefined : this.lines.find((one) => one.event_ref_num === line.pair);

  /** Whether a line has a place and cannot be sent with it. */
  isStuck = (line: Line): boolean => this.isMissed(line) || this.outlook.isRefused(line.id);

  /** Waits for the edits that are under way. */
  settled = (): Promise<void> => this.#edits.settled();

  /** The title of a line, also of one that shares its row with another or was rejected. */
  titleOf(id: string): string {
    const line = this.byId.get(id) ?? this.overIn(id);
    return line ? titleOfLine(line) : 'One event';
  }

  /** The line of an event that is rejected or settled elsewhere. */
  overIn = (id: string): Line | undefined => [...this.rejected, ...this.settledElsewhere].find((one) => one.id === id);

  /** A reason of the server, with titles in place of the numbers of events that have a line. */
  inWords = (reason: string): string => withLineTitles(reason, [...this.lines, ...this.rejected, ...this.settledElsewhere]);

  /** What is so since the run, instead of the reason of a line without a place; empty if that still holds. */
  sinceOf = (line: Line): string => partnerSinceWords(line, [...this.lines, ...this.settledElsewhere], this.elsewhere);

  row(id: string | null): Row | undefined {
    return id ? this.rows.find((row) => row.id === id || row.partner?.id === id) : undefined;
  }

  /** The row, or the part of it, that the details of an event show. */
  part(id: string | null): Row | undefined {
    const row = this.row(id);
    return id && row ? partOf(row, id) : undefined;
  }

  /**
   * Applies an answer of the server. A newer proposal never replaces one that somebody works on. The newer one already has
   * the holds and edits of the shown one.
   */
  adopt(pending: Pending, inUse = false) {
    const runId = pending.run?.run_id ?? null;
    if (this.runId && this.lines.length && runId !== this.runId && (this.steps.length || inUse)) {
      this.newer = pending;
      return;
    }
    const lines = linesOfProposal(pending);
    if (runId === this.runId) this.#markOthersChanges(lines);
    else this.#open(runId);
    // An answer that was requested before an edit does not include it.
    this.#lines.adopt(lines, this.#edits.isUnderWay);
    this.#take(pending);
  }

  /** Events that this person is changing elsewhere: the next change of each is not somebody else's. */
  #own = new Set<number>();
  expectOwn(refs: number[]) {
    for (const ref of refs) this.#own.add(ref);
  }

  /** Takes over lines that this person changed elsewhere, so that they do not count as changed by somebody else. */
  takeOwn(lines: Line[]) {
    for (const line of lines) if ((this.byId.get(line.id)?.version ?? Infinity) < line.version) this.#lines.replace(line);
  }

  openNewer() {
    const pending = this.newer;
    if (!pending) return;
    this.#open(pending.run?.run_id ?? null);
    this.#lines.all = linesOfProposal(pending);
    this.#take(pending);
  }

  #take(pending: Pending) {
    this.rejected = rejectedIn(pending);
    this.elsewhere = elsewhereById(pending.elsewhere);
    this.settledElsewhere = settledElsewhereIn(pending);
    this.planMoved = pending.stale.plan_moved;
    this.planVersion = pending.plan_version;
  }

  #open(runId: string | null) {
    this.runId = runId;
    this.newer = null;
    this.#steps.clear();
    this.#edits.clear();
    this.#approving.open(runId);
    this.#since = undefined;
  }

  /** Marks the lines that other people changed, and says so. */
  #markOthersChanges(lines: Line[]) {
    const theirs = lines.filter((line) => {
      const mine = this.byId.get(line.id);
      const isNew = mine && line.version > mine.version && isOpen(line) && isOpen(mine) && !this.#edits.isUnderWay(line.id);
      return isNew && !this.#own.delete(line.event_ref_num);
    });
    if (!theirs.length) return;
    for (const line of theirs) this.changedByOthers.add(line.id);
    setTimeout(() => theirs.forEach((line) => this.changedByOthers.delete(line.id)), MARKED_MS);
    toast(
      theirs.length === 1
        ? 'Another tab or person changed an event of this proposal.'
        : `Another tab or person changed ${theirs.length} events of this proposal.`,
    );
  }

  async hold(rows: Row[], on: boolean, label: string) {
    const lines = rows.map((row) => row.actsOn).filter((line) => isOpen(line) && isSendable(line) && line.held !== on);
    if (!lines.length) return this.#announceWaiting(on ? [] : rows);
    const before = new Set(this.outlook.held.keys());
    const step = this.#steps.add(
      label,
      lines.map((line) => ({ id: line.id, edit: { held: line.held }, shown: { held: line.held } })),
    );
    const sent = this.#edits.put(lines.map((line) => ({ id: line.id, edit: { held: on }, shown: { held: on } })));
    const named = new Set(rows.flatMap((row) => linesOf(row).map((line) => line.id)));
    const failed = await sent;
    this.#steps.withdraw(step, failed);
    if (failed.size === lines.length) return;
    await this.check();
    if (!on) this.#announceWaiting(rows);
    else if (this.steps.includes(step)) this.#announceDependants(step, lines, before, named);
  }

  #announceDependants(step: Step, lines: Line[], before: Set<string>, named: Set<string>) {
    const also = this.placed.filter(({ actsOn: { id } }) => this.outlook.held.has(id) && !before.has(id) && !named.has(id));
    if (!also.length) return;
    const [held, what] = [lines, also.map((row) => row.actsOn)].map((some) =>
      some.length === 1 ? titleOfLine(some[0]) : `${some.length} decisions`,
    );
    const [them, place] = lines.length === 1 ? ['it', 'that place'] : ['them', 'those places'];
    // The undo releases all of them, so the message names all of them.
    this.#steps.announce(step, `Held back ${held}, and with ${them} ${what}: ${also.length === 1 ? 'it needs' : 'they need'} ${place}`);
  }

  /** Some rows that somebody put back are still held back with another event: names that event. */
  #announceWaiting(rows: Row[]) {
    const waiting = rows.flatMap((row) => {
      const holder = isOpen(row.actsOn) && this.outlook.holderOf(row);
      return holder ? [{ title: titleOfLine(row.actsOn), holder }] : [];
    });
    if (waiting.length) toast(waitingWords(waiting));
  }

  /** Gives a line another place. With a reason, broken rules are overridden. */
  async change(row: Row, choice: Choice, reason?: string) {
    const { line } = row;
    const partner = this.partnerOf(line);
    const then = partner && canChange(partner) ? [this.#changeBack(partner)] : [];
    const sameDay = line.schedule_datetime?.startsWith(choice.date);
    const isKept = sameDay && !choice.at && line.employee_id === choice.employee_id;
    const [label, words] = changeWords(line, choice);
    // Without its override the place would break the rule again: the override of an edited line is undone only with the edit ("Put back").
    const canUndo = !isKept || !(isEdited(line) || isWishMet(line));
    const step = canUndo && this.#steps.add(label, [this.#changeBack(line)], then);
    if (step) this.#steps.announce(step, words);
    // Unless somebody chose the start, only the date is sent, and the server sets the start by the rulebook.
    const when = choice.at ?? choice.date;
    const why = reason ?? this.#earlierReason(line, choice);
    const edit = { employee_id: choice.employee_id, schedule_datetime: when, ...(why ? { override: { reason: why } } : {}) };
    if (choice.at) this.#chosenStarts.add(`${line.id} ${choice.at}`);
    const same = sameDay && !choice.at;
    const shownAt = choice.at ?? (sameDay ? line.schedule_datetime : (choice.start ?? `${choice.date}T00:00:00`));
    const shown: Partial<Line> = {
      employee_id: choice.employee_id,
      employee_name: choice.employee_name,
      schedule_datetime: shownAt,
      block: same ? line.block : null,
      status: 'user_edited',
      original: line.original ?? (isKept ? null : placeOf(line)),
      overridden: why ? (line.overridden ?? { rules: [], by: '', at: '', reason: why }) : null,
    };
    this.#edits.forgetEffect(line.id);
    const failed = await this.#edits.put([{ id: line.id, edit, shown }]);
    if (step) this.#keepOverride(step, line.id);
    const more = [
      this.#edits.effectOf(line.id),
      line.status === 'api_failed' ? 'It is sent when you approve again.' : '',
      leftBehindWords(partner && this.byId.get(partner.id), choice.date),
    ].filter(Boolean);
    const all = more.length ? [`${words}.`, ...more].join(' ') : words;
    if (step) this.#steps.withdraw(step, failed);
    else if (!failed.size) toast(all);
    if (step && !failed.size && more.length && this.steps.includes(step)) this.#steps.announce(step, all);
    return !failed.size;
  }

  /** Removes rejected lines from the screen. */
  removeRejected(ids: string[]) {
    // Another proposal may be shown by now.
    this.rejected = [...this.rejected, ...this.lines.filter((line) => ids.includes(line.id))];
    this.#lines.all = this.lines.filter((line) => !ids.includes(line.id));
  }

  /** Takes back one decision about an event. */
  async takeBack(row: Row, { line, kind, back, whyNot }: RowDecision) {
    if (kind === 'wish' && row.line.id === line.id && !whyNot) return this.putBack(row);
    const isHold = kind === 'held';
    const step = isHold && this.#steps.add(`put back ${titleOfLine(line)}`, [{ id: line.id, edit: { held: true }, shown: { held: true } }]);
    const shown = isHold ? { held: false } : {};
    const failed = await this.#edits.put([{ id: line.id, edit: back, shown }], (one) => tellFailures([one], 'Nothing was put back.'));
    if (step) this.#steps.withdraw(step, failed);
  }

  /** Reverts a line and its partner to the places where the run put them. */
  putBack = (row: Row) => this.#putBacks.line(row.line);

  /** Makes a change again. Its undo returns the line to the state that somebody else gave it meanwhile. */
  async #repeat({ id, edit, shown }: LineChange) {
    const line = this.byId.get(id);
    if (!line) return void toast(goneWords(this.overIn(id), this.elsewhere));
    const partner = edit.held === undefined ? this.partnerOf(line) : undefined;
    const step =
      edit.unwanted === undefined &&
      this.#steps.add(
        repeatLabel(titleOfLine(line), edit, shown),
        [edit.held === undefined ? this.#changeBack(line) : { id, edit: { held: line.held }, shown: { held: line.held } }],
        partner && canChange(partner) ? [this.#changeBack(partner)] : [],
      );
    const failed = await this.#edits.put([{ id, edit, shown: {} }]);
    if (!step) return;
    this.#keepOverride(step, id);
    this.#steps.withdraw(step, failed);
  }

  /** If an edit made another line's override unnecessary, its undo may break the same rules again, for the same reason. */
  #keepOverride(step: Step, id: string) {
    const allowance = this.#edits.lostOverride(id);
    if (!allowance) return;
    const keep = (change: LineChange): LineChange =>
      change.id === id && change.edit.held === undefined ? { ...change, allowance } : change;
    [step.back, step.then] = [step.back.map(keep), step.then.map(keep)];
  }

  /** The reason of the line's existing override, if a choice keeps its person and day: the override still applies with another start. */
  #earlierReason(line: Line, { employee_id, date }: Choice): string | undefined {
    const stays = line.employee_id === employee_id && line.schedule_datetime?.startsWith(date);
    return stays ? line.overridden?.reason : undefined;
  }

  /** The change that restores a line's current state later, for undo. */
  #changeBack = (line: Line): LineChange => (isEdited(line) || isWishMet(line) ? this.#restoringEdit(line) : reverted(line));

  /** As `#changeBack`, for a line that was edited, lost its place, or is where somebody asked for it. */
  #restoringEdit = (line: Line): LineChange => {
    // Reverting would give it the run's place, not leave it without one.
    if (hasLostPlace(line)) return { id: line.id, edit: { unplaced: true }, shown: placeShown(line) };
    const { employee_id, schedule_datetime } = line;
    if (!employee_id || !schedule_datetime) return reverted(line);
    const override = line.overridden ? { override: { reason: line.overridden.reason } } : {};
    const when = this.#chosenStarts.has(`${line.id} ${schedule_datetime}`) ? schedule_datetime : dayOf(schedule_datetime);
    return { id: line.id, edit: { employee_id, schedule_datetime: when, ...override }, shown: placeShown(line) };
  };

  #putBacks = new PutBack({
    lines: this.#lines,
    edits: this.#edits,
    steps: this.#steps,
    partnerOf: this.partnerOf,
    undoChange: this.#restoringEdit,
    keepOverride: (step, id) => this.#keepOverride(step, id),
  });

  undo = () => this.#undo(this.steps.at(-1));

  #undo(step: Step | undefined) {
    if (step && this.editable && this.steps.includes(step)) void undo(step, { lines: this.#lines, edits: this.#edits, steps: this.#steps });
  }

  get phase() {
    return this.#approving.phase;
  }
  get graceLeft() {
    return this.#approving.graceLeft;
  }
  get busy() {
    return this.#approving.busy;
  }
  /** The current time for the countdown of the recall, in milliseconds. */
  get now() {
    return this.#approving.now;
  }
  set now(now: number) {
    this.#approving.now = now;
  }

  /** Asks the server what an approval would do. If that fails, the page keeps its estimate. Returns whether it is known. */
  check = (): Promise<boolean> =>
    this.outlook.read().then(
      () => !!this.outlook.effect,
      () => false,
    );
  /** A new dry run, with the changes of other people. Throws if the server does not answer. */
  tryApprove = (): Promise<unknown> => Promise.all([this.outlook.read(), this.poll().catch(() => undefined)]);
  approve = (): Promise<string> =>
    this.#approving.approve(this.runId ?? '', this.outlook.effect?.digest ?? null, () => this.#steps.clear());
  recall = () => this.#approving.recall();

  /** Polls for changes; concurrent callers share one request. */
  poll(): Promise<void> {
    return (this.#polling ??= this.#readChanges().finally(() => (this.#polling = null)));
  }

  async #readChanges() {
    if (!this.runId) return;
    // A poll that began before the approval does not have its lines.
    const { isUnread } = this.#approving;
    const found = await api.status(this.runId, this.#since ?? 'all');
    if (found.run_id !== this.runId) return;
    this.#since = found.cursor;
    this.#edits.merge(found.lines ?? []);
    if (isUnread) this.#approving.isUnread = false;
  }

  /** The milliseconds until the next poll; null if nothing can change. */
  nextPoll(hidden: boolean): number | null {
    return pollInterval(this.#approving.isUnread ? 'sending' : this.phase, this.counts, hidden);
  }
}

/**
 * Creates a review in a root of its own. Svelte does not track state that an effect or derived value creates itself; state made in
 * `$effect.root` is tracked. Without the root, the count in the navigation, if it is the first to read the review, would never change.
 */
export function rootedReview(): Review {
  let review: Review | undefined;
  $effect.root(() => {
    review = new Review();
  });
  // Most unit tests compile without effects; then there is no root.
  return review ?? new Review();
}
