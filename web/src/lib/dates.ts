/**
 * The only formatter of dates and times. Days are club-local strings `YYYY-MM-DD`, times of day are minutes since midnight; the
 * browser's own time zone is never used. Moments, that is times with a UTC offset (`Z` or `+hh:mm`), are shown in the club's zone.
 */
import { serverNow } from './server-clock';

const SHORT_WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const LONG_WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
export const LONG_MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAY_MS = 86_400_000;

/** Cache, because every row of a page uses the same few days. */
const parsed = new Map<string, number>();

function utc(local: string): number {
  const day = local.slice(0, 10);
  let cached = parsed.get(day);
  if (cached === undefined) parsed.set(day, (cached = Date.parse(day + 'T00:00:00Z')));
  return cached;
}

/** Whether a text is a day of the calendar: `2026-11-24`, not `2026-11-31`. */
export const isDay = (text: string) =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text + 'T00:00:00Z')) && addDays(text, 0) === text;

/** `2026-11-24T10:15:00` -> `2026-11-24` */
export const dayOf = (local: string) => local.slice(0, 10);

/** `2026-11-24T10:15:00` -> 615 */
export const minuteOf = (local: string) => Number(local.slice(11, 13)) * 60 + Number(local.slice(14, 16));

export const addDays = (day: string, n: number) => new Date(utc(day) + n * DAY_MS).toISOString().slice(0, 10);

/** 0 is Sunday: weeks begin on Sunday. */
export const weekday = (day: string) => new Date(utc(day)).getUTCDay();

export const weekOf = (day: string) => addDays(day, -weekday(day));

/** The Sundays of all weeks from the week of `from` to the week of `to`. */
export function sundaysOf(from: string, to: string): string[] {
  const weeks: string[] = [];
  for (let week = weekOf(from); week <= to; week = addDays(week, 7)) weeks.push(week);
  return weeks;
}

/** Days from `a` to `b`. */
export const daysBetween = (a: string, b: string) => Math.round((utc(b) - utc(a)) / DAY_MS);

export const daysFrom = (first: string, n: number) => Array.from({ length: n }, (_, i) => addDays(first, i));

export const firstOfMonth = (day: string) => day.slice(0, 8) + '01';

/** The first day of the month that is `n` months after the day's. */
export function firstOfMonthAfter(day: string, n: number): string {
  const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + n;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}-01`;
}

/** `Fri` */
export const shortDay = (day: string) => SHORT_WEEKDAYS[weekday(day)];

/** `Friday` */
export const longWeekday = (day: string) => LONG_WEEKDAYS[weekday(day)];

/** `4 Dec` */
export const dayMonth = (day: string) => `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`;

/** `Fri 4 Dec` */
export const spokenDay = (day: string) => `${shortDay(day)} ${dayMonth(day)}`;

/** `Friday 4 December` */
export const fullDay = (day: string) => `${longWeekday(day)} ${Number(day.slice(8, 10))} ${LONG_MONTHS[Number(day.slice(5, 7)) - 1]}`;

/** A day in words, with its year if that is not this year. */
export const withYear = (words: string, day: string, today: string) =>
  today && day.slice(0, 4) !== today.slice(0, 4) ? `${words} ${day.slice(0, 4)}` : words;

/** `December 2026` */
export const monthYear = (day: string) => `${LONG_MONTHS[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`;

/** 12 -> `December` */
export const monthName = (month: number) => LONG_MONTHS[month - 1] ?? '';

/** 615 -> `10:15 am`; the end of a day, 1440, is `12:00 am`. */
export function clock(minutes: number): string {
  const hour = Math.floor(minutes / 60) % 24;
  return `${((hour + 11) % 12) + 1}:${String(minutes % 60).padStart(2, '0')} ${hour < 12 ? 'am' : 'pm'}`;
}

/** `10:15` -> 615 */
export const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** `2026-11-24T10:15:00` -> `10:15 am` */
export const clockOf = (local: string) => clock(minuteOf(local));

/** 150 -> `2.5 h` */
export const hours = (minutes: number) => `${Number((minutes / 60).toFixed(1))} h`;

/** Seconds in words: `21 s`, `3 min`, `2 h`. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'under 1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

const zones = new Map<string, Intl.DateTimeFormat>();

/** One formatter per zone: creating it costs more than formatting a thousand moments. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  let cached = zones.get(zone);
  if (!cached) {
    cached = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    zones.set(zone, cached);
  }
  return cached;
}

/** A moment in the club's local time: `2026-11-24T10:15:00`. A local time stays as it is. */
export function toLocal(moment: string, zone: string): string {
  if (!/(Z|[+-]\d\d:\d\d)$/.test(moment)) return moment.slice(0, 19);
  const parts = formatterOf(zone).formatToParts(new Date(moment));
  const get = (type: string) => parts.find((p) => p.type === type)?.value ?? '00';
  return `${get('year')}-${get('month')}-${get('day')}T${get('hour')}:${get('minute')}:${get('second')}`;
}

/** A moment in words: `5:04 am` on the given day, else `Sun 22 Nov 5:04 am`. */
export function momentWords(moment: string, zone: string, today?: string): string {
  const local = toLocal(moment, zone);
  return dayOf(local) === today ? clockOf(local) : `${spokenDay(local)} ${clockOf(local)}`;
}

const UTC_CLOCK = /\b(\d\d):(\d\d) UTC\b/g;
const RAW_TIME = /\b(\d{4}-\d\d-\d\d)[ T](\d\d):(\d\d)\b/g;

/**
 * A text of the server with its times in the client's format. UTC times are also converted to the club's zone; local times are not.
 * `near` is a moment within 12 hours of the UTC times, which have no date.
 */
export function withLocalTimes(text: string, zone: string, near: string): string {
  const local = (hour: string, minute: string) => {
    const at = Date.parse(`${near.slice(0, 10)}T${hour}:${minute}:00Z`);
    const days = Math.round((Date.parse(near) - at) / DAY_MS);
    return clockOf(toLocal(new Date(at + (days || 0) * DAY_MS).toISOString(), zone));
  };
  return text
    .replace(UTC_CLOCK, (_, hour: string, minute: string) => local(hour, minute))
    .replace(RAW_TIME, (_, day: string, hour: string, minute: string) => `${spokenDay(day)} ${clock(Number(hour) * 60 + Number(minute))}`);
}

/** The current time, for a printed page. */
export const printedAt = (zone: string) => momentWords(new Date(serverNow()).toISOString(), zone);

/** When events were last refreshed from Crossmark, in words; empty if never. */
export const asOf = (refreshed: string | null | undefined, zone: string, today: string): string =>
  refreshed ? `Events as of ${momentWords(refreshed, zone, today)}` : '';
