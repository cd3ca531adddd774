/** Whether the events of a proposal still fit a plan that changed since its run, in words. Only `Stale.svelte` says it, so it is loaded with it. */
import { count, listed } from '../../lib/numbers';

/** Numbers of events of a proposal that a dry run does not check. */
export interface UncheckedCounts {
  /** Approved, and not sent yet: during a pause, for long. */
  waiting: number;
  /** Not accepted. */
  refused: number;
  /** Held back. */
  held: number;
}

/**
 * Whether the events that are left to approve still fit a plan that changed. `refused` has the titles of those that a dry run refuses; null
 * before it.
 */
export function fitWords(refused: string[] | null, unchecked: UncheckedCounts): string {
  const others = uncheckedWords(unchecked);
  if (!refused) return ['Events are checked again when they are approved.', others].filter(Boolean).join(' ');
  if (!refused.length) {
    return others ? `All events that are left to approve still fit. ${others}` : 'All events still fit.';
  }
  const titles = [...new Set(refused)];
  const named = listed([...titles.slice(0, MAX_NAMED), ...(titles.length > MAX_NAMED ? ['more'] : [])]);
  return `${count(refused.length, 'event')} cannot be sent as ${refused.length === 1 ? 'it is' : 'they are'}, for the reasons below: ${named}.`;
}

/** The same if no event is left to approve. */
export const nothingLeftWords = (unchecked: UncheckedCounts): string =>
  ['Nothing of it is left to approve.', uncheckedWords(unchecked)].filter(Boolean).join(' ');

/** What is known of the events that a dry run leaves out, after the plan changed. */
const uncheckedWords = ({ waiting, refused, held }: UncheckedCounts): string =>
  [
    waiting ? `${count(waiting, 'event')} that ${waiting === 1 ? 'waits' : 'wait'} to be sent may no longer fit.` : '',
    refused ? `${count(refused, 'event')} that ${refused === 1 ? 'was' : 'were'} not accepted may no longer fit.` : '',
    held ? `${count(held, 'event')} that ${held === 1 ? 'is' : 'are'} held back may no longer fit.` : '',
  ]
    .filter(Boolean)
    .join(' ');

const MAX_NAMED = 3;
