/** Today claims only what is true: of an approval, of the night, and of events that are due. */
import { describe, expect, it, vi } from 'vitest';
import { api } from '../src/lib/api';
import type { Dashboard, DueSoon, Employee, EventItem, History, Line, Run } from '../src/lib/api-types';
import { dueRows, eventsOf } from '../src/lib/due-rows';
import { emergencyEvents } from '../src/lib/emergency';
import { exceptionWords, standInWords } from '../src/lib/duty';
import { dueOf, emergencyDays, isFixed, laterDays, laterWords, leftOf, needsEmergencyRun, windowWords } from '../src/lib/due';
import { countOthers, heroOf, type LineFacts, underWayOfOthers, waitsForRun } from '../src/lib/hero';
import { nextRunWords, troubleOf } from '../src/lib/night';
import { withNames } from '../src/lib/people';
import { stateOf, waitsWords } from '../src/lib/review/row-view';
import { rowsOf } from '../src/lib/review/rows';
import type { Counts, Phase } from '../src/lib/review/sending';
import { keys, queryClient, readFirst } from '../src/lib/queries';
import { whyNoRun } from '../src/lib/start-run';
import { proposalNumbers, settings } from './dashboards';
import { couple, line, unplaced } from './lines';

const day = (more: Partial<Dashboard>) =>
  ({
    today: '2026-11-23',
    time_zone: 'UTC',
    night: { date: '2026-11-23', state: 'ok', tries: 1, run: null },
    proposal: proposalNumbers,
    crashed_runs: [],
    due_soon: [],
    submissions: { failed: 0, too_late: 0, in_doubt: 0, under_way: 0, paused_until: null },
    ...more,
  }) as Dashboard;

it.each<[string, Partial<Dashboard>, boolean]>([
  ['there is no proposal', { proposal: null }, true],
  ['the night run has not begun', { proposal: null, night: { date: '2026-11-23', state: 'missing', tries: 0, run: null } }, true],
  ['nothing is left to decide', { proposal: { ...proposalNumbers, open: 0 } }, true],
  ['a proposal waits', {}, false],
  ['a proposal is sent', { proposal: { ...proposalNumbers, open: 0, accepted: 9 } }, false],
])('a page reads the runs often only while it waits for one: %s', (_, more, waits) => {
  expect(waitsForRun(day(more), settings)).toBe(waits);
});

