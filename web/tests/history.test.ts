import { describe, expect, it } from 'vitest';
import type { Line, PastRun, Tally } from '../src/lib/api-types';
import {
  asProposed,
  chartsOf,
  failures,
  firstTryShare,
  lastDays,
  noFailuresWords,
  noteOf,
  rejections,
  resultWords,
  stateOf,
} from '../src/lib/history';
import { lastEnded } from '../src/lib/run';
import { line, unplaced } from './lines';

const tally = (more: Partial<Tally> = {}): Tally => ({
  edited: 0,
  held: 0,
  approved: 0,
  recalled: 0,
  rejected: 0,
  retried: 0,
  accepted: 0,
  accepted_again: 0,
  failed: 0,
  failed_again: 0,
  ...more,
});
const run = (date: string, more: Partial<PastRun> = {}) =>
  ({
    run_id: date,
    date,
    created_at: `${date}T05:04:00.000Z`,
    status: 'approved',
    error: null,
    total_events_processed: 150,
    events_failed: 6,
    quality: null,
    tally: tally(),
    ...more,
  }) as PastRun;

describe('the counts of a run', () => {
  it('lines sent as proposed were approved, not recalled and not edited', () => {
    for (const [counts, expected] of [
      [{}, 0],
      [{ approved: 144 }, 144],
      [{ approved: 144, edited: 4 }, 140],
      [{ approved: 288, recalled: 144, edited: 4 }, 140],
      [{ approved: 1, edited: 3 }, 0],
    ] as const)
      expect(asProposed(tally(counts))).toBe(expected);
  });

  it('lines accepted at first try needed no retry', () => {
    for (const [counts, expected] of [
      [{}, null],
      [{ accepted: 10 }, 100],
      [{ accepted: 9, failed: 1 }, 90],
      [{ accepted: 10, accepted_again: 1, failed: 1, retried: 1 }, 90],
      [{ failed: 2 }, 0],
      // Sent again, and not answered yet.
      [{ accepted: 9, failed: 1, retried: 1 }, 90],
      [{ accepted: 9, failed: 3, failed_again: 2, retried: 2 }, 90],
      [{ accepted: 10, accepted_again: 10, failed: 0 }, null],
    ] as const)
      expect(firstTryShare(tally(counts))).toBe(expected);
  });
});

it.each<[string, Partial<PastRun>[], string]>([
  [
    'no run made a proposal',
    [{ status: 'failed', total_events_processed: null, events_failed: null }],
    'No run on this page made a proposal.',
  ],
  ['there is only a change by hand', [{ run_type: 'by_hand' }], 'No run on this page made a proposal.'],
  ['everything has a place', [{ events_failed: 0 }, { total_events_processed: null, events_failed: null }], 'Every event was placed.'],
  ['some were taken back', [{ events_failed: 0, events_dropped: 2 }], 'Every event was placed, moved or taken back.'],
  ['no event was open', [{ total_events_processed: 0, events_failed: 0 }], 'There was no event to place.'],
  ['a run kept no reasons', [{ events_failed: 6 }], 'The reasons are not recorded.'],
])('runs without a reason why an event was not placed say only what is true: %s', (_, runs, words) => {
  expect(noFailuresWords(runs.map((more) => run('2026-11-23', more)))).toBe(words);
});

