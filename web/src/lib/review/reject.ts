/** The rejection of one decision in words. */
import type { Line, Rejected } from '../api-types';
import { NOT_NEEDED } from '../words';
import { titleOfBoth } from './rows';

/** What became of the events of a rejected decision. Only a reason about the place makes the next runs avoid it. */
export function rejectedWords(lines: Line[], { rejected, too_late }: Rejected, reasons: string[]): string {
  const done = lines.filter(({ id }) => rejected.includes(id));
  const late = lines.filter(({ id }) => too_late.some(({ line }) => line === id));
  const [are, places] = done.length > 1 ? ['are', 'these places'] : ['is', 'this place'];
  const isAvoided = reasons.some((reason) => reason !== NOT_NEEDED);
  return [
    done.length ? `${titleOfBoth(done)} ${are} rejected.` : '',
    done.length && isAvoided ? `The next runs avoid ${places} for 7 days.` : '',
    late.length ? `${titleOfBoth(late)} could no longer be rejected.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}
