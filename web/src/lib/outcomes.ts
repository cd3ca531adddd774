/** The outcome of a line, in words. */
import type { LineOutcome } from './api-types';

/**
 * Outcomes are listed by the day for which their line was first proposed, and an entry may have been moved since. So they are read for this
 * many days before and after the entry's day.
 */
export const DAYS_AROUND = 14;

/** The recorded outcome of the line that became a posted entry; undefined if there is none, as for an entry that was not sent from here. */
export function outcomeOfEntry(
  outcomes: LineOutcome[],
  { ref, who, day }: { ref: number; who: string; day: string },
): LineOutcome | undefined {
  const of = outcomes.filter((one) => one.event_ref_num === ref && one.end !== null);
  return of.find((one) => one.holder_id === who && one.holder_date === day) ?? of.find((one) => one.holder_date === day);
}

export function endWords({ end, holder_name, done_by_id, done_by_name }: LineOutcome): string {
  const who = holder_name ?? 'The person';
  if (done_by_id) return `${done_by_name ?? done_by_id} did it in place of ${who}.`;
  switch (end) {
    case 'completed':
      return `${who} worked it.`;
    case 'no_show':
      return `${who} did not come.`;
    case 'call_out':
      return `${who} called out.`;
    case 'taken_back':
      return 'It was taken back before its day.';
    default:
      return 'Crossmark accepted it; nothing else is known of it.';
  }
}
