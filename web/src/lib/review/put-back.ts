/** Puts lines back where the run put them. Of two lines that hold each other's place, neither goes back alone: both go together. */
import type { BrokenRule, Line } from '../api-types';
import type { Toast } from '../toast.svelte';
import { asProposed, type LineChange } from './line-changes';
import type { LineEdits } from './line-edits';
import { canChange, follows, hasLostPlace, isEdited, isOpen, isSendable, titleOfLine } from './rows';
import type { ShownLines } from './shown-lines.svelte';
import type { Step, Steps } from './steps.svelte';

/** What `PutBack` needs from a review. */
export interface PuttingBack {
  lines: ShownLines;
  edits: LineEdits;
  steps: Steps;
  partnerOf: (line: Line) => Line | undefined;
  /** The change that returns a line to its current state. */
  requestAgain: (line: Line) => LineChange;
  /** Lets the undo of a step break a rule again that a change of a line in it has made whole. */
  keepOverride: (step: Step, id: string) => void;
}

export class PutBack {
  constructor(private readonly of: PuttingBack) {}

  /** Reverts a line and its partner. */
  async line(line: Line) {
    const unit = this.#unitOf(line);
    await this.#revert(`put back ${titleOfLine(line)}`, unit, unit.filter(hasState).map(this.of.requestAgain));
  }

  /** If a line cannot go back because of another line that was edited: the action that puts back both. */
  offer({ id, edit }: LineChange, broken: BrokenRule[]): Toast['action'] {
    const line = this.of.lines.byId.get(id);
    if (!line || !edit.revert || edit.override) return undefined;
    const own = [line.event_ref_num, line.pair];
    // Every broken rule must be about the other line: any other rule would be set aside without a question.
    const isInTheWay = ({ event_ref_num: ref }: Line) =>
      !own.includes(ref) && broken.length > 0 && broken.every((one) => one.event_ref_nums.includes(ref));
    const other = this.of.lines.all.find((one) => isInTheWay(one) && isOpen(one) && isEdited(one));
    return other && { label: 'Put back both', run: () => void this.#both(id, other.id) };
  }

  /** Reverts two lines with their partners. The first may break rules until the second is back; if that fails, neither goes back. */
  async #both(...ids: [string, string]) {
    const [line, other] = ids.map((id) => this.of.lines.byId.get(id));
    if (!line || !other) return;
    const [first, second] = [this.#unitOf(line), this.#unitOf(other)];
    const override = { reason: `put back together with ${titleOfLine(other)}` };
    const allowed = ({ edit, ...change }: LineChange): LineChange => ({ ...change, edit: { override, ...edit } });
    const back = [
      ...first.filter(hasState).map((one) => allowed(this.of.requestAgain(one))),
      ...second.filter(hasState).map(this.of.requestAgain),
    ];
    const label = `put back ${titleOfLine(line)} and ${titleOfLine(other)}`;
    const overrides = new Map(first.map(({ id }) => [id, override]));
    const { step, left } = await this.#revert(label, [...first, ...second], back, overrides);
    if (!left.size || !step) return;
    this.of.steps.remove(step);
    for (const change of back) if (!left.has(change.id)) await this.of.edits.put([change]);
  }

  /** The lines that go back together. The line that the other follows comes first. */
  #unitOf(line: Line): Line[] {
    const pair = [line, this.of.partnerOf(line)].filter((one) => one !== undefined);
    const unit = pair.filter((one) => one.id === line.id || (canChange(one) && isEdited(one)));
    return unit.sort((a, b) => Number(follows(a)) - Number(follows(b)));
  }

  /** Reverts lines one after the other, up to the first that is refused, in one step that `back` undoes. Returns the lines that are left. */
  async #revert(label: string, lines: Line[], [first, ...then]: LineChange[], overrides = new Map<string, { reason: string }>()) {
    const { edits, steps } = this.of;
    const step = first && steps.add(label, [first], then);
    const left = new Set(lines.map(({ id }) => id));
    for (const { id } of lines) {
      const now = this.of.lines.byId.get(id);
      const override = overrides.get(id);
      const edit = { revert: true, ...(override ? { override } : {}) };
      const failed = await edits.put([{ id, edit, shown: now && isEdited(now) ? asProposed(now) : {} }]);
      if (failed.size) break;
      left.delete(id);
      if (step) this.of.keepOverride(step, id);
    }
    if (step) steps.withdraw(step, left);
    return { step, left };
  }
}

/** Whether a line has a state that an undo can return it to. */
const hasState = (line: Line) => isSendable(line) || hasLostPlace(line);
