import { expect, it } from 'vitest';
import type { Employee } from '../src/lib/api-types';
import { entryWords, proposedItem } from '../src/lib/plan-items';
import { weekHeading, weekWords } from '../src/lib/week-grid';
import { couple, line } from './lines';

it.each([
  ['2026-11-29', 'Sun 29 Nov to Sat 5 Dec 2026'],
  ['2026-12-27', 'Sun 27 Dec 2026 to Sat 2 Jan 2027'],
  ['2027-01-03', 'Sun 3 Jan to Sat 9 Jan 2027'],
])('the heading of the week of %s has the year of both ends', (week, words) => expect(weekHeading(week)).toBe(words));

const off = (start: string, end: string) => ({ time_off: [{ start, end }] }) as Partial<Employee>;
const weekend = { weekly_availability: { sun: true, mon: false, tue: false, wed: false, thu: false, fri: false, sat: true } };
it.each<[string, Partial<Employee>, number, string[], string]>([
  ['works', off('2026-11-29', '2026-12-05'), 450, [], '7.5 h'],
  ['is there and has no work', {}, 0, [], 'nothing placed'],
  ['is off for a part of the week', off('2026-11-29', '2026-12-04'), 0, [], 'nothing placed'],
  ['is off for the whole week', off('2026-11-20', '2026-12-05'), 0, [], 'away'],
  ['is off on all open days', off('2026-11-29', '2026-12-04'), 0, ['2026-12-05'], 'away'],
  ['never works on its open days', weekend as Partial<Employee>, 0, ['2026-11-29', '2026-12-05'], 'away'],
  [
    'has a week without open days',
    {},
    0,
    Array.from({ length: 7 }, (_, n) => `2026-1${n < 2 ? `1-${29 + n}` : `2-0${n - 1}`}`),
    'nothing placed',
  ],
])('the week of a person who %s has its words', (_, person, minutes, closed, words) =>
  expect(weekWords(person as Employee, '2026-11-29', minutes, (day) => closed.includes(day))).toBe(words),
);

it.each([
  [line(1), false, 'Core, 10:15 am, proposed'],
  [line(1, { kind: 'moved' }), false, 'Core, 10:15 am, proposed, moved'],
  [line(1, { kind: 'moved' }), true, 'Core, 10:15 am, proposed, moved, held back'],
  [couple(1, 2)[1], false, 'Supervisor, 12:00 pm, proposed'],
])('a screen reader says all that an entry shows by its style', (one, held, words) => {
  const item = proposedItem(one, held);
  expect(item && entryWords(item)).toBe(words);
});
