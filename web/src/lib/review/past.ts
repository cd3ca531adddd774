/** What the passing of days does to a proposal: places that were not sent in time, and events whose last day is over. */
import type { Line, Run, Settings } from '../api-types';
import { daysBetween, spokenDay, withYear } from '../dates';
import { type IsClosed, leftOf } from '../due';
import { count } from '../numbers';
import { runDay } from '../run';
import { isUrgent } from './row-view';
import { hasLostPlace, type Row } from './rows';

/**
 * When a proposal was made, and how many of its events were missed, in sentences; null if none was. `missed` are their lines, and `events` is
 * the number of all events of the proposal. A posted event whose move was not made still stands, so it is counted apart.
 */
export function missedWords(
  missed: Pick<Line, 'kind'>[],
  events: number,
  run: Pick<Run, 'date' | 'created_at'>,
  { zone, today }: { zone: string; today: string },
): [string, string] | null {
  if (!missed.length || !today) return null;
  const moves = missed.filter(({ kind }) => kind === 'moved').length;
  const n = missed.length - moves;
  const made = runDay(run, zone);
  const age = count(daysBetween(made, today), 'day');
  const which = events === 1 ? 'Its only event' : `${n} of its ${count(events, 'event')}`;
  const words = [
    n
      ? `${which} ${n === 1 ? 'was missed: its day passed before it was sent' : 'were missed: their days passed before they were sent'}.`
      : '',
    moves
      ? `${count(moves, 'posted event was', 'posted events were')} not moved in time, and ${moves === 1 ? 'stands' : 'stand'} as before.`
      : '',
  ];
  return [`The proposal was made on ${withYear(spokenDay(made), made, today)}, ${age} ago.`, words.filter(Boolean).join(' ')];
}

/** What can be done about rows without a place. It names neither a way nor a later run for events whose last day is over. */
export function unplacedHint(rows: Row[], today: string, settings: Settings | null, isClosed?: IsClosed): string {
  const isOver = ({ line }: Row) => today !== '' && leftOf(line, today, settings).left <= 0;
  const over = rows.filter(isOver).length;
  const left = rows.filter((row) => !isOver(row));
  if (over && !left.length) return 'The last day of each is over, so that no run can place it.';
  // Later runs may plan what an edit deprived of its place.
  const urgent = left.filter((row) => settings && !hasLostPlace(row.line) && isUrgent(row, today, settings, isClosed)).length;
  const hint =
    urgent === 0
      ? 'Pick a way to place each one, or leave it for the next run.'
      : urgent === left.length
        ? 'Pick a way to place each one: no later night run can.'
        : `Pick a way to place each one. No later night run can place ${urgent} of them.`;
  return over ? `${hint} The last day of ${over === 1 ? 'one more' : `${over} more`} is over.` : hint;
}
