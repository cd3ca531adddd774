import { describe, expect, it } from 'vitest';
import type { NumbersCounts, NumbersRow, Schedule } from '../src/lib/api-types';
import {
  chartsOf,
  KEPT,
  minuteWords,
  noneNotPlacedWords,
  rateWords,
  utilisationWords,
  weeksOf,
  whyNotPlaced,
  workloads,
} from '../src/lib/analytics';

const counts: NumbersCounts = {
  placed: 40,
  not_placed: { no_person: 2, odd_reason: 3 },
  lost: 1,
  edits: { choice: 4, absence: 1 },
  decided: 30,
  kept: 25,
  kept_rate: { rate: 0.8333, low: 0.74, high: 0.9, n: 30, pale: false },
  retries: 2,
  told_moves: 1,
  call_outs: 3,
  refilled: 2,
  completed: 20,
  no_shows: 1,
  no_show_rate: null,
};
const row = (date: string): NumbersRow => ({
  date,
  employee_id: null,
  employee_name: null,
  event_type: null,
  counts,
  to_first_approval: { n: 2, mean: 45 },
  to_last_acceptance: { n: 0, mean: null },
  workload: [],
  utilisation: [],
});

describe('counts by week', () => {
  const weeks = weeksOf({ from: '2026-11-08', to: '2026-11-24', items: [row('2026-11-08'), row('2026-11-22')] });

  it('include weeks without a row', () => {
    expect(weeks.labels).toEqual(['8 Nov', '15 Nov', '22 Nov']);
    expect(weeks.rows.map((one) => one?.date ?? null)).toEqual(['2026-11-08', null, '2026-11-22']);
  });

  it('are zero for a week without a row, and its mean is missing', () => {
    const values = Object.fromEntries(chartsOf(weeks).flatMap((chart) => chart.series.map((one) => [one.name, one.values])));
    expect(values['not placed']).toEqual([5, 0, 5]);
    expect(values['for a rule']).toEqual([0, 0, 0]);
    expect(values['first approval']).toEqual([45, null, 45]);
    expect(values['last acceptance']).toEqual([null, null, null]);
  });

  it('say what they leave out, and what they count more than once', () => {
    const subOf = (title: string) => chartsOf(weeks).find((chart) => chart.title === title)?.sub;
    expect(subOf('Placed')).toContain('One that several runs left out counts once for each');
    expect([subOf('Edits'), KEPT.sub].every((sub) => sub?.includes('Another start alone'))).toBe(true);
    expect(subOf('Call-outs')).toContain('Only changes that Muster sent and Crossmark accepted are counted');
  });

  it.each([
    [45.4, '45 min'],
    [120, '2.0 h'],
    [4320, '3.0 days'],
  ])('%s minutes are %s', (n, words) => expect(minuteWords(n)).toBe(words));

  it('show a rate with its range and the number of cases', () => {
    expect(rateWords(counts.kept_rate)).toBe('83% (74 to 90%) of 30');
    expect(rateWords(null)).toBe('none');
  });

  it('show why events were not placed, and the utilisation', () => {
    expect(whyNotPlaced(counts).map(([, n]) => n)).toEqual([3, 2]);
    expect(whyNotPlaced(counts)[0][0]).toBe('odd reason');
    expect([5, 0].map((placed) => noneNotPlacedWords({ placed }))).toEqual([
      'Every event was placed.',
      'No proposal is counted in this period.',
    ]);
    const day = { date: '2026-11-24', events: 3, working: 3, capacity: 4 };
    expect(utilisationWords([day, { ...day, working: 1 }])).toBe('50% of 8 person-days');
    expect(utilisationWords([])).toBe('nobody could work');
  });
});

describe('the workload of people', () => {
  const posted = (employee_id: string, at: string, event_type: string, estimated_minutes: number) =>
    ({
      event_ref_num: 1,
      project_name: 'x',
      employee_id,
      employee_name: employee_id,
      schedule_datetime: at,
      event_type,
      estimated_minutes,
    }) as Schedule;
  const thresholds = { high_minutes: 600, too_much_minutes: 900, high_days: 3, too_much_days: 4 };

  it('counts the posted events of each person by week, and marks a week that reaches a threshold', () => {
    const [blake, kai] = workloads(
      [
        posted('Kai', '2026-01-17T10:15:00', 'Core', 390),
        posted('Blake', '2026-01-11T10:15:00', 'Core', 390),
        posted('Blake', '2026-01-11T17:00:00', 'Juicer Survey', 15),
        posted('Blake', '2026-01-17T09:00:00', 'Digital Teardown', 195),
        posted('Blake', '2026-01-18T10:15:00', 'Core', 390),
      ],
      thresholds,
    );
    expect([blake.name, kai.name]).toEqual(['Blake', 'Kai']);
    expect([...blake.weeks]).toEqual([
      ['2026-01-11', { minutes: 600, days: 2, core: 1, level: 'high' }],
      ['2026-01-18', { minutes: 390, days: 1, core: 1, level: '' }],
    ]);
    expect([...kai.weeks]).toEqual([['2026-01-11', { minutes: 390, days: 1, core: 1, level: '' }]]);
  });

  it.each([
    [[390, 390, 390], thresholds, 'too much'],
    [[10, 10, 10], thresholds, 'high'],
    [[10, 10, 10, 10], thresholds, 'too much'],
    [[900], undefined, ''],
  ] as const)('of events of %s minutes, one a day, is marked by the thresholds of the club', (minutes, limits, level) => {
    const rows = minutes.map((n, i) => posted('A', `2026-01-1${i + 1}T10:00:00`, 'Other', n));
    expect(workloads(rows, limits)[0].weeks.get('2026-01-11')?.level).toBe(level);
  });
});
