/** The exports, and their ranges of days. */
import type { ExportKind } from './api-types';
import { addDays, daysBetween, weekOf } from './dates';
import { count } from './numbers';

export interface Export {
  kind: ExportKind;
  label: string;
  /** The content of the file. */
  text: string;
  /** The range of days that the form begins with; absent if the file always has everything. */
  defaultRange?: (today: string) => { from: string; to: string };
  /** Whether the file counts by week, from Sunday to Saturday. */
  weekly?: boolean;
}

const around = (before: number, after: number) => (today: string) => ({ from: addDays(today, -before), to: addDays(today, after) });
/** The last `n` whole weeks. */
const weeks = (n: number) => (today: string) => ({ from: addDays(weekOf(today), -7 * n), to: addDays(weekOf(today), -1) });

const events: Export = { kind: 'events', label: 'Events', text: 'Every event, in the columns of WorkBankVisits.' };
const schedules: Export = {
  kind: 'schedules',
  label: 'Posted schedules',
  text: 'Who works what and when, in the columns of CalendarSchedule.',
  defaultRange: around(28, 28),
};
const lost: Export = {
  kind: 'lost',
  label: 'Lost events',
  text: 'Events that nobody had when their last day passed, by the day on which they were due.',
  defaultRange: around(28, 0),
};

const outcomes: Export = {
  kind: 'outcomes',
  label: 'What became of lines',
  text: 'Every line that was proposed for these days: kept, changed, accepted, completed, or nobody came.',
  defaultRange: around(28, 0),
};

const lists: Record<string, Export[]> = {
  events: [events, schedules, lost],
  calendar: [schedules],
  team: [
    {
      kind: 'payroll',
      label: 'Hours for payroll',
      text: 'Posted hours by person and week. They are what is planned, not what was clocked.',
      defaultRange: weeks(2),
      weekly: true,
    },
    { kind: 'employees', label: 'People', text: 'Everybody, in the columns that Load a file reads.' },
    { kind: 'availability', label: 'Availability', text: 'Usual weeks and changes for a while, in the columns that Load a file reads.' },
    { kind: 'time_off', label: 'Time off', text: 'All days off, in the columns that Load a file reads.' },
  ],
  numbers: [
    { kind: 'analytics', label: 'Numbers by day', text: 'What this page counts, day by day.', defaultRange: around(84, 0) },
    outcomes,
  ],
  history: [
    { kind: 'runs', label: 'Run history', text: 'Every run with its counts, score and seconds.', defaultRange: around(28, 0) },
    outcomes,
    lost,
    {
      kind: 'corporate',
      label: 'Weekly report',
      text: 'Events by condition, completion and hours of each week.',
      defaultRange: weeks(4),
      weekly: true,
    },
  ],
};

export const exportsOf = (page: string): Export[] => lists[page] ?? [];

/** What is wrong with a range of days, or its number of days; `stops` if nothing can be exported. */
export function daysWords(from: string, to: string, today: string, weekly = false): { text: string; stops: boolean } {
  const stop = (text: string) => ({ text, stops: true });
  if (!from || !to) return stop('Choose the first and the last day.');
  if (to < from) return stop('The last day is before the first.');
  const farthest = Math.max(Math.abs(daysBetween(today, from)), Math.abs(daysBetween(today, to)));
  if (farthest > MAX_DAYS) return stop('Days may be at most two years from today.');
  const days = count(daysBetween(from, to) + 1, 'day');
  const cut = weekly && (from !== weekOf(from) || addDays(to, 1) !== weekOf(addDays(to, 1)));
  return { text: cut ? `${days}. Weeks run from Sunday to Saturday: not all of these are whole.` : `${days}.`, stops: false };
}

const MAX_DAYS = 730;

/** The message if a file would have too many rows. */
export const tooLarge = (chosen: Export) =>
  chosen.defaultRange
    ? 'The file would have more than 10,000 rows. Choose a narrower range of days.'
    : `There are more than 10,000 rows of ${chosen.label.toLowerCase()}, and a file may have 10,000. This export has no range of days.`;
