/** Words for a refresh that cannot start yet. They are in a file of their own, because every page loads them. */
import { momentWords } from './dates';

/** Why no refresh can start now, from the details of the refusal. */
export function waitWords(details: Record<string, unknown>, zone: string, today?: string): string {
  const next = typeof details.next_at === 'string' ? ` The next refresh may begin at ${momentWords(details.next_at, zone, today)}.` : '';
  return `Crossmark was read too often within the hour.${next}`;
}