describe('an approval on Today', () => {
  const lineFacts = (phase: Phase, counts: Partial<Counts>): LineFacts => ({
    words: '9 of 9 events placed, every rule kept.',
    toLookAt: 0,
    decisions: 6,
    open: 9 - (counts.accepted ?? 0) - (counts.waiting ?? 0) - (counts.sending ?? 0),
    phase,
    counts: { total: 9, waiting: 0, sending: 0, accepted: 0, refused: 0, notSent: 0, checking: 0, ...counts },
  });
  it.each<[string, number, LineFacts, string]>([
    ['the recall', 0, lineFacts('grace', { waiting: 9 }), 'Approved, and nothing has left yet'],
    ['the recall of somebody else', 0, lineFacts('sending', { waiting: 9 }), 'Approved, and nothing has left yet'],
    ['on its way', 0, lineFacts('sending', { accepted: 3, sending: 6 }), 'The proposal is being sent'],
    ['all answered', 0, lineFacts('done', { accepted: 9 }), 'The proposal is sent'],
    ['some held back', 2, lineFacts('done', { accepted: 7 }), 'A part of the proposal is sent'],
    ['not approved', 9, lineFacts('idle', {}), 'The proposal is ready'],
  ])('has a title for its state: %s', (_, open, what, title) => {
    expect(heroOf(day({ proposal: { ...proposalNumbers, open } }), null, null, settings, what).title).toBe(title);
  });

  it('while sending pauses, it does not say that events go within seconds or are on their way', () => {
    const submissions = { failed: 0, too_late: 0, in_doubt: 0, under_way: 9, paused_until: '2026-11-23T12:05:00.000Z' };
    const hero = (phase: Phase, counts: Partial<Counts>) => {
      const { title, text } = heroOf(day({ submissions }), null, null, settings, lineFacts(phase, counts));
      return [title, text];
    };
    expect(hero('sending', { total: 9, waiting: 9 })).toEqual(['Approved, and nothing has left yet', 'Sending pauses. 9 events wait.']);
    expect(hero('grace', { total: 9, waiting: 9 })[1]).toBe('Sending pauses. 9 events wait. You can still recall them in Review.');
    expect(hero('sending', { total: 9, accepted: 3, waiting: 6 })).toEqual(['Sending pauses', '3 events accepted, 6 not sent yet.']);
    expect(hero('done', { total: 9, accepted: 9 })[0]).toBe('The proposal is sent');
  });

  it('tells of other approvals, which wait or are checked too', () => {
    const submissions = { failed: 0, too_late: 0, in_doubt: 7, under_way: 61, paused_until: '2026-11-23T12:05:00.000Z' };
    const hero = (others: LineFacts['others'], more: Partial<Dashboard> = { submissions }, counts: Partial<Counts> = { waiting: 43 }) =>
      heroOf(day(more), null, null, settings, { ...lineFacts('sending', { total: 43, ...counts }), open: 0, others }).text;
    expect(hero({ under: 18, checking: 7 })).toBe(
      'Sending pauses. 43 events wait. Of other approvals, 18 events are not sent yet and 7 are being checked.',
    );
    expect(hero({ under: 0, checking: 1 })).toBe('Sending pauses. 43 events wait. Of other approvals, 1 event is being checked.');
    expect(hero({ under: 0, checking: 0 })).toBe('Sending pauses. 43 events wait.');
    expect(hero({ under: 1, checking: 0 }, {}, { accepted: 40, waiting: 3 })).toBe(
      '40 events accepted, 3 on their way. Of other approvals, 1 event is on its way.',
    );
    const openLines = [line(1, { status: 'approved' }), line(2, { run_id: 'run-0', status: 'approved' })];
    const checked = line(3, { run_id: 'run-0', status: 'in_doubt' });
    const found = underWayOfOthers([...openLines, checked, line(4, { run_id: 'run-0', status: 'api_failed' })], 'run-1');
    expect(countOthers(found)).toEqual({ under: 1, checking: 1 });
    expect(heroOf(day({}), null, null, settings, { ...lineFacts('idle', {}), others: { under: 28, checking: 7 } }).text).toBe(
      '9 of 9 events placed, every rule kept. Nothing needs a look. ' +
        'Of other approvals, 28 events are on their way and 7 are being checked.',
    );
  });

  it.each<[Phase | undefined, boolean, string]>([
    ['idle', false, ''],
    ['grace', false, 'A run can be started when the time to recall is over.'],
    ['grace', true, 'A run can be started when the time to recall is over.'],
    ['sending', false, 'A run can be started when everything is sent.'],
    ['sending', true, ''],
    ['done', false, ''],
    [undefined, false, ''],
  ])('a run while it is %s (paused: %s) is refused with "%s"', (phase, isPaused, why) => expect(whyNoRun(phase, isPaused)).toBe(why));

  it('a run that ends is noticed although a change by hand is the newest run', async () => {
    const history = (status: Run['status']) =>
      ({
        items: [
          { run_id: 'r3', run_type: 'by_hand', status: 'approved' },
          { run_id: 'r2', run_type: 'manual', status },
        ],
      }) as unknown as History;
    const read = vi.spyOn(api, 'history');
    vi.spyOn(api, 'pending').mockRejectedValue(new Error('not asked'));
    vi.spyOn(api, 'dashboard').mockRejectedValue(new Error('not asked'));
    const renewed = vi.spyOn(queryClient, 'invalidateQueries');
    for (const [status, keysRead] of [
      ['running', []],
      ['completed', [keys.dashboard, keys.pending]],
    ] as const) {
      queryClient.setQueryData(keys.runs, history('running'), { updatedAt: 0 });
      read.mockResolvedValue(history(status));
      await readFirst('review');
      expect(renewed.mock.calls.map(([what]) => what?.queryKey)).toEqual(keysRead);
    }
    vi.restoreAllMocks();
    queryClient.clear();
  });

  it('a line that is being checked needs nobody', () => {
    const hero = (counts: Partial<Counts>) => heroOf(day({}), null, null, settings, { ...lineFacts('done', counts), open: 0 }).text;
    expect(hero({ accepted: 7, checking: 2 })).toBe('7 events accepted, 2 being checked.');
    expect(hero({ accepted: 7, checking: 1, refused: 1 })).toBe('7 events accepted, 1 being checked, 1 needs you.');
    const submissions = { failed: 1, too_late: 0, in_doubt: 2, under_way: 0, paused_until: null };
    const { text } = heroOf(day({ submissions, proposal: { ...proposalNumbers, open: 0, accepted: 6 } }), null, null, settings);
    expect(text).toBe('6 events accepted, 2 being checked, 1 needs you.');
  });

  it('counts the events that stayed from the lines, as in Review, once they are loaded', () => {
    const proposal = { ...proposalNumbers, open: 4 };
    const text = (what?: LineFacts) => heroOf(day({ proposal: { ...proposal, accepted: 6 } }), null, null, settings, what).text;
    expect(text({ ...lineFacts('done', { accepted: 6 }), open: 3 })).toBe('6 events accepted. 3 events stayed here.');
    expect(text()).toBe('6 events accepted. 4 events stayed here.');
  });

  it('does not claim kept rules before the lines are known', () => {
    expect(heroOf(day({}), null, null, settings).text).toBe('9 of 9 events placed. Nothing needs a look.');
    const look = { ...proposalNumbers, needs_look: 2, not_placed: 1 };
    expect(heroOf(day({ proposal: look }), null, null, settings).text).toBe('9 of 10 events placed. Some events need a look.');
    const text = heroOf(day({ proposal: { ...proposalNumbers, taken_back: 2, not_placed: 3 } }), null, null, settings).text;
    expect(text, 'as in Review').toContain('7 of 12 events placed, 2 taken back. ');
  });

  it('needs a look even if no event has a place', () => {
    const none = { ...proposalNumbers, lines: 0, open: 0, not_placed: 6 };
    const what = { ...lineFacts('idle', {}), words: 'None of 6 events has a place.', toLookAt: 6 };
    expect(heroOf(day({ proposal: none }), null, null, settings, what)).toMatchObject({
      kind: 'ready',
      text: 'None of 6 events has a place. 6 decisions need a look, about 2 minutes.',
    });
    expect(heroOf(day({ proposal: none }), null, null, settings).kind, 'before the lines are loaded').toBe('ready');
    expect(heroOf(day({ proposal: { ...none, not_placed: 0 } }), null, null, settings).kind, 'all of it is rejected').toBe('nothing');
  });

  it('calls decisions decisions and events events', () => {
    expect(heroOf(day({}), null, null, settings, { ...lineFacts('idle', {}), toLookAt: 1 }).text).toContain(
      '1 decision needs a look, about 1 minute.',
    );
  });
});

