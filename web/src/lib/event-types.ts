/** The event types of the rulebook: their names at the API, their codes, and the token family that colours them. */

export interface EventType {
  slug: string;
  label: string;
  code: string;
}

const TYPES: EventType[] = [
  { slug: 'core', label: 'Core', code: 'CO' },
  { slug: 'juicer-production', label: 'Juicer Production', code: 'JP' },
  { slug: 'juicer-survey', label: 'Juicer Survey', code: 'JS' },
  { slug: 'juicer-deep-clean', label: 'Juicer Deep Clean', code: 'JD' },
  { slug: 'digital-setup', label: 'Digital Setup', code: 'DS' },
  { slug: 'digital-refresh', label: 'Digital Refresh', code: 'DR' },
  { slug: 'digital-teardown', label: 'Digital Teardown', code: 'DT' },
  { slug: 'digitals', label: 'Digitals', code: 'DG' },
  { slug: 'freeosk', label: 'Freeosk', code: 'FR' },
  { slug: 'supervisor', label: 'Supervisor', code: 'SU' },
  { slug: 'other', label: 'Other', code: 'OT' },
];
const BY_LABEL = new Map(TYPES.map((t) => [t.label.toLowerCase(), t]));
const OTHER = TYPES[TYPES.length - 1];

export const eventTypes: readonly EventType[] = TYPES;

export const eventType = (name: string | null | undefined): EventType => BY_LABEL.get((name ?? '').toLowerCase()) ?? OTHER;

export const isCore = (name: string | null | undefined) => eventType(name).slug === 'core';

const FOLLOWERS = new Set(['supervisor', 'juicer-survey']);
/** Whether events of a type follow another event: a Supervisor event its Core, a Survey its Production. */
export const isFollower = (name: string | null | undefined) => FOLLOWERS.has(eventType(name).slug);
