/** The changes that loading a file would make, in words. The counts add up to the rows of the file. */
import type { ImportKind, ImportPreview, ImportRow, ImportWrongCell } from './api-types';
import { addDays, clock, isDay, minutesOf, spokenDay } from './dates';
import { count, formatInteger, listed } from './numbers';
import { endClock, spanWords } from './people';

const LARGEST_FILE = 4 * 1024 * 1024;

type Counts = Pick<ImportPreview, 'new' | 'changed' | 'unchanged' | 'wrong'>;

export const rowCount = (counts: Counts) => counts.new + counts.changed + counts.unchanged + counts.wrong;
/** Number of rows that Save writes. */
export const rowsToSave = (counts: Counts) => counts.new + counts.changed;

/** `15 rows: 1 new, 1 changed, 10 unchanged, 3 wrong` */
export const countsWords = (counts: Counts) =>
  `${count(rowCount(counts), 'row')}: ${formatInteger(counts.new)} new, ${formatInteger(counts.changed)} changed, ${formatInteger(counts.unchanged)} unchanged, ${formatInteger(counts.wrong)} wrong`;

export interface ImportGroup {
  rows: ImportRow[];
  /** The total number of rows. The server returns only the first ones. */
  total: number;
}

export function grouped(preview: ImportPreview): { fresh: ImportGroup; changed: ImportGroup } {
  return {
    fresh: { rows: preview.rows.filter((row) => !row.known), total: preview.new },
    changed: { rows: preview.rows.filter((row) => row.known), total: preview.changed },
  };
}

export interface WrongRow {
  row: number;
  cells: ImportWrongCell[];
}

export function wrongRows(cells: ImportWrongCell[]): WrongRow[] {
  const rows: WrongRow[] = [];
  for (const cell of cells) {
    const last = rows.at(-1);
    if (last?.row === cell.row) last.cells.push(cell);
    else rows.push({ row: cell.row, cells: [cell] });
  }
  return rows;
}

const AMERICAN = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d):(\d\d) (AM|PM)$/;
const HOURS = /^(\d\d:\d\d)-(\d\d:\d\d)$/;

/**
 * The text of a cell, with dates and times in the client's format. A termination date is the first day away; Team shows the last day of
 * work.
 */
export function cellWords(column: string, text: string): string {
  const words = plainWords(column, text);
  if (column !== 'Termination Date' || !isDay(text)) return words;
  return `${words}, so the last day is ${spokenDay(addDays(text, -1))}`;
}

function plainWords(column: string, text: string): string {
  const american = AMERICAN.exec(text);
  if (american) {
    const [, month, day, year, hour, minute, , half] = american;
    const minutes = (Number(hour) % 12) * 60 + Number(minute) + (half === 'PM' ? 720 : 0);
    return `${dayAndYear(`${year}-${month}-${day}`)}${minutes ? `, ${clock(minutes)}` : ''}`;
  }
  if (isDay(text)) return dayAndYear(text);
  const hours = HOURS.exec(text);
  if (hours) return `${clock(minutesOf(hours[1]))} to ${endClock(hours[2])}`;
  return column === 'Estimated Time' && /^\d+$/.test(text) ? `${text} min` : text;
}

const dayAndYear = (day: string) => `${spokenDay(day)} ${day.slice(0, 4)}`;

const SPAN = /^(.+) (\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)$/;

/** The person or event of a row: `Wren Elm, 24 Dec`, `Event 31164200`. */
export function subjectWords(kind: ImportKind, row: ImportRow, nameOf: (id: string) => string | undefined): string {
  if (kind === 'visits' || kind === 'schedules') {
    const name = row.fields.find((field) => field.column === 'Project Name' && !row.known)?.new;
    return name ? `${row.of} ${name}` : `Event ${row.of}`;
  }
  const [, id = row.of, start, end] = SPAN.exec(row.of) ?? [];
  const name = nameOf(id) ?? row.fields.find((field) => field.column === 'Name')?.new;
  const who = name ? `${name} (${id})` : id;
  return start ? `${who}, ${spanWords({ start, end })}` : who;
}

/** The columns that the title of a new row shows already. */
const TITLE_COLUMNS = ['Employee ID', 'Name', 'Project Name', 'Project Reference Number'];
export const detailsOf = (row: ImportRow) => (row.known ? row.fields : row.fields.filter((field) => !TITLE_COLUMNS.includes(field.column)));

const MAX_NAMED = 3;

/** The differences between two previews of one file, in words. */
export function previewDifferenceWords(before: ImportPreview, now: ImportPreview, name: (row: ImportRow) => string): string {
  const fieldsBefore = new Map(before.rows.map((row) => [row.of, JSON.stringify(row.fields)]));
  const after = new Map(now.rows.map((row) => [row.of, JSON.stringify(row.fields)]));
  const different = [
    ...now.rows.filter((row) => fieldsBefore.get(row.of) !== after.get(row.of)),
    ...before.rows.filter((row) => !after.has(row.of)),
  ];
  const named = different.slice(0, MAX_NAMED).map(name);
  const others = different.length - named.length;
  if (others) named.push(`${formatInteger(others)} more`);
  const counts =
    countsWords(before) === countsWords(now) ? '' : `The preview said ${countsWords(before)}; now the file gives ${countsWords(now)}.`;
  const rows = named.length ? `Different now: ${listed(named)}.` : '';
  return [counts, rows].filter(Boolean).join(' ') || 'The changes to the rows listed here are still the same.';
}

/** The report after a load. Its numbers add up to the rows of the file. */
export function reportWords(saved: Counts): string {
  const done = rowsToSave(saved);
  const first = done
    ? `${formatInteger(done)} of ${count(rowCount(saved), 'row')} saved: ${formatInteger(saved.new)} new, ${formatInteger(saved.changed)} changed.`
    : `None of ${count(rowCount(saved), 'row')} had to be saved.`;
  const were = (n: number) => (n === 1 ? 'was' : 'were');
  const rest = `${formatInteger(saved.unchanged)} ${were(saved.unchanged)} unchanged, ${formatInteger(saved.wrong)} ${were(saved.wrong)} wrong and left out.`;
  return `${first} ${rest}`;
}

/** Why a chosen file is not sent; empty if it can be sent. */
export function refusalWords(file: { name: string; size: number }): string {
  if (!file.size) return 'The file is empty.';
  if (file.size > LARGEST_FILE) return `The file has ${(file.size / 1024 / 1024).toFixed(1)} MB. The limit is 4 MB.`;
  if (/\.xls$/i.test(file.name)) return 'This is the old Excel format. Save it as .xlsx or CSV, and choose that.';
  return '';
}
