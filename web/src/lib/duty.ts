/** The rotations that a person holds on a day, for a calendar. */
import type { Employee, RotationException, Rotations, RotationType } from './api-types';
import { spokenDay } from './dates';
import { awayOn, onDuty } from './people';
import { rotationName } from './words';

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

/** Why an exception leaves nobody in the rotation; empty if its person is there. */
export function nobodyWords(person: Employee, kind: RotationType, date: string): string {
  const away = awayOn(person, date);
  if (!away) return '';
  const why = { off: 'is off', 'time off': 'has time off', 'has left': 'has left' }[away];
  return `${person.name} ${why} on ${spokenDay(date)}, and an exception has no backup: nobody is ${rotationName[kind].toLowerCase()}.`;
}

/** The effect of a saved exception. Runs plan from `plannedFrom` on. */
export function exceptionWords(person: Employee, kind: RotationType, date: string, plannedFrom: string): string {
  const duty = nobodyWords(person, kind, date) || `${person.name} is ${rotationName[kind].toLowerCase()} on ${spokenDay(date)}.`;
  return `${duty} ${date < plannedFrom ? `Runs plan from ${spokenDay(plannedFrom)} on and leave that day as it is.` : 'The next run uses it.'}`;
}
