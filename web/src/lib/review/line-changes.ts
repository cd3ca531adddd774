/** Changes of single lines, and the places of lines before and after them. */
import type { Edit, Line, Pending, Place } from '../api-types';

/** A change of one line: the request, and how the line looks until the answer. */
export interface LineChange {
  id: string;
  edit: Omit<Edit, 'version'>;
  shown: Partial<Line>;
}

/** All lines of a proposal. */
export const allOf = (pending: Pending) => [...pending.newly_scheduled, ...pending.swaps, ...pending.failed];

/** The lines that a proposal shows: all that are not rejected or superseded. */
export const linesOfProposal = (pending: Pending) =>
  allOf(pending).filter((line) => line.status !== 'rejected' && line.status !== 'superseded');

/** The lines that somebody rejected. */
export const rejectedIn = (pending: Pending) => allOf(pending).filter((line) => line.status === 'rejected');

export const placeOf = ({ employee_id, employee_name, schedule_datetime, block }: Line): Place | null =>
  employee_id && schedule_datetime ? { employee_id, employee_name, schedule_datetime, block } : null;

export const placeShown = ({
  employee_id,
  employee_name,
  schedule_datetime,
  block,
  status,
  original,
  overridden,
}: Line): Partial<Line> => ({
  employee_id,
  employee_name,
  schedule_datetime,
  block,
  status,
  original,
  overridden,
});

/** How a line looks at the place where the run put it. */
export function asProposed(line: Line): Partial<Line> {
  const place = line.original ?? { employee_id: null, employee_name: null, schedule_datetime: null, block: null };
  return { ...place, original: null, status: 'proposed', overridden: null };
}

/** The change that returns a line to the place where the run put it. */
export const reverted = (line: Line): LineChange => ({ id: line.id, edit: { revert: true }, shown: placeShown(line) });

export const isAt = (line: Line | undefined, { employee_id, schedule_datetime }: Partial<Line>) =>
  !!line && line.employee_id === employee_id && line.schedule_datetime === schedule_datetime;
