/** The rotations that a person holds on a day, for a calendar. */
import type { Employee, RotationException, Rotations } from './api-types';
import { onDuty } from './people';

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
