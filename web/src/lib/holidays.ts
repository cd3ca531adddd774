/** Yearly holidays: their days, and their rules in words. */
import type { HolidayRule } from './api-types';
import { addDays, monthName, weekday } from './dates';
import { dayTitle, longOf, shortDays } from './people';

export const nthWords = ['first', 'second', 'third', 'fourth', 'fifth'] as const;

export function fallsOn(rule: HolidayRule, day: string): boolean {
  if (Number(day.slice(5, 7)) !== rule.month) return false;
  const date = Number(day.slice(8, 10));
  if (rule.every === 'year') return date === rule.day;
  if (shortDays[weekday(day)] !== rule.weekday) return false;
  if (rule.every === 'nth_weekday') return Math.ceil(date / 7) === rule.nth;
  return addDays(day, 7).slice(5, 7) !== day.slice(5, 7);
}

/** `25 December`, `the fourth Thursday of November`, `the last Monday of May` */
export function ruleWords(rule: HolidayRule): string {
  const month = monthName(rule.month);
  if (rule.every === 'year') return `${rule.day} ${month}`;
  const nth = rule.every === 'nth_weekday' ? nthWords[rule.nth - 1] : 'last';
  return `the ${nth} ${dayTitle(longOf(rule.weekday))} of ${month}`;
}
