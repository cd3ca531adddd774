/** Follows a proposal while its page is shown: what an approval would do, its progress, and the time that is left for a recall. */
import { online } from '../online.svelte';
import { painted } from '../painted.svelte';
import { keys, queryClient, invalidate } from '../queries';
import { isOnItsWay } from './elsewhere';
import type { Review } from './review.svelte';

const TICK_MS = 250;
/** How often the dashboard is read while lines are being sent: it says whether sending pauses. */
const PAUSE_POLL_MS = 10_000;

/** How often the proposal is read again while an event of it is sent in another way. */
const ELSEWHERE_POLL_MS = 5_000;

/** How long after a change the server is asked what an approval would do. */
const CHECK_SOON_MS = 250;
/** How long after a first failure the server is asked again; after `n` failures in a row, `n` times as long, at most `MAX_CHECK_STEPS`. */
const CHECK_AGAIN_MS = 10_000;
const MAX_CHECK_STEPS = 6;

/** Asks the server what an approval would do: after the first paint, and after each change of the proposal. */
export function followDryRun(review: Review) {
  let failures = $state(0);
  $effect(() => {
    if (!painted.is || !online.is || review.newer || !review.isUnchecked) return;
    const check = () => void review.check().then((isKnown) => (failures = isKnown ? 0 : failures + 1));
    const timer = setTimeout(check, failures ? CHECK_AGAIN_MS * Math.min(failures, MAX_CHECK_STEPS) : CHECK_SOON_MS);
    return () => clearTimeout(timer);
  });
}

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
    // The dashboard first: it says whether the submissions are needed.
    if (review.phase === 'done') void invalidate('dashboard').then(() => invalidate('submissions'));
  });
  $effect(() => {
    // When Crossmark accepts it, neither the proposal nor the plan changes, so the page would not learn of it otherwise.
    if (!isOnItsWay(review.elsewhere)) return;
    const timer = setInterval(() => void invalidate('pending'), ELSEWHERE_POLL_MS);
    return () => clearInterval(timer);
  });
  $effect(() => {
    if (review.phase !== 'grace') return;
    const timer = setInterval(() => (review.now = Date.now()), TICK_MS);
    return () => clearInterval(timer);
  });
}
