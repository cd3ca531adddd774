/** Begins the trials of "what if" questions, shows adopted plans, and undoes adoptions. */
import type { PlanDifference, TrialChange } from './api-types';
import { api, ApiError } from './api';
import { clockOf, toLocal } from './dates';
import { count, listed } from './numbers';
import { readAfterRun } from './queries';
import { currentReview } from './review/context';
import { putBackAll } from './review/unadopt';
import { session } from './session.svelte';
import { errorWords, toast } from './toast.svelte';
import { written } from './what-if';

/** The address of a comparison. It contains the question, so that it can be asked again when the trial is gone. */
const compareAddress = (id: string, change: TrialChange) => `#/compare/${id}?${new URLSearchParams({ ask: written(change) }).toString()}`;

/**
 * Begins a trial of the current plan and opens its comparison, unless nobody waits for it any longer. Returns an empty text, or why the
 * trial could not begin.
 */
export async function ask(change: TrialChange, isWaiting: () => boolean): Promise<string> {
  try {
    const { trial_id } = await api.beginTrial({ base: 'now', change });
    if (isWaiting()) location.hash = compareAddress(trial_id, change);
    return '';
  } catch (error) {
    return trialRefusalWords(error);
  }
}

/** Why a trial was refused, in words. */
export function trialRefusalWords(error: unknown): string {
  if (error instanceof ApiError && error.code === 'TOO_MANY_TRIALS') {
    const next = typeof error.details.next_at === 'string' ? clockOf(toLocal(error.details.next_at, session.zone)) : '';
    return `Too many trials were begun within the hour. ${next ? `Try again at ${next}.` : 'Try again later.'}`;
  }
  return (error instanceof ApiError && error.code === 'INVALID_CHANGE' && goneWords(error.details.faults)) || errorWords(error);
}

/** What a question names that the club has no longer, by the faults of its change; empty if none is about that. */
function goneWords(faults: unknown): string {
  const paths = Array.isArray(faults) ? faults.map(({ path }: { path?: unknown }) => String(path)) : [];
  const isNamed = (member: string) => paths.some((path) => path.endsWith(member));
  const gone = [
    ...(isNamed('].ref') ? ['an event that is neither open nor posted any more'] : []),
    ...(isNamed('.employee_id') ? ['a person who is no longer in the team'] : []),
  ];
  return gone.length ? `The question names ${listed(gone)}. Leave that out, then try again.` : '';
}

const UNDO_MS = 10_000;

/** After an adoption, opens the new proposal and offers to undo the adoption for ten seconds. */
export async function showAdopted(runId: string, lines: PlanDifference[]) {
  // A failure to show the adopted plan is ignored here: Review reads the plan again, and says if that fails.
  await openNewest().catch(() => undefined);
  toast(
    `${count(lines.length, 'event')} ${lines.length === 1 ? 'is' : 'are'} edited as in the comparison. Nothing is sent before you approve.`,
    { label: 'Undo', run: () => void undo(runId, lines) },
    UNDO_MS,
  );
}

async function openNewest() {
  await readAfterRun();
  const review = currentReview();
  review.adopt(await api.pending());
  review.openNewer();
}

async function undo(runId: string, lines: PlanDifference[]) {
  toast('Putting it back', undefined, 2500);
  try {
    const left = await putBackAll(runId, lines, await api.pending(), async (line, edit) => {
      const done = await api.edit(line, edit);
      currentReview().takeOwn([done.updated_schedule, ...done.also_changed]);
      return done;
    });
    const { length } = left;
    toast(
      length
        ? `${count(length, 'event')} could not be put back and ${length === 1 ? 'stays' : 'stay'} as adopted.`
        : `Undone: ${count(lines.length, 'event')} ${lines.length === 1 ? 'is' : 'are'} as before.`,
    );
  } catch (error) {
    toast(`Some events may not be back at their places. ${errorWords(error)}`);
  }
  await openNewest().catch(() => undefined);
}
