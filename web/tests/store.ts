/** A review over a mocked server, for the tests of its store. */
import { afterEach, beforeEach, vi } from 'vitest';
import { flushSync } from 'svelte';
import type { Approved, Edit, Line, Pending } from '../src/lib/api-types';
import { api } from '../src/lib/api';
import { Review } from '../src/lib/review/review.svelte';
import { toasts } from '../src/lib/toast.svelte';

export const pending = (lines: Line[], runId = 'run-1'): Pending => ({
  run_id: runId,
  unfinished_approvals: [],
  time_zone: 'UTC',
  run: { run_id: runId } as Pending['run'],
  quality: null,
  plan_version: 1,
  stale: { plan_moved: false, newer_run_id: null },
  newly_scheduled: lines.filter((one) => one.kind === 'new'),
  swaps: lines.filter((one) => one.kind === 'moved'),
  failed: lines.filter((one) => one.kind === 'not_placed'),
});

/** A mocked server of edits: it applies the change and returns the next version. */
export function server(lines: Line[]) {
  const stored = new Map(lines.map((one) => [one.id, one]));
  return vi.spyOn(api, 'edit').mockImplementation((id: string, edit: Edit) => {
    const before = stored.get(id) as Line;
    const place = edit.employee_id
      ? {
          employee_id: edit.employee_id,
          employee_name: edit.employee_id,
          schedule_datetime: edit.schedule_datetime?.includes('T')
            ? edit.schedule_datetime
            : `${edit.schedule_datetime?.slice(0, 10)}T10:15:00`,
          status: 'user_edited' as const,
          original: { employee_id: 'E01', employee_name: 'Avery Quill', schedule_datetime: '2026-11-27T10:15:00', block: 1 },
        }
      : {};
    const back = edit.revert
      ? { employee_id: 'E01', employee_name: 'Avery Quill', schedule_datetime: '2026-11-27T10:15:00', original: null }
      : {};
    const after: Line = {
      ...before,
      ...place,
      ...back,
      ...(edit.held === undefined ? {} : { held: edit.held }),
      version: before.version + 1,
    };
    stored.set(id, after);
    return Promise.resolve({ updated_schedule: after, also_changed: [], held_with: [], overridden: [] });
  });
}

export function review(lines: Line[]) {
  const made = new Review();
  made.adopt(pending(lines));
  flushSync();
  return made;
}

/** A mocked server of dry runs, which always gives this answer. */
export const dryRun = (answer: Partial<Approved>) =>
  vi
    .spyOn(api, 'approve')
    .mockResolvedValue({ approval_id: null, queued: 0, left: 0, held_with: [], refused: [], digest: null, ...answer } as Approved);

/** Waits until the answers of the mocked server have been taken over. */
export const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
export const choice = {
  employee_id: 'E02',
  employee_name: 'Nico Farrow',
  date: '2026-11-28',
  start: '2026-11-28T10:15:00',
  points: 3,
  isCurrent: false,
};

beforeEach(() => vi.stubGlobal('sessionStorage', undefined));
afterEach(() => {
  vi.restoreAllMocks();
  toasts.length = 0;
});
