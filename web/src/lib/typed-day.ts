/** Days as somebody types them. Words are in lower case. */
import { daysBetween, isDay, LONG_MONTHS } from './dates';

/** `4`, `04` or `4th` -> 4; 0 for any other word. */
export const typedDayOfMonth = (word: string) => Number(/^(0?[1-9]|[12]\d|3[01])(st|nd|rd|th)?$/.exec(word)?.[1] ?? 0);

/** `dec`, `dec.` or `december` -> 12; 0 for any other word, such as "decaf". */
export function typedMonth(word: string): number {
  const name = word.replace(/[.,]$/, '');
  return name.length < 3 ? 0 : LONG_MONTHS.findIndex((month) => month.toLowerCase().startsWith(name)) + 1;
}

/**
 * The day that a text names: `2026-12-04`, `4 dec`, `dec 4th` or `4 dec 2026`; null if it names none. Without a year it is the day
 * nearest to today.
 */
export function readDay(text: string, today: string): string | null {
  if (isDay(text)) return text;
  const [first, second = '', typedYear, ...more] = text.split(/\s+/);
  const [month, day] = typedMonth(first) ? [typedMonth(first), typedDayOfMonth(second)] : [typedMonth(second), typedDayOfMonth(first)];
  if (!month || !day || more.length) return null;
  const year = Number(today.slice(0, 4));
  const distance = (one: string) => Math.abs(daysBetween(today, one));
  const days = (typedYear === undefined ? [year - 1, year, year + 1] : [typedYear])
    .map((one) => `${one}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`)
    .filter(isDay);
  return days.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}
