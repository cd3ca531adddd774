import { api, ApiError } from './api';
import { readAfterRun } from './queries';
import { currentReview } from './review/context';
import { replacesWords } from './review/replacing';
import type { Phase } from './review/sending';
import { runQuestion } from './run-question.svelte';
import { errorWords, toast } from './toast.svelte';

/**
 * Why no run can be started now, in words; empty if one can. A run replaces the proposal whose sending the pages follow. A pause may be
 * long, so that a run can be started meanwhile.
 */
export function whyNoRun(phase: Phase | undefined, isPaused: boolean): string {
  if (phase === 'grace') return 'A run can be started when the time to recall is over.';
  return phase === 'sending' && !isPaused ? 'A run can be started when everything is sent.' : '';
}

/**
 * Starts a run and returns its id, or the id of the run that is already open; null if that failed, which a toast says. If it would replace
 * people's work or events on their way, it asks first; null too if the answer is no.
 */
export async function startRun(emergency = false): Promise<string | null> {
  if (!(await mayReplace())) return null;
  let runId: string | null = null;
  runQuestion.isStarting = true;
  try {
    runId = (await api.run(emergency)).run_id;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'RUN_OPEN') {
      runId = (error.details.run_id as string | undefined) ?? null;
      if (emergency) toast('Another run is under way already. Start this one after it, if it leaves days out.');
    } else toast(errorWords(error));
  }
  await readAfterRun().finally(() => (runQuestion.isStarting = false));
  return runId;
}

/** Asks what a run would replace, and asks again if that is something else by the time of the answer. */
async function mayReplace(): Promise<boolean> {
  for (let asked = ''; ;) {
    const { lines, outlook, counts } = currentReview();
    const replaced = replacesWords(lines, outlook.heldBack.length, counts);
    if (!replaced || replaced === asked) return true;
    if (!(await runQuestion.ask(replaced))) return false;
    asked = replaced;
  }
}
