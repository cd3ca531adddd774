/** How urgent an open event is: red only if no later nightly run can place it. */
import type { EventItem, Line, Settings } from './api-types';
import { addDays, dayMonth, dayOf, daysBetween, spokenDay } from './dates';
import { eventType } from './event-types';
import { count } from './numbers';

/** Default types that are worked only on their start date (rulebook, event types). */
const FIXED = new Set(['juicer-production', 'digital-setup', 'digital-refresh', 'freeosk', 'digital-teardown', 'digitals']);
const FULL_DAY_MINUTES = 480;

export function isFixed(
  { event_type, estimated_minutes }: Pick<Line, 'event_type' | 'estimated_minutes'>,
  named: string[] | null,
): boolean {
  const fullDayOther = eventType(event_type).slug === 'other' && estimated_minutes >= FULL_DAY_MINUTES;
  // A Survey is worked with its Production.
  const type = event_type === 'Juicer Survey' ? 'Juicer Production' : event_type;
  if (!named) return fullDayOther || FIXED.has(eventType(type).slug);
  return named.includes(type) || named.includes(event_type) || (fullDayOther && named.includes('Full-day Other'));
}

/** The first day that an ordinary run plans if it starts today, by itself or by hand. An emergency run plans from today on. */
export const planFrom = (today: string, { buffer_days }: Pick<Settings, 'buffer_days'>) => addDays(today, buffer_days);

/** What the days from today to the day before [`planFrom`] are called, which only an emergency run plans. */
export function emergencyDays({ buffer_days: days }: Pick<Settings, 'buffer_days'>): string {
  if (days <= 2) return days === 2 ? 'today and tomorrow' : 'today';
  return `today and the next ${days - 1} days`;
}

/** The members that decide on which days an event can be worked. */
export type Windowed = Pick<Line, 'event_type' | 'estimated_minutes' | 'start_date' | 'due_date'>;

/** Whether a day is a holiday or locked, so that no run places anything on it. */
export type IsClosed = (day: string) => boolean;

/** The settings that decide which days runs plan. */
export type RunDays = Pick<Settings, 'buffer_days' | 'fixed_day_types'>;

/** The last valid day of an event (rulebook, section 2), if no day is closed. It is before the start date if the event has no valid day. */
function lastDayOf(line: Windowed, { fixed_day_types }: RunDays): string {
  const start = dayOf(line.start_date);
  const beforeDue = addDays(dayOf(line.due_date), -1);
  return isFixed(line, fixed_day_types) && start < beforeDue ? start : beforeDue;
}

/** The first and last open day of an event's window from this day on; null if there are none. */
function openDays(line: Windowed, from: string, to: string, isClosed: IsClosed): [string, string] | null {
  const start = dayOf(line.start_date);
  let [first, last] = [start > from ? start : from, to];
  while (first <= last && isClosed(first)) first = addDays(first, 1);
  while (first < last && isClosed(last)) last = addDays(last, -1);
  return first <= last ? [first, last] : null;
}

/** The start date of a fixed event whose window has more days; null for any other event, and before the settings are read. */
export function onlyDay(line: Windowed, settings: RunDays | null): string | null {
  const last = settings && lastDayOf(line, settings);
  return last && last < addDays(dayOf(line.due_date), -1) ? last : null;
}

/** The days that are left to work an event, today included, in words. Before the settings are read, they count to its due date. */
export function leftOf(line: Windowed, today: string, settings: RunDays | null): { left: number; words: string } {
  const only = onlyDay(line, settings);
  const left = daysBetween(today, only ? addDays(only, 1) : dayOf(line.due_date));
  if (left > 0) return { left, words: `${count(left, 'day')} left` };
  return { left, words: only ? 'its day is past' : left < 0 ? 'past due' : 'due today' };
}

const noneClosed: IsClosed = () => false;

/**
 * The first and last day on which nightly runs after today's can place an event; null if there are none. An emergency run may still
 * place it earlier. `only` is the day of the placed event that it goes with: then it can be placed on no other day.
 */
export function laterDays(
  line: Windowed,
  today: string,
  settings: RunDays,
  isClosed = noneClosed,
  only: string | null = null,
): [string, string] | null {
  const days = openDays(line, addDays(planFrom(today, settings), 1), lastDayOf(line, settings), isClosed);
  if (!days || !only) return days;
  return days[0] <= only && only <= days[1] ? [only, only] : null;
}

/**
 * Whether a person can still give an event a day: one that is open, from today on. `only` is the day of the placed event that it goes with.
 * Before the settings are read, it counts as possible.
 */
export function hasOpenDay(
  line: Windowed,
  today: string,
  settings: RunDays | null,
  isClosed = noneClosed,
  only: string | null = null,
): boolean {
  if (!today || !settings) return true;
  const days = openDays(line, today, lastDayOf(line, settings), isClosed);
  return !!days && (!only || (days[0] <= only && only <= days[1]));
}

/** Whether all open days left to an event are before the first day that an ordinary run plans, so that only an emergency run can place it. */
export function needsEmergencyRun(line: Windowed, today: string, settings: RunDays, isClosed = noneClosed): boolean {
  const [first, last] = [planFrom(today, settings), lastDayOf(line, settings)];
  const before = addDays(first, -1);
  return !openDays(line, first, last, isClosed) && !!openDays(line, today, last < before ? last : before, isClosed);
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
 * How soon an event is due that nobody has yet. The tone is bad only if the proposal does not place the event and no later nightly run
 * can. Null for an event that is posted, accepted, not open, or due later.
 */
export function dueOf(
  event: EventItem,
  proposed: boolean,
  today: string,
  settings: Settings | null,
  isClosed = noneClosed,
): { words: string; tone: '' | 'bad' } | null {
  const settled = !!event.posted_on || event.left_out === 'not_open' || event.left_out === 'off' || event.claim?.status === 'api_submitted';
  if (!today || !settings || settled) return null;
  const { left, words } = leftOf(event, today, settings);
  if (left > SHOWN_DAYS) return null;
  const isPlannedLater = event.left_out !== 'kept_out' && !!laterDays(event, today, settings, isClosed);
  return { words, tone: proposed || !!event.claim || isPlannedLater ? '' : 'bad' };
}
