/** Reverts lines to the places where the run put them: if another edited line is in the way of one, both together. */
import type { BrokenRule, Line } from '../api-types';
import { listed } from '../numbers';
import type { Toast } from '../toast.svelte';
import { asProposed, type LineChange } from './line-changes';
import { type Failure, type LineEdits, tellFailures } from './line-edits';
import { canChange, follows, hasLostPlace, isEdited, isOpen, isSendable, titleOfLine } from './rows';
import type { ShownLines } from './shown-lines.svelte';
import type { Step, Steps } from './steps.svelte';

/** What `PutBack` needs from a review. */
export interface PutBackContext {
  lines: ShownLines;
  edits: LineEdits;
  steps: Steps;
  partnerOf: (line: Line) => Line | undefined;
  /** The change that restores the line's current state later, for undo. */
  undoChange: (line: Line) => LineChange;
  /** If the change of a line made another line's override unnecessary, lets the undo of the step break the same rules again. */
  keepOverride: (step: Step, id: string) => void;
}

export class PutBack {
  constructor(private readonly context: PutBackContext) {}

  /** Reverts a line and its partner. */
  async line(line: Line) {
    const unit = this.#unitOf(line);
    const undoChanges = unit.filter(hasState).map(this.context.undoChange);
    const { notReverted, failures } = await this.#revert(`put back ${titleOfLine(line)}`, unit, undoChanges);
    this.#tell(failures, notReverted, unit);
  }

  /** If a line cannot go back because of another line that was edited: the action that puts back both. */
  offer({ id, edit }: LineChange, broken: BrokenRule[]): Toast['action'] {
    const line = this.context.lines.byId.get(id);
    if (!line || !edit.revert || edit.override) return undefined;
    const own = [line.event_ref_num, line.pair];
    // Every broken rule must involve the other line. Otherwise the override would also allow rules that nobody was asked about.
    const isInTheWay = ({ event_ref_num: ref }: Line) =>
      !own.includes(ref) && broken.length > 0 && broken.every((one) => one.event_ref_nums.includes(ref));
    const other = this.context.lines.all.find((one) => isInTheWay(one) && isOpen(one) && isEdited(one));
    return other && { label: 'Put back both', run: () => void this.#both(id, other.id) };
  }

  /** Reverts two lines with their partners. The first may break rules until the second is back; if that fails, neither goes back. */
  async #both(...ids: [string, string]) {
    const [line, other] = ids.map((id) => this.context.lines.byId.get(id));
    if (!line || !other) return;
    const [first, second] = [this.#unitOf(line), this.#unitOf(other)];
    const override = { reason: `put back at the same time as ${titleOfLine(other)}` };
    // An override that the change already has is kept.
    const allowed = ({ edit, ...change }: LineChange): LineChange => ({ ...change, edit: { override, ...edit } });
    const undoChanges = [
      ...first.filter(hasState).map((one) => allowed(this.context.undoChange(one))),
      ...second.filter(hasState).map(this.context.undoChange),
    ];
    const label = `put back ${titleOfLine(line)} and ${titleOfLine(other)}`;
    const overrides = new Map(first.map(({ id }) => [id, override]));
    const { step, notReverted, failures } = await this.#revert(label, [...first, ...second], undoChanges, overrides);
    // A line was refused: those that are already reverted get their edits back, and there is nothing to undo.
    if (notReverted.size && step) {
      this.context.steps.remove(step);
      for (const change of undoChanges)
        if (!notReverted.has(change.id) && !(await this.context.edits.put([change])).size) notReverted.add(change.id);
    }
    this.#tell(failures, notReverted, [...first, ...second]);
  }

  /** The lines that go back together. The line that the other follows comes first. */
  #unitOf(line: Line): Line[] {
    const pair = [line, this.context.partnerOf(line)].filter((one) => one !== undefined);
    const unit = pair.filter((one) => one.id === line.id || (canChange(one) && isEdited(one)));
    return unit.sort((a, b) => Number(follows(a)) - Number(follows(b)));
  }

  /**
   * Reverts lines one after the other, up to the first that is refused, as one step. The last changes undo it: the first of them at once,
   * the others after it. Returns the step, the ids of the lines that were not reverted, and why.
   */
  async #revert(label: string, lines: Line[], [first, ...then]: LineChange[], overrides = new Map<string, { reason: string }>()) {
    const { edits, steps } = this.context;
    const step = first && steps.add(label, [first], then);
    const notReverted = new Set(lines.map(({ id }) => id));
    const failures: Failure[] = [];
    for (const { id } of lines) {
      const now = this.context.lines.byId.get(id);
      const override = overrides.get(id);
      const edit = { revert: true, ...(override ? { override } : {}) };
      const change = { id, edit, shown: now && isEdited(now) ? asProposed(now) : {} };
      const failed = await edits.put([change], (one) => failures.push(one));
      if (failed.size) break;
      notReverted.delete(id);
      if (step) this.context.keepOverride(step, id);
    }
    if (step) steps.withdraw(step, notReverted);
    return { step, notReverted, failures };
  }

  #tell(failures: Failure[], notReverted: Set<string>, lines: Line[]) {
    const left = lines.filter(({ id }) => notReverted.has(id)).map(titleOfLine);
    const isNothing = left.length === lines.length;
    tellFailures(failures, isNothing ? 'Nothing was put back.' : `${listed(left)} ${left.length === 1 ? 'was' : 'were'} not put back.`);
  }
}

/** Whether a line has a state that an undo can return it to. */
const hasState = (line: Line) => isSendable(line) || hasLostPlace(line);
