/** Tells a proposal which days are closed. */
import { closedQuery } from '../queries';
import { closedAs } from './days';
import type { Review } from './review.svelte';

/** Reads the closed days for a proposal. Call it when a component is created. */
export function followClosedDays(review: Review) {
  const closed = closedQuery();
  $effect(() => {
    const days = closed.data;
    if (days) review.isClosed = (day) => closedAs(day, days) !== '';
  });
}
