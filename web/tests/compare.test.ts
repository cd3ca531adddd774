import { describe, expect, it } from 'vitest';
import type { PlanDifference, PlanSpot, TrialResult } from '../src/lib/api-types';
import { brokenWords, byDay, byPerson, meaning, shareOfChange, termsThatDiffer } from '../src/lib/compare';
import { idleWords } from '../src/lib/idle-weights';

const names = new Map([
  ['E01', 'Rosa Quill'],
  ['E02', 'Nico Oakes'],
]);
const spot = (employee_id: string, start: string, block: number | null = 1): PlanSpot => ({ employee_id, start, block });
const line = (event_ref_num: number, before: PlanSpot | null, after: PlanSpot | null): PlanDifference => ({
  event_ref_num,
  project_name: `61904${event_ref_num}-LKD-AF-Cherry Salad (251208539497) - V2-CORE`,
  event_type: 'Core',
  what: 'person_and_day',
  before,
  after,
});
const person = (employee_id: string, employee_name: string) => ({
  employee_id,
  employee_name,
  events: [7, 8],
  minutes: [2280, 2670],
  days: [5, 5],
  differ: 1,
});
const totals = (terms: Record<string, number>) => ({ dropped: 0, moved: 0, not_placed: 0, placed: 1, score: 0, terms });

const result = (lines: PlanDifference[], before: Record<string, number> = {}, after = before): TrialResult => ({
  plan_version: 1,
  status: 'optimal',
  score: 1,
  bound: 1,
  gap: 0,
  solve_ms: 1,
  summary: lines.length ? '1 event moves' : 'Nothing differs',
  lines,
  people: [person('E01', 'Rosa Quill'), person('E02', 'Nico Oakes')],
  before: totals(before),
  after: totals(after),
  without_change: null,
  without_change_proven: true,
  open: [],
  under_way: [],
  replay: null,
});

const movedLine = line(1, spot('E01', '2026-11-23T10:15:00'), spot('E02', '2026-11-25T10:45:00'));
const newLine = line(2, null, spot('E02', '2026-11-25T10:15:00'));
const shiftedLine = line(3, spot('E01', '2026-11-25T11:15:00', 2), spot('E01', '2026-11-25T11:45:00', 3));

