/** The proposal on screen: its lines, the manager's edits, and the progress of submission. */
import { SvelteSet } from 'svelte/reactivity';
import type { Approved, BrokenRule, Edit, Line, Pending, Place } from '../api-types';
import { api, ApiError } from '../api';
import { dayOf } from '../dates';
import { count } from '../numbers';
import { withTitles } from '../event-name';
import { eventType } from '../event-types';
import { recallDraft, rememberDraft } from '../stored';
import { recalledWords } from '../submissions';
import { dismiss, toast, told } from '../toast.svelte';
import { firstName } from '../words';
import type { Choice } from './choices';
import { type Decided, isAsked, isUnmet } from './decisions';
import { heldOf } from './held';
import { askAgainIn, countsOf, phaseOf, RECALL_MS, type Approval } from './sending';
import { canChange, follows, isEdited, isOpen, isSendable, linesOf, rowsOf, type Row } from './rows';
import { setAsideOf, type Overruled, type Standing } from './summary';

/** A change of one line: the request, and how the line looks until the answer. */
interface Change {
  id: string;
  edit: Omit<Edit, 'version'>;
  shown: Partial<Line>;
}

/** One action of the manager, and the changes that undo it. */
interface Step {
  label: string;
  back: Change[];
  /** Sent after `back`, for each line that is not as it was yet: a partner follows its line. */
  then: Change[];
  /** The message that offers to undo it. */
  toast?: number;
}

/** The lines that a proposal shows: all that are not rejected or superseded. */
const linesOfProposal = (pending: Pending) =>
  [...pending.newly_scheduled, ...pending.swaps, ...pending.failed].filter(
    (line) => line.status !== 'rejected' && line.status !== 'superseded',
  );

const rejectedIn = (pending: Pending) =>
  [...pending.newly_scheduled, ...pending.swaps, ...pending.failed].filter((line) => line.status === 'rejected').length;

const placeOf = ({ employee_id, employee_name, schedule_datetime, block }: Line): Place | null =>
  employee_id && schedule_datetime ? { employee_id, employee_name, schedule_datetime, block } : null;

const placeShown = ({ employee_id, employee_name, schedule_datetime, block, status, original }: Line): Partial<Line> => ({
  employee_id,
  employee_name,
  schedule_datetime,
  block,
  status,
  original,
});

const isAt = (line: Line | undefined, { employee_id, schedule_datetime }: Partial<Line>) =>
  !!line && line.employee_id === employee_id && line.schedule_datetime === schedule_datetime;

/** Whether a manager may have overridden a rule for it: only an edit can. */
const mayBreak = (line: Line) => line.status === 'user_edited' || isEdited(line);

const byDay = (a: Row, b: Row) => (a.day ?? '').localeCompare(b.day ?? '');

const APPROVAL = 'approval';
const AT_ONCE = 6;

export class Review {
  lines = $state.raw<Line[]>([]);
  runId = $state<string | null>(null);
  /** A newer proposal that is not opened yet. */
  newer = $state.raw<Pending | null>(null);
  steps = $state.raw<Step[]>([]);
  /** Lines that somebody else changed just now. */
  changed = new SvelteSet<string>();
  /** Lines that the last approval refused, with the reason in words. */
  refused = $state.raw<{ line: string; text: string }[]>([]);
  approval = $state.raw<Approval | null>(recallDraft<Approval>(APPROVAL));
  now = $state(Date.now());
  busy = $state(false);

  #own = new Map<string, number>();
  #along = new Map<string, Set<string>>();
  /** By line: the effect of its last edit on others, until it is shown. */
  #news = new Map<string, string>();
  /** By line and rule: the server's text for a rule that was overridden in this tab. */
  #heard = new Map<string, Map<string, string>>();
  #learning = new Set<string>();
  #queues = new Map<string, Promise<boolean>>();
  #since: string | undefined;
  #polling: Promise<void> | null = null;

