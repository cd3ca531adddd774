/** Compares two plans: their differences by day and by person, and what these mean. */
import type { PlanDifference, PlanSpot, Terms, TrialResult } from './api-types';
import { clockOf, dayOf, spokenDay } from './dates';
import { withTitles } from './event-name';
import { capital, count, formatInteger, pointsWords } from './numbers';
import { firstNameOf, type Names, titleOfLine } from './trials';
import { termName } from './words';

/** The rules that a plan breaks, from the details of a refusal. What is so for several events is said once. */
export function brokenWords(details: unknown): string[] {
  const texts = Array.isArray(details) ? details.filter((one): one is string => typeof one === 'string') : [];
  return [...new Set(texts.map((text) => capital(withTitles(text.replace(/^event \d+: /, '')))))];
}

/** One of the two places of a compared event. */
export interface ComparedSide {
  words: string;
  /** Whether the place belongs to the day or the person of its group. */
  here: boolean;
}

export interface ComparedRow {
  ref: number;
  type: string;
  title: string;
  before: ComparedSide;
  after: ComparedSide;
}

export interface ComparedGroup {
  key: string;
  title: string;
  detail: string;
  rows: ComparedRow[];
}

/** A line in the group of one of its days; its other day is named. */
function onDay(line: PlanDifference, day: string, names: Names): ComparedRow {
  const side = (spot: PlanSpot | null): ComparedSide => {
    if (!spot) return { words: 'not placed', here: false };
    const here = dayOf(spot.start) === day;
    return {
      words: `${firstNameOf(spot.employee_id, names)}, ${here ? '' : `${spokenDay(dayOf(spot.start))} `}${clockOf(spot.start)}`,
      here,
    };
  };
  return rowOf(line, side);
}

/** A line in the group of one of its people; the other person is named. */
function withPerson(line: PlanDifference, id: string, names: Names): ComparedRow {
  const side = (spot: PlanSpot | null): ComparedSide => {
    if (!spot) return { words: 'not placed', here: false };
    const at = `${spokenDay(dayOf(spot.start))} ${clockOf(spot.start)}`;
    return spot.employee_id === id ? { words: at, here: true } : { words: `${firstNameOf(spot.employee_id, names)}, ${at}`, here: false };
  };
  return rowOf(line, side);
}

const rowOf = (line: PlanDifference, side: (spot: PlanSpot | null) => ComparedSide): ComparedRow => ({
  ref: line.event_ref_num,
  type: line.event_type,
  title: titleOfLine(line),
  before: side(line.before),
  after: side(line.after),
});

const earliest = (line: PlanDifference) => line.after?.start ?? line.before?.start ?? '';
const byTime = (a: PlanDifference, b: PlanDifference) => earliest(a).localeCompare(earliest(b)) || a.event_ref_num - b.event_ref_num;

export function byDay({ lines }: TrialResult, names: Names): ComparedGroup[] {
  const days = new Map<string, PlanDifference[]>();
  for (const line of lines.toSorted(byTime))
    for (const day of new Set([line.before, line.after].flatMap((spot) => (spot ? dayOf(spot.start) : []))))
      days.set(day, [...(days.get(day) ?? []), line]);
  return [...days]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([day, on]) => ({
      key: day,
      title: spokenDay(day),
      detail: dayWords(on, day),
      rows: on.map((line) => onDay(line, day, names)),
    }));
}

/** `3 events differ, 1 more than before` */
function dayWords(lines: PlanDifference[], day: string): string {
  const on = (spot: PlanSpot | null) => (spot && dayOf(spot.start) === day ? 1 : 0);
  const more = lines.reduce((sum, line) => sum + on(line.after) - on(line.before), 0);
  const differ = `${count(lines.length, 'event')} ${lines.length === 1 ? 'differs' : 'differ'}`;
  return more ? `${differ}, ${Math.abs(more)} ${more > 0 ? 'more' : 'fewer'} than before` : differ;
}

