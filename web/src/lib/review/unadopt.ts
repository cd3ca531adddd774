/** Undoes the edits of an adopted plan, one by one. */
import type { Edit, Edited, Line, Pending, PlanDifference, PlanSpot } from '../api-types';
import { ApiError } from '../api';
import { dayOf } from '../dates';
import { allOf } from './line-changes';

type Send = (line: string, edit: Edit) => Promise<Edited>;

const REASON = 'An adopted plan is put back, event by event.';

const isAt = (line: Line, before: PlanSpot | null) =>
  before ? line.employee_id === before.employee_id && line.schedule_datetime === before.start : line.employee_id === null;

const isSame = (a: Line, b: Line) => a.employee_id === b.employee_id && a.schedule_datetime === b.schedule_datetime;

/**
 * Returns events to their places before a plan was adopted. The result has the events that could not be returned, because a rule forbids
 * it; throws if a request fails for another reason. Two events that swapped people or starts block each other: one of them is first given
 * its former person with an override and, if its former start is taken, a free start. It is reverted once the others are at their places.
 */
export async function putBackAll(runId: string, lines: PlanDifference[], pending: Pending, send: Send): Promise<PlanDifference[]> {
  const now = new Map(
    allOf(pending)
      .filter((line) => line.run_id === runId)
      .map((line) => [line.id, line]),
  );
  const idOf = (line: PlanDifference) => `${runId}.${line.event_ref_num}`;
  const first = new Map(now);
  let left = lines.filter((line) => now.has(idOf(line)));
  const forced: string[] = [];
  /** Free starts of the former days, as `10:45`, by line. */
  const free = new Map<string, string[]>();

  async function edit(id: string, change: Omit<Edit, 'version'>): Promise<boolean> {
    const version = now.get(id)?.version;
    if (version === undefined) return false;
    try {
      const done = await send(id, { ...change, version });
      for (const line of [done.updated_schedule, ...done.also_changed]) now.set(line.id, line);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 422) throw error;
      if (error.code === 'START_NOT_LEGAL' && Array.isArray(error.details.legal)) free.set(id, error.details.legal as string[]);
      return false;
    }
  }
  const isLeft = (line: PlanDifference) => {
    const found = now.get(idOf(line));
    return !!found && (!isAt(found, line.before) || !!found.original);
  };

  while (left.length) {
    let moved = false;
    for (const line of left) if (isLeft(line)) moved = (await edit(idOf(line), { revert: true })) || moved;
    const before = left.length;
    left = left.filter(isLeft);
    if (moved && left.length < before) continue;
    if (!left.length || !(await forceOne())) break;
    left = left.filter(isLeft);
  }

  async function forceOne(): Promise<boolean> {
    for (const line of left) {
      const id = idOf(line);
      if (!line.before || forced.includes(id)) continue;
      forced.push(id);
      const { employee_id, start } = line.before;
      const day = dayOf(start);
      // Another event needs the start that this one has now.
      const other = (free.get(id) ?? []).filter((clock) => `${day}T${clock}:00` !== now.get(id)?.schedule_datetime);
      for (const schedule_datetime of [...other.map((clock) => `${day}T${clock}:00`), day])
        if (await edit(id, { employee_id, schedule_datetime, override: { reason: REASON } })) return true;
    }
    return false;
  }

  for (const id of forced) await edit(id, { revert: true });
  // Reverts other lines that these edits changed, such as the Supervisor of a Core, and that are not back at their places.
  const own = new Set(lines.map(idOf));
  for (const [id, line] of first) {
    const found = now.get(id);
    if (!own.has(id) && found && !isSame(found, line)) await edit(id, { revert: true });
  }
  return left;
}
