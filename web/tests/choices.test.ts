import { describe, expect, it } from 'vitest';
import { ApiError } from '../src/lib/api';
import type { BrokenRule, Choices, Employee, RotationException, Rotations } from '../src/lib/api-types';
import { dutyWords } from '../src/lib/duty';
import { weekdays } from '../src/lib/people';
import type { Item } from '../src/lib/plan-items';
import { wrongWith } from '../src/lib/posted';
import { brokenWords, impossibleWords, isNoChange, onDay, peopleCountByDay, startWords, withoutPeople } from '../src/lib/review/choices';
import { nextStop } from '../src/lib/roving';
import { line } from './lines';

const can = (employee_id: string) => ({ employee_id, employee_name: employee_id, is_present: false, points: 1 });
const cannot = (employee_id: string, rule: string, words: string) => ({ employee_id, employee_name: employee_id, rule, words });
const choices: Choices = {
  plan_version: 1,
  days: [
    {
      date: '2026-11-27',
      start: null,
      people: [can('E01'), can('E02')],
      cannot: [cannot('E03', 'H2', 'Casey does not work here'), cannot('E04', 'H3', 'Drew already works that day')],
    },
    { date: '2026-11-28', start: null, people: [], cannot: [cannot('E03', 'H2', 'Casey does not work here')] },
  ],
};

describe('choices', () => {
  it('count the people who could work on each day', () =>
    expect([...peopleCountByDay(choices)]).toEqual([
      ['2026-11-27', 2],
      ['2026-11-28', 0],
    ]));

  it('leave out the given people', () => {
    const remaining = withoutPeople(choices, new Set(['E03', 'E02']));
    expect(remaining.days.map((day) => [day.people.map((one) => one.employee_id), day.cannot.map((one) => one.employee_id)])).toEqual([
      [['E01'], ['E04']],
      [[], []],
    ]);
  });
});

it('the person on duty is the named one, the backup if that person is away, or nobody', () => {
  const person = (id: string, mon: boolean) => ({ id, active: true, weekly_availability: { mon } }) as unknown as Employee;
  const rotations = {
    juicer: { monday: 'A' },
    primary_lead: { monday: 'C' },
    backups: { juicer: { monday: 'B' } },
  } as unknown as Rotations;
  const words = (who: string, people: Employee[], exceptions: RotationException[] = []) =>
    dutyWords(rotations, exceptions, people, who, '2026-11-30');
  const [here, away] = [
    [person('A', true), person('B', true)],
    [person('A', false), person('B', true), person('C', false)],
  ];
  expect([words('A', here), words('B', here)]).toEqual(['Juicer of the day', '']);
  expect([words('A', away), words('B', away), words('C', away)]).toEqual(['', 'Juicer of the day', '']);
  const instead = { date: '2026-11-30', rotation_type: 'juicer', employee_id: 'B' } as RotationException;
  expect([words('A', here, [instead]), words('B', here, [instead])]).toEqual(['', 'Juicer of the day']);
});

it('to choose the place that a line has is no change, unless the line breaks a rule there now', () => {
  const here = { who: 'E01', day: '2026-11-27', start: '2026-11-27T10:15:00' };
  expect(isNoChange(line(1), here)).toBe(true);
  for (const other of [{ who: 'E02' }, { day: '2026-11-28' }, { start: '2026-11-27T10:45:00' }])
    expect(isNoChange(line(1), { ...here, ...other }), JSON.stringify(other)).toBe(false);
  const { cannot } = onDay(choices, here.day);
  const stopped = line(1, { status: 'api_failed', employee_id: 'E03' });
  expect(isNoChange(stopped, { ...here, who: 'E03' }, cannot[0])).toBe(false);
});

it('every rule that a place breaks is named, not only the first one', () => {
  const [, drew] = onDay(choices, '2026-11-27').cannot;
  const rule = (words: string) => ({ words }) as BrokenRule;
  expect(brokenWords(drew, { violations: [rule(drew.words), rule('Drew would work 46:15'), rule('Drew would work 46:15')] })).toEqual([
    'Drew already works that day',
    'Drew would work 46:15',
  ]);
  // The check is not answered yet, or it is about the line's own place, where no other rule would be broken.
  for (const checked of [undefined, { violations: [] }]) expect(brokenWords(drew, checked)).toEqual(['Drew already works that day']);
});

it('a place that no reason makes possible says why, before and after its check', () => {
  const there = { employee_id: 'E01', employee_name: 'Avery', rule: null, words: 'it is posted there already' };
  expect(impossibleWords(there, null)).toBe('it is posted there already');
  // It breaks a rule too, so only the check says that no reason makes it possible.
  const away = { ...there, rule: 'H2', words: 'Avery is off' };
  expect(impossibleWords(away, null)).toBe('');
  for (const code of ['SAME_AS_POSTED', 'PAIR_CANNOT_FOLLOW'])
    expect(impossibleWords(away, new ApiError(422, code, 'it cannot go there'))).toBe('it cannot go there');
  expect(impossibleWords(undefined, new ApiError(422, 'START_NOT_LEGAL', 'no start is left'))).toBe('');
});

describe('a posted entry', () => {
  const item = { who: 'E04', whoName: 'Drew Thorne', day: '2026-11-27' } as Item;
  const drew = {
    id: 'E04',
    name: 'Drew Thorne',
    active: true,
    weekly_availability: {},
    availability_overrides: [],
    time_off: [],
  } as unknown as Employee;
  const off = { ...drew, weekly_availability: { fri: false } } as Employee;
  const closed = { holidays: [], locked: [] };
  const holiday = { holidays: [{ date: '2026-11-27' }], locked: [] } as never;

  it.each([
    ['nothing, as far as is known', drew, closed, undefined, []],
    ['somebody who left', undefined, closed, undefined, ['Drew no longer works here']],
    ['a day off', off, closed, undefined, ['Drew is off on Fri 27 Nov']],
    ['a holiday', drew, holiday, undefined, ['Fri 27 Nov is a company holiday']],
    ['a rule that the server names', drew, closed, choices, ['Drew already works that day']],
  ])('has these problems: %s', (_, person, closedDays, answer, words) =>
    expect(wrongWith(item, person, closedDays, answer)).toEqual(words),
  );
});

describe('one tab stop for a row of buttons', () => {
  it.each([
    ['ArrowRight', 0, 3, 1],
    ['ArrowRight', 2, 3, 0],
    ['ArrowLeft', 0, 3, 2],
    ['Home', 2, 3, 0],
    ['End', 0, 3, 2],
    ['x', 0, 3, null],
    ['ArrowRight', -1, 0, null],
  ])('%s at index %i of %i moves to %s', (key, at, count, next) => expect(nextStop(key, at, count)).toBe(next));
});

it('weeks begin on Sunday', () => expect([weekdays[0], weekdays.at(-1)]).toEqual(['sunday', 'saturday']));

it.each<[string, string | null, string[], string]>([
  ['Freeosk', '2026-11-27T09:00:00', [], 'starts 9:00 am'],
  ['Freeosk', null, [], ''],
  ['Core', '2026-11-27T10:15:00', [], ''],
  ['Core', '2026-11-27T10:15:00', ['2026-11-27T10:45:00'], 'starts 10:45 am'],
  ['Core', '2026-11-27T10:15:00', ['2026-11-27T10:45:00', '2026-11-27T11:45:00'], ''],
])('names a start only if it is certain: %s, %s, %o', (type, ofDay, starts, words) => expect(startWords(type, ofDay, starts)).toBe(words));
