/** What becomes of a failed event when the event that it follows is changed. */
import type { Line } from '../api-types';
import { dayOf, spokenDay } from '../dates';
import { eventType } from '../event-types';
import { follows } from './rows';

/** A failed event stays where it is unless it is among those that move along; empty if it does, or has not failed. */
export function leftBehindWords(partner: Line | undefined, day: string, movesAlong: { event_ref_num: number }[] = []): string {
  if (partner?.status !== 'api_failed' || !partner.schedule_datetime || !follows(partner)) return '';
  if (movesAlong.some((one) => one.event_ref_num === partner.event_ref_num)) return '';
  const its = `Its ${eventType(partner.event_type).label} was not sent either`;
  const at = dayOf(partner.schedule_datetime);
  return at === day ? `${its}: retry it after that.` : `${its} and stays on ${spokenDay(at)}: change it after that.`;
}