export function byPerson({ lines, people }: TrialResult, names: Names): ComparedGroup[] {
  return people
    .map((person) => {
      const own = lines
        .filter((line) => [line.before, line.after].some((spot) => spot?.employee_id === person.employee_id))
        .toSorted(byTime);
      return {
        key: person.employee_id,
        title: person.employee_name,
        detail: personWords(person.events, person.minutes, person.days),
        rows: own.map((line) => withPerson(line, person.employee_id, names)),
      };
    })
    .filter((group) => group.rows.length)
    .sort((a, b) => a.title.localeCompare(b.title));
}

const h = (minutes: number) => String(Number((minutes / 60).toFixed(1)));

/** `7 → 8 events, 38 → 44.5 h, 5 → 6 days` */
function personWords([before, after]: number[], minutes: number[], days: number[]): string {
  const parts = [
    before === after ? count(before, 'event') : `${before} → ${count(after, 'event')}`,
    minutes[0] === minutes[1] ? `${h(minutes[0])} h` : `${h(minutes[0])} → ${h(minutes[1])} h`,
    days[0] === days[1] ? count(days[0], 'day') : `${days[0]} → ${count(days[1], 'day')}`,
  ];
  return parts.join(', ');
}

export interface TermRow {
  name: string;
  before: number;
  after: number;
}

/** The terms whose points differ, the largest difference first. The points are those at a weight of 1. */
export function termsThatDiffer(before: Terms, after: Terms): TermRow[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((name) => ({ name, before: before[name] ?? 0, after: after[name] ?? 0 }))
    .filter((term) => Math.abs(term.after - term.before) >= 0.05)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
}

const BEST = ['optimal', 'nothing_to_do'];

/**
 * How much of the difference is due to the change. A run without the change may differ from the present plan too, because of events that
 * were refused, rejected or added since. Empty if all of it is due to the change, or if that is not known. If a solver reached its time
 * limit, the words say that the parts are not certain.
 */
export function shareOfChange({
  status,
  lines,
  before,
  after,
  without_change: anyway,
  without_change_proven: isProven,
}: TrialResult): string {
  if (!anyway) return '';
  const points = pointsWords(anyway.score - before.score);
  const more = anyway.placed - before.placed;
  const isSame = !more && Math.abs(anyway.score - before.score) < 0.05;
  if (isSame && (isProven || !lines.length)) return '';
  const unsolved = [...(isProven ? [] : ['without the change']), ...(BEST.includes(status) ? [] : ['with it'])];
  const uncertain = unsolved.length
    ? `How much of this is due to the change is not certain: the time was up before the best plan ${unsolved.join(' and ')} was found.`
    : '';
  if (isSame) return uncertain;
  const places = (events: number) =>
    `place ${formatInteger(Math.abs(events))} ${events > 0 ? 'more' : 'fewer'} ${Math.abs(events) === 1 ? 'event' : 'events'}`;
  // With the change, fewer may be placed than before although a run without it would place more.
  const too = (after.placed - before.placed) * more > 0 ? ' too' : '';
  const own = after.placed - anyway.placed;
  return (
    `${uncertain ? `${uncertain} As far as it is known: a` : 'A'} run without the change would ${more ? `${places(more)}${too}, ${points}` : `differ from this plan by ${points}`}. ` +
    `The change itself would ${own ? places(own) : 'place as many events'}.`
  );
}

/** What the difference means, in a sentence or two. */
export function meaning({ summary, before, after, lines }: TrialResult): string {
  if (!lines.length) return 'Nothing differs: the plan would be the same.';
  const sentence = `${capital(summary)}.`;
  const differing = termsThatDiffer(before.terms, after.terms);
  const gained = differing.find(({ name }) => name !== 'wish');
  if (!gained && differing.length) return `${sentence} Only “${termName('wish')}” has other points.`;
  if (!gained) return `${sentence} It is worth the same.`;
  return `${sentence} The largest difference is in “${termName(gained.name)}”: ${pointsWords(gained.after - gained.before)}.`;
}
