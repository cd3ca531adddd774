/** Events without a place, grouped by cause. */
import { withTitles } from '../event-name';
import { capital } from '../numbers';
import type { Row } from './rows';
import { hasLostPlace } from './rows';

export interface CauseGroup {
  /** The common cause; empty for a single event, whose row shows it. */
  title: string;
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

/** The cause alone: without the partner, the cheapest exchange, and the days that later runs plan. Empty for a line that lost its place. */
function cause(row: Row): string {
  if (hasLostPlace(row.line)) return '';
  const text = withTitles(row.line.failure_reason?.text ?? '');
  return text
    .replace(/^its [A-Z][^:]* has no place: /, '')
    .replace(/\. Nearest: .*$/, '')
    .replace(/; [^;]* (is|are) after the last day that is planned.*$/, '')
    .replace(/, (the date that it is fixed to|its only day)/, '')
    .replace(/; it is fixed to [^;.]*/, '');
}

/** Groups rows by cause. The same cause on the same weekday of several weeks is one cause. */
export function byCause(rows: Row[]): CauseGroup[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const text = cause(row);
    const key = text ? text.replace(DATE, '$1') : row.id;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => ({ title: group.length > 1 ? titleOf(group) : '', rows: group }));
}

function titleOf(rows: Row[]): string {
  const texts = new Set(rows.map(cause));
  const [first] = texts;
  return capital(texts.size === 1 ? first : first.replace(DATE, (_, day: string) => DAYS[day]));
}