it('somebody who is off today and has posted events is not said to be away', () => {
  const person = (employee_id: string, employee_name: string) => ({ employee_id, employee_name });
  const [jules, lane] = [person('E1', 'Jules Glade'), person('E2', 'Lane Isle')];
  const duty = { named: jules, on_duty: lane, backup: lane, exception: false };
  const withoutStandIn = { named: jules, on_duty: null, backup: null, exception: true };
  expect([duty, withoutStandIn].map((one) => standInWords(one, []))).toEqual(['for Jules, away', 'exception: Jules is away']);
  const floor = [{ ...jules, shifts: [] }];
  expect([duty, withoutStandIn].map((one) => standInWords(one, floor))).toEqual([
    'for Jules, off but on the floor',
    'exception: Jules is off but on the floor',
  ]);
  expect(standInWords({ ...duty, on_duty: jules }, floor)).toBe('backup Lane');
});

it.each<[string, Partial<Employee>, string, string]>([
  ['planned', {}, '2026-11-27', 'Lane Isle is juicer on Fri 27 Nov. The next run uses it.'],
  [
    'planned today, but no longer tonight',
    {},
    '2026-11-26',
    'Lane Isle is juicer on Thu 26 Nov. An ordinary run started today uses it; nightly runs plan from Fri 27 Nov on.',
  ],
  [
    'before the planned days',
    {},
    '2026-11-23',
    'Lane Isle is juicer on Mon 23 Nov. Nightly runs plan from Fri 27 Nov on and leave that day as it is.',
  ],
  [
    'off that weekday',
    { weekly_availability: { fri: false } },
    '2026-11-27',
    'Lane Isle is off on Fri 27 Nov, and an exception has no backup: nobody is juicer. The next run uses it.',
  ],
])('an exception says who is in the rotation, and whether a run uses it: %s', (_, more, date, words) =>
  expect(exceptionWords({ name: 'Lane Isle', ...more } as Employee, 'juicer', date, { today: '2026-11-26', nightly: '2026-11-27' })).toBe(
    words,
  ),
);

