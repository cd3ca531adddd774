import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { flushSync } from 'svelte';
import type { Edit, Elsewhere, Line, Pending, Schedule } from '../src/lib/api-types';
import { api } from '../src/lib/api';
import { itemsOf } from '../src/lib/plan-items';
import { unplacedByCause } from '../src/lib/review/causes';
import { loadOf } from '../src/lib/review/days';
import { elsewhereById, elsewhereState, elsewhereWords, isOnItsWay, linesHere, overWords } from '../src/lib/review/elsewhere';
import { Review } from '../src/lib/review/review.svelte';
import { sidesOf, stateOf, subWords, viewOf } from '../src/lib/review/row-view';
import { rowsOf } from '../src/lib/review/rows';
import { approvalCounts } from '../src/lib/review/sending';
import { toasts } from '../src/lib/toast.svelte';
import { couple, line, unplaced } from './lines';

const CASEY = { employee_id: 'E07', employee_name: 'Casey Reed', schedule_datetime: '2026-11-30T10:15:00', block: 1 };
const AS_PROPOSED = { employee_id: 'E01', employee_name: 'Avery Quill', schedule_datetime: '2026-11-27T10:15:00', block: 1 };

const at = (ref: number, place: Elsewhere['place'], on_its_way = false): Elsewhere => ({ line: `run-1.${ref}`, place, on_its_way });

const pending = (lines: Line[], elsewhere?: Elsewhere[], plan_moved = false): Pending => ({
  run_id: 'run-1',
  unfinished_approvals: [],
  time_zone: 'UTC',
  run: { run_id: 'run-1' } as Pending['run'],
  quality: null,
  plan_version: 1,
  stale: { plan_moved, newer_run_id: null },
  newly_scheduled: lines.filter((one) => one.kind === 'new'),
  swaps: lines.filter((one) => one.kind === 'moved' || one.kind === 'dropped'),
  failed: lines.filter((one) => one.kind === 'not_placed'),
  ...(elsewhere ? { elsewhere } : {}),
});

function review(...answers: Pending[]) {
  const made = new Review();
  for (const answer of answers) made.adopt(answer);
  flushSync();
  return made;
}

beforeEach(() => vi.stubGlobal('sessionStorage', undefined));
afterEach(() => {
  vi.restoreAllMocks();
  toasts.length = 0;
});

it.each<[string, Line, Elsewhere]>([
  ['posted to Casey Reed, Mon 30 Nov, 10:15 am, not by this proposal', line(1), at(1, CASEY)],
  ['posted exactly as proposed, but not by this proposal: Avery Quill, Fri 27 Nov, 10:15 am', line(1), at(1, AS_PROPOSED)],
  ['posted to Casey Reed, Mon 30 Nov, 10:15 am, not by this proposal', unplaced(1), at(1, CASEY)],
  ['on its way to Crossmark: Casey Reed, Mon 30 Nov, 10:15 am, not by this proposal', line(1), at(1, CASEY, true)],
  ['taken back, not by this proposal', line(1, { kind: 'moved', from: CASEY }), at(1, null)],
  ['taken back since', line(1, { status: 'api_submitted' }), at(1, null)],
  ['since then posted to Casey Reed, Mon 30 Nov, 10:15 am', line(1, { status: 'api_submitted' }), at(1, CASEY)],
])('an event that stands elsewhere is described: %s', (words, one, elsewhere) => expect(elsewhereWords(one, elsewhere)).toBe(words));

it.each<[string, Line['kind'], Elsewhere]>([
  ['Moved since', 'new', at(1, CASEY)],
  ['Being moved', 'moved', at(1, CASEY, true)],
  ['Taken back since', 'new', at(1, null)],
  ['Posted again since', 'dropped', at(1, CASEY)],
  ['Being posted again', 'dropped', at(1, CASEY, true)],
])('the row of an accepted event says: %s', (words, kind, elsewhere) =>
  expect(elsewhereState(line(1, { kind, status: 'api_submitted' }), elsewhere)).toBe(words),
);

it('says of a rejected event where it was to be, or where it is posted now', () => {
  const rejected = line(1, { status: 'rejected' });
  expect(overWords(rejected, new Map())).toBe('rejected: Avery Quill, Fri 27 Nov, 10:15 am');
  expect(overWords(rejected, new Map([['run-1.1', at(1, CASEY)]]))).toBe(
    'posted to Casey Reed, Mon 30 Nov, 10:15 am, not by this proposal',
  );
});

