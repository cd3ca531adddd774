/** The events that an approval leaves in the proposal, grouped by reason, for its confirmation. */
import type { Line } from '../api-types';
import { count, listed } from '../numbers';
import type { Needs } from './held';
import type { Refusal } from './outlook.svelte';
import { repeatedTitles, titleOfLine, whoseWords } from './rows';

export interface StayingGroup {
  reason: string;
  lines: Line[];
}

export const refusedByReason = (refused: Refusal[]): StayingGroup[] => byReason(refused.map(({ line, text }) => [text, line]));

/** The events that are held back, by reason; those that a person holds come first. */
export function heldByReason(heldBack: Line[], held: Needs, titleOf: (id: string) => string): StayingGroup[] {
  const isOwn = ({ id }: Line) => held.get(id) === id;
  const waiting = heldBack.filter((line) => !isOwn(line));
  return byReason([
    ...heldBack.filter(isOwn).map((line): [string, Line] => ['held back by hand', line]),
    ...waiting.map((line): [string, Line] => [`held back with ${titleOf(held.get(line.id) ?? '')}`, line]),
  ]);
}

function byReason(all: [string, Line][]): StayingGroup[] {
  const groups = new Map<string, Line[]>();
  for (const [reason, line] of all) groups.set(reason, [...(groups.get(reason) ?? []), line]);
  return [...groups].map(([reason, lines]) => ({ reason, lines }));
}

/** Maximum titles that a reason is shown with. */
const MAX_NAMED = 3;

/** `2 events, Rye and Peach Tea`; of many events the first ones are named, with person, day and number if their titles are the same. */
export function stayingNames(lines: Line[]): string {
  const more = lines.length - MAX_NAMED;
  const named = lines.slice(0, MAX_NAMED);
  const repeated = repeatedTitles(named);
  const nameOf = (line: Line) => titleOfLine(line) + (repeated.has(titleOfLine(line)) ? ` (${whoseWords(line, repeated)})` : '');
  const names = listed([...named.map(nameOf), ...(more > 0 ? [`${more} more`] : [])]);
  return lines.length === 1 ? names : `${count(lines.length, 'event')}, ${names}`;
}