describe('two plans', () => {
  it('by day: a move is listed under both of its days, each with the other day named', () => {
    const groups = byDay(result([newLine, movedLine, shiftedLine]), names);
    expect(groups.map(({ title, detail }) => [title, detail])).toEqual([
      ['Mon 23 Nov', '1 event differs, 1 fewer than before'],
      ['Wed 25 Nov', '3 events differ, 2 more than before'],
    ]);
    expect(groups[0].rows[0].before).toEqual({ words: 'Rosa, 10:15 am', here: true });
    expect(groups[0].rows[0].after).toEqual({ words: 'Nico, Wed 25 Nov 10:45 am', here: false });
    expect(groups[1].rows.map((row) => [row.before.words, row.after.words])).toEqual([
      ['not placed', 'Nico, 10:15 am'],
      ['Rosa, Mon 23 Nov 10:15 am', 'Nico, 10:45 am'],
      ['Rosa, 11:15 am', 'Rosa, 11:45 am'],
    ]);
  });

  it('by person: events lost and gained, with sums', () => {
    const [nico, rosa] = byPerson(result([movedLine, newLine]), names);
    expect(nico.detail).toBe('7 → 8 events, 38 → 44.5 h, 5 days');
    expect(nico.rows.map((row) => [row.before.words, row.after.words])).toEqual([
      ['not placed', 'Wed 25 Nov 10:15 am'],
      ['Rosa, Mon 23 Nov 10:15 am', 'Wed 25 Nov 10:45 am'],
    ]);
    expect(rosa.rows).toHaveLength(1);
    expect(byPerson(result([newLine]), names).map((one) => one.title)).toEqual(['Nico Oakes']);
  });

  it('list the terms that differ, the largest difference first', () => {
    expect(termsThatDiffer({ rotation: 10, fairness: -5, affinity: 1 }, { rotation: 20, fairness: -50, affinity: 1 })).toEqual([
      { name: 'fairness', before: -5, after: -50 },
      { name: 'rotation', before: 10, after: 20 },
    ]);
  });

  it.each([
    [result([]), 'Nothing differs: the plan would be the same.'],
    [result([movedLine], { rotation: 10 }), '1 event moves. It is worth the same.'],
    [result([movedLine], { wish: 0 }, { wish: 5000 }), '1 event moves. Only “Asked for” has other points.'],
    [
      result([movedLine], { rotation: 10 }, { rotation: 35, wish: 5000 }),
      '1 event moves. The largest difference is in “Rotation”: +25 points.',
    ],
  ])('are summed up in a sentence', (found, words) => expect(meaning(found)).toBe(words));

  it.each([
    [null, [2, 2000], [42, 42000], ''],
    [[2, 2000], [2, 2000], [4, 4000], ''],
    [
      [40, 40000],
      [2, 2000],
      [42, 42000],
      'A run without the change would place 38 more events too, +38,000 points. The change itself would place 2 more events.',
    ],
    [
      [40, 40000],
      [2, 2000],
      [40, 40000],
      'A run without the change would place 38 more events too, +38,000 points. The change itself would place as many events.',
    ],
    [
      [3, 2990],
      [2, 2000],
      [2, 2000],
      'A run without the change would place 1 more event, +990 points. The change itself would place 1 fewer event.',
    ],
    [
      [2, 2012],
      [2, 2000],
      [1, 1000],
      'A run without the change would differ from this plan by +12 points. The change itself would place 1 fewer event.',
    ],
  ])('credit the change with its own part: without it %j, before %j, after %j', (without, before, after, words) => {
    const of = (numbers: number[] | null) => numbers && { ...totals({}), placed: numbers[0], score: numbers[1] };
    const trialResult = { ...result([newLine]), before: of(before)!, after: of(after)!, without_change: of(without) };
    expect(shareOfChange(trialResult)).toBe(words);
  });

  const without = { ...totals({}), placed: 3, score: 300 };
  const known = 'A run without the change would place 2 more events too, +300 points. The change itself would place as many events.';
  const notCertain = (of: string) =>
    `How much of this is due to the change is not certain: the time was up before the best plan ${of} was found.`;
  it.each([
    ['optimal', true, without, known],
    ['nothing_to_do', true, without, known],
    ['optimal', false, without, `${notCertain('without the change')} As far as it is known: a${known.slice(1)}`],
    ['time_limit', true, without, `${notCertain('with it')} As far as it is known: a${known.slice(1)}`],
    ['time_limit', false, without, `${notCertain('without the change and with it')} As far as it is known: a${known.slice(1)}`],
    ['optimal', false, totals({}), notCertain('without the change')],
    ['time_limit', true, totals({}), ''],
  ])('say how certain that is: with the change %s, without it proven %s', (status, proven, without_change, words) => {
    const found = { ...result([newLine]), status, after: without, without_change, without_change_proven: proven };
    expect(shareOfChange(found)).toBe(words);
  });

  it.each([
    [{ rotation: 2 }, result([]), '“Rotation” at 2 changes nothing in this plan.'],
    [{ rotation: 2, fairness: 0 }, result([]), '“Rotation” at 2 and “Fair spread” at 0 change nothing in this plan.'],
    [{ rotation: 1 }, result([]), ''],
    [
      { rotation: 2, fairness: 0 },
      result([movedLine], { rotation: 1 }, { rotation: 2 }),
      '“Fair spread” at 0 has the same points before and after.',
    ],
    [{ rotation: 2 }, result([movedLine], { rotation: 1 }, { rotation: 2 }), ''],
  ])('name the weights without effect: %j', (weights, found, words) =>
    expect(idleWords(weights as Record<string, number>, { rotation: 1, fairness: 1 }, found)).toBe(words),
  );
});

it('a broken rule of several events is said once, without their numbers', () => {
  const off = 'Lane does not work on that weekday (Sun 15 Feb)';
  expect(brokenWords([`event 11: ${off}`, `event 12: ${off}`, 'event 12: it is full', 7])).toEqual([off, 'It is full']);
  expect(brokenWords(undefined)).toEqual([]);
});
