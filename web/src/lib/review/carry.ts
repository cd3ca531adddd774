/** What people did to a proposal, so that it can be tried on a newer one, event by event. */
import type { Edit, Line } from '../api-types';
import { dayOf } from '../dates';
import { isEdited, isOpen, isPlaced, linesOf, type Row } from './rows';

export interface Wish {
  ref: number;
  title: string;
  held: boolean;
  /** The place that a person gave it; a date alone, since the server gives the start. */
  place: { employee_id: string; schedule_datetime: string } | null;
}

/** What becomes of wishes: how many there are, how many are still to be tried, and why others do not stand. */
export interface Carried {
  wished: number;
  left: number;
  refused: { ref: number; title: string; text: string }[];
}

/** Holds and edits that nobody took back. `along` are lines that an edit of another one changed. */
export function wishesOf(rows: Row[], along: ReadonlySet<string>): Wish[] {
  return rows.flatMap((row): Wish[] => {
    if (!isOpen(row.line)) return [];
    const edited = linesOf(row).find((line) => isEdited(line) && isPlaced(line) && !along.has(line.id));
    const place = edited?.employee_id && edited.schedule_datetime ? { employee_id: edited.employee_id, schedule_datetime: dayOf(edited.schedule_datetime) } : null;
    return place || row.line.held ? [{ ref: (edited ?? row.line).event_ref_num, title: row.title, held: row.line.held, place }] : [];
  });
}

/** What is left to do so that a line is as it was wished. */
export function editsFor({ place, held }: Wish, line: Line): Omit<Edit, 'version'>[] {
  const there = place && line.employee_id === place.employee_id && line.schedule_datetime?.startsWith(place.schedule_datetime);
  return [...(place && !there ? [place] : []), ...(held && !line.held ? [{ held }] : [])];
}