it.each<[string, Partial<Line>, string]>([
  [
    'a move whose old place was put back',
    { given_up: 'restored', from: { ...CASEY, schedule_datetime: '2026-11-26T10:15:00' } },
    'the event stayed posted to Casey Reed, Thu 26 Nov',
  ],
  ['a move whose old place was lost too', { given_up: 'not_restored', from: CASEY }, 'nobody had the event'],
  ['a line without a clear answer', { given_up: 'exhausted' }, 'what Crossmark had was not sure'],
  ['a refused line', { given_up: 'refused' }, 'nobody had the event'],
])('does not call dropped rejected, and says where the event stood: %s', (_, more, words) =>
  expect(overWords(line(1, { status: 'rejected', kind: 'moved', ...more }), new Map())).toBe(`dropped after it was not accepted: ${words}`),
);

it('leaves an event that stands elsewhere out of the counts of placed events, of events to look at and of open events', () => {
  const lines = [line(1), line(2), unplaced(3), unplaced(4)];
  const before = review(pending(lines));
  expect([before.standing.placed, before.standing.events, before.toLookAt, before.outlook.open.length]).toEqual([2, 4, 2, 2]);
  const store = review(pending(lines), pending(lines, [at(1, AS_PROPOSED), at(3, CASEY)]));
  expect([store.standing.placed, store.standing.events, store.toLookAt, store.outlook.open.length]).toEqual([1, 2, 1, 1]);
  expect(store.settledElsewhere.map(({ id }) => id)).toEqual(['run-1.1', 'run-1.3']);
  expect(store.titleOf('run-1.1')).toBe('Cherry Salad');
  // The events count again if the other changes are recalled.
  store.adopt(pending(lines, []));
  expect([store.standing.events, store.settledElsewhere.length]).toEqual([4, 0]);
});

it('keeps an accepted event that was taken back later among the accepted ones, and says so in its row', () => {
  const [core, supervisor] = couple(1, 2, { status: 'api_submitted' }).map((one): Line => ({ ...one, status: 'api_submitted' }));
  const store = review(pending([core, supervisor], [at(1, null), at(2, null)]));
  expect([store.counts.accepted, store.settledElsewhere.length]).toEqual([2, 0]);
  const around = { held: false, today: '2026-11-23', settings: null, elsewhere: (id: string) => store.elsewhere.get(id) };
  expect(stateOf(store.rows[0], around)).toMatchObject({ text: 'Taken back since', tone: 'warn', title: 'Accepted, taken back since' });
  expect(stateOf(store.rows[0], { ...around, elsewhere: () => undefined })?.text).toBe('Accepted');
  expect([store.standing.placed, store.standing.takenBack], 'nobody has them now').toEqual([0, 2]);
  expect([store.standing.takenBackSince, store.standing.decidedElsewhere]).toEqual([2, 0]);
  const halfTakenBack = review(pending([core, { ...supervisor, status: 'proposed' }], [at(1, null)]));
  expect(stateOf(halfTakenBack.rows[0], { ...around, elsewhere: (id) => halfTakenBack.elsewhere.get(id) })?.text).toBe('Taken back since');
});

it('counts a Core that was moved after it was accepted once, where it is posted', () => {
  const rows = rowsOf([line(1, { status: 'api_submitted' })]);
  const posted = [{ event_ref_num: 1, event_type: 'Core', schedule_datetime: CASEY.schedule_datetime }] as Schedule[];
  const of = (isElsewhere: boolean) =>
    loadOf(
      ['2026-11-27', '2026-11-30'],
      rows,
      posted,
      undefined,
      () => true,
      () => isElsewhere,
    ).map(({ posted, fresh }) => posted + fresh);
  expect([of(false), of(true)]).toEqual([
    [1, 0, 0, 0],
    [0, 0, 0, 1],
  ]);
});

it('shows a schedule that was moved after it was accepted where it is posted, not where its line says', () => {
  const store = review(pending([line(1, { status: 'api_submitted' })], [at(1, CASEY)]));
  const posted = [{ ...CASEY, event_ref_num: 1, event_type: 'Core', project_name: '', estimated_minutes: 390 }] as unknown as Schedule[];
  const placesShown = (lines: Line[]) => itemsOf(posted, lines, new Map()).map(({ who, day }) => [who, day]);
  expect(placesShown(linesHere(store.lines, store.elsewhere))).toEqual([['E07', '2026-11-30']]);
});

