import type { RotationException, Rotations } from './api-types';
import { namedOn } from './people';

/** A person's rotations on a day, for a calendar. */
export function dutyWords(rotations: Rotations | undefined, exceptions: RotationException[], who: string, day: string): string {
  const roles = [
    namedOn(rotations, exceptions, 'juicer', day).id === who ? 'Juicer of the day' : '',
    namedOn(rotations, exceptions, 'primary_lead', day).id === who ? 'Primary lead' : '',
  ];
  return roles.filter(Boolean).join(', ');
}
