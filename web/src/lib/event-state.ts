/** The state of an event in the list of events, and who has it, in words. */
import type { EventItem } from './api-types';
import { clockOf, dayMonth, dayOf, spokenDay } from './dates';
import { isUnsure } from './submissions';
import { lineState } from './words';

/** Texts for the conditions of events that somebody has at Crossmark, although nothing is posted here. */
const TAKEN: Record<string, string> = { Staffed: 'Staffed in Crossmark', Scheduled: 'Scheduled in Crossmark' };

/** Whether an event is posted although a line that failed still claims it. */
const isPostedBeside = ({ claim, posted_on }: EventItem) => !!posted_on && claim?.status === 'api_failed';

/** The state of an event. */
export function eventState(one: EventItem): { text: string; tone: string } {
  const { claim, posted_on } = one;
  // Whether an event stands as it is posted is not known after some failures.
  if (claim && (!isPostedBeside(one) || isUnsure(claim.cause)))
    return lineState({ status: claim.status, api_error_details: { cause: claim.cause, words: '' } });
  if (posted_on) return { text: `Posted ${dayMonth(posted_on)}`, tone: claim ? 'warn' : 'ok' };
  const condition = one.condition?.trim() ?? '';
  if (one.left_out === 'not_open') return { text: TAKEN[condition] ?? `${condition} in Crossmark`, tone: '' };
  return { text: one.left_out === 'off' ? condition : 'Not scheduled', tone: '' };
}

const placeWords = (place: { employee_name: string | null; schedule_datetime: string | null }) =>
  `${place.employee_name ?? 'Nobody'}${place.schedule_datetime ? `, ${spokenDay(dayOf(place.schedule_datetime))} ${clockOf(place.schedule_datetime)}` : ''}`;

/** Who has an event that is being sent or is posted, and when, and what was not accepted; empty for any other event. */
export function whoHas(one: EventItem): string {
  const { claim, posted_to } = one;
  if (claim && posted_to && isPostedBeside(one)) {
    const wanted = claim.schedule_datetime ? placeWords(claim) : 'taking it back';
    if (isUnsure(claim.cause)) return `Not sure: posted before to ${placeWords(posted_to)}, wanted: ${wanted}`;
    return `${placeWords(posted_to)} (not accepted: ${wanted})`;
  }
  const place = claim ?? posted_to;
  return place ? placeWords(place) : '';
}
