/** Tells a proposal which days are closed. */
import { onMount } from 'svelte';
import { closedQuery } from '../queries';
import { closedAs } from './days';
import type { Review } from './review.svelte';

/** The first view does not need the closed days, so that they are read after it. */
const READ_AFTER_MS = 4_000;

/** Reads the closed days a while after a component is created, or takes those that another one reads. Call it when it is created. */
export function followClosedDays(review: Review, afterMs = READ_AFTER_MS) {
  let isDue = $state(!afterMs);
  onMount(() => {
    const timer = setTimeout(() => (isDue = true), afterMs);
    return () => clearTimeout(timer);
  });
  const closed = closedQuery(() => isDue);
  $effect(() => {
    const days = closed.data;
    if (days) review.isClosed = (day) => closedAs(day, days) !== '';
  });
}
