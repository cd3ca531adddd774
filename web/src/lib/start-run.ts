import { api, ApiError } from './api';
import { refresh } from './queries';
import { toast, told } from './toast.svelte';

/** Asks for a run and says which one works; one that is open already is as good. */
export async function startRun(emergency = false): Promise<string | null> {
  let runId: string | null = null;
  try {
    runId = (await api.run(emergency)).run_id;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'RUN_OPEN') runId = (error.details.run_id as string | undefined) ?? null;
    else toast(told(error));
  }
  await refresh('dashboard', 'runs');
  return runId;
}
