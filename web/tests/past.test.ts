/** A proposal that nobody approved for days: its counts and texts do not present what is past as work that is left or planned. */
import { expect, it } from 'vitest';
import { flushSync } from 'svelte';
import type { Dashboard, DueSoon, Line, Settings } from '../src/lib/api-types';
import { dueRows } from '../src/lib/due-rows';
import { emergencyEvents } from '../src/lib/emergency';
import { hasOpenDay } from '../src/lib/due';
import { itemsOf } from '../src/lib/plan-items';
import { loadOf } from '../src/lib/review/days';
import { missedWords, unplacedHint } from '../src/lib/review/past';
import { stateOf } from '../src/lib/review/row-view';
import { isMissed, rowsOf } from '../src/lib/review/rows';
import { couple, line, unplaced } from './lines';
import { dryRun, review, settled } from './store';

const settings = { buffer_days: 3, horizon_days: 21, run_hour: 2, time_zone: 'UTC', fixed_day_types: null } as Settings;
const DAY = '2026-11-27';
const NEXT = '2026-11-28';

it.each<[string, Partial<Line>, string, boolean]>([
  ['on its day', {}, DAY, false],
  ['on the day after', {}, NEXT, true],
  ['before the date is known', {}, '', false],
  ['edited by hand', { status: 'user_edited' }, NEXT, true],
  ['accepted', { status: 'api_submitted' }, NEXT, false],
  ['without a place', { employee_id: null, schedule_datetime: null }, NEXT, false],
])('an event is missed if its day passed before it was sent: %s', (_, more, today, missed) => {
  expect(isMissed(line(1, more), today)).toBe(missed);
});

it('missed events are counted among what needs a look, not as routine or as moves', async () => {
  dryRun({});
  const from = { employee_id: 'E01', employee_name: null, schedule_datetime: '2026-12-01T10:15:00', block: 1 };
  const later = line(4, { schedule_datetime: '2026-11-30T10:15:00' });
  const store = review([...couple(1, 2), line(3, { kind: 'moved', from }), later, unplaced(5)]);
  const counts = () => [store.missed.length, store.moved.length, store.routine.length, store.toLookAt];
  store.today = DAY;
  flushSync();
  expect(counts()).toEqual([0, 1, 2, 2]);
  store.today = NEXT;
  flushSync();
  expect(counts()).toEqual([2, 0, 1, 3]);
  expect(store.eventsMissed.map(({ event_ref_num }) => event_ref_num)).toEqual([1, 2, 3]);
  expect([store.isStuck(store.lines[0]), store.isStuck(later)]).toEqual([true, false]);
  // A calendar shows the posted schedule that a missed move would have moved.
  const posted = [{ ...line(3), employee_id: 'E01', schedule_datetime: from.schedule_datetime }];
  const items = itemsOf(posted, store.notMissed, new Set());
  expect(items.map(({ ref, kind, day }) => [ref, kind, day])).toEqual([
    [3, 'posted', '2026-12-01'],
    [4, 'proposed', '2026-11-30'],
  ]);
  await store.check();
  await settled();
  expect(store.standing, 'no rule is said to be kept').toMatchObject({ missed: 3, keepsRules: false });
});

it('a row says that its day is past', () => {
  const [row] = rowsOf([line(1)]);
  const state = (today: string, held = false) => stateOf(row, { held, today, settings })?.text;
  expect([state(DAY), state(NEXT), state(NEXT, true)]).toEqual([undefined, 'Its day is past', 'Held back']);
});

const missedLines = (events: number, moves = 0) =>
  [...Array(events).keys()].map((n) => line(n, { kind: n < moves ? ('moved' as const) : ('new' as const) }));

it.each<[number, number, string, string | undefined]>([
  [81, 139, '2026-12-04', '81 of its 139 events were missed: their days passed before they were sent.'],
  [1, 139, '2026-12-04', '1 of its 139 events was missed: its day passed before it was sent.'],
  [1, 1, '2026-12-04', 'Its only event was missed: its day passed before it was sent.'],
  [0, 139, '2026-12-04', undefined],
  [3, 139, '', undefined],
])('an old proposal says when it was made and what was missed: %i of %i on %s', (missed, events, today, words) => {
  const run = { date: '2026-11-24', created_at: '2026-11-24T10:00:00.000Z' };
  expect(missedWords(missedLines(missed), events, run, { zone: 'UTC', today })?.[1]).toBe(words);
});

it.each([
  [
    3,
    1,
    '2 of its 9 events were missed: their days passed before they were sent. 1 posted event was not moved in time, and stands as before.',
  ],
  [2, 2, '2 posted events were not moved in time, and stand as before.'],
])('a posted event whose move was not made is not missed: %i, of which %i are moves', (missed, moves, words) => {
  const run = { date: '2026-11-24', created_at: '2026-11-24T10:00:00.000Z' };
  expect(missedWords(missedLines(missed, moves), 9, run, { zone: 'UTC', today: '2026-12-04' })?.[1]).toBe(words);
});

