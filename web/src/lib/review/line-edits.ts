/** Sends edits of lines: they are shown at once, sent in order, and reverted if the server refuses them. */
import type { BrokenRule, Edit, Line } from '../api-types';
import { api, ApiError } from '../api';
import { clockOf, dayOf, spokenDay } from '../dates';
import { brokenIn } from '../broken';
import { withTitles } from '../event-name';
import { eventType } from '../event-types';
import { capital, count } from '../numbers';
import { invalidate } from '../queries';
import { errorWords, type Toast, toast } from '../toast.svelte';
import { firstName } from '../words';
import { type Allowance, isAt, type LineChange } from './line-changes';
import { isEdited, isOpen, isSendable, titleOfLine } from './rows';
import type { ShownLines } from './shown-lines.svelte';

/** Maximum edits of different lines under way at once. */
const AT_ONCE = 6;

/** Maximum effects on other events, or reasons of failures, that one message names. */
const MAX_NAMED = 2;

/** Why a change was not made, and what can be done about it. */
export interface Failure {
  text: string;
  action?: Toast['action'];
  /** Whether the change was certainly not made. */
  isCertain: boolean;
  /** How long its message is shown, in milliseconds. */
  ms?: number;
}

/**
 * Shows one message for changes that failed together. `notDone` says what was not done; it is left out if that is not certain. `action` is
 * offered if no failure has an action of its own.
 */
export function tellFailures(failures: Failure[], notDone: string, action?: Toast['action']) {
  if (!failures.length) return;
  const reasons = [...new Set(failures.map(({ text }) => text))].slice(0, MAX_NAMED);
  const words = failures.every(({ isCertain }) => isCertain) ? [notDone, ...reasons].filter(Boolean) : reasons;
  toast(words.join(' '), failures.find((one) => one.action)?.action ?? action, failures.find(({ ms }) => ms)?.ms);
}

export class LineEdits {
  /** By line: the number of edits of the line that are under way. */
  #underWay = new Map<string, number>();
  /** By line: the other lines that edits of the line moved. */
  #alsoChanged = new Map<string, Set<string>>();
  /** By line: the effect of the line's last edit on other lines, in words. */
  #effects = new Map<string, string>();
  /** By line and rule: the server's text for a rule that was overridden in this tab. */
  #ruleTexts = new Map<string, Map<string, string>>();
  /** By line: the override that another line lost, because this line's last edit made it unnecessary. */
  #lostOverrides = new Map<string, Allowance>();
  /** Lines whose last change was not made, but may be made later: nothing is in its way but a rule or the connection. */
  #mayPass = new Set<string>();
  #queues = new Map<string, Promise<boolean>>();

  constructor(
    private readonly lines: ShownLines,
    /** Makes a change again that somebody else's change of the line had prevented. */
    private readonly repeat: (change: LineChange) => void,
    /** What the message offers if a change was refused because of these rules. */
    private readonly offer: (change: LineChange, broken: BrokenRule[]) => Toast['action'],
    /** Removes lines from the screen that somebody has rejected. */
    private readonly drop: (ids: string[]) => void,
  ) {}

