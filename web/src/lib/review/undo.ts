/** Undoes a step, or says what was not undone and why. */
import { dismiss, toast } from '../toast.svelte';
import { isAt, type LineChange } from './line-changes';
import { type Failure, type LineEdits, tellFailures } from './line-edits';
import type { ShownLines } from './shown-lines.svelte';
import type { Step, Steps } from './steps.svelte';

/** What an undo needs from a review. */
export interface UndoContext {
  lines: ShownLines;
  edits: LineEdits;
  steps: Steps;
}

/** Whether a change would return a line to the place where the run put it, and the line is already there without anybody's doing. */
function changesNothing({ id, edit, shown }: LineChange, lines: ShownLines): boolean {
  const line = lines.byId.get(id);
  return !!line && !!edit.revert && isAt(line, shown) && !line.original && !line.overridden && !line.decision?.wish;
}

/** Undoes a step. If a change fails, the step stays with what is left of it, unless the lines are no longer as the step left them. */
export async function undo(step: Step, { lines, edits, steps }: UndoContext): Promise<void> {
  steps.remove(step);
  const shown = [...step.back, ...step.then].filter(({ id }) => lines.byId.has(id));
  if (shown.every((change) => changesNothing(change, lines))) {
    toast(`Nothing is left to undo of “${step.label}”: it is ${shown.length ? 'as it was before' : 'not in this proposal any more'}.`);
    return;
  }
  const message = toast(`Undone: ${step.label}`, undefined, 2500);
  const failures: Failure[] = [];
  const put = (changes: LineChange[]) => edits.put(changes, (one) => failures.push(one));
  let [now, then] = [step.back, step.then];
  let failed = await put(now);
  // One after the other, because each may restore the next one too.
  while (!failed.size && then.length) {
    [now, then] = [then.slice(0, 1), then.slice(1)];
    if (!isAt(lines.byId.get(now[0].id), now[0].shown)) failed = await put(now);
  }
  if (!failed.size) return;
  dismiss(message);
  const isNothing = now === step.back && failed.size === now.length;
  const left = now.filter(({ id }) => failed.has(id) && edits.mayPass(id));
  if (left.length) {
    [step.back, step.then] = [left, then];
    steps.restore(step);
  }
  // A step that is refused again and again would be in the way of the earlier ones.
  const skip =
    left.length && failures.every(({ isCertain }) => isCertain) ? { label: 'Skip it', run: () => steps.remove(step) } : undefined;
  tellFailures(failures, isNothing ? 'Nothing was undone.' : 'Not everything was undone.', skip);
}