it('counts an event whose schedule is taken back as taken back, not as placed, and its row says so', () => {
  const from = { ...CASEY, block: 1 };
  const dropped = (status: Line['status']) =>
    line(1, { kind: 'dropped', is_swap: true, employee_id: null, employee_name: null, schedule_datetime: null, from, status });
  const store = review(pending([dropped('proposed'), line(2), unplaced(3)]));
  expect([store.standing.placed, store.standing.takenBack, store.standing.events]).toEqual([1, 1, 3]);
  const around = { held: false, today: '2026-11-23', settings: null };
  const says = (status: Line['status']) => stateOf(rowsOf([dropped(status)])[0], around)?.text;
  expect([says('proposed'), says('approved'), says('api_submitted')]).toEqual(['To be taken back', 'Waiting', 'Taken back']);
});

it('counts every event of an adopted trial as edited, also one that had no place before', () => {
  const before = { ...CASEY, employee_id: 'E02' };
  const adopted = [line(1, { status: 'user_edited', was_not_placed: true }), line(2, { status: 'user_edited', original: before })];
  const store = review(pending([...adopted, line(3), line(4, { status: 'user_edited' }), unplaced(5, { was_not_placed: true })]));
  expect(store.standing.changed, 'but not one that was put back, nor one without a place').toBe(2);
  expect(approvalCounts(store.lines, new Set(), new Set()).edited).toBe(2);
});

it('the row of a held event says why it has no place, and that it is held', () => {
  const [open, placed] = rowsOf([unplaced(1), line(2)]);
  expect(subWords(open, 'Sat 20 Jun is locked', 'Held back (Ada)')).toBe('Sat 20 Jun is locked · Held back (Ada)');
  expect(subWords(open, 'Sat 20 Jun is locked', '')).toBe('Sat 20 Jun is locked');
  expect(subWords(placed, 'Core 123', 'Held back (Ada)')).toBe('Held back (Ada)');
});

it.each<[string, Line['status'], string[], [number, number][]]>([
  [
    'whose move was refused, at its old place, and the refused place as not accepted',
    'api_failed',
    ['posted', 'not accepted'],
    [
      [0, 0],
      [1, 0],
    ],
  ],
  [
    'whose move is proposed, at its new place',
    'proposed',
    ['proposed'],
    [
      [0, 1],
      [0, 0],
    ],
  ],
  [
    'whose move was accepted, as posted at its new place',
    'api_submitted',
    ['posted'],
    [
      [0, 1],
      [0, 0],
    ],
  ],
])('shows a posted Core %s', (_, status, words, counted) => {
  const from = { ...CASEY, block: 1 };
  const move = line(1, { kind: 'moved', status, from });
  const posted = [{ ...CASEY, event_ref_num: 1, event_type: 'Core', project_name: '', estimated_minutes: 390 }] as unknown as Schedule[];
  const items = itemsOf(posted, [move], new Map());
  expect(items.map((item) => item.underWay || item.kind)).toEqual(words);
  const days = loadOf(['2026-11-27', '2026-11-30'], rowsOf([move]), posted, undefined);
  expect([days[0], days[3]].map((day) => [day.posted, day.moved])).toEqual(counted);
});

const failed = (cause: string) => ({ status: 'api_failed', api_error_details: { cause } }) as unknown as Partial<Line>;

it.each<[string, Partial<Line>, string, string]>([
  ['a proposed move', {}, 'Posted now', 'Proposed'],
  ['an accepted move', { status: 'api_submitted' }, 'Posted before', 'Accepted'],
  ['a refused move whose old place is back', failed('restored'), 'Posted now', 'Not accepted'],
  ['a move that was not sent', failed('dependency_failed'), 'Posted now', 'Not accepted'],
  ['a refused move whose old place is gone', failed('not_restored'), 'Posted before', 'Not accepted'],
])('the details of %s say what each of its places is', (_, more, from, to) =>
  expect(sidesOf(line(1, { kind: 'moved', from: { ...CASEY, block: 1 }, ...more }))).toMatchObject({ from, to }),
);

it('says during and after a send that the plan changed only while something is left to decide', () => {
  const sentLine = line(1, { status: 'api_submitted' });
  expect(review(pending([sentLine, line(2)], [], true)).stale).toBe(true);
  expect(review(pending([sentLine, unplaced(2)], [], true)).stale).toBe(true);
  expect(review(pending([sentLine], [], true)).stale).toBe(false);
  const sending = review(pending([sentLine, line(2, { status: 'approved' }), line(3)], [], true));
  expect(sending.stale, 'one event may be tried for long').toBe(true);
  expect(review(pending([sentLine, line(2, { status: 'approved' })], [], true)).stale).toBe(false);
});

