import { expect, it } from 'vitest';
import type { Employee, Line } from '../src/lib/api-types';
import { entryWords, floorItems, openLines, lineItem, underWayOf } from '../src/lib/plan-items';
import { weekHeading, weekWords } from '../src/lib/week-grid';
import { couple, line } from './lines';

it.each([
  ['2026-11-29', 'Sun 29 Nov to Sat 5 Dec 2026'],
  ['2026-12-27', 'Sun 27 Dec 2026 to Sat 2 Jan 2027'],
  ['2027-01-03', 'Sun 3 Jan to Sat 9 Jan 2027'],
])('the heading of the week of %s is "%s", with both years if they differ', (week, words) => expect(weekHeading(week)).toBe(words));

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
  [line(1, { status: 'approved' }), false, 'Core, 10:15 am, not sent yet'],
  [line(1, { status: 'submitting', kind: 'moved' }), false, 'Core, 10:15 am, being sent, moved'],
  [line(1, { status: 'in_doubt' }), false, 'Core, 10:15 am, being checked in Crossmark'],
  [line(1, { status: 'api_submitted' }), false, 'Core, 10:15 am, posted'],
  [line(1, { status: 'api_submitted', kind: 'moved' }), false, 'Core, 10:15 am, posted'],
])('a screen reader says all that an entry shows by its style', (one, held, words) => {
  const item = lineItem(one, held);
  expect(item && entryWords(item)).toBe(words);
});

it('a change by hand that is not sent yet is not called posted on Today, and not hidden in the calendar', () => {
  const change = line(1, { id: 'by-hand.1', status: 'approved' });
  const underWay = underWayOf([change, line(2, { status: 'api_failed' })]);
  expect([...underWay.keys()]).toEqual([1]);
  const shift = (ref: number) => ({
    event_ref_num: ref,
    project_name: 'Pie',
    event_type: 'Core',
    estimated_minutes: 390,
    schedule_datetime: '2026-11-27T10:15:00',
    block: 1,
  });
  const floor = floorItems([{ employee_id: 'E1', employee_name: 'Rosa Kettle', shifts: [shift(1), shift(2)] }], underWay);
  expect(floor.map(entryWords)).toEqual(['Core, 10:15 am, not sent yet', 'Core, 10:15 am, posted']);

  const ids = (proposal: Line[]) => openLines(proposal, underWay).map((one) => one.id);
  const [own, other] = [line(1), line(3)];
  expect(ids([own, other]), 'it replaces the line of the proposal').toEqual([other.id, 'by-hand.1']);
  expect(ids([{ ...change, status: 'submitting' }, other]), 'a line of the proposal itself').toEqual(['by-hand.1', other.id]);
  expect(ids([{ ...change, status: 'api_submitted' }]), 'it was accepted meanwhile').toEqual([]);
});
