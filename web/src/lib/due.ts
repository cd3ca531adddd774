/** How urgent an open event is: red only if no later run can place it. */
import type { EventItem, Line, Settings } from './api-types';
import { addDays, dayMonth, dayOf, daysBetween, spokenDay } from './dates';
import { eventType } from './event-types';

/** Default types that are worked only on their start date (rulebook, event types). */
const FIXED = new Set(['juicer-production', 'digital-setup', 'digital-refresh', 'freeosk', 'digital-teardown', 'digitals']);
const FULL_DAY_MINUTES = 480;

export function isFixed(
  { event_type, estimated_minutes }: Pick<Line, 'event_type' | 'estimated_minutes'>,
  named: string[] | null,
): boolean {
  const fullDayOther = eventType(event_type).slug === 'other' && estimated_minutes >= FULL_DAY_MINUTES;
  if (!named) return fullDayOther || FIXED.has(eventType(event_type).slug);
  return named.includes(event_type) || (fullDayOther && named.includes('Full-day Other'));
}

/** The first day that a run made today plans. */
export const planFrom = (today: string, { buffer_days }: Pick<Settings, 'buffer_days'>) => addDays(today, buffer_days);

/** The members that decide on which days an event can be worked. */
export type Windowed = Pick<Line, 'event_type' | 'estimated_minutes' | 'start_date' | 'due_date'>;

/** The first and last day on which later nightly runs can still place an event; null if there are none. */
export function laterDays(
  line: Windowed,
  today: string,
  settings: Pick<Settings, 'buffer_days' | 'fixed_day_types'>,
): [string, string] | null {
  const next = addDays(planFrom(today, settings), 1);
  const start = dayOf(line.start_date);
  const from = start > next ? start : next;
  const to = isFixed(line, settings.fixed_day_types) ? start : addDays(dayOf(line.due_date), -1);
  return from <= to ? [from, to] : null;
}

/** `later runs plan 26 Jan to 6 Feb` */
export const laterWords = ([from, to]: [string, string]) => `later runs plan ${dayMonth(from)}${from === to ? '' : ` to ${dayMonth(to)}`}`;

/** `Mon 23 Nov to Thu 3 Dec`. The due day is not included, because an event must be worked before it. */
export function windowWords({ start_date, due_date }: Pick<Windowed, 'start_date' | 'due_date'>): string {
  const [first, last] = [dayOf(start_date), addDays(dayOf(due_date), -1)];
  return first >= last ? spokenDay(first) : `${spokenDay(first)} to ${spokenDay(last)}`;
}

const SHOWN_DAYS = 7;

/**
 * How soon an event is due that nobody has yet. The tone is bad only if the proposal does not place the event and no later run can. Null
 * for an event that is posted, accepted, not open, or due later.
 */
export function dueOf(
  event: EventItem,
  proposed: boolean,
  today: string,
  settings: Settings | null,
): { left: number; tone: '' | 'bad' } | null {
  const settled = !!event.posted_on || event.left_out === 'not_open' || event.left_out === 'off' || event.claim?.status === 'api_submitted';
  if (!today || !settings || settled) return null;
  const left = daysBetween(today, dayOf(event.due_date));
  if (left > SHOWN_DAYS) return null;
  const waits = proposed || !!event.claim || !!laterDays(event, today, settings);
  return { left, tone: waits ? '' : 'bad' };
}

/** Whether the last day of an event is before the first day that runs plan, so that only an emergency run can place it. */
export const isDueBefore = (dueDate: string, today: string, settings: Settings) => dayOf(dueDate) <= planFrom(today, settings);
