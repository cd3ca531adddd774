/** Follows an approval while its page is shown: polls for changes, and counts down the time for a recall. */
import type { Review } from './review.svelte';

const TICK_MS = 250;

export function followApproval(review: Review) {
  $effect(() => {
    const wait = review.nextPoll(document.hidden);
    if (wait === null) return;
    // A failed poll is repeated by the next one; without a connection, the page says so.
    const timer = setInterval(() => void review.poll().catch(() => undefined), wait);
    return () => clearInterval(timer);
  });
  $effect(() => {
    if (review.phase !== 'grace') return;
    const timer = setInterval(() => (review.now = Date.now()), TICK_MS);
    return () => clearInterval(timer);
  });
}
