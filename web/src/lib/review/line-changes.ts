/** Changes of single lines, and the places of lines before and after them. */
import type { Edit, Line, Pending } from '../api-types';
import { clockOf, spokenDay } from '../dates';
import { firstName } from '../words';
import { elsewhereById, isSettledElsewhere } from './elsewhere';
import type { Choice } from './choices';
import { titleOfLine } from './rows';

/** A change of one line: the request, and how the line looks until the answer. */
export interface LineChange {
  id: string;
  edit: Omit<Edit, 'version'>;
  shown: Partial<Line>;
  /** Rules that the change may break without another question, because somebody had allowed them. */
  allowance?: Allowance;
}

/** Rules that somebody allowed to be broken, and why. */
export interface Allowance {
  rules: string[];
  reason: string;
}

/** All lines of a proposal. */
export const allOf = (pending: Pending) => [...pending.newly_scheduled, ...pending.swaps, ...pending.failed];

/** The lines that a proposal shows: all that are not rejected, superseded or settled elsewhere. */
export function linesOfProposal(pending: Pending): Line[] {
  const elsewhere = elsewhereById(pending.elsewhere);
  return allOf(pending).filter(
    (line) => line.status !== 'rejected' && line.status !== 'superseded' && !isSettledElsewhere(line, elsewhere),
  );
}

/** The lines about which nothing is left to decide, because their events stand elsewhere. */
export function settledElsewhereIn(pending: Pending): Line[] {
  const elsewhere = elsewhereById(pending.elsewhere);
  return allOf(pending).filter((line) => line.status !== 'rejected' && line.status !== 'superseded' && isSettledElsewhere(line, elsewhere));
}

/** The lines that somebody rejected. */
export const rejectedIn = (pending: Pending) => allOf(pending).filter((line) => line.status === 'rejected');

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

/** The label of a change that is made again. */
export const repeatLabel = (title: string, { held, employee_id }: LineChange['edit'], { employee_name }: LineChange['shown']) =>
  held ? `hold back ${title}` : employee_id ? `${title} to ${firstName(employee_name)}` : `put back ${title}`;

/** The label of a change, and what it does in words. */
export function changeWords(line: Line, { employee_id, employee_name, date, at }: Choice): [string, string] {
  const title = titleOfLine(line);
  const day = line.schedule_datetime?.startsWith(date) ? '' : spokenDay(date);
  const time = at ? clockOf(at) : '';
  if (line.employee_id !== employee_id)
    return [`${title} to ${firstName(employee_name)}`, `${title} goes to ${[employee_name, day, time].filter(Boolean).join(', ')}`];
  if (day) return [`${title} to ${day}`, `${title} moves to ${[day, time].filter(Boolean).join(', ')}`];
  if (time) return [`${title} at ${time}`, `${title} starts at ${time}`];
  return [`keep ${title} with ${firstName(employee_name)}`, `${title} stays with ${employee_name}`];
}
