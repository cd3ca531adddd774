import { describe, expect, it } from 'vitest';
import { wrongPart, wrongWords } from '../src/lib/addresses';
import { isDay } from '../src/lib/dates';
import { addressOf } from '../src/lib/prefetch';
import { titleOf } from '../src/ui/nav';

describe('an address', () => {
  it.each([
    ['today', '', null],
    ['review', 'tab=all&day=2026-12-01&sel=L12&pane=change&q=oat', null],
    ['review', 'tab=everything', 'tab'],
    ['review', 'day=bogus', 'day'],
    ['fix', 'week=2026-11-22&issue=3', null],
    ['fix', 'issue=0', 'issue'],
    ['calendar', 'view=year', 'view'],
    ['calendar', 'day=2026-02-30', 'day'],
    ['calendar', 'type=core&show=posted', null],
    ['events', 'type=nothing', 'type'],
    ['events', 'only=lost', null],
    ['events', 'only=everything', 'only'],
    ['refresh', '', null],
    ['differences', 'event=31164334', null],
    ['differences', 'event=x', 'event'],
    ['setup', '', null],
    ['submissions', 'tab=all', 'tab'],
    ['submissions', 'tab=aside', null],
    ['team', 'who=E01&off=2026-12-24&show=all', null],
    ['team', 'who=E01&off=tomorrow', 'off'],
    ['settings', 'part=closed', null],
    ['settings', 'part=feeds', null],
    ['import', 'kind=visits', null],
    ['import', 'kind=people', 'kind'],
    ['settings', 'part=nothing', 'part'],
    ['settings', 'utm_source=mail', null],
    ['constructor', '', ''],
    ['nopage', '', ''],
  ])('%s?%s is wrong in: %s', (page, query, name) => {
    expect(wrongPart(page, new URLSearchParams(query))?.name ?? null).toBe(name);
  });

  it.each([
    ['refresh', 'r-1_A', true],
    ['refresh', 'x/y', false],
    ['today', 'x', false],
  ])('%s/%s is a page: %s', (page, id, is) => expect(wrongPart(page, new URLSearchParams(), id) === null).toBe(is));

  it.each([
    ['import', 'kind=zz', /^Load a file knows no kind "zz"\./],
    ['numbers', 'weeks=99', /^Numbers knows no weeks "99"\./],
    ['calendar', 'day=bogus', /^Calendar knows no day "bogus"\./],
    ['compare', '', /^It names nothing that What if… could show\./],
    ['nopage', '', /^No page is called "nopage"\./],
  ])('%s?%s is wrong in words', (page, query, words) => {
    const wrong = wrongPart(page, new URLSearchParams(query));
    expect(wrong && wrongWords(wrong, titleOf(wrong.page)).text).toMatch(words);
  });

  it.each([
    ['2026-11-24', true],
    ['2026-11-31', false],
    ['2026-13-01', false],
    ['2026-1-1', false],
    ['bogus', false],
    ['', false],
  ])('%s is a day: %s', (text, is) => expect(isDay(text)).toBe(is));

  it.each([
    ['', null, '/me', undefined, '/api/me'],
    ['https://api.example', '8135', '/events', { q: '', limit: 5, cursor: null }, 'https://api.example/api/events?club=8135&limit=5'],
    ['', null, '/holidays', { limit: 500, cursor: undefined }, '/api/holidays?limit=500'],
  ])('of the API: %s, club %s, %s', (base, club, path, query, url) => expect(addressOf(base, club, path, query)).toBe(url));
});