it('does not announce a change as somebody else’s if this person confirmed its draft', () => {
  const store = review(pending([line(1), line(2)]));
  store.expectOwn([1]);
  store.adopt(pending([line(1, { version: 2, employee_id: 'E02' }), line(2)]));
  expect(toasts.map(({ text }) => text)).toEqual([]);
  store.adopt(pending([line(1, { version: 3, employee_id: 'E03' }), line(2)]));
  expect(toasts.map(({ text }) => text)).toEqual(['Another tab or person changed an event of this proposal.']);
});

it('an undo that would change nothing says so, and sends no request', async () => {
  let current = line(1);
  const edit = vi.spyOn(api, 'edit').mockImplementation((_, { revert, employee_id }: Edit) => {
    const place = revert ? { employee_id: 'E01', original: null } : { employee_id: employee_id ?? 'E01', original: AS_PROPOSED };
    current = { ...current, ...place, version: current.version + 1 };
    return Promise.resolve({ updated_schedule: current, also_changed: [], held_with: [], overridden: [] });
  });
  const store = review(pending([current]));
  const choice = { employee_id: 'E02', employee_name: 'Blake', date: '2026-11-27', start: null, points: 0, isCurrent: false };
  await store.change(store.rows[0], choice);
  // Somebody else put it back meanwhile.
  store.takeOwn([{ ...line(1), version: 5 }]);
  toasts.length = 0;
  store.undo();
  expect([edit.mock.calls.length, store.steps.length, toasts.map(({ text }) => text)]).toEqual([
    1,
    0,
    ['Nothing is left to undo of “Cherry Salad to Blake”: it is as it was before.'],
  ]);
});

it('the proposal is read again only while an event is on its way', () => {
  expect(isOnItsWay(elsewhereById([at(1, CASEY), at(2, null)]))).toBe(false);
  expect(isOnItsWay(elsewhereById([at(1, CASEY), at(2, CASEY, true)]))).toBe(true);
  expect(isOnItsWay(elsewhereById(undefined))).toBe(false);
});

it('the reason of an event whose partner was placed since the run is not given any more', () => {
  const reason = { code: 'rule_broken', text: 'its Core 31001106 "Salsa" is not placed', rules: ['H10'] };
  const core = unplaced(1, { pair: 2, was_not_placed: true });
  const supervisor = unplaced(2, { event_type: 'Supervisor', pair: 1, was_not_placed: true, failure_reason: reason });
  const since = (lines: Line[], elsewhere: Elsewhere[]) => {
    const made = review(pending(lines, elsewhere));
    return made.sinceOf(made.byId.get('run-1.2')!);
  };
  expect(since([core, supervisor], [])).toBe('');
  const words = 'its Core is posted to Casey Reed, Mon 30 Nov, 10:15 am, not by this proposal; place this one too, or run again';
  expect(since([core, supervisor], [at(1, CASEY)])).toBe(words);
  expect(since([{ ...core, ...CASEY, status: 'user_edited' }, supervisor], [])).toBe(
    'its Core has a place since the run: Casey Reed, Mon 30 Nov, 10:15 am; place this one too, or run again',
  );
  expect(since([line(1, { kind: 'moved', from: CASEY, pair: 2 }), supervisor], [at(1, null)])).toBe(
    'its Core is taken back, not by this proposal; run again',
  );
  const placed = { ...core, ...CASEY };
  expect(since([{ ...placed, status: 'api_failed' }, supervisor], []), 'its Core was not accepted').toBe('');
  const short = { ...supervisor, due_date: '2026-11-30T00:01:00' };
  expect(since([{ ...placed, status: 'user_edited' }, short], []), 'it cannot be on that day').toBe('');
  expect(since([core, short], [at(1, CASEY)])).toBe('');
  const production = line(1, { event_type: 'Juicer Production', pair: 2 });
  const survey = { ...supervisor, event_type: 'Juicer Survey', failure_reason: { ...reason, rules: ['H11'] } };
  expect(since([production, survey], [at(1, AS_PROPOSED)]), 'its Production is where the run put it').toBe('');
  expect(since([production, survey], [at(1, CASEY)])).toBe(`its Juicer Production${words.slice('its Core'.length)}`);
  const other = { ...supervisor, failure_reason: { ...reason, rules: ['H2'] } };
  expect(since([core, other], [at(1, CASEY)]), 'another reason still holds').toBe('');
  const [row] = rowsOf([supervisor]);
  expect(viewOf(row, false, null, words).sub).toBe(`I${words.slice(1)}`);
  const groups = unplacedByCause(rowsOf([supervisor, { ...supervisor, id: 'run-1.3', event_ref_num: 3 }]), (one) =>
    one === supervisor ? words : '',
  );
  expect(groups.map(({ isCause, rows }) => [isCause, rows.length])).toEqual([[false, 2]]);
});
