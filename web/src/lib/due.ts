/** How urgent an open event is: red only if no later run can place it. */
import type { Line, Settings } from './api-types';
import { addDays, dayMonth, dayOf } from './dates';
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

/** The first day that a run of this day plans. */
export const planFrom = (today: string, { buffer_days }: Pick<Settings, 'buffer_days'>) => addDays(today, buffer_days);

/** The days on which later nightly runs can still place an event; null if this proposal is the last chance. */
export function laterDays(line: Line, today: string, settings: Settings): [string, string] | null {
  const next = addDays(planFrom(today, settings), 1);
  const start = dayOf(line.start_date);
  const from = start > next ? start : next;
  const to = isFixed(line, settings.fixed_day_types) ? start : addDays(dayOf(line.due_date), -1);
  return from <= to ? [from, to] : null;
}

/** `later runs plan 26 Jan to 6 Feb` */
export const laterWords = ([from, to]: [string, string]) => `later runs plan ${dayMonth(from)}${from === to ? '' : ` to ${dayMonth(to)}`}`;

/** Whether an event is due before the first day that runs plan, so that only an emergency run can place it. */
export const isDueBefore = (dueDate: string, today: string, settings: Settings) => dayOf(dueDate) <= planFrom(today, settings);
