/** Mocked answers with counted numbers, for views and tests. */
import type { Fairness, FairnessPerson, Numbers, NumbersBy, NumbersCounts } from '../../src/lib/api-types';
import { LONG_NAME } from './drafts';

const WEEKS = ['2026-10-25', '2026-11-01', '2026-11-08', '2026-11-15'];

const person = (employee_id: string, employee_name: string, actual_core: number, share: number): FairnessPerson => ({
  employee_id,
  employee_name,
  active: true,
  possible_days: share ? 20 : 0,
  share,
  actual_core,
  correction: 0,
  unclamped: share - actual_core,
  debt: Math.max(-3, Math.min(3, share - actual_core)),
  weeks: WEEKS.map((week, n) => ({
    week,
    core: n,
    weekend_days: 1,
    first_arrivals: 1,
    last_arrivals: 0,
    short_notice: n % 2,
    moved_on_them: 0,
    minutes: 390 * n,
    possible_days: 5,
  })),
  corrections: [],
  version: 0,
});

export const FAIRNESS: Fairness = {
  time_zone: 'America/Indiana/Indianapolis',
  from: '2026-09-20',
  to: '2026-12-19',
  past_weeks: 8,
  weeks_ahead: 5,
  all_core: 30,
  all_possible_days: 60,
  people: [
    person('E01', 'Avery Quill', 12, 10),
    {
      ...person('E02', LONG_NAME, 6, 10.25),
      corrections: [{ week: WEEKS[3], core: 1, reason: 'helped at another club', by: 'developer', at: '2026-11-16T12:00:00.000Z' }],
      version: 3,
    },
    person('E03', 'Zoe New', 0, 0),
  ],
};

const counts = (n: number): NumbersCounts => ({
  placed: 40 * n,
  not_placed: { no_person: n },
  lost: n % 2,
  edits: { choice: 3 * n, rule: 1, absence: n },
  decided: 12 * n,
  kept: 10 * n,
  kept_rate: n ? { rate: 10 / 12, low: 0.7, high: 0.92, n: 12 * n, pale: 12 * n < 20 } : null,
  retries: n,
  told_moves: 1,
  call_outs: 2,
  refilled: 1,
  completed: 30 * n,
  no_shows: 1,
  no_show_rate: { rate: 0.03, low: 0.01, high: 0.08, n: 30 * n + 1, pale: false },
});

/** The answer for four weeks; with `empty` it has no rows. */
export function numbers(by: NumbersBy, empty = false): Numbers {
  const minutes = { n: 3, mean: 52.5 };
  const none = { date: null, employee_id: null, employee_name: null, event_type: null, workload: [], utilisation: [] };
  const rows = {
    day: [],
    week: WEEKS.map((date, n) => ({ ...none, date, counts: counts(n), to_first_approval: minutes, to_last_acceptance: minutes })),
    // The page counts people's work from what is posted.
    person: [],
    type: ['Core', 'Juicer Production'].map((event_type) => ({
      ...none,
      event_type,
      counts: counts(1),
      to_first_approval: null,
      to_last_acceptance: null,
      utilisation: [{ date: '2026-11-16', events: 3, working: 3, capacity: 5 }],
    })),
  };
  const noTimes = { n: 0, mean: null };
  return {
    time_zone: 'America/Indiana/Indianapolis',
    from: WEEKS[0],
    to: '2026-11-19',
    by,
    total: counts(empty ? 0 : 4),
    to_first_approval: empty ? noTimes : minutes,
    to_last_acceptance: noTimes,
    items: empty ? [] : rows[by],
  };
}
