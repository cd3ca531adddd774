/** What people say of an event against what Crossmark says, in words and as it is sent. */
import type { EventCorrectionRequest, EventItem, FactChange } from './api-types';
import { lengthWords } from './fact-words';

type Corrected = Pick<EventItem, 'corrected'>;

/** `by hand: type Other, length 75 min`; empty where nothing is corrected. */
export function correctedWords({ corrected }: Corrected): string {
  if (!corrected) return '';
  const parts = [
    corrected.event_type ? `type ${corrected.event_type}` : '',
    corrected.estimated_minutes ? `length ${lengthWords(corrected.estimated_minutes)}` : '',
  ];
  return `by hand: ${parts.filter(Boolean).join(', ')}`;
}

/** A correction is sent whole: what it leaves out is as Crossmark says, so what stands is said again. */
export const sameCorrection = (event: Corrected & Pick<EventItem, 'version'>): EventCorrectionRequest => ({
  event_type: event.corrected?.event_type ?? null,
  estimated_minutes: event.corrected?.estimated_minutes ?? null,
  version: event.version,
});

/** The length that Crossmark gave an event before it was corrected, as its newest change has it; null where none is known. */
export function lengthOfCrossmark(newestFirst: FactChange[]): number | null {
  const after = newestFirst[0]?.after;
  return after?.kind === 'event' ? (after.value.uncorrected?.estimated_minutes ?? null) : null;
}

/** A length as a field has it: empty leaves what Crossmark says. Minutes, up to a week. */
export const MOST_MINUTES = 10_080;
export const isLength = (minutes: number | null | undefined) =>
  minutes == null || (Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES);