  rows = $derived(rowsOf(this.lines));
  byId = $derived(new Map(this.lines.map((line) => [line.id, line])));
  placed = $derived(this.rows.filter((row) => isSendable(row.line)));
  unplaced = $derived(this.rows.filter((row) => row.group === 'unplaced').sort((a, b) => a.line.due_date.localeCompare(b.line.due_date)));
  moved = $derived(this.rows.filter((row) => row.group === 'moved').sort(byDay));
  odd = $derived(this.rows.filter((row) => row.group === 'odd').sort(byDay));
  routine = $derived(this.rows.filter((row) => row.group === 'routine'));
  /** Open rows that need a look. */
  toLookAt = $derived([...this.unplaced, ...this.moved, ...this.odd].filter((row) => isOpen(row.line)).length);
  /** Rows with an unmet wish. */
  unmet = $derived(this.rows.filter((row) => linesOf(row).some(isUnmet)));
  held = $derived(heldOf(this.lines.filter((line) => isOpen(line) && isSendable(line))));
  toSend = $derived(this.placed.filter((row) => isOpen(row.line) && !this.held.has(row.id)));
  heldRows = $derived(this.placed.filter((row) => isOpen(row.line) && this.held.has(row.id)));
  eventsToSend = $derived(this.lines.filter((line) => isOpen(line) && isSendable(line) && !this.held.has(line.id)));
  eventsHeld = $derived(this.lines.filter((line) => isOpen(line) && isSendable(line) && this.held.has(line.id)));
  eventsPlaced = $derived(this.lines.filter(isSendable));
  /** Events that were edited since the run. */
  changedEvents = $derived(this.lines.filter(isEdited));
  /** Events of this proposal that somebody rejected; they are no longer shown. */
  rejected = $state(0);
  planMoved = $state(false);
  /** By line id, for the lines that were read. */
  overruled = $state.raw(new Map<string, Overruled>());
  rulesKnown = $derived(this.lines.every((line) => !mayBreak(line) || this.#isKnown(line)));
  setAside = $derived(
    this.lines.flatMap((line) => {
      const known = mayBreak(line) ? this.overruled.get(line.id) : undefined;
      return known?.rules.length ? [setAsideOf(line, known, this.#heard.get(line.id))] : [];
    }),
  );
  setAsideIds = $derived(new Map(this.setAside.map((one) => [one.line.id, one])));
  counts = $derived(countsOf(this.lines));
  phase = $derived(phaseOf(this.counts, this.approval, this.now));
  /** Whether the plan changed since the run. While this proposal is being sent, its own lines change the plan, so it does not count. */
  stale = $derived(this.planMoved && this.phase === 'idle');
  standing = $derived<Standing>({
    placed: this.eventsPlaced.length,
    events: this.lines.length,
    setAside: this.setAside,
    rulesKnown: this.rulesKnown,
    changed: this.changedEvents.length,
    rejected: this.rejected,
    stale: this.stale,
  });
  graceLeft = $derived(this.approval ? Math.max(0, Math.ceil((this.approval.until - this.now) / 1000)) : 0);
  editable = $derived(!this.busy && this.phase !== 'grace' && this.phase !== 'sending');

  /** The other line of its pair, in this proposal. */
  partnerOf = (line: Line): Line | undefined =>
    line.pair === null ? undefined : this.lines.find((one) => one.event_ref_num === line.pair);

  row(id: string | null): Row | undefined {
    return id ? this.rows.find((row) => row.id === id || row.partner?.id === id) : undefined;
  }

  /**
   * Applies an answer of the server. A newer proposal never replaces one that somebody works on; it already has the holds
   * and edits of this one.
   */
  adopt(pending: Pending, inUse = false) {
    const lines = linesOfProposal(pending);
    const runId = pending.run?.run_id ?? null;
    if (this.runId && this.lines.length && runId !== this.runId && (this.steps.length || inUse)) {
      this.newer = pending;
      return;
    }
    if (runId === this.runId) this.#notice(lines);
    else this.#open(runId);
    // An answer that was requested before an edit does not include it.
    this.lines = lines.map((line) => {
      const mine = this.byId.get(line.id);
      return mine && (this.#own.has(line.id) || mine.version > line.version) ? mine : line;
    });
    this.rejected = rejectedIn(pending);
    this.planMoved = pending.stale.plan_moved;
    this.#learn();
  }

  openNewer() {
    const pending = this.newer;
    if (!pending) return;
    this.#open(pending.run?.run_id ?? null);
    this.lines = linesOfProposal(pending);
    this.rejected = rejectedIn(pending);
    this.planMoved = pending.stale.plan_moved;
    this.#learn();
  }

  #open(runId: string | null) {
    this.runId = runId;
    this.newer = null;
    this.steps = [];
    this.refused = [];
    this.#along.clear();
    this.#heard.clear();
    this.overruled = new Map();
    this.#since = undefined;
    if (this.approval && this.approval.runId !== runId) this.#keep(null);
  }

  /** Notes the lines that other people changed. */
  #notice(lines: Line[]) {
    const theirs = lines.filter((line) => {
      const mine = this.byId.get(line.id);
      return mine && line.version > mine.version && isOpen(line) && isOpen(mine) && !this.#own.has(line.id);
    });
    if (!theirs.length) return;
    for (const line of theirs) this.changed.add(line.id);
    setTimeout(() => theirs.forEach((line) => this.changed.delete(line.id)), 4000);
    toast(
      theirs.length === 1
        ? 'Somebody else changed an event of this proposal.'
        : `Somebody else changed ${theirs.length} events of this proposal.`,
    );
  }

  #replace(line: Line) {
    this.lines = this.lines.map((old) => (old.id === line.id ? line : old));
  }

  #show(changes: Map<string, Partial<Line>>) {
    this.lines = this.lines.map((line) => {
      const shown = changes.get(line.id);
      return shown ? { ...line, ...shown } : line;
    });
  }

  /** Shows changes at once and sends them, a few at a time; reverts those that the server refuses. */
  async #put(changes: Change[]): Promise<boolean> {
    const before = new Map(changes.map(({ id }) => [id, this.byId.get(id)]));
    for (const { id } of changes) this.#own.set(id, (this.#own.get(id) ?? 0) + 1);
    this.#show(new Map(changes.map(({ id, shown }) => [id, shown])));
    const waiting = [...changes];
    let done = true;
    const work = async () => {
      for (let change = waiting.shift(); change; change = waiting.shift()) {
        const line = before.get(change.id);
        if (line) done = (await this.#inOrder(change, line)) && done;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return done;
  }

  /** Sends changes of one line one after the other, because each names the version that the one before made. */
  #inOrder(change: Change, before: Line): Promise<boolean> {
    const run = (this.#queues.get(change.id) ?? Promise.resolve(true)).then(() => this.#sendEdit(change.id, change.edit, before));
    this.#queues.set(change.id, run);
    return run.finally(() => {
      const left = (this.#own.get(change.id) ?? 1) - 1;
      if (left) this.#own.set(change.id, left);
      else this.#own.delete(change.id);
      this.#learn();
    });
  }

  async #sendEdit(id: string, edit: Omit<Edit, 'version'>, before: Line): Promise<boolean> {
    try {
      await this.#edit(id, edit, before);
      return true;
    } catch (error) {
      this.#show(new Map([[id, before]]));
      if (error instanceof ApiError && error.code === 'STALE_VERSION') this.#conflict(id, edit);
      else toast(told(error));
      return false;
    }
  }

  async #edit(id: string, edit: Omit<Edit, 'version'>, before: Line) {
    const version = this.byId.get(id)?.version ?? before.version;
    const { updated_schedule: line, also_changed, overridden } = await api.edit(id, { ...edit, version });
    if (edit.employee_id) this.#wentAlong(line, also_changed);
    this.#heardOf(before, line, also_changed, overridden);
    if ((this.#own.get(id) ?? 0) <= 1) this.#replace(line);
    else this.#show(new Map([[id, { version: line.version }]]));
    this.#merge(also_changed);
    if (edit.revert) await this.#bringBack(id);
  }

  /** Records the effect of an edit on other lines, for the message and for undo. */
  #wentAlong(line: Line, along: Line[]) {
    this.#along.set(line.id, new Set([...(this.#along.get(line.id) ?? []), ...along.map((one) => one.id)]));
    const partner = along.find((one) => one.event_ref_num === line.pair);
    const others = along.filter((one) => one !== partner);
    const lost = others.filter((one) => !isSendable(one)).length;
    const words = [
      partner ? `Its ${eventType(partner.event_type).label} ${isSendable(partner) ? 'goes along' : 'loses its place'}.` : '',
      others.length
        ? `${count(others.length, 'other event')} changed along with it${lost ? `, ${lost} ${lost === 1 ? 'has' : 'have'} no place now` : ''}.`
        : '',
    ].filter(Boolean);
    if (words.length) this.#news.set(line.id, words.join(' '));
  }

  /** Records the rules that an edit breaks. If it breaks none, and its lines broke none before, nothing needs to be read. */
  #heardOf(before: Line, line: Line, along: Line[], broken: BrokenRule[]) {
    if (broken.length) this.#heard.set(line.id, new Map(broken.map(({ rule, words }) => [rule, words])));
    const kept = [before, ...along.flatMap(({ id }) => this.byId.get(id) ?? [])].every(
      (one) => !mayBreak(one) || this.overruled.get(one.id)?.rules.length === 0,
    );
    if (broken.length || !kept) return;
    this.#know([line, ...along].map(({ id, version }) => [id, { version, rules: [], why: '' }]));
  }

  #know(found: [string, Overruled][]) {
    this.overruled = new Map([...this.overruled, ...found]);
  }

  /** Whether it is known which rules a line breaks; for a sent line they no longer change. */
  #isKnown(line: Line): boolean {
    const known = this.overruled.get(line.id);
    return !!known && (known.version >= line.version || !isOpen(line));
  }

