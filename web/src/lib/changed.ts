/** Which facts changed since a proposal was made, in a sentence. */
import type { ChangeEntry } from './api-types';
import { capital, listed } from './numbers';

const AREAS: Record<string, string> = {
  employee: 'the team',
  availability: 'the team',
  override: 'the team',
  time_off: 'the team',
  holiday: 'the closed days',
  yearly_holiday: 'the closed days',
  locked_day: 'the closed days',
  exception: 'the rotations',
  rotations: 'the rotations',
  settings: 'the settings',
  event: 'an event',
};

/** `The team and the closed days changed since this run.` If no changed fact is known: `Something changed since this run.` */
export function changedWords(changes: ChangeEntry[], since: string): string {
  const kinds = changes.filter((one) => one.fact && one.at > since).map((one) => one.fact?.split(':')[0] ?? '');
  const areas = [...new Set(kinds.map((kind) => AREAS[kind]).filter(Boolean))];
  return `${areas.length ? capital(listed(areas)) : 'Something'} changed since this run.`;
}
