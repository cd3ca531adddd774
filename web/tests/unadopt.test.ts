import { describe, expect, it } from 'vitest';
import type { Edit, Edited, Line, Pending, PlanDifference } from '../src/lib/api-types';
import { ApiError } from '../src/lib/api';
import { putBackAll } from '../src/lib/review/unadopt';
import { line } from './lines';

const DAY = '2026-11-27T10:15:00';
const place = (employee_id: string) => ({ employee_id, employee_name: employee_id, schedule_datetime: DAY, block: 1 });

/** A mocked server with the edits of an adopted plan. It allows nobody to work two events. */
function server(adopted: [number, string, string | null][]) {
  const lines = new Map<string, Line>();
  for (const [ref, now, before] of adopted)
    lines.set(`run-1.${ref}`, line(ref, { employee_id: now, status: 'user_edited', original: before ? place(before) : null }));
  const sent: string[] = [];
  const send = (id: string, edit: Edit): Promise<Edited> => {
    const old = lines.get(id) as Line;
    const adoptedAs = adopted.find(([ref]) => `run-1.${ref}` === id);
    const to = edit.revert ? (adoptedAs?.[2] ?? null) : (edit.employee_id ?? null);
    sent.push(`${id.slice(6)} ${edit.revert ? 'back' : `to ${to}`}${edit.override ? ' against the rules' : ''}`);
    expect(edit.version).toBe(old.version);
    const isTaken = [...lines.values()].some((one) => one.id !== id && to !== null && one.employee_id === to);
    if (isTaken && !edit.override) return Promise.reject(new ApiError(422, 'RULES_BROKEN', 'taken'));
    const overridden = edit.override ? { at: '', by: '', reason: edit.override.reason, rules: ['H3'] } : null;
    const next = {
      ...old,
      version: old.version + 1,
      employee_id: to,
      schedule_datetime: to ? DAY : null,
      original: edit.revert ? null : old.original,
      overridden,
    };
    lines.set(id, next);
    return Promise.resolve({ success: true, updated_schedule: next, also_changed: [], held_with: [], overridden: [] });
  };
  const pending = { newly_scheduled: [...lines.values()], swaps: [], failed: [] } as unknown as Pending;
  const differences = adopted.map(([event_ref_num, , before]): PlanDifference => ({
    event_ref_num,
    project_name: '',
    event_type: 'Core',
    what: 'person',
    before: before ? { employee_id: before, start: DAY, block: 1 } : null,
    after: null,
  }));
  return { lines, sent, back: () => putBackAll('run-1', differences, pending, send) };
}

const who = (lines: Map<string, Line>) => [...lines.values()].map((one) => one.employee_id);

describe('an adopted plan', () => {
  it('is undone in an order that the rules allow', async () => {
    const { lines, sent, back } = server([
      [1, 'B', 'A'],
      [2, 'C', 'B'],
      [3, 'D', 'C'],
      [4, 'E', null],
    ]);
    expect(await back()).toEqual([]);
    expect(who(lines)).toEqual(['A', 'B', 'C', null]);
    expect(sent.every((one) => !one.includes('against'))).toBe(true);
  });

  it('is undone if events swapped places, and no rule stays overridden', async () => {
    const { lines, back } = server([
      [1, 'B', 'A'],
      [2, 'C', 'B'],
      [3, 'A', 'C'],
    ]);
    expect(await back()).toEqual([]);
    expect(who(lines)).toEqual(['A', 'B', 'C']);
    expect([...lines.values()].every((one) => one.overridden === null && one.original === null)).toBe(true);
  });

  it('is undone if events swapped starts of a day, by way of a free start', async () => {
    const [early, late] = ['2026-11-27T10:15:00', '2026-11-27T10:45:00'];
    const starts: Record<string, string[]> = { 'run-1.1': [late, early], 'run-1.2': [early, late] };
    const lines = new Map<string, Line>();
    for (const [id, [schedule_datetime, before]] of Object.entries(starts))
      lines.set(
        id,
        line(Number(id.slice(6)), {
          employee_id: `of ${id}`,
          schedule_datetime,
          original: { ...place(`of ${id}`), schedule_datetime: before },
        }),
      );
    const send = (id: string, edit: Edit): Promise<Edited> => {
      const old = lines.get(id) as Line;
      const to = edit.revert ? starts[id][1] : (edit.schedule_datetime ?? '');
      const takenStarts = [...lines.values()].filter((one) => one.id !== id).map((one) => one.schedule_datetime);
      const legal = ['10:15', '10:45', '11:15'].filter((clock) => !takenStarts.includes(`2026-11-27T${clock}:00`));
      if (!legal.some((clock) => to.endsWith(`T${clock}:00`)))
        return Promise.reject(new ApiError(422, 'START_NOT_LEGAL', 'taken', { legal }));
      const next = { ...old, version: old.version + 1, schedule_datetime: to, original: edit.revert ? null : old.original };
      lines.set(id, next);
      return Promise.resolve({ success: true, updated_schedule: next, also_changed: [], held_with: [], overridden: [] });
    };
    const differences = Object.entries(starts).map(([id, [, start]]): PlanDifference => ({
      event_ref_num: Number(id.slice(6)),
      project_name: '',
      event_type: 'Core',
      what: 'start',
      before: { employee_id: `of ${id}`, start, block: 1 },
      after: null,
    }));
    const pending = { newly_scheduled: [...lines.values()], swaps: [], failed: [] } as unknown as Pending;
    expect(await putBackAll('run-1', differences, pending, send)).toEqual([]);
    expect([...lines.values()].map((one) => one.schedule_datetime)).toEqual([early, late]);
    expect([...lines.values()].every((one) => one.original === null)).toBe(true);
  });

  it('returns the events that could not be undone', async () => {
    const { back, lines } = server([[1, 'B', 'A']]);
    lines.set('run-1.9', line(9, { employee_id: 'A' }));
    // Somebody else has the place now, so only an override could put the event back.
    expect((await back()).map((one) => one.event_ref_num)).toEqual([1]);
  });

  it('ignores events that are no longer in the proposal', async () => {
    const differences: PlanDifference[] = [
      { event_ref_num: 7, project_name: '', event_type: 'Core', what: 'person', before: null, after: null },
    ];
    const none = { newly_scheduled: [], swaps: [], failed: [] } as unknown as Pending;
    expect(await putBackAll('run-1', differences, none, () => Promise.reject(new Error('nothing is sent')))).toEqual([]);
  });
});