it.each([
  [1, 'today'],
  [2, 'today and tomorrow'],
  [3, 'today and the next 2 days'],
])('the days that only an emergency run plans, today included, with a buffer of %i', (buffer_days, words) =>
  expect(emergencyDays({ buffer_days })).toBe(words),
);

describe('a night', () => {
  const night = (state: Dashboard['night']['state']) => day({ proposal: null, night: { date: '2026-11-23', state, tries: 0, run: null } });
  it.each<[Dashboard['night']['state'], string]>([
    ['not_due', 'The next night run is on Mon 23 Nov, 2:00 am.'],
    ['ok', 'The next night run is on Tue 24 Nov, 2:00 am.'],
    ['running', 'The night run is under way.'],
    ['missing', 'The night run has not begun.'],
    ['given_up', 'The night run did not succeed.'],
  ])('%s: %s', (state, words) => {
    expect(nextRunWords(night(state), settings)).toBe(words);
  });

  it('that is missing is no trouble once a later proposal exists', () => {
    const at = (at: string) => troubleOf({ ...night('missing'), proposal: { ...proposalNumbers, at } }, settings)?.title;
    expect(at('2026-11-23T01:00:00.000Z')).toBe('The night run has not begun');
    expect(at('2026-11-23T02:30:00.000Z')).toBeUndefined();
  });

  it('that failed leaves the proposal before it in place, unless that was rejected', () => {
    const text = (more: Partial<typeof proposalNumbers>) =>
      troubleOf({ ...night('missing'), proposal: { ...proposalNumbers, at: '2026-11-23T01:00:00.000Z', ...more } }, settings)?.text;
    const left = 'Its hour has passed. A manager can start a run now. The proposal before it is still there.';
    expect([text({}), text({ lines: 0, open: 0, not_placed: 3 })]).toEqual([left, left]);
    expect(text({ lines: 0, open: 0 })).toBe('Its hour has passed. A manager can start a run now.');
  });

  it('trouble of the last run is the same on Today and in Review', () => {
    const crashed = {
      run_id: 'r',
      run_type: 'automatic',
      created_at: '2026-11-23T11:00:00.000Z',
      status_since: null,
      error: 'lost',
    } as unknown as Run;
    const dashboard = day({ crashed_runs: [crashed] });
    expect(troubleOf(dashboard, settings)?.title).toBe(heroOf(dashboard, null, null, settings).title);
  });
});

