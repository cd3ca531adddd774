/** What a new run replaces in the proposal on screen, in words. */
import type { Line } from '../api-types';
import { count } from '../numbers';
import { isEdited, isOpen } from './rows';
import type { Counts } from './sending';

/**
 * The question before a run that replaces people's work, or events that are on their way; empty if there is nothing to ask. `held` is the
 * number of events that are held back, also with another one.
 */
export function replacesWords(
  lines: Line[],
  held: number,
  { waiting, sending, checking }: Pick<Counts, 'waiting' | 'sending' | 'checking'>,
): string {
  const edited = lines.filter((line) => isOpen(line) && isEdited(line)).length;
  const under = waiting + sending + checking;
  if (!held && !edited && !under) return '';
  return [
    'The new proposal takes the place of this one, which cannot be brought back.',
    under ? `${count(under, 'event')} of this one ${under === 1 ? 'is' : 'are'} on the way to Crossmark and ${goOn(under)}.` : '',
    held ? `${count(held, 'held event')} ${held === 1 ? 'stays' : 'stay'} held back.` : '',
    edited ? `${count(edited, 'event')} ${edited === 1 ? 'was' : 'were'} changed: places chosen by hand are kept, or it says why not.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

const goOn = (n: number) => (n === 1 ? 'goes on' : 'go on');
