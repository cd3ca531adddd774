/** The texts of a week by person. */
import type { Employee } from './api-types';
import { addDays, daysFrom, hours, spokenDay } from './dates';
import { awayOn } from './people';

/** `Sun 29 Nov to Sat 5 Dec 2026`, `Sun 27 Dec 2026 to Sat 2 Jan 2027` */
export function weekHeading(week: string): string {
  const end = addDays(week, 6);
  const [first, last] = [week, end].map((day) => day.slice(0, 4));
  return `${spokenDay(week)}${first === last ? '' : ` ${first}`} to ${spokenDay(end)} ${last}`;
}

/** `7.5 h`; for somebody without work, whether they are away on all open days of the week. */
export function weekWords(person: Employee, week: string, minutes: number, isClosed: (day: string) => boolean): string {
  if (minutes) return hours(minutes);
  const open = daysFrom(week, 7).filter((day) => !isClosed(day));
  return open.length && open.every((day) => awayOn(person, day)) ? 'away' : 'nothing placed';
}
