/** Tells a proposal which days are closed. */
import { painted } from '../painted.svelte';
import { closedQuery } from '../queries';
import { closedAs } from './days';
import type { Review } from './review.svelte';

/**
 * Reads the closed days while a component exists; on Today and Review after the first paint, which does not need them. Call it when the
 * component is created.
 */
export function followClosedDays(review: Review, wanted: () => boolean = () => painted.is) {
  const closed = closedQuery(wanted);
  $effect(() => {
    const days = closed.data;
    if (days) review.isClosed = (day) => closedAs(day, days) !== '';
  });
}
