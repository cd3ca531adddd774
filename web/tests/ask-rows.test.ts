import { describe, expect, it } from 'vitest';
import { answerRows, answerSentence, candidateWords, withDays } from '../src/lib/ask-rows';
import { replaced } from '../src/lib/replaced';

const reader = { today: '2026-11-23', zone: 'America/Indiana/Indianapolis' };

const shift = {
  event: 619_044,
  name: '26-11 619044-LKD-AF-Cherry Salad (1) - V2-CORE',
  type: 'Core',
  start: '2026-11-27T10:15',
  minutes: 390,
};

describe('answers as rows', () => {
  it.each([
    [
      'who_is_free',
      {
        event: null,
        days: [
          { date: '2026-11-27', closed: null, start: null, free: [{ id: 'E1', name: 'Avery Quill', points: null, week_hours: 12.5 }] },
          { date: '2026-11-28', closed: 'holiday', start: null, free: [] },
          { date: '2026-11-29', closed: null, start: '2026-11-29T10:15', free: [{ id: 'E2', name: 'Blake', points: -3, week_hours: 1 }] },
        ],
      },
      [
        { title: 'Fri 27 Nov', detail: 'Avery Quill (12.5 h that week)' },
        { title: 'Sat 28 Nov', detail: 'holiday' },
        { title: 'Sun 29 Nov, from 10:15 am', detail: 'Blake (−3)' },
      ],
    ],
    [
      'person_schedule',
      { shifts: [shift], proposed: [{ ...shift, start: '2026-11-28T09:45' }] },
      [
        { title: 'Cherry Salad 619044', detail: 'Fri 27 Nov 10:15 am, 6.5 h' },
        { title: 'Cherry Salad 619044', detail: 'Sat 28 Nov 9:45 am, 6.5 h, proposed' },
      ],
    ],
    [
      'explain_event',
      {
        event: shift,
        state: 'proposed',
        posted: null,
        planned: { person: { id: 'E1', name: 'Avery' }, start: '2026-11-27T10:15' },
        reason: null,
        runner_up: { person: { id: 'E2', name: 'Blake' }, date: '2026-11-28', points_lost: 4 },
      },
      [
        { title: 'Cherry Salad 619044', detail: 'proposed: Avery, Fri 27 Nov 10:15 am' },
        { title: 'Next best', detail: 'Blake on Sat 28 Nov, −4 points' },
      ],
    ],
    [
      'explain_event',
      {
        event: shift,
        state: 'posted',
        posted: { person: { id: 'E1', name: 'Avery' }, start: '2026-11-27T10:15' },
        planned: { person: { id: 'E1', name: 'Avery' }, start: '2026-11-27T10:15' },
        reason: null,
        runner_up: null,
      },
      [{ title: 'Cherry Salad 619044', detail: 'posted: Avery, Fri 27 Nov 10:15 am' }],
    ],
    [
      'day_roster',
      {
        working: [],
        off: [
          { id: 'E1', name: 'Avery', reason: 'never_on_this_weekday' },
          { id: 'E2', name: 'Blake', reason: 'time_off' },
        ],
        juicer: null,
        primary_lead: { id: 'E3', name: 'Cleo' },
      },
      [
        { title: 'Primary lead', detail: 'Cleo' },
        { title: 'Juicer', detail: 'Nobody' },
        { title: 'Avery', detail: 'does not work on that weekday' },
        { title: 'Blake', detail: 'has time off' },
      ],
    ],
    [
      'findings',
      {
        findings: [
          {
            rule: 'W15',
            title: 'Supervised every day',
            words: 'Core 31164334 "618917-LKD-AF-Lemon Tart (2610)" is alone',
            ignored: true,
          },
        ],
      },
      [{ title: 'Supervised every day', detail: 'Lemon Tart is alone (ignored)' }],
    ],
    [
      'check_place',
      {
        event: shift,
        place: null,
        allowed: false,
        broken: [{ rule: 'H3', words: 'Avery already works Supervisor 31164335 "618917-LKD-AF-Lemon Tart (2610)"' }],
        points: 0,
      },
      [
        { title: 'Cherry Salad 619044', detail: 'breaks a rule' },
        { title: 'At most 1 Core a day', detail: 'Avery already works Lemon Tart (Supervisor)' },
      ],
    ],
    [
      'event_history',
      { entries: [{ at: '2026-11-23T12:04:00.000Z', who: 'muster submit', to: 'api_failed', why: 'Crossmark refused it' }] },
      [{ title: '7:04 am, Muster', detail: 'not accepted; Crossmark refused it' }],
    ],
    [
      'runs',
      { runs: [{ kind: 'by_hand', state: 'superseded', at: '2026-11-22T12:04:00.000Z', placed: 1, not_placed: 0 }] },
      [{ title: 'Sun 22 Nov 7:04 am, schedules changed by hand', detail: 'Replaced. 1 placed, 0 not placed' }],
    ],
    [
      'find',
      { people: [], events: [{ id: '31164334', name: '618917-LKD-AF-Lemon Tart (2610)', detail: 'Core, Avery Quill, 2026-11-27' }] },
      [{ title: 'Lemon Tart 31164334', detail: 'Core, Avery Quill, Fri 27 Nov' }],
    ],
    [
      'fairness',
      {
        people: [
          { id: 'E2', name: 'Zoe', debt: 2 },
          { id: 'E1', name: 'Avery', debt: -1 },
        ],
      },
      [
        { title: 'Avery', detail: 'had 1 Core more than a fair share' },
        { title: 'Zoe', detail: 'is owed 2 Core' },
      ],
    ],
  ])('%s', (tool, answer, rows) => expect(answerRows(tool, answer, reader)).toEqual(rows));

  it.each([
    ['day_roster', '2026-11-25: 2 people work 4 events; 7 are off.', {}, 'Wed 25 Nov: 2 people work 4 events; 7 are off.'],
    [
      'person_schedule',
      'E02, 2026-11-22 to 2026-11-28: 21 events posted, 3 h; 2 proposed.',
      { person: { id: 'E02', name: 'Blake Marsh' } },
      'Blake Marsh, Sun 22 Nov to Sat 28 Nov: 21 events posted, 3 h; 2 proposed.',
    ],
    ['workload', 'Schedules before 2025-12-28 are not included.', {}, 'Schedules before Sun 28 Dec 2025 are not included.'],
    ['explain_event', 'Event 619044 is not placed.', { event: shift, state: 'not_placed' }, 'Cherry Salad 619044 is not placed.'],
    ['explain_event', 'Event 619044 is api failed.', { event: shift, state: 'api_failed' }, 'Cherry Salad 619044 is not accepted.'],
    ['event_history', 'Event 619044: 3 entries.', { event: shift }, 'Cherry Salad 619044: 3 entries.'],
    [
      'submissions',
      '1 failed, 1 in doubt, 2 under way.',
      { failed: 1, in_doubt: 1, under_way: 2 },
      '1 event not accepted, 1 being checked, 2 under way.',
    ],
    ['rules', '1 rule.', { rules: [] }, '1 rule.'],
  ])('of the tool %s have a sentence for people', (tool, echo, answer, words) =>
    expect(answerSentence(tool, echo, answer, reader)).toBe(words),
  );

  it('leave a day with a time as it is', () => expect(withDays('at 2026-11-27T10:15', '2026-11-23')).toBe('at 2026-11-27T10:15'));

  it('are missing for an unknown tool or shape', () => {
    expect(answerRows('constructor', {}, reader)).toEqual([]);
    expect(answerRows('who_is_free', { days: 'many' }, reader)).toEqual([]);
  });

  it('name a candidate by name, or by id if two have the same name', () => {
    const people = [
      { id: 'E1', name: 'Avery Quill' },
      { id: 'E2', name: 'Avery Quill' },
      { id: 'E3', name: 'Avery Moss' },
    ];
    expect(people.map((one) => candidateWords(one, people))).toEqual(['E1', 'E2', 'Avery Moss']);
    const marked = people.map(({ id, name }) => ({ id, name: name === 'Avery Quill' ? `${name} (${id})` : name }));
    expect(marked.map((one) => candidateWords(one, marked))).toEqual(['E1', 'E2', 'Avery Moss']);
  });
});

it('a chosen candidate replaces the typed name in the sentence', () =>
  expect(replaced('Why is avery out', 'Avery', 'Avery Moss')).toBe('Why is Avery Moss out'));
