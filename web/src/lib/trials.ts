/** Trials: begins and polls one, and puts the places of events in its plan into words. */
import type { PlanDifference, PlanSpot, Trial, TrialRequest } from './api-types';
import { api, ApiError } from './api';
import { clockOf, dayOf, spokenDay } from './dates';
import { eventName } from './event-name';
import { firstName } from './words';

/** Poll interval of a trial. */
export const LOOK_EVERY_MS = 400;
/** Maximum wait for a trial, which usually takes seconds. */
const LONGEST_MS = 120_000;

/** Begins a trial and polls it to its end. Rejects if it failed, is not ready in time, or was aborted. */
export async function tryOut(request: TrialRequest, signal?: AbortSignal): Promise<Trial> {
  const { trial_id } = await api.beginTrial(request);
  for (const end = Date.now() + LONGEST_MS; Date.now() < end;) {
    if (signal?.aborted) throw new ApiError(0, 'LEFT', 'Nobody waits for it any longer.');
    const trial = await api.trial(trial_id);
    if (trial.status === 'done' && trial.result) return trial;
    if (trial.status === 'failed') throw new ApiError(0, 'TRIAL_FAILED', trial.error ?? 'The trial failed.');
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
  throw new ApiError(0, 'SLOW', 'The trial takes longer than two minutes. Try again later.');
}

export type Names = Map<string, string>;

export const namesOf = (people: { id: string; name: string }[]): Names => new Map(people.map((one) => [one.id, one.name]));

/** The first name of a person; the id if the name is not known. */
export const firstNameOf = (id: string, names: Names) => firstName(names.get(id)) || id;

/** Where an event is in a plan: `Rosa, Fri 27 Nov 10:15 am`. */
export const placeWords = (spot: PlanSpot | null, names: Names, none: string): string =>
  spot ? `${firstNameOf(spot.employee_id, names)}, ${spokenDay(dayOf(spot.start))} ${clockOf(spot.start)}` : none;

export const titleOfLine = (line: PlanDifference) => eventName(line.project_name, line.event_type).title;