it('the age of an old proposal is in days, with the year if that is another', () => {
  const made = (date: string | null, today: string) =>
    missedWords(missedLines(1), 2, { date, created_at: '2026-11-24T10:00:00.000Z' }, { zone: 'UTC', today })?.[0];
  expect(made('2026-11-25', '2026-11-26')).toBe('The proposal was made on Wed 25 Nov, 1 day ago.');
  expect(made(null, '2027-01-03')).toBe('The proposal was made on Tue 24 Nov 2026, 40 days ago.');
});

const over = unplaced(1, { due_date: '2026-11-27T00:01:00' });
const soon = unplaced(2, { due_date: '2026-11-30T00:01:00' });
const waits = unplaced(3, { due_date: '2026-12-20T00:01:00' });
it.each<[string, Line[], string]>([
  ['a later run can place all', [waits], 'Pick a way to place each one, or leave it for the next run.'],
  ['none can', [soon], 'Pick a way to place each one: no later night run can.'],
  ['some cannot be placed later', [waits, soon], 'Pick a way to place each one. No later night run can place 1 of them.'],
  ['one is over', [waits, over], 'Pick a way to place each one, or leave it for the next run. The last day of one more is over.'],
  ['all are over', [over, { ...over, id: 'run-1.9', event_ref_num: 9 }], 'The last day of each is over, so that no run can place it.'],
])('events without a place are left for the next run only if it can place them: %s', (_, lines, words) => {
  expect(unplacedHint(rowsOf(lines), NEXT, settings)).toBe(words);
  expect(unplacedHint(rowsOf(lines), '', settings), 'before the date is known').toBe(
    'Pick a way to place each one, or leave it for the next run.',
  );
});

it('a past day of the strip does not count missed Core as new or moved, and a posted one stays where it is posted', () => {
  const from = { employee_id: 'E01', employee_name: null, schedule_datetime: '2026-11-29T10:15:00', block: 1 };
  const rows = rowsOf([line(1), line(2, { kind: 'moved', from }), line(3, { schedule_datetime: '2026-11-29T10:15:00' })]);
  const posted = [{ ...line(2), employee_id: 'E01', schedule_datetime: from.schedule_datetime }];
  const isPast = (one: Line) => isMissed(one, NEXT);
  const loads = loadOf([DAY, '2026-11-29'], rows, posted, undefined, undefined, undefined, [], isPast);
  expect(loads.map(({ posted, fresh, moved, missed, odd }) => [posted, fresh, moved, missed, odd])).toEqual([
    [0, 0, 0, 2, 2],
    [0, 0, 0, 0, 0],
    [1, 1, 0, 0, 0],
  ]);
});

it('a missed event that must be worked soon is due, and needs an emergency run', () => {
  const today = NEXT;
  const missed = line(1, { due_date: '2026-11-30T00:01:00' });
  const later = line(2, { due_date: '2026-12-04T00:01:00' });
  const lines = new Map([missed, later].map((one) => [one.event_ref_num, one]));
  const due_soon = [...lines.values()].map((one): DueSoon => ({ ...one, days_left: 2, kept_out: false }));
  const found = { today, time_zone: 'UTC', proposal: {}, due_soon } as unknown as Dashboard;
  const isStuck = (one: Line) => isMissed(one, today);
  const needing = (isTried: boolean) => emergencyEvents(found, lines, { settings, isTried, isStuck }).map((one) => one.event_ref_num);
  // An emergency run could place it, and it was not sent in time.
  expect([needing(false), needing(true)]).toEqual([[1], [1]]);
  expect(dueRows(found, lines, settings, { isStuck }).map(({ words, urgent, needsPlace }) => [words, urgent, needsPlace])).toEqual([
    ['Avery Quill, Fri 27 Nov: its day passed before it was sent', true, true],
    ['Avery Quill, Fri 27 Nov: its day passed before it was sent · later runs plan 2 Dec to 3 Dec', false, true],
  ]);
  const onItsDay = dueRows({ ...found, today: DAY }, lines, settings, { isStuck: (one) => one === later });
  expect(onItsDay.map(({ words }) => words)).toEqual([
    'Avery Quill, Fri 27 Nov: it cannot be sent as it is · later runs plan 1 Dec to 3 Dec',
    'Avery Quill, Fri 27 Nov: proposed, not sent yet',
  ]);
});

it.each<[string, Partial<Line>, string | null, boolean]>([
  ['its window goes on', {}, null, true],
  ['its window is over', { due_date: '2026-11-28T00:01:00' }, null, false],
  ['it is fixed to a past day', { event_type: 'Freeosk' }, null, false],
  ['the event that it goes with has a day', { event_type: 'Supervisor' }, '2026-11-30', true],
  ['that day is past', { event_type: 'Supervisor' }, DAY, false],
])('another place is offered only if an open day is left: %s', (_, more, only, has) => {
  const event = line(1, more);
  expect(hasOpenDay(event, NEXT, settings, undefined, only)).toBe(has);
  expect(
    hasOpenDay(event, NEXT, settings, () => true, only),
    'all days are closed',
  ).toBe(false);
  expect(hasOpenDay(event, NEXT, null), 'the settings are not read').toBe(true);
});
