/** Follows an approval while its page is shown: polls for changes, and counts down the time for a recall. */
import { keys, queryClient } from '../queries';
import type { Review } from './review.svelte';

const TICK_MS = 250;
/** How often the dashboard is read while lines are being sent: it says whether sending pauses. */
const PAUSE_POLL_MS = 10_000;

export function followApproval(review: Review) {
  $effect(() => {
    const wait = review.nextPoll(document.hidden);
    if (wait === null) return;
    // A failed poll is repeated by the next one; without a connection, the page says so.
    const timer = setInterval(() => void review.poll().catch(() => undefined), wait);
    return () => clearInterval(timer);
  });
  $effect(() => {
    if (review.phase !== 'sending') return;
    const read = () => void queryClient.refetchQueries({ queryKey: keys.dashboard }, { cancelRefetch: false });
    const timer = setInterval(read, PAUSE_POLL_MS);
    return () => clearInterval(timer);
  });
  $effect(() => {
    if (review.phase !== 'grace') return;
    const timer = setInterval(() => (review.now = Date.now()), TICK_MS);
    return () => clearInterval(timer);
  });
}
