/** A run while it works. */
import { createQuery } from '@tanstack/svelte-query';
import { api } from './api';
import type { Run } from './api-types';

export const isUnderWay = (run: Run | null | undefined) => run?.status === 'queued' || run?.status === 'running';

/** Often at first, less later, seldom where nobody looks. */
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
  state: 'done' | 'now' | 'later';
}

const PHASES: [string, string[]][] = [
  ['Read events and people', ['queued', 'read', 'load']],
  ['Check what is possible', ['check', 'build']],
  ['Search for the best plan', ['search', 'solve']],
  ['Pick start times and write the reasons', ['write', 'extract', 'reasons']],
];

export function phasesOf(run: Run): PhaseRow[] {
  const phase = run.status === 'queued' ? 'queued' : (run.phase ?? 'read');
  const at = Math.max(0, PHASES.findIndex(([, names]) => names.includes(phase)));
  return PHASES.map(([title], i) => ({ title, state: i < at ? 'done' : i === at ? 'now' : 'later' }));
}
