/** The `Review` of each club, kept while the manager is on other pages. */
import { session } from '../session.svelte';
import { type Review, rootedReview } from './review.svelte';

const reviews = new Map<string, Review>();

export function currentReview(): Review {
  const club = session.club?.club_id ?? '';
  let review = reviews.get(club);
  if (!review) reviews.set(club, (review = rootedReview()));
  return review;
}
