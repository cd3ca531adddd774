/** Calendar addresses in words. */
import type { CalendarFeed } from './api-types';

type Whose = Pick<CalendarFeed, 'employee_id'> & Partial<CalendarFeed>;

/** Whose schedules a feed has. */
export const feedName = (feed: Whose) => (feed.employee_id === null ? 'the whole club' : (feed.employee_name ?? feed.employee_id));

/** The feeds of a person, or all feeds: the club's first, then by name, the newest first. */
export const feedsOf = (feeds: CalendarFeed[], person?: string) =>
  feeds
    .filter((feed) => person === undefined || feed.employee_id === person)
    .sort(
      (a, b) =>
        Number(a.employee_id !== null) - Number(b.employee_id !== null) ||
        feedName(a).localeCompare(feedName(b)) ||
        b.made_at.localeCompare(a.made_at),
    );

/** Why somebody cannot make the address of a feed; empty if they can. `null` is the whole club. */
export function whyNoFeed({ role, person }: { role?: string; person: string | null }, of: string | null): string {
  if (role !== 'viewer' || (of !== null && of === person)) return '';
  if (person === null) return 'Your sign-in does not say which person you are. Your manager can make the address of your schedules.';
  return of === null ? 'A manager makes the address of the whole club.' : 'This person, or a manager, makes the address.';
}

/** The question before an address stops working. */
export function feedAct(act: 'renew' | 'revoke', name: string): { title: string; text: string; act: string; danger: boolean } {
  const stops = 'The address that is used now stops at once, and calendars that subscribe to it get no more changes.';
  return act === 'renew'
    ? { title: `A new address for ${name}?`, text: `${stops} They need the new one.`, act: 'Make a new address', danger: false }
    : { title: `Revoke the address of ${name}?`, text: stops, act: 'Revoke', danger: true };
}
