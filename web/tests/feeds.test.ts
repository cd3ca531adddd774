import { describe, expect, it } from 'vitest';
import { feedAct, feedName, feedsOf, whyNoFeed } from '../src/lib/feeds';

const feed = (id: string, employee_id: string | null, employee_name: string | null, made_at = '2026-11-19T12:00:00.000Z') => ({
  id,
  employee_id,
  employee_name,
  made_by: 'vera',
  made_at,
});
const feeds = [
  feed('a', 'E02', 'Jordan Thorne'),
  feed('b', 'E01', 'Avery Quill', '2026-11-18T12:00:00.000Z'),
  feed('c', null, null),
  feed('d', 'E01', 'Avery Quill'),
];

describe('calendar addresses', () => {
  it('are sorted: the club first, then people by name, the newest first', () =>
    expect(feedsOf(feeds).map((one) => one.id)).toEqual(['c', 'd', 'b', 'a']));
  it("of a person are only that person's", () => expect(feedsOf(feeds, 'E01').map((one) => one.id)).toEqual(['d', 'b']));
  it('are named after their person or the club', () =>
    expect([feeds[2], feeds[0], feed('e', 'E99', null)].map(feedName)).toEqual(['the whole club', 'Jordan Thorne', 'E99']));
  it.each<[string, string | null, string | null, RegExp]>([
    ['manager', null, 'E01', /^$/],
    ['manager', null, null, /^$/],
    ['viewer', 'E01', 'E01', /^$/],
    ['viewer', 'E01', 'E02', /This person, or a manager/],
    ['viewer', 'E01', null, /of the whole club/],
    ['viewer', null, 'E01', /does not say which person/],
    ['viewer', null, null, /does not say which person/],
  ])('a %s who is %s may make the address of %s, or gets a reason', (role, person, of, words) =>
    expect(whyNoFeed({ role, person }, of)).toMatch(words),
  );
  it('have a question before they stop working', () => {
    expect(feedAct('revoke', 'the whole club').title).toBe('Revoke the address of the whole club?');
    expect(feedAct('renew', 'Avery Quill').text).toContain('stops at once');
  });
});
