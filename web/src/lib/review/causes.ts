/** Events without a place, grouped by cause. */
import { withTitles } from '../event-name';
import { capital } from '../numbers';
import type { Line } from '../api-types';
import type { Row } from './rows';
import { hasLostPlace } from './rows';

export interface UnplacedGroup {
  /** The heading; empty if there is only one group and its events have no common cause. */
  title: string;
  /** Whether the heading is the cause of every row. */
  isCause: boolean;
  rows: Row[];
}

const DATE = /\b(Sun|Mon|Tue|Wed|Thu|Fri|Sat) (\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))\b/g;
const DAYS: Record<string, string> = {
  Sun: 'Sundays',
  Mon: 'Mondays',
  Tue: 'Tuesdays',
  Wed: 'Wednesdays',
  Thu: 'Thursdays',
  Fri: 'Fridays',
  Sat: 'Saturdays',
};
const OTHERS = 'Other causes';

/**
 * The cause alone: without the name of the partner or the date of its place, the cheapest exchange, and the days that later runs plan.
 * Empty for a line that lost its place.
 */
function cause(row: Row): string {
  if (hasLostPlace(row.line)) return '';
  const text = (row.line.failure_reason?.text ?? '').replace(
    /\bits ((?:[A-Z][a-z]+ )+)\d{6,} "[^"]*"/g,
    (_, type: string) => `its ${type.trim()}`,
  );
  return withTitles(text)
    .replace(/^its [A-Z][^:]* has no place: /, '')
    .replace(/\. Nearest: .*$/, '')
    .replace(/; [^;]* (is|are) after the last day that is planned.*$/, '')
    .replace(/ on \w{3} \d{1,2} \w{3}, which is (after|past|within)/, ' on a day that is $1')
    .replace(/, (the date that it is fixed to|its only day)/, '')
    .replace(/; it is fixed to [^;.]*/, '');
}

/**
 * Groups rows by cause, in the order of their first rows. The same cause on the same weekday of several weeks is one cause. The rows that
 * share their cause with no other, or whose cause is another since the run, are one group.
 */
export function unplacedByCause(rows: Row[], sinceOf: (line: Line) => string = () => ''): UnplacedGroup[] {
  const keyOf = (row: Row) => (sinceOf(row.line) ? '' : cause(row).replace(DATE, '$1'));
  const sizes = new Map<string, number>();
  for (const row of rows) sizes.set(keyOf(row), (sizes.get(keyOf(row)) ?? 0) + 1);
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = (sizes.get(keyOf(row)) ?? 0) > 1 ? keyOf(row) : '';
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].map(([key, rows]) => ({
    title: key ? titleOf(rows) : groups.size > 1 ? OTHERS : '',
    isCause: !!key,
    rows,
  }));
}

function titleOf(rows: Row[]): string {
  const texts = new Set(rows.map(cause));
  const [first] = texts;
  return capital(texts.size === 1 ? first : first.replace(DATE, (_, day: string) => DAYS[day]));
}
