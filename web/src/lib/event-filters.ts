/** The filters of the list of events: one for each reason why an event needs a look. */
import type { EventCounts, EventFilterName } from './api-types';
import { count } from './numbers';

export interface EventFilter {
  label: string;
  /** Which events the filter finds. */
  text: string;
  /** The text if the filter finds nothing. */
  none: string;
  tone: '' | 'warn' | 'bad';
}

export const eventFilters: Record<EventFilterName, EventFilter> = {
  due_soon: {
    label: 'Due soon',
    text: 'Nobody has them, and their last day is within a week.',
    none: 'Everything that is due soon has somebody',
    tone: 'warn',
  },
  lost: {
    label: 'Lost',
    text: 'Nobody had them when their last day passed, within the last 90 days.',
    none: 'Nothing was lost within the last 90 days',
    tone: 'bad',
  },
  kept_out: { label: 'Kept out', text: 'A person keeps them out of runs.', none: 'Nothing is kept out of runs', tone: '' },
  corrected: { label: 'Corrected', text: 'People corrected what Crossmark says about them.', none: 'Nothing is corrected', tone: '' },
  differs: {
    label: 'Differs',
    text: 'Crossmark and Muster differ about them, and nobody has decided.',
    none: 'No difference waits for a decision',
    tone: 'bad',
  },
  set_aside: {
    label: 'Set aside',
    text: "Crossmark's rows for them cannot be used, so they stay as they were last known.",
    none: 'Every row of Crossmark can be used',
    tone: 'warn',
  },
};

const KEYS = Object.keys(eventFilters) as EventFilterName[];

export const isEventFilter = (text: string): text is EventFilterName => Object.hasOwn(eventFilters, text);

export const filterChips = (
  counts: EventCounts | undefined,
): { key: EventFilterName; label: string; n: number | undefined; tone: string }[] =>
  KEYS.map((key) => ({ key, label: eventFilters[key].label, n: counts?.[key], tone: counts?.[key] ? eventFilters[key].tone : '' }));

/** Why more events are counted than listed: a row that is set aside may belong to an unknown event. */
export function hintOf(only: EventFilterName, listed: number, counted: number | undefined): string {
  const more = (counted ?? listed) - listed;
  return only === 'set_aside' && more > 0
    ? `${count(more, 'more row')} ${more === 1 ? 'is of an event that is' : 'are of events that are'} not known here.`
    : '';
}
