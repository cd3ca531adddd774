import { describe, expect, it } from 'vitest';
import type { Line } from '../src/lib/api-types';
import {
  allWords,
  foundWords,
  matchesInClient,
  noneWords,
  openWords,
  proposedWords,
  readSearch,
  termsOf,
  wordsWithout,
} from '../src/lib/event-search';

describe('a search for events', () => {
  it.each([
    ['avery core', { q: 'avery core', inClient: false, dated: false }],
    ['avery 9 jan', { q: 'avery 9 jan', inClient: false, dated: true }],
    ['Fri 4 Dec', { q: '4 dec', inClient: false, dated: true }],
    ['Fri, Dec 4, 2026', { q: 'dec 4, 2026', inClient: false, dated: true }],
    ['friday 2026-12-04', { q: '2026-12-04', inClient: false, dated: true }],
    ['2 marble', { q: '', inClient: true, dated: false }],
    ['dec 4th salad', { q: 'dec 4th salad', inClient: false, dated: true }],
    ['619044', { q: '619044', inClient: false, dated: false }],
    ['friday', { q: '', inClient: true, dated: false }],
    ['dec', { q: '', inClient: true, dated: false }],
    ['4', { q: '', inClient: true, dated: false }],
    ['', { q: '', inClient: false, dated: false }],
    ['due 7 feb', { q: '', inClient: true, dated: true }],
    ['sunny mayo', { q: 'sunny mayo', inClient: false, dated: false }],
  ])('"%s" is split into the query to the server and the matching in the client', (typed, search) =>
    expect(readSearch(typed)).toEqual(search),
  );

  it('finds events by the proposed person and day and by the due day', () => {
    const one = {
      event_ref_num: 101,
      project_name: '619044-LKD-AF-Cherry Salad (251208539497) - V2-CORE',
      event_type: 'Core',
      start_date: '2026-11-24T00:00:00',
      due_date: '2026-12-04T00:00:00',
    };
    const proposed = proposedWords({ employee_name: 'Rosa Kettle', schedule_datetime: '2026-11-27T10:15:00' } as Line);
    const finds = (words: string, proposal = proposed) => matchesInClient(termsOf(words), one, proposal);
    for (const words of ['rosa', 'cherry fri 27 nov', '4 dec', '2026-12-04', 'core 619044', 'november rosa'])
      expect(finds(words), words).toBe(true);
    for (const words of ['27 november core rosa', 'november 27th, rosa', 'friday 27 nov', 'due 4 dec', 'due december 4', 'due', 'friday'])
      expect(finds(words), words).toBe(true);
    for (const words of ['due 27 nov', 'due 24 nov', '7 nov', 'rosa 28 november', 'monday', 'walnut'])
      expect(finds(words), words).toBe(false);
    expect(finds('rosa', '')).toBe(false);
    expect(proposedWords(undefined)).toBe('');
  });
});

it.each<[Parameters<typeof foundWords>, string]>([
  [[1, 1, true], '1 found'],
  [[100, 1294, false], '100 of 1,294 found'],
  [[28, undefined, true], '28 found'],
  [[3, undefined, false], '3 found so far'],
])('of the events that match, as in %j, the list says "%s"', (found, words) => expect(foundWords(...found)).toBe(words));

it('the list of open events says why it has more than those that wait, and offers a search of all events', () => {
  expect(openWords(38, 18)).toBe(
    '18 events wait for somebody. 20 other events have a change that is on its way or was refused, are not open in Crossmark, or are past their last day.',
  );
  expect(openWords(2, 1)).toMatch(/^1 event waits for somebody\. 1 other event has a change /);
  expect([allWords(2), allWords(undefined)]).toEqual(['Show 2 of all events', 'Search all events']);
});

it('a search that finds nothing names the part that no event has, and can be repeated without one part', () => {
  const terms = termsOf('Core walnut due 4 Dec');
  expect(noneWords(terms, terms[1])).toBe('No event here has "walnut".');
  expect(noneWords(terms, undefined)).toBe('No event here has all of "core", "walnut" and "due 4 dec".');
  expect(noneWords(termsOf('walnut'), false)).toBe('No event here has "walnut".');
  expect(wordsWithout(terms, 1)).toBe('core due 4 dec');
});
