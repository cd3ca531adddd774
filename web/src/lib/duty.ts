/** The rotations that a person holds on a day, for a calendar. */
import type { Dashboard, Employee, OnDuty, RotationException, Rotations, RotationType } from './api-types';
import { spokenDay } from './dates';
import { capital } from './numbers';
import { awayOn, onDuty } from './people';
import { firstName, rotationName } from './words';

export function dutyWords(
  rotations: Rotations | undefined,
  exceptions: RotationException[],
  people: Employee[],
  who: string,
  day: string,
): string {
  const roles = [
    onDuty(rotations, exceptions, people, 'juicer', day) === who ? 'Juicer of the day' : '',
    onDuty(rotations, exceptions, people, 'primary_lead', day) === who ? 'Primary lead' : '',
  ];
  return roles.filter(Boolean).join(', ');
}

/** For whom the person on duty today stands in, or who would stand in. Somebody who is off may have posted events all the same. */
export function standInWords({ exception, named, on_duty, backup }: OnDuty, floor: Dashboard['on_floor']): string {
  const name = firstName(named?.employee_name);
  const away = floor.some((one) => one.employee_id === named?.employee_id) ? 'off but on the floor' : 'away';
  if (exception) return on_duty ? 'exception' : `exception: ${name} is ${away}`;
  if (named && on_duty?.employee_id !== named.employee_id) return `for ${name}, ${away}`;
  return backup ? `backup ${firstName(backup.employee_name)}` : 'no backup';
}

/** Why an exception leaves nobody in the rotation; empty if its person is there. */
export function nobodyWords(person: Employee, kind: RotationType, date: string): string {
  const away = awayOn(person, date);
  if (!away) return '';
  const why = { off: 'is off', 'time off': 'has time off', 'has left': 'has left' }[away];
  return `${person.name} ${why} on ${spokenDay(date)}, and an exception has no backup: nobody is ${rotationName[kind].toLowerCase()}.`;
}

/** The first days that runs plan. */
export interface PlannedFrom {
  /** Of an ordinary run that a person starts today. */
  today: string;
  /** Of the next nightly run. */
  nightly: string;
}

/** The effect of a saved exception. */
export function exceptionWords(person: Employee, kind: RotationType, date: string, from: PlannedFrom): string {
  const duty = nobodyWords(person, kind, date) || `${person.name} is ${rotationName[kind].toLowerCase()} on ${spokenDay(date)}.`;
  if (date >= from.nightly) return `${duty} The next run uses it.`;
  const later = `nightly runs plan from ${spokenDay(from.nightly)} on`;
  return `${duty} ${date < from.today ? `${capital(later)} and leave that day as it is` : `An ordinary run started today uses it; ${later}`}.`;
}