describe('the charts', () => {
  it('go from the oldest run to the newest, with null for a run without a number', () => {
    const charts = chartsOf(
      [run('2026-11-23', { tally: tally({ approved: 3, held: 1 }) }), run('2026-11-22', { total_events_processed: null })],
      'UTC',
    );
    expect(charts.labels).toEqual(['22 Nov', '23 Nov']);
    expect(charts.placed[0].values).toEqual([null, 96]);
    expect(chartsOf([run('2026-11-23', { events_dropped: 9 })], 'UTC').placed[0].values, 'taken back, not placed').toEqual([90]);
    expect(charts.decided.map(({ name, values }) => [name, ...values])).toEqual([
      ['sent as proposed', 0, 3],
      ['edits', 0, 0],
      ['holds', 0, 1],
      ['rejected', 0, 0],
    ]);
    expect(charts.effort.map(({ values }) => values)).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it('leave out changes by hand, which no solver made', () => {
    const hand = run('2026-11-24', { run_type: 'by_hand', total_events_processed: 1, events_failed: 0 });
    const charts = chartsOf([hand, run('2026-11-23'), hand], 'UTC');
    expect([charts.labels, charts.placed[0].values, charts.effort[0].values]).toEqual([['23 Nov'], [96], [null]]);
    expect(lastDays([hand, run('2026-11-23')], 30).map((one) => one.date)).toEqual(['2026-11-23']);
  });

  it('count reasons, the most frequent first', () => {
    const rejected = (error: string | null) => run('2026-11-20', { status: 'rejected', error });
    expect(
      rejections([rejected('Too many moves'), rejected('Wrong people; Too many moves'), rejected(null), run('2026-11-20', { error: 'x' })]),
    ).toEqual([
      ['Too many moves', 2],
      ['Wrong people', 1],
      ['No reason given', 1],
    ]);
    const failed = (n: number) =>
      run('2026-11-20', { quality: { failures: { no_valid_day: n, something_new: 1 } } as unknown as PastRun['quality'] });
    expect(failures([failed(2), failed(3)])).toEqual([
      ['No valid day', 5],
      ['something new', 2],
    ]);
  });

  it('take the last days before the newest run', () => {
    expect(lastDays([run('2026-11-23'), run('2026-10-25'), run('2026-10-24')], 30).map((one) => one.date)).toEqual([
      '2026-11-23',
      '2026-10-25',
    ]);
    expect(lastDays([], 30)).toEqual([]);
  });
});

it('the last run is neither a change by hand nor a run that is under way', () => {
  const [hand, now, before] = [
    run('2026-11-25', { run_type: 'by_hand' }),
    run('2026-11-24', { status: 'running' }),
    run('2026-11-23', { run_type: 'trial' }),
  ];
  expect(lastEnded([hand, now, before])).toBe(before);
  expect(lastEnded([hand, now])).toBeNull();
  expect(lastEnded()).toBeNull();
});

it.each([
  ['manual', 0, 'Replaced'],
  ['manual', 3, 'Replaced'],
  ['by_hand', 1, 'Recalled'],
  ['by_hand', 0, 'Replaced'],
] as const)('the state of a %s run that is superseded, with %s lines recalled: %s', (run_type, recalled, text) =>
  expect(stateOf(run('2026-11-23', { run_type, status: 'superseded', tally: tally({ recalled }) })).text).toBe(text),
);

it('the note of a run counts how often events were not accepted, not how many were not', () => {
  const note = (more: Partial<Tally>) => noteOf(run('2026-11-23', { tally: tally(more), proposed_to_approved_s: null }));
  expect(note({ accepted: 251, failed: 9, retried: 3 })).toBe('251 accepted, 9 times not accepted, 3 sent again');
  expect(note({ rejected: 2, accepted: 1, failed: 1 })).toBe('2 rejected, 1 accepted, 1 time not accepted');
});

describe('a line of a compared run', () => {
  const original: Line['original'] = {
    employee_id: 'E02',
    employee_name: 'Blake Roe',
    schedule_datetime: '2026-11-28T10:45:00',
    block: 2,
  };
  it.each([
    ['manual', line(1), 'Avery Quill, Fri 27 Nov 10:15 am'],
    ['manual', line(1, { original }), 'Blake Roe, Sat 28 Nov 10:45 am'],
    ['manual', line(1, { was_not_placed: true }), 'not placed'],
    // An adopted trial has the place of the plan before as the original of what it moved.
    ['trial', line(1, { original }), 'Avery Quill, Fri 27 Nov 10:15 am'],
    ['trial', line(1, { was_not_placed: true }), 'Avery Quill, Fri 27 Nov 10:15 am'],
    ['automatic', unplaced(1), 'not placed'],
    ['automatic', line(1, { kind: 'dropped', schedule_datetime: null }), 'taken back'],
  ] as const)('says what the run did, before any edit: %s', (run_type, one, words) => {
    expect(resultWords({ run_type }, one)).toBe(words);
  });
});
