import { describe, expect, it } from 'vitest';
import { wrongPart } from '../src/lib/addresses';
import { isDay } from '../src/lib/dates';
import { addressOf } from '../src/lib/prefetch';
import { wrongWords } from '../src/lib/wrong-address';
import { pagesWithoutId, titleOf } from '../src/ui/nav';

const DAYS = { right: ['2026-12-01', '2028-02-29'], wrong: ['bogus', '2026-02-30', '2026-99-99', '2026-1-1', '2026-12-01T00:00'] };

describe('an address', () => {
  /** The parameters of each page, with right and wrong values. An empty value is wrong for all but search words. */
  const values: Record<string, Record<string, { right: string[]; wrong?: string[] }>> = {
    today: {},
    review: {
      tab: { right: ['look', 'all', 'person'], wrong: ['everything'] },
      day: DAYS,
      sel: { right: ['r1.31000609'] },
      pane: { right: ['why', 'change'], wrong: ['bogus'] },
      q: { right: ['oat', ''] },
    },
    calendar: {
      view: { right: ['day', 'week', 'month'], wrong: ['year'] },
      day: DAYS,
      show: { right: ['posted', 'proposed', 'both'], wrong: ['all'] },
      pane: { right: ['why', 'change'], wrong: ['bogus'] },
      type: { right: ['core', 'juicer-survey'], wrong: ['Core', 'nothing'] },
      sel: { right: ['posted.31000609'] },
    },
    fix: {
      week: DAYS,
      issue: { right: ['1', '3', '9999'], wrong: ['0', '-1', '1.5', '03', '10000', 'bogus'] },
      finding: { right: ['H1-x'] },
    },
    events: {
      cond: { right: ['open', 'all'], wrong: ['scheduled'] },
      only: { right: ['due_soon', 'lost', 'kept_out', 'corrected', 'differs', 'set_aside'], wrong: ['everything'] },
      type: { right: ['supervisor'], wrong: ['nothing'] },
      q: { right: ['avery core 9 jan', ''] },
    },
    refresh: {},
    differences: { event: { right: ['31164334'], wrong: ['x', '-1', '1e3'] } },
    drafts: {},
    fairness: {},
    numbers: { weeks: { right: ['4', '12', '52'], wrong: ['0', '04', '99', 'all'] } },
    setup: {},
    team: { show: { right: ['active', 'all'], wrong: ['none'] }, who: { right: ['E01', 'new'] }, off: DAYS, q: { right: ['lead', ''] } },
    import: { kind: { right: ['employees', 'availability', 'time_off', 'visits', 'schedules'], wrong: ['people'] } },
    rotations: { date: DAYS, rotation: { right: ['juicer', 'primary_lead'], wrong: ['backup'] } },
    submissions: { tab: { right: ['needs', 'under', 'accepted', 'aside'], wrong: ['all'] } },
    compare: { by: { right: ['day', 'person'], wrong: ['event'] }, ask: { right: ['{"weights":{}}'] } },
    history: {},
    settings: { part: { right: ['weights', 'planning', 'times', 'types', 'closed', 'feeds', 'browser'], wrong: ['nothing'] } },
  };
  /** The other parameter without which a parameter is wrong. */
  const NEEDED: Record<string, string> = { pane: 'sel=x', off: 'who=x', rotation: 'date=2026-12-01' };
  const faultOf = (page: string, query: string) => {
    const wrong = wrongPart(page, new URLSearchParams(query), page === 'compare' ? 't1' : '');
    return wrong && `${wrong.fault} ${wrong.name}`;
  };

  it('is tested for every page', () =>
    expect(Object.keys(values).sort()).toEqual([...pagesWithoutId().map(({ page }) => page), 'compare'].sort()));

  describe.each(Object.entries(values))('of %s', (page, parameters) => {
    it('is right without a query, and wrong with a parameter that the page does not have', () => {
      const others = ['bogus', 'utm_source', ...Object.values(values).flatMap((one) => Object.keys(one))];
      expect(faultOf(page, '')).toBe(null);
      for (const name of others.filter((one) => !Object.hasOwn(parameters, one)))
        expect(faultOf(page, `${name}=1`)).toBe(`unknown ${name}`);
    });

    it.each(Object.entries(parameters))('%s has the values %o', (name, { right, wrong = [] }) => {
      const at = (value: string) => faultOf(page, new URLSearchParams(`${name}=${value}&${NEEDED[name] ?? ''}`).toString());
      for (const value of right) expect(at(value), value).toBe(null);
      for (const value of [...wrong, ...(right.includes('') ? [] : ['', ' '])]) expect(at(value), value).toBe(`value ${name}`);
      expect(at(`${right[0]}&${name}=${right[0]}`)).toBe(`twice ${name}`);
      if (NEEDED[name]) expect(faultOf(page, `${name}=${right[0]}`)).toBe(`alone ${name}`);
    });
  });

  it.each(['constructor', 'nopage', 'Team', ''])('names no page: %s', (page) =>
    expect(wrongPart(page, new URLSearchParams())?.fault).toBe('page'),
  );

  it.each([
    ['refresh', 'r-1_A', true],
    ['refresh', 'x/y', false],
    ['today', 'x', false],
  ])('%s/%s is a page with an id: %s', (page, id, is) => expect(wrongPart(page, new URLSearchParams(), id) === null).toBe(is));

  it.each([
    ['import', 'kind=zz', /^Load a file knows no kind "zz"\./],
    ['numbers', 'weeks=99', /^Numbers knows no weeks "99"\./],
    ['calendar', 'day=bogus', /^Calendar knows no day "bogus"\./],
    ['calendar', 'date=2026-99-99', /^Calendar knows no "date"\. The link may be old/],
    ['team', 'who=', /^Its "who" is empty\./],
    ['team', 'off=2026-12-24', /^Its "off" belongs to "who", which is missing\./],
    ['review', 'day=2026-12-01&day=2026-12-02', /^It has "day" more than once\./],
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
  ])('of the API has the base "%s", the club %s and the path %s, then the given parameters', (base, club, path, query, url) =>
    expect(addressOf(base, club, path, query)).toBe(url),
  );
});
