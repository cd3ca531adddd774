/** Runs: their progress, and what they planned. */
import { createQuery } from '@tanstack/svelte-query';
import { api } from './api';
import type { PastRun, PhaseName, Quality, Run, Settings } from './api-types';
import { addDays, dayOf, toLocal } from './dates';
import type { StatusWord } from './words';

/** The kind of a run, in words. */
export const runKind: Record<Run['run_type'], string> = {
  automatic: 'night run',
  manual: 'run by hand',
  by_hand: 'schedules changed by hand',
  trial: 'a trial that was adopted',
};

/** The state of a run, in words. */
export const runState: Record<Run['status'], StatusWord> = {
  queued: { text: 'Queued', tone: 'info' },
  running: { text: 'Running', tone: 'info' },
  completed: { text: 'Ready', tone: '' },
  approved: { text: 'Approved', tone: 'ok' },
  rejected: { text: 'Rejected', tone: 'warn' },
  superseded: { text: 'Replaced', tone: '' },
  failed: { text: 'Failed', tone: 'bad' },
  crashed: { text: 'Stopped', tone: 'bad' },
};

/** Whether a solver made it. Schedules that a person changes by hand are recorded as a run too. */
export const isSolved = (run: Run) => run.run_type !== 'by_hand';

/** Number of events that a run placed or moved; null if it made no proposal. */
export const placedBy = ({ total_events_processed: all, events_failed, events_dropped }: PastRun): number | null =>
  all === null ? null : all - (events_failed ?? 0) - (events_dropped ?? 0);

export const isUnderWay = (run: Run | null | undefined) => run?.status === 'queued' || run?.status === 'running';

/** The last run that ended; null if there is none among these, the newest first. */
export const lastEnded = <R extends Run>(newestFirst: R[] = []): R | null =>
  newestFirst.find((run) => isSolved(run) && !isUnderWay(run)) ?? null;

/** Poll interval: short at first, longer later, long while the page is hidden. */
export function pollEvery(ageSeconds: number, hidden: boolean): number {
  if (hidden) return 10_000;
  return ageSeconds < 20 ? 1_000 : 3_000;
}

export const runQuery = (id: () => string | null) => {
  const began = Date.now();
  return createQuery(() => ({
    queryKey: ['run', id()],
    queryFn: () => api.status(id() ?? ''),
    enabled: !!id(),
    staleTime: 0,
    refetchInterval: (query) => (isUnderWay(query.state.data) ? pollEvery((Date.now() - began) / 1000, document.hidden) : false),
    refetchIntervalInBackground: true,
  }));
};

export interface PhaseRow {
  title: string;
  detail: string;
  state: 'done' | 'now' | 'later';
}

const PHASES: [string, PhaseName[]][] = [
  ['Read events and people', ['loading']],
  ['Check what is possible', ['building']],
  ['Search for the best plan', ['solving']],
  ['Pick start times and write the reasons', ['checking', 'writing']],
];

export function phasesOf(run: Run): PhaseRow[] {
  const name = run.phase?.name ?? 'loading';
  const at = PHASES.findIndex(([, names]) => names.includes(name));
  return PHASES.map(([title], i) => ({
    title,
    detail: i === at ? (run.phase?.detail ?? '') : '',
    state: i < at ? 'done' : i === at ? 'now' : 'later',
  }));
}

/** The club-local date of a run. */
export const runDay = ({ date, created_at }: Pick<Run, 'date' | 'created_at'>, zone: string): string =>
  date ?? dayOf(toLocal(created_at, zone));

/** The first and last day that a run plans, from its date: after the buffer (none for an emergency run), and the end of the horizon. */
export function plannedDays(run: Run, settings: Settings): [string, string] {
  const date = runDay(run, settings.time_zone);
  return [addDays(date, run.emergency ? 0 : settings.buffer_days), addDays(date, settings.horizon_days)];
}

/** How long a run worked, in seconds. */
export const tookSeconds = (quality: Quality | null) =>
  quality ? Object.values(quality.timing_ms).reduce((sum, ms) => sum + ms, 0) / 1000 : null;