  isUnderWay = (id: string): boolean => this.#underWay.has(id);
  /** Waits for all edits that are under way, also those that are not sent yet. */
  async settled() {
    while (this.#underWay.size) {
      await Promise.all(this.#queues.values());
      await new Promise((next) => setTimeout(next));
    }
  }

  /** Call when another proposal is shown: forgets the other lines that edits changed, and the texts of overridden rules. */
  clear() {
    this.#alsoChanged.clear();
    this.#ruleTexts.clear();
  }

  ruleTexts = (id: string): Map<string, string> | undefined => this.#ruleTexts.get(id);
  lostOverride = (id: string): Allowance | undefined => this.#lostOverrides.get(id);
  mayPass = (id: string): boolean => this.#mayPass.has(id);

  forgetEffect(id: string) {
    this.#effects.delete(id);
  }
  effectOf = (id: string): string | undefined => this.#effects.get(id);

  /**
   * Shows changes at once and sends them, a few at a time; reverts those that fail, and says why: by itself, or through `tell`. Changes of
   * lines that are not shown are left out. Returns the ids of the lines whose change failed.
   */
  async put(changes: LineChange[], tell = (failure: Failure) => tellFailures([failure], '')): Promise<Set<string>> {
    const waiting = changes.flatMap((change) => {
      const before = this.lines.byId.get(change.id);
      return before ? [{ change, before }] : [];
    });
    for (const { id } of changes) if (this.lines.byId.has(id)) this.#underWay.set(id, (this.#underWay.get(id) ?? 0) + 1);
    this.lines.show(new Map(changes.map(({ id, shown }) => [id, shown])));
    const failed = new Set<string>();
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift())
        if (!(await this.#inOrder(next.change, next.before, tell))) failed.add(next.change.id);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return failed;
  }

  /** Shows the lines of an answer, except those that are being edited. A rejected line is not shown any more. */
  merge(lines: Line[]) {
    if (!lines.length) return;
    this.lines.merge(lines.filter((line) => !this.#underWay.has(line.id) && !isRejected(line)));
    this.#dropRejected(lines);
  }

  #dropRejected(lines: Line[]) {
    const rejected = lines.filter((line) => isRejected(line) && this.lines.byId.has(line.id));
    // As the server has them: a line that was dropped says why it had failed.
    for (const line of rejected) this.lines.replace(line);
    if (rejected.length) this.drop(rejected.map(({ id }) => id));
  }

  /** Sends the changes of one line in order, because each request names the version from the answer before. */
  #inOrder(change: LineChange, before: Line, tell: (failure: Failure) => void): Promise<boolean> {
    const run = (this.#queues.get(change.id) ?? Promise.resolve(true)).then(() => this.#send(change, before, tell));
    this.#queues.set(change.id, run);
    return run.finally(() => {
      const left = (this.#underWay.get(change.id) ?? 1) - 1;
      if (left) this.#underWay.set(change.id, left);
      else this.#underWay.delete(change.id);
    });
  }

  async #send(change: LineChange, before: Line, tell: (failure: Failure) => void): Promise<boolean> {
    const { id } = change;
    this.#mayPass.delete(id);
    try {
      await this.#edit(change, before);
    } catch (error) {
      // An earlier edit of the line may have been accepted meanwhile: its version stays.
      const version = Math.max(before.version, this.lines.byId.get(id)?.version ?? 0);
      this.lines.show(new Map([[id, { ...before, version }]]));
      if (!isUnsure(error) || !(await this.#wasMade(change, version))) {
        tell(await this.#failure(error, change));
        return false;
      }
    }
    // It no longer waits in Submissions.
    if (before.status === 'api_failed') void invalidate('submissions', 'dashboard');
    if (change.edit.revert) await this.#revertOthers(id);
    return true;
  }

  async #failure(error: unknown, change: LineChange): Promise<Failure> {
    if (isUnsure(error)) return { text: errorWords(error), isCertain: false };
    if (error instanceof ApiError && error.code === 'STALE_VERSION') return this.#conflict(change);
    // The line is gone, or somebody has decided about it.
    if (error instanceof ApiError && error.status !== 404 && error.status !== 409) this.#mayPass.add(change.id);
    const broken = brokenIn(error);
    return {
      text: broken.length ? `${broken.map((one) => capital(withTitles(one.words))).join('; ')}.` : errorWords(error),
      action: this.offer(change, broken),
      isCertain: true,
    };
  }

  /** Reads the line after an error that does not say whether the change was made, and shows it. Returns whether the change was made. */
  async #wasMade(change: LineChange, version: number): Promise<boolean> {
    const { id } = change;
    const now = await api.line(id).catch(() => null);
    if (!now || now.version <= version) this.#mayPass.add(id);
    else if (isRejected(now)) this.#dropRejected([now]);
    else {
      this.lines.replace(now);
      if (!isAsWanted(now, change)) return false;
      await this.#readOthers(now);
      return true;
    }
    return false;
  }

  /**
   * Shows the partner of a line whose change was made without an answer, and the lines that its edits moved: the answer would have said
   * whether they followed.
   */
  async #readOthers({ id, pair }: Line) {
    const partners = pair === null ? [] : this.lines.all.filter((one) => one.event_ref_num === pair).map((one) => one.id);
    const others = new Set([...partners, ...(this.#alsoChanged.get(id) ?? [])]);
    const found = await Promise.all([...others].map((one) => api.line(one).catch(() => null)));
    this.merge(found.filter((one) => one !== null));
  }

  async #edit({ id, edit, allowance }: LineChange, before: Line) {
    const version = this.lines.byId.get(id)?.version ?? before.version;
    const send = (more: Partial<Edit> = {}) => api.edit(id, { ...edit, ...more, version });
    const {
      updated_schedule: line,
      also_changed,
      overridden,
    } = await send().catch((error: unknown) => {
      const broken = brokenIn(error);
      const isAllowed = allowance && broken.length && broken.every(({ rule }) => allowance.rules.includes(rule));
      if (!isAllowed) throw error;
      return send({ override: { reason: allowance.reason } });
    });
    if (edit.employee_id) this.#noteEffect(line, also_changed);
    if (overridden.length) this.#noteRuleTexts([line, ...also_changed], new Map(overridden.map(({ rule, words }) => [rule, words])));
    this.#noteLostOverride(id, also_changed);
    if ((this.#underWay.get(id) ?? 0) <= 1) this.lines.replace(line);
    else this.lines.show(new Map([[id, { version: line.version }]]));
    this.merge(also_changed);
  }

  /** Records the texts for the lines of an edit that were allowed to break the rules with it. */
  #noteRuleTexts([line, ...along]: Line[], texts: Map<string, string>) {
    const isWith = (one: Line) => !!one.overridden && one.overridden.at === line.overridden?.at;
    for (const one of [line, ...along.filter(isWith)]) this.#ruleTexts.set(one.id, texts);
  }

  /** Records whether an edit made the override of another line unnecessary: only with an override can the edit be undone. */
  #noteLostOverride(id: string, along: Line[]) {
    const before = along.map((line) => [this.lines.byId.get(line.id)?.overridden, line.overridden] as const);
    const lost = before.flatMap(([was, is]) => {
      const rules = (was?.rules ?? []).filter((rule) => !is?.rules.includes(rule));
      return was && rules.length ? { rules, reason: was.reason } : [];
    });
    if (lost.length) this.#lostOverrides.set(id, { rules: lost.flatMap(({ rules }) => rules), reason: lost[0].reason });
    else this.#lostOverrides.delete(id);
  }

  /** Records the effect of an edit on other lines, for the message and for undo. */
  #noteEffect(line: Line, along: Line[]) {
    // A line that a person had edited before does not go back with this one.
    const moved = along.filter((one) => {
      const before = this.lines.byId.get(one.id);
      return before && !isEdited(before) && !isAt(before, one);
    });
    this.#alsoChanged.set(line.id, new Set([...(this.#alsoChanged.get(line.id) ?? []), ...moved.map((one) => one.id)]));
    const partner = along.find((one) => one.event_ref_num === line.pair);
    const others = along.filter((one) => one !== partner);
    const effects = others.map((one) => effectWords(this.lines.byId.get(one.id), one)).filter(Boolean);
    const named = effects.length > MAX_NAMED ? [] : effects;
    const rest = others.length - named.length;
    const lost = named.length ? 0 : others.filter((one) => !isSendable(one)).length;
    const words = [
      partner ? `Its ${eventType(partner.event_type).label} ${isSendable(partner) ? 'goes along' : 'loses its place'}.` : '',
      ...named,
      rest
        ? `${count(rest, 'other event')} changed along with it${lost ? `, ${lost} ${lost === 1 ? 'has' : 'have'} no place now` : ''}.`
        : '',
    ].filter(Boolean);
    if (words.length) this.#effects.set(line.id, words.join(' '));
  }

  /** Reverts the lines that the edits of a line moved. */
  async #revertOthers(id: string) {
    const along = [...(this.#alsoChanged.get(id) ?? [])]
      .flatMap((one) => this.lines.byId.get(one) ?? [])
      .filter((one) => isOpen(one) && (one.original || !isSendable(one)));
    this.#alsoChanged.delete(id);
    await this.put(along.map((line) => ({ id: line.id, edit: { revert: true }, shown: {} })));
  }

  /** Another tab or person changed the line first: shows that version, and offers to make this change again. */
  #conflict(change: LineChange): Promise<Failure> {
    return api.line(change.id).then(
      (line): Failure => {
        if (isRejected(line)) {
          this.#dropRejected([line]);
          return { text: `Another tab or person ${line.given_up ? 'dropped' : 'rejected'} this event first.`, isCertain: true };
        }
        this.lines.replace(line);
        const action = { label: 'Use mine', run: () => this.repeat(change) };
        return { text: 'Another tab or person changed this event first. That change is shown.', action, isCertain: true, ms: 10_000 };
      },
      (error: unknown) => ({
        text: `Another tab or person changed this event first, and it cannot be read now. ${errorWords(error)}`,
        isCertain: true,
      }),
    );
  }
}

const isRejected = (line: Line) => line.status === 'rejected';

/** Whether an error does not say if the change was made: no answer came, or the server failed on the way. */
const isUnsure = (error: unknown) => !(error instanceof ApiError) || !error.status || error.status >= 500;

/** Whether a line is as a change wanted it. */
function isAsWanted(line: Line, { edit, shown }: LineChange): boolean {
  if (edit.held !== undefined) return line.held === edit.held;
  if (!edit.employee_id) return 'employee_id' in shown && isAt(line, shown);
  return line.employee_id === edit.employee_id && !!line.schedule_datetime?.startsWith(edit.schedule_datetime ?? '');
}

/** What an edit of another line changed about a line; empty if neither its person nor its start changed. */
function effectWords(before: Line | undefined, after: Line): string {
  const title = titleOfLine(after);
  if (!isSendable(after)) return `${title} has no place now.`;
  const at = after.schedule_datetime;
  if (!at || !before || isAt(before, after)) return '';
  const isStart = before.employee_id === after.employee_id && before.schedule_datetime && dayOf(before.schedule_datetime) === dayOf(at);
  return isStart
    ? `${firstName(after.employee_name)} starts ${title} at ${clockOf(at)} instead of ${clockOf(before.schedule_datetime ?? at)}.`
    : `${title} goes to ${after.employee_name}, ${spokenDay(dayOf(at))}, ${clockOf(at)}.`;
}
