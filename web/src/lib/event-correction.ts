/** People's corrections of an event, in words and as a request. */
import type { EventCorrectionRequest, EventItem, FactChange } from './api-types';
import { lengthWords } from './fact-words';

type Corrected = Pick<EventItem, 'corrected'>;

/** `by hand: type Other, length 75 min`; empty if nothing is corrected. */
export function correctedWords({ corrected }: Corrected): string {
  if (!corrected) return '';
  const parts = [
    corrected.event_type ? `type ${corrected.event_type}` : '',
    corrected.estimated_minutes ? `length ${lengthWords(corrected.estimated_minutes)}` : '',
  ];
  return `by hand: ${parts.filter(Boolean).join(', ')}`;
}

/** A correction replaces the whole earlier one: an omitted member falls back to Crossmark's value. So the request repeats the existing
 * correction. */
export const sameCorrection = (event: Corrected & Pick<EventItem, 'version'>): EventCorrectionRequest => ({
  event_type: event.corrected?.event_type ?? null,
  estimated_minutes: event.corrected?.estimated_minutes ?? null,
  version: event.version,
});

/** Crossmark's length of an event before its correction, from the newest change; null if it is not known. */
export function lengthOfCrossmark(newestFirst: FactChange[]): number | null {
  const after = newestFirst[0]?.after;
  return after?.kind === 'event' ? (after.value.uncorrected?.estimated_minutes ?? null) : null;
}

/** Maximum length in minutes: a week. An empty field keeps Crossmark's length. */
export const MOST_MINUTES = 10_080;
export const isLength = (minutes: number | null | undefined) =>
  minutes == null || (Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES);
