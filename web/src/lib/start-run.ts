import { api, ApiError } from './api';
import { refresh } from './queries';
import { errorWords, toast } from './toast.svelte';

/** Starts a run and returns its id, or the id of the run that is already open; null if that failed, which a toast says. */
export async function startRun(emergency = false): Promise<string | null> {
  let runId: string | null = null;
  try {
    runId = (await api.run(emergency)).run_id;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'RUN_OPEN') runId = (error.details.run_id as string | undefined) ?? null;
    else toast(errorWords(error));
  }
  await refresh('dashboard', 'runs');
  return runId;
}
