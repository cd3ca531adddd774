/** Counts by week as series for charts, and what each person works by week. */
import type { Numbers, NumbersCounts, NumbersMinutes, NumbersRate, NumbersRow, Schedule, Settings } from './api-types';
import { dayMonth, sundaysOf, weekOf } from './dates';
import { isCore } from './event-types';
import { reasonWords, type Series } from './history';
import { count, formatInteger, percent } from './numbers';
import { groupBy, postedItem, type Item } from './plan-items';

export interface Weeks {
  labels: string[];
  /** The rows in order; null for a week in which nothing was counted. */
  rows: (NumbersRow | null)[];
}

/** Every week of the range, including weeks without a row. */
export function weeksOf({ from, to, items }: Pick<Numbers, 'from' | 'to' | 'items'>): Weeks {
  const byWeek = new Map(items.map((row) => [row.date, row]));
  const weeks = sundaysOf(from, to);
  return { labels: weeks.map(dayMonth), rows: weeks.map((week) => byWeek.get(week) ?? null) };
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, n) => all + n, 0);

/** A series of a count by week; 0 for a week without data. */
export function series(
  { rows }: Weeks,
  name: string,
  tone: Series['tone'],
  of: (counts: NumbersCounts) => number,
  kind: Series['kind'] = 'bar',
): Series {
  return { name, kind, tone, values: rows.map((row) => (row ? of(row.counts) : 0)), words: formatInteger };
}

/** A series of a mean time by week; null for a week without one. */
const minutesSeries = ({ rows }: Weeks, name: string, tone: Series['tone'], of: (row: NumbersRow) => NumbersMinutes | null): Series => ({
  name,
  kind: 'line',
  tone,
  values: rows.map((row) => (row ? (of(row)?.mean ?? null) : null)),
  words: minuteWords,
});

export const minuteWords = (n: number) =>
  n < 90 ? `${Math.round(n)} min` : n < 48 * 60 ? `${(n / 60).toFixed(1)} h` : `${(n / 1440).toFixed(1)} days`;

/** What counts as kept: the decision about a line knows another person or day, and no other start. */
export const KEPT = {
  title: 'Person and day kept',
  sub: 'Of the proposed events that a manager decided on. Another start alone counts as kept',
};

/** The charts of counts. */
export const chartsOf = (weeks: Weeks): { title: string; sub: string; series: Series[] }[] => [
  {
    title: 'Placed',
    sub: 'Events that runs placed, and that they did not place. One that several runs left out counts once for each',
    series: [series(weeks, 'placed', 'ok', (one) => one.placed), series(weeks, 'not placed', 'bad', (one) => sum(one.not_placed))],
  },
  {
    title: 'Edits',
    sub: 'Proposed events that managers gave to another person or day, by cause. Another start alone is not counted',
    series: [
      series(weeks, 'by choice', 'main', (one) => one.edits.choice ?? 0),
      series(weeks, 'for a rule', 'warn', (one) => one.edits.rule ?? 0),
      series(weeks, 'for an absence', 'hold', (one) => one.edits.absence ?? 0),
    ],
  },
  {
    title: 'Worked',
    sub: 'Events that were completed, and to which nobody came',
    series: [series(weeks, 'completed', 'ok', (one) => one.completed), series(weeks, 'nobody came', 'bad', (one) => one.no_shows)],
  },
  { title: 'Lost', sub: 'Events that nobody had when their last day passed', series: [series(weeks, 'lost', 'bad', (one) => one.lost)] },
  {
    title: 'Call-outs',
    sub: 'Events of people who called out, and those of them that somebody else got. Only changes that Muster sent and Crossmark accepted are counted',
    series: [series(weeks, 'events', 'warn', (one) => one.call_outs, 'line'), series(weeks, 'refilled', 'ok', (one) => one.refilled)],
  },
  {
    title: 'Moved and sent again',
    sub: 'Schedules that moved after their person knew of them, and retries',
    series: [series(weeks, 'moved', 'warn', (one) => one.told_moves), series(weeks, 'sent again', 'main', (one) => one.retries)],
  },
  {
    title: 'From proposal to Crossmark',
    sub: 'Means, to the first approval and to the last acceptance',
    series: [
      minutesSeries(weeks, 'first approval', 'main', (row) => row.to_first_approval),
      minutesSeries(weeks, 'last acceptance', 'ok', (row) => row.to_last_acceptance),
    ],
  },
];

/** `84% (71 to 92%) of 25`. */
export const rateWords = (rate: NumbersRate | null) =>
  rate ? `${percent(rate.rate)} (${Math.round(rate.low * 100)} to ${percent(rate.high)}) of ${rate.n}` : 'none';

/** The reasons why events were not placed, with their counts, the most frequent first. */
export const whyNotPlaced = ({ not_placed }: NumbersCounts): [string, number][] =>
  Object.entries(not_placed)
    .map(([reason, n]): [string, number] => [reasonWords[reason] ?? reason.replaceAll('_', ' '), n])
    .sort((a, b) => b[1] - a[1]);

/** Why there is no reason why an event was not placed. */
export const noneNotPlacedWords = ({ placed }: Pick<NumbersCounts, 'placed'>): string =>
  placed ? 'Every event was placed.' : 'No proposal is counted in this period.';

/** What somebody works in a week. */
export interface WeekLoad {
  minutes: number;
  days: number;
  core: number;
  level: 'high' | 'too much' | '';
}

/** What each person works in each week, by its Sunday: everything that is posted, as Team and Calendar count it. Sorted by name. */
export function workloads(posted: Schedule[], thresholds: Settings['workload'] | undefined) {
  const byPerson = [...groupBy(posted.map(postedItem), (item) => item.who)];
  const people = byPerson.map(([id, items]) => ({
    id,
    name: items[0].whoName,
    weeks: new Map([...groupBy(items, (item) => weekOf(item.day))].map(([week, own]) => [week, loadOf(own, thresholds)])),
  }));
  return people.toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}

function loadOf(items: Item[], thresholds: Settings['workload'] | undefined): WeekLoad {
  const minutes = items.reduce((sum, item) => sum + item.minutes, 0);
  const days = new Set(items.map((item) => item.day)).size;
  const reaches = (high: number | undefined, highDays: number | undefined) =>
    (high !== undefined && minutes >= high) || (highDays !== undefined && days >= highDays);
  const isTooMuch = reaches(thresholds?.too_much_minutes, thresholds?.too_much_days);
  const isHigh = reaches(thresholds?.high_minutes, thresholds?.high_days);
  return { minutes, days, core: items.filter((item) => isCore(item.type)).length, level: isTooMuch ? 'too much' : isHigh ? 'high' : '' };
}

/** The share of the available person-days of a type that were worked, over all its days. */
export function utilisationWords(days: NumbersRow['utilisation']): string {
  const working = days.reduce((all, day) => all + day.working, 0);
  const capacity = days.reduce((all, day) => all + day.capacity, 0);
  return capacity ? `${percent(working / capacity)} of ${count(capacity, 'person-day')}` : 'nobody could work';
}