  /** Reads which rules the edited lines break, which a list of lines does not contain. */
  #learn() {
    for (const line of this.lines) {
      if (!mayBreak(line) || this.#isKnown(line) || this.#own.has(line.id) || this.#learning.has(line.id)) continue;
      this.#learning.add(line.id);
      void api
        .line(line.id)
        .then(({ version, overridden }) =>
          this.#know([[line.id, { version, rules: overridden?.rules ?? [], why: overridden?.reason ?? '' }]]),
        )
        .catch(() => undefined)
        .finally(() => this.#learning.delete(line.id));
    }
  }

  /** Reverts a line together with the lines that its edits changed. */
  async #bringBack(id: string) {
    const along = [...(this.#along.get(id) ?? [])]
      .flatMap((one) => this.byId.get(one) ?? [])
      .filter((one) => isOpen(one) && (one.original || !isSendable(one)));
    this.#along.delete(id);
    await this.#put(along.map((line) => ({ id: line.id, edit: { revert: true }, shown: {} })));
  }

  /** Another person was faster: shows their version, with a button to apply this edit again. */
  #conflict(id: string, edit: Omit<Edit, 'version'>) {
    void api.line(id).then((line) => {
      this.#replace(line);
      toast(
        'Somebody else changed this event first. Theirs is shown.',
        { label: 'Use mine', run: () => void this.#put([{ id, edit, shown: {} }]) },
        10_000,
      );
    });
  }

  async hold(rows: Row[], on: boolean, label: string) {
    const lines = rows.map((row) => row.line).filter((line) => isOpen(line) && isSendable(line) && line.held !== on);
    if (!lines.length) return;
    const before = new Set(this.held.keys());
    const step = this.#step(
      label,
      lines.map((line) => ({ id: line.id, edit: { held: line.held }, shown: { held: line.held } })),
    );
    const sent = this.#put(lines.map((line) => ({ id: line.id, edit: { held: on }, shown: { held: on } })));
    const named = new Set(rows.flatMap((row) => linesOf(row).map((line) => line.id)));
    if (on) this.#tellDependants(step, before, named);
    await sent;
  }

  #tellDependants(step: Step, before: Set<string>, named: Set<string>) {
    const also = this.placed.filter((row) => this.held.has(row.id) && !before.has(row.id) && !named.has(row.id));
    if (!also.length) return;
    const what = also.length === 1 ? also[0].title : `${also.length} decisions`;
    this.#tell(step, `Also held back ${what}: ${also.length === 1 ? 'it needs' : 'they need'} that place`);
  }

