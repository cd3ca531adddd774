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

/**
 * A request that repeats the existing correction. It is needed because a correction replaces the whole earlier one, and an omitted member
 * gets Crossmark's value again.
 */
export const sameCorrection = (event: Corrected & Pick<EventItem, 'version'>): EventCorrectionRequest => ({
  event_type: event.corrected?.event_type ?? null,
  estimated_minutes: event.corrected?.estimated_minutes ?? null,
  version: event.version,
});

/** The length that Crossmark has for a corrected event, from its newest change; null if it is not known. */
export function lengthInCrossmark(newestFirst: FactChange[]): number | null {
  const after = newestFirst[0]?.after;
  return after?.kind === 'event' ? (after.value.uncorrected?.estimated_minutes ?? null) : null;
}

/** Maximum length in minutes: a week. */
export const MAX_MINUTES = 10_080;
/** Whether a length can be saved. An empty field keeps Crossmark's length. */
export const isLength = (minutes: number | null | undefined) =>
  minutes == null || (Number.isInteger(minutes) && minutes >= 1 && minutes <= MAX_MINUTES);