describe('what is urgent', () => {
  const today = '2026-11-23';
  const window = (start: string, due: string, more: Partial<Line> = {}) =>
    unplaced(1, { start_date: `${start}T00:00:00`, due_date: `${due}T00:01:00`, ...more });

  const CLOSED = ['2026-11-27', '2026-11-30', '2026-12-01'];
  it.each<[string, Line, string, string[]?]>([
    ['later nights plan the rest of its window', window('2026-11-24', '2026-12-05'), 'later runs plan 27 Nov to 4 Dec'],
    ['one more day', window('2026-11-24', '2026-11-28'), 'later runs plan 27 Nov'],
    ['this proposal is its last chance', window('2026-11-24', '2026-11-27'), ''],
    ['fixed to a day that is past for later runs', window('2026-11-26', '2026-12-05', { event_type: 'Freeosk' }), ''],
    ['fixed to a later day', window('2026-12-01', '2026-12-05', { event_type: 'Freeosk' }), 'later runs plan 1 Dec'],
    ['fixed to its due day, so without a valid day', window('2026-12-01', '2026-12-01', { event_type: 'Freeosk' }), ''],
    ['its first and last days are closed', window('2026-11-24', '2026-12-02'), 'later runs plan 28 Nov to 29 Nov', CLOSED],
    ['one day is left, and it is open', window('2026-11-24', '2026-11-28'), 'later runs plan 27 Nov'],
    ['all days that are left are closed', window('2026-11-30', '2026-12-02'), '', CLOSED],
    ['fixed to a closed day', window('2026-11-30', '2026-12-05', { event_type: 'Freeosk' }), '', CLOSED],
  ])('a row says which days later runs can still plan: %s', (_, event, words, closed = []) => {
    const isClosed = (day: string) => closed.includes(day);
    const days = laterDays(event, today, settings, isClosed);
    expect(days ? laterWords(days) : '').toBe(words);
    const [row] = rowsOf([event]);
    expect(waitsWords(row, today, settings, isClosed)).toBe(words);
    expect(stateOf(row, { held: false, today, settings, isClosed })?.tone).toBe(words ? '' : 'bad');
  });

  it('an event that goes with a placed one can be placed only on the day of that event', () => {
    const supervisor = window('2026-11-24', '2026-12-05', { event_type: 'Supervisor', pair: 2, kind: 'not_placed' });
    const core = (day: string) => line(2, { schedule_datetime: `${day}T10:15:00`, pair: 1 });
    const words = (lines: Line[]) => {
      const row = rowsOf(lines).find((one) => one.line === supervisor)!;
      return [waitsWords(row, today, settings), stateOf(row, { held: false, today, settings })?.tone];
    };
    expect(words([supervisor, core('2026-11-28')])).toEqual(['later runs plan 28 Nov', '']);
    expect(words([supervisor, core('2026-11-26')])).toEqual(['', 'bad']);
    // The day of an event outside the proposal is not known.
    expect(words([supervisor])).toEqual(['', '']);
  });

  it("a type is fixed by the club's list, otherwise by the rulebook's", () => {
    const other = { event_type: 'Other', estimated_minutes: 480 };
    expect([
      isFixed(other, null),
      isFixed({ ...other, estimated_minutes: 60 }, null),
      isFixed(other, []),
      isFixed(other, ['Full-day Other']),
    ]).toEqual([true, false, false, true]);
    expect([isFixed(line(1), null), isFixed(line(1), ['Core'])]).toEqual([false, true]);
    // A Survey is worked with its Production.
    const survey = { event_type: 'Juicer Survey', estimated_minutes: 15 };
    expect([null, [], ['Juicer Production'], ['Juicer Survey']].map((named) => isFixed(survey, named))).toEqual([true, false, true, true]);
  });

  const freeosk = { event_type: 'Freeosk' };
  it.each<[string, Line, boolean, string[]?]>([
    ['its last day is before the first planned day', window('2026-11-20', '2026-11-26'), true],
    ['its last day is the first planned day', window('2026-11-20', '2026-11-27'), false],
    ['that day is closed', window('2026-11-20', '2026-11-27'), true, ['2026-11-26']],
    ['every day before is closed too', window('2026-11-25', '2026-11-27'), false, ['2026-11-25', '2026-11-26']],
    ['fixed to a day before, and due later', window('2026-11-24', '2026-12-05', freeosk), true],
    ['fixed to today', window('2026-11-23', '2026-11-25', freeosk), true],
    ['fixed to a past day', window('2026-11-22', '2026-11-25', freeosk), false],
    ['fixed to its due day, so without a valid day', window('2026-11-25', '2026-11-25', freeosk), false],
    ['fixed to the first planned day', window('2026-11-26', '2026-12-05', freeosk), false],
  ])('only an emergency run can place an event: %s', (_, event, needed, closed = []) => {
    const isClosed = (day: string) => closed.includes(day);
    expect(needsEmergencyRun(event, today, settings, isClosed)).toBe(needed);
    const listed = { ...event, days_left: 2, kept_out: false };
    const hasEmergencyEvent = (one: DueSoon, lines: Line[], isTried = false) => {
      const byRef = new Map(lines.map((line) => [line.event_ref_num, line]));
      return emergencyEvents(day({ due_soon: [one] }), byRef, { settings, isClosed, isTried }).length > 0;
    };
    expect([hasEmergencyEvent(listed, []), hasEmergencyEvent(listed, [event])]).toEqual([needed, needed]);
    const isPlaced = { ...event, employee_id: 'E01', schedule_datetime: '2026-11-24T10:15:00' };
    expect(hasEmergencyEvent(listed, [isPlaced]), 'the proposal places it').toBe(false);
    expect(hasEmergencyEvent(listed, [event], true), 'an emergency run could not place it').toBe(false);
    expect(hasEmergencyEvent({ ...listed, kept_out: true }, []), 'it is kept out of runs').toBe(false);
    const older = { ...listed, start_date: undefined as unknown as string };
    expect(hasEmergencyEvent(older, [event]), 'an older answer without the start').toBe(needed);
    expect(hasEmergencyEvent(older, [])).toBe(false);
  });

  it.each<[string, Partial<EventItem>, boolean, ReturnType<typeof dueOf>]>([
    ['nobody, and its last chance', {}, false, { words: '4 days left', tone: 'bad' }],
    ['the proposal places it', {}, true, { words: '4 days left', tone: '' }],
    ['a later run can', { due_date: '2026-11-29' }, false, { words: '6 days left', tone: '' }],
    ['its line was not accepted', { claim: { status: 'api_failed' } as EventItem['claim'] }, false, { words: '4 days left', tone: '' }],
    ['accepted', { claim: { status: 'api_submitted' } as EventItem['claim'] }, false, null],
    ['posted', { posted_on: '2026-11-26' }, false, null],
    ['kept out of runs', { left_out: 'kept_out', due_date: '2026-11-29' }, false, { words: '6 days left', tone: 'bad' }],
    ['not open in Crossmark', { left_out: 'not_open' }, false, null],
    ['past due, though nothing else keeps runs from it', { due_date: '2026-11-22' }, false, { words: 'past due', tone: 'bad' }],
    ['due later', { due_date: '2026-12-10' }, false, null],
    ['due later, but its only day is soon', { event_type: 'Freeosk', due_date: '2026-12-10' }, false, { words: '1 day left', tone: 'bad' }],
  ])('Events says how urgent an event is: %s', (_, more, proposed, due) => {
    const event = { event_type: 'Core', estimated_minutes: 390, start_date: '2026-11-23', due_date: '2026-11-27', ...more } as EventItem;
    expect(dueOf(event, proposed, today, settings)).toEqual(due);
  });

  it.each<[string, string, string, string, string]>([
    ['Core', '2026-11-20', '2026-11-27', '4 days left', '4 days left'],
    ['Freeosk', '2026-11-25', '2026-12-05', '3 days left', '12 days left'],
    ['Freeosk', '2026-11-23', '2026-12-05', '1 day left', '12 days left'],
    ['Freeosk', '2026-11-22', '2026-12-05', 'its day is past', '12 days left'],
    ['Core', '2026-11-20', '2026-11-23', 'due today', 'due today'],
    ['Core', '2026-11-20', '2026-11-22', 'past due', 'past due'],
  ])('the days left to a %s from %s, due %s, count to its last day: %s', (event_type, start_date, due_date, words, unread) => {
    const event = { event_type, estimated_minutes: 30, start_date, due_date };
    expect([leftOf(event, today, settings).words, leftOf(event, today, null).words]).toEqual([words, unread]);
  });

  it('the due day is not a valid day', () => {
    expect(windowWords({ start_date: '2026-11-23', due_date: '2026-11-27' })).toBe('Mon 23 Nov to Thu 26 Nov');
    expect(windowWords({ start_date: '2026-11-23', due_date: '2026-11-24' })).toBe('Mon 23 Nov');
  });

  it('an event that lost its place is urgent, on Today as in Review', () => {
    const [core] = couple(1, 2);
    const original = { employee_id: 'E01', employee_name: 'Avery Quill', schedule_datetime: '2026-11-27T12:00:00', block: null };
    const lostLine = window('2026-11-24', '2026-12-01', { event_type: 'Supervisor', kind: 'new', pair: 1, event_ref_num: 2, original });
    const [due] = dueRows(
      day({ due_soon: [{ ...lostLine, days_left: 8, kept_out: false }] }),
      new Map([core, lostLine].map((one) => [one.event_ref_num, one])),
      settings,
    );
    const row = rowsOf([core, lostLine]).find(({ line }) => line === lostLine)!;
    expect([due.urgent, due.words.includes('later runs')]).toEqual([true, false]);
    expect(stateOf(row, { held: false, today, settings })?.tone).toBe('bad');
  });

  it('an event that the proposal took back is open again, and not planned', () => {
    const takenBack = { kind: 'dropped', status: 'api_submitted', employee_id: null, schedule_datetime: null } as const;
    const back = window('2026-11-24', '2026-12-01', takenBack);
    const [due] = dueRows(day({ due_soon: [{ ...back, days_left: 8, kept_out: false }] }), new Map([[back.event_ref_num, back]]), settings);
    expect([due.words, due.urgent]).toEqual(['Taken back, and open again', false]);
    const soon = window('2026-11-24', '2026-11-26', takenBack);
    const dashboard = day({ due_soon: [{ ...soon, days_left: 2, kept_out: false }] });
    const lines = new Map([[soon.event_ref_num, soon]]);
    expect(emergencyEvents(dashboard, lines, { settings, isTried: false })).toHaveLength(1);
    expect(dueRows(dashboard, lines, settings)[0].urgent).toBe(true);
  });

  it('rows of due events: urgent ones first, planned ones last, each event counted once', () => {
    const due = (event_ref_num: number, event_type: string, due_date: string, more: Partial<DueSoon> = {}) => ({
      event_ref_num,
      event_type,
      project_name: `${event_type} ${event_ref_num}`,
      estimated_minutes: 390,
      start_date: '2026-11-20T00:00:00',
      due_date: `${due_date}T00:01:00`,
      days_left: 4,
      kept_out: false,
      ...more,
    });
    const [core, supervisor] = couple(1, 2);
    const waiting = window('2026-11-24', '2026-12-01');
    const lines = new Map([core, supervisor, { ...waiting, event_ref_num: 3 }].map((one) => [one.event_ref_num, one]));
    const dashboard = day({
      due_soon: [
        due(1, 'Core', '2026-11-30'),
        due(2, 'Supervisor', '2026-11-30'),
        due(3, 'Core', '2026-12-01'),
        due(4, 'Core', '2026-11-25'),
        due(5, 'Core', '2026-11-30'),
        due(6, 'Core', '2026-11-30', { kept_out: true }),
        due(7, 'Freeosk', '2026-11-30'),
      ],
    });
    const rows = dueRows(dashboard, lines, settings);
    expect(rows.map((row) => [row.event_ref_num, row.urgent, row.withSupervisor])).toEqual([
      [4, true, false],
      [6, true, false],
      [7, true, false],
      [3, false, false],
      [5, false, false],
      [1, false, true],
    ]);
    expect(rows.map((row) => row.left).slice(0, 3)).toEqual(['2 days left', '7 days left', 'its day is past']);
    expect(rows.filter((row) => !row.line).map((row) => row.words)).toEqual([
      'An ordinary run started today plans from 26 Nov on; this one must be worked before',
      'Kept out of runs',
      'Not in the proposal',
      'Not in the proposal · later runs plan 27 Nov to 29 Nov',
    ]);
    expect(eventsOf(rows)).toBe(dashboard.due_soon.length);
  });
});

it('people are named instead of their ids', () => {
  const people = [{ id: 'E12', name: 'Dana Tarn' }];
  expect(withNames('employees E12: found 3, expected a title', people)).toBe('employees Dana Tarn: found 3, expected a title');
  expect(withNames('employees E120: found 3', people)).toBe('employees E120: found 3');
});
