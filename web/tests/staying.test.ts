/** The confirmation of an approval says for each event that stays why it does. */
import { expect, it } from 'vitest';
import type { Line } from '../src/lib/api-types';
import { heldByReason, refusedByReason, type StayingGroup, stayingNames } from '../src/lib/review/staying';
import { repeatedTitles, whoseWords } from '../src/lib/review/rows';
import { line } from './lines';

const lineNamed = (ref: number, project_name: string, more: Partial<Line> = {}) => line(ref, { project_name, ...more });
const words = (groups: StayingGroup[]) => groups.map(({ reason, lines }) => `${stayingNames(lines)}: ${reason}`);

it('each reason of a refusal is listed once with its events, and every event has one', () => {
  const titles = ['Rye', 'Plum Tart', 'Peach Tea', 'Oat Latte', 'Salsa', 'Popcorn', 'Lamb'];
  const lines = titles.map((title, n) => lineNamed(n + 1, title));
  const text = (n: number) => (n < 5 ? 'more than 40 h' : `Avery is off, ${n}`);
  const groups = refusedByReason(lines.map((one, n) => ({ line: one, text: text(n) })));
  expect(words(groups)).toEqual([
    '5 events, Rye, Plum Tart, Peach Tea and 2 more: more than 40 h',
    'Popcorn: Avery is off, 5',
    'Lamb: Avery is off, 6',
  ]);
  expect(groups.flatMap((one) => one.lines)).toHaveLength(lines.length);
});

it('events with the same title are told apart by person, day and number', () => {
  const [a, b] = [
    lineNamed(1, '123456-Juicer (251208539497)', { schedule_datetime: '2026-11-27T09:00:00' }),
    lineNamed(2, 'Juicer', { employee_name: 'Nico Farrow', schedule_datetime: '2026-11-28T09:00:00' }),
  ];
  expect(stayingNames([a, lineNamed(3, 'Rye'), b])).toBe(
    '3 events, Juicer (Avery Quill, Fri 27 Nov, number 123456), Rye and Juicer (Nico Farrow, Sat 28 Nov, number 2)',
  );
  expect([a, b].map((one) => whoseWords(one, repeatedTitles([a])))).toEqual(['Avery Quill, Fri 27 Nov', 'Nico Farrow, Sat 28 Nov']);
});

it('events that are held back say who holds them: a person, or an event that is held back', () => {
  const lines = [
    lineNamed(2, 'Snack wall'),
    lineNamed(1, 'Rye', { held: true }),
    lineNamed(3, 'Peach Tea'),
    lineNamed(4, 'Salsa', { held: true }),
  ];
  const held = new Map([
    ['run-1.2', 'run-1.1'],
    ['run-1.3', 'run-1.1'],
    ['run-1.1', 'run-1.1'],
    ['run-1.4', 'run-1.4'],
  ]);
  const titleOf = (id: string) => (id === 'run-1.1' ? 'Rye' : '');
  expect(words(heldByReason(lines, held, titleOf))).toEqual([
    '2 events, Rye and Salsa: held back by hand',
    '2 events, Snack wall and Peach Tea: held back with Rye',
  ]);
});
