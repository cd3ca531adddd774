/** The manager's actions on a proposal, to be undone in order. */
import { dismiss, toast } from '../toast.svelte';
import type { LineChange } from './line-changes';

/** One action of the manager, and the changes that undo it. */
export interface Step {
  label: string;
  back: LineChange[];
  /** Changes that are sent after `back`, for each line that is not restored by then. A partner is usually restored with its line. */
  then: LineChange[];
  /** The number of the toast that offers to undo the step. */
  toast?: number;
}

export class Steps {
  all = $state.raw<Step[]>([]);

  constructor(private readonly undo: (step: Step) => void) {}

  add(label: string, back: LineChange[], then: LineChange[] = []): Step {
    const touched = new Set([...back, ...then].map(({ id }) => id));
    // Older messages about the same lines disappear with their undo buttons, so that the steps of a line are undone in order.
    for (const step of this.all)
      if (step.toast !== undefined && [...step.back, ...step.then].some(({ id }) => touched.has(id))) dismiss(step.toast);
    const step: Step = { label, back, then };
    this.all = [...this.all, step];
    return step;
  }

  /** Shows a message for a step, with undo; replaces its earlier message. */
  announce(step: Step, text: string) {
    if (step.toast !== undefined) dismiss(step.toast);
    step.toast = toast(text, { label: 'Undo', run: () => this.undo(step) });
  }

  /** Takes the lines whose change failed out of a step, because there is nothing to undo; removes a step without lines. */
  withdraw(step: Step, failed: Set<string>) {
    const isDone = ({ id }: LineChange) => !failed.has(id);
    step.back = step.back.filter(isDone);
    step.then = step.then.filter(isDone);
    if (!step.back.length) this.remove(step);
  }

  /** Removes a step with its message. */
  remove(step: Step) {
    this.all = this.all.filter((one) => one !== step);
    if (step.toast !== undefined) dismiss(step.toast);
  }

  /** Puts back a step that was removed to be undone. */
  restore(step: Step) {
    this.all = [...this.all, step];
  }

  clear() {
    this.all = [];
  }
}
