/** Availability and rotations of people by day. */
import type { Allowance, Employee, RotationException, Rotations, RotationType, ShortDay, Weekday, WeekHours } from './api-types';
import { clock, dayMonth, minutesOf, weekday } from './dates';

const SHORT: ShortDay[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const LONG: Weekday[] = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** Sunday first, like the week of the rulebook. */
export const weekdays: readonly Weekday[] = LONG;
export const shortDays: readonly ShortDay[] = SHORT;
const weekdayOf = (day: string): Weekday => LONG[weekday(day)];
const shortOf = (day: Weekday): ShortDay => SHORT[LONG.indexOf(day)];
export const longOf = (day: ShortDay): Weekday => LONG[SHORT.indexOf(day)];
export const dayTitle = (day: Weekday) => day[0].toUpperCase() + day.slice(1);

export type Away = 'has left' | 'time off' | 'off' | null;

/**
 * Why somebody is away on a date; null if they are not. Checked in order: whether they have left, time off, the overrides of that weekday,
 * the usual week.
 */
export function awayOn(person: Employee, day: string): Away {
  if (person.termination_date && person.termination_date <= day) return 'has left';
  if (person.time_off?.some((off) => off.start <= day && day <= off.end)) return 'time off';
  const key = SHORT[weekday(day)];
  const overrides = (person.availability_overrides ?? []).filter((one) => one.start <= day && day <= one.end && key in one.days);
  if (overrides.length) return overrides.some((one) => one.days[key] === false) ? 'off' : null;
  return person.weekly_availability?.[key] === false ? 'off' : null;
}

export const offOnWeekday = (person: Employee, day: Weekday) => person.weekly_availability?.[shortOf(day)] === false;

export const worksHere = (person: Employee, today: string) =>
  person.active && !(person.termination_date && person.termination_date <= today);

/** `5:00 pm`; the end of the day, `24:00`, is `midnight`. */
export const endClock = (time: string) => (time === '24:00' ? 'midnight' : clock(minutesOf(time)));

export function allowanceWords(allowance: Allowance | undefined): string {
  if (allowance === false) return 'Off';
  if (allowance === undefined || allowance === true) return 'On';
  return `${clock(minutesOf(allowance.from))} to ${endClock(allowance.to)}`;
}

/** `24 Dec`, or `24 Dec to 26 Dec` */
export const spanWords = ({ start, end }: { start: string; end: string }) =>
  start === end ? dayMonth(start) : `${dayMonth(start)} to ${dayMonth(end)}`;

/** `Monday off, Tuesday 8:00 am to 2:00 pm` */
export const changeOfWeekWords = (days: WeekHours) =>
  SHORT.filter((day) => day in days)
    .map((day) => `${dayTitle(longOf(day))} ${allowanceWords(days[day]).toLowerCase()}`)
    .join(', ');

/** The person whom the rotations name for a date, by an exception or else by the weekday, and the backup. */
export function namedOn(
  rotations: Rotations | undefined,
  exceptions: RotationException[],
  kind: RotationType,
  day: string,
): { id: string | null; backup: string | null; exception?: RotationException } {
  const exception = exceptions.find((one) => one.date === day && one.rotation_type === kind);
  if (exception) return { id: exception.employee_id, backup: null, exception };
  const name = weekdayOf(day);
  return { id: rotations?.[kind][name] ?? null, backup: rotations?.backups?.[kind]?.[name] ?? null };
}

/** Who holds a rotation on a date: whoever is named, their backup if they are away, or nobody. */
export function onDuty(
  rotations: Rotations | undefined,
  exceptions: RotationException[],
  people: Employee[],
  kind: RotationType,
  day: string,
): string | null {
  const named = namedOn(rotations, exceptions, kind, day);
  const isHere = (id: string | null) => {
    const person = people.find((one) => one.id === id);
    return !!person && worksHere(person, day) && !awayOn(person, day);
  };
  return [named.id, named.backup].find(isHere) ?? null;
}

const LEADS = ['Lead Event Specialist', 'Club Supervisor'];

/** Whether a person may hold a rotation. */
export function mayHold(person: Employee, kind: RotationType): boolean {
  if (kind === 'primary_lead') return LEADS.includes(person.job_title);
  return person.juicer_trained || person.job_title === 'Juicer Barista' || person.job_title === 'Club Supervisor';
}

/** A text of the server with people's names in place of their ids. */
export function withNames(text: string, people: Pick<Employee, 'id' | 'name'>[]): string {
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return text.replace(/[\w-]+/g, (word) => names.get(word) ?? word);
}
