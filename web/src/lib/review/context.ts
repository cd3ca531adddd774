/** The `Review` of each club, kept while the manager is on other pages. */
import { session } from '../session.svelte';
import { Review } from './review.svelte';

const reviews = new Map<string, Review>();

export function currentReview(): Review {
  const club = session.club?.club_id ?? '';
  let review = reviews.get(club);
  if (!review) reviews.set(club, (review = new Review()));
  return review;
}
