/** Days as somebody types them. Words are in lower case. */
import { daysBetween, isDay, LONG_MONTHS, longWeekday } from './dates';

/** A weekday as people type it: `fri`, `fri.`, `friday`. */
export const WEEKDAY = /^(sun|mon|tues?|wed|wednes|thu|thurs?|fri|sat|satur)(day)?[.,]?$/;

/** `4`, `04` or `4th` -> 4; 0 for any other word. */
export const typedDayOfMonth = (word: string) => Number(/^(0?[1-9]|[12]\d|3[01])(st|nd|rd|th)?,?$/.exec(word)?.[1] ?? 0);

/** `dec`, `dec.` or `december` -> 12; 0 for any other word, such as "decaf". */
export function typedMonth(word: string): number {
  const name = word.replace(/[.,]$/, '');
  return name.length < 3 ? 0 : LONG_MONTHS.findIndex((month) => month.toLowerCase().startsWith(name)) + 1;
}

/**
 * The day that a text names: `2026-12-04`, `4 dec`, `dec 4th`, `fri 4 dec` or `friday, 4 december 2026`; null if it names none, or if that
 * day is no such weekday. Without a year it is the day nearest to today.
 */
export function readDay(text: string, today: string): string | null {
  const [named, ...rest] = text.split(/[\s,]+/).filter(Boolean);
  if (!named) return null;
  const isWeekday = WEEKDAY.test(named) && rest.length > 0;
  const isThatDay = (day: string) => !isWeekday || longWeekday(day).toLowerCase().startsWith(named.slice(0, 3));
  return dayIn(isWeekday ? rest : [named, ...rest], today, isThatDay);
}

function dayIn([first, second = '', typedYear, ...more]: string[], today: string, isThatDay: (day: string) => boolean): string | null {
  if (!second && isDay(first)) return isThatDay(first) ? first : null;
  const [month, day] = typedMonth(first) ? [typedMonth(first), typedDayOfMonth(second)] : [typedMonth(second), typedDayOfMonth(first)];
  if (!month || !day || more.length) return null;
  const year = Number(today.slice(0, 4));
  const distance = (one: string) => Math.abs(daysBetween(today, one));
  const days = (typedYear === undefined ? [year - 1, year, year + 1] : [typedYear])
    .map((one) => `${one}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`)
    .filter((one) => isDay(one) && isThatDay(one));
  return days.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}