  /** With a reason, broken rules are overridden. */
  async change(row: Row, choice: Choice, reason?: string) {
    const { line } = row;
    const partner = this.partnerOf(line);
    const then = partner && canChange(partner) ? [this.#wayBack(partner)] : [];
    const step = this.#step(`${row.title} to ${firstName(choice.employee_name)}`, [this.#wayBack(line)], then);
    const words = `${row.title} goes to ${choice.employee_name}`;
    this.#tell(step, words);
    // Only a date: the server sets the start by the rulebook.
    const edit = { employee_id: choice.employee_id, schedule_datetime: choice.date, ...(reason ? { override: { reason } } : {}) };
    const same = line.schedule_datetime?.startsWith(choice.date);
    const at = same ? line.schedule_datetime : (choice.start ?? `${choice.date}T00:00:00`);
    const shown: Partial<Line> = {
      employee_id: choice.employee_id,
      employee_name: choice.employee_name,
      schedule_datetime: at,
      block: same ? line.block : null,
      status: 'user_edited',
      original: line.original ?? placeOf(line),
    };
    this.#news.delete(line.id);
    const done = await this.#put([{ id: line.id, edit, shown }]);
    const news = [this.#news.get(line.id), line.status === 'api_failed' ? 'It is sent when you approve again.' : ''].filter(Boolean);
    if (!done) this.#forget(step);
    else if (news.length && this.steps.includes(step)) this.#tell(step, `${words}. ${news.join(' ')}`);
    return done;
  }

  /** Removes rejected lines from the screen. */
  drop(ids: string[]) {
    this.lines = this.lines.filter((line) => !ids.includes(line.id));
    this.rejected += ids.length;
  }

  /** Takes back one decision about an event. */
  async takeBack(row: Row, { line, kind, back, whyNot }: Decided) {
    if (kind === 'wish' && row.line.id === line.id && !whyNot) return this.putBack(row);
    if (kind === 'held') this.#step(`put back ${row.title}`, [{ id: line.id, edit: { held: true }, shown: { held: true } }]);
    await this.#put([{ id: line.id, edit: back, shown: kind === 'held' ? { held: false } : {} }]);
  }

  /** Reverts a line and its partner to where the run placed them, the leading one first. */
  async putBack(row: Row) {
    const unit = [row.line, this.partnerOf(row.line)].filter((line) => line !== undefined && canChange(line) && isEdited(line)) as Line[];
    if (!unit.some((line) => line.id === row.id)) unit.push(row.line);
    unit.sort((a, b) => Number(follows(a)) - Number(follows(b)));
    const placed = unit.filter((line) => isSendable(line));
    if (placed.length) this.#step(`put back ${row.title}`, placed.slice(0, 1).map(this.#askAgain), placed.slice(1).map(this.#askAgain));
    for (const line of unit) {
      const now = this.byId.get(line.id);
      const shown = now && isEdited(now) ? this.#asProposed(now) : {};
      if (!(await this.#put([{ id: line.id, edit: { revert: true }, shown }]))) break;
    }
  }

  #asProposed(line: Line): Partial<Line> {
    const first = line.original;
    const place = first ?? { employee_id: null, employee_name: null, schedule_datetime: null, block: null };
    return { ...place, original: null, status: 'proposed' };
  }

  /** The change that returns a line to its current state. */
  #wayBack = (line: Line): Change =>
    (isEdited(line) || isAsked(line)) && isSendable(line)
      ? this.#askAgain(line)
      : { id: line.id, edit: { revert: true }, shown: placeShown(line) };

  #askAgain = (line: Line): Change => {
    const { employee_id, schedule_datetime } = line;
    if (!employee_id || !schedule_datetime) return { id: line.id, edit: { revert: true }, shown: placeShown(line) };
    const known = this.overruled.get(line.id);
    const override = known?.rules.length ? { override: { reason: known.why } } : {};
    return { id: line.id, edit: { employee_id, schedule_datetime: dayOf(schedule_datetime), ...override }, shown: placeShown(line) };
  };

  #step(label: string, back: Change[], then: Change[] = []): Step {
    const touched = new Set([...back, ...then].map(({ id }) => id));
    // Older messages lose their undo button, so that steps are undone in order.
    for (const step of this.steps)
      if (step.toast !== undefined && [...step.back, ...step.then].some(({ id }) => touched.has(id))) dismiss(step.toast);
    const step: Step = { label, back, then };
    this.steps = [...this.steps, step];
    return step;
  }

  /** Shows a message for a step, with undo; replaces its earlier message. */
  #tell(step: Step, text: string) {
    if (step.toast !== undefined) dismiss(step.toast);
    step.toast = toast(text, { label: 'Undo', run: () => this.#undo(step) });
  }

  /** Removes a step that the server refused. */
  #forget(step: Step) {
    this.steps = this.steps.filter((one) => one !== step);
    if (step.toast !== undefined) dismiss(step.toast);
  }

  undo = () => this.#undo(this.steps.at(-1));

  #undo(step: Step | undefined) {
    if (!step || !this.editable || !this.steps.includes(step)) return;
    this.#forget(step);
    toast(`Undone: ${step.label}`, undefined, 2500);
    void this.#put(step.back).then(async (done) => {
      const left = step.then.filter(({ id, shown }) => !isAt(this.byId.get(id), shown));
      if (done && left.length) await this.#put(left);
    });
  }

  /** A dry run of Approve. */
  async tryApprove(): Promise<Approved> {
    await Promise.all(this.#queues.values());
    return api.approve({ run_id: this.runId ?? '', dry_run: true });
  }

  async approve(): Promise<boolean> {
    this.busy = true;
    try {
      await Promise.all(this.#queues.values());
      const answer = await api.approve({ run_id: this.runId ?? '' });
      this.refused = answer.refused.map(({ line, reason }) => ({ line, text: withTitles(reason) }));
      if (answer.approval_id && (answer.queued || answer.left))
        this.#keep({ id: answer.approval_id, runId: this.runId ?? '', until: Date.now() + RECALL_MS });
      this.now = Date.now();
      this.steps = [];
      await this.poll();
      return true;
    } catch (error) {
      toast(told(error));
      return false;
    } finally {
      this.busy = false;
    }
  }

  async recall() {
    if (!this.approval) return;
    this.busy = true;
    try {
      const answer = await api.recall(this.approval.id);
      this.#keep(null);
      await this.poll();
      toast(recalledWords(answer));
    } catch (error) {
      toast(told(error));
    } finally {
      this.busy = false;
    }
  }

  #keep(approval: Approval | null) {
    this.approval = approval;
    rememberDraft(APPROVAL, approval);
  }

  /** Polls for changes; concurrent callers share one request. */
  poll(): Promise<void> {
    return (this.#polling ??= this.#look().finally(() => (this.#polling = null)));
  }

  async #look() {
    if (!this.runId) return;
    const found = await api.status(this.runId, this.#since ?? 'all');
    if (found.run_id !== this.runId) return;
    this.#since = found.cursor;
    this.#merge(found.lines ?? []);
  }

  #merge(lines: Line[]) {
    if (!lines.length) return;
    const news = new Map(lines.filter((line) => !this.#own.has(line.id)).map((line) => [line.id, line]));
    this.lines = this.lines.map((line) => {
      const found = news.get(line.id);
      return found && found.version >= line.version ? found : line;
    });
    this.#learn();
  }

  /** How long to wait before the next poll; null if nothing can change. */
  nextPoll(hidden: boolean): number | null {
    return askAgainIn(this.phase, this.counts, hidden);
  }
}
