/** An edit also changes the other event of a pair, says what it did to other lines, and is undone by the button of its message. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { flushSync } from 'svelte';
import type { Edit, Line, LineAlone, Pending } from '../src/lib/api-types';
import { api, ApiError } from '../src/lib/api';
import { decidedOf } from '../src/lib/review/decisions';
import { Review } from '../src/lib/review/review.svelte';
import type { Row } from '../src/lib/review/rows';
import { placedWords } from '../src/lib/review/summary';
import { toasts } from '../src/lib/toast.svelte';
import { couple, line } from './lines';
import { dryRun } from './store';

const original = ({ employee_id, employee_name, schedule_datetime, block }: Line) => ({
  employee_id: employee_id as string,
  employee_name,
  schedule_datetime: schedule_datetime as string,
  block,
});

/** A mocked server that unplaces the Supervisor when a rule is overridden for its Core, and reverts only the requested line. */
function server(lines: Line[]) {
  const first = new Map(lines.map((one) => [one.id, one]));
  const stored = new Map(first);
  const rules = new Map<string, string[]>();
  const put = (id: string, more: Partial<Line>): Line => {
    const before = stored.get(id) as Line;
    const after = { ...before, ...more, version: before.version + 1 };
    stored.set(id, after);
    return after;
  };
  const edit = vi.spyOn(api, 'edit').mockImplementation((id: string, wanted: Edit) => {
    const begun = first.get(id) as Line;
    const also: Line[] = [];
    rules.set(id, wanted.override ? ['H2'] : []);
    if (wanted.unplaced) return answer(put(id, { employee_id: null, employee_name: null, schedule_datetime: null }), also);
    if (wanted.revert) {
      const { employee_id, employee_name, schedule_datetime, block } = begun;
      return answer(put(id, { employee_id, employee_name, schedule_datetime, block, original: null, overridden: null }), also);
    }
    const at = `${wanted.schedule_datetime?.slice(0, 10)}T10:15:00`;
    const place = { employee_id: wanted.employee_id, employee_name: wanted.employee_id, schedule_datetime: at };
    const partner = [...stored.values()].find((one) => one.pair === begun.event_ref_num);
    if (partner && wanted.override)
      also.push(
        put(partner.id, {
          employee_id: null,
          employee_name: null,
          schedule_datetime: null,
          status: 'user_edited',
          original: original(first.get(partner.id) as Line),
        }),
      );
    const overridden = wanted.override ? { rules: ['H2'], by: 'ana', at: '', reason: wanted.override.reason } : null;
    return answer(put(id, { ...place, status: 'user_edited', original: original(begun), overridden }), also);

    function answer(updated_schedule: Line, also_changed: Line[]) {
      const overridden = wanted.override
        ? [{ rule: 'H2', title: '', words: 'Nico may not work Core', employee_id: 'E02', date: null, event_ref_nums: [] }]
        : [];
      return Promise.resolve({ updated_schedule, also_changed, held_with: [], overridden });
    }
  });
  vi.spyOn(api, 'line').mockImplementation((id: string) => {
    const broken = rules.get(id) ?? [];
    const overridden = broken.length ? { rules: broken, reason: 'agreed', by: 'ana', at: '' } : null;
    return Promise.resolve({ ...(stored.get(id) as Line), overridden, trail: [], time_zone: 'UTC' } as LineAlone);
  });
  return { edit, stored };
}

function review(lines: Line[]) {
  const made = new Review();
  made.adopt({
    run: { run_id: 'run-1' },
    stale: { plan_moved: false, newer_run_id: null },
    newly_scheduled: lines,
    swaps: [],
    failed: [],
  } as unknown as Pending);
  flushSync();
  return made;
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const to = (employee_id: string, date = '2026-11-27') => ({
  employee_id,
  employee_name: employee_id,
  date,
  start: null,
  points: 0,
  isCurrent: false,
});
const places = (store: Review) => store.lines.map((one) => `${one.event_ref_num} ${one.employee_id ?? '-'}`);

beforeEach(() => vi.stubGlobal('sessionStorage', undefined));
afterEach(() => {
  vi.restoreAllMocks();
  toasts.length = 0;
});

it.each([[['H2']], [['H2', 'H8']]])('undo breaks a rule again that somebody had allowed, and no other: %j', async (also) => {
  const lines = [line(1), line(2, { project_name: 'Rye' })];
  const { edit, stored } = server(lines);
  const store = review(lines);
  await store.change(store.rows[0], to('E02'), 'agreed');
  // Nico's other event goes to somebody else, so the rule is kept again.
  edit.mockImplementationOnce((id) => {
    const kept = { ...(stored.get('run-1.1') as Line), overridden: null, version: 3 };
    const movedLine = { ...line(2), employee_id: 'E03', status: 'user_edited' as const, original: original(line(2)), version: 2 };
    stored.set('run-1.1', kept);
    stored.set(id, movedLine);
    return Promise.resolve({ updated_schedule: movedLine, also_changed: [kept], held_with: [], overridden: [] });
  });
  await store.change(store.rows[1], to('E03'));
  expect(store.setAside).toEqual([]);
  const refused = (...rules: string[]) =>
    new ApiError(422, 'RULES_BROKEN', 'no', { violations: rules.map((rule) => ({ rule, words: rule, event_ref_nums: [1, 2] })) });
  // A rule that nobody had allowed is not set aside by an undo.
  edit.mockRejectedValueOnce(refused(...also));
  store.undo();
  await settled();
  expect(edit.mock.lastCall?.[1].override).toEqual(also.length > 1 ? undefined : { reason: 'agreed' });
  expect(places(store)[1]).toBe(also.length > 1 ? '2 E03' : '2 E01');
});

it.each<[string, ApiError, number, string, string | undefined]>([
  ['did not receive', new ApiError(0, 'OFFLINE', 'The server cannot be reached.'), 1, 'The server cannot be reached.', undefined],
  ['refuses by a rule', new ApiError(422, 'RULES_BROKEN', 'Avery is off'), 1, 'Nothing was undone. Avery is off.', 'Skip it'],
  ['refuses for good', new ApiError(409, 'NOT_ALLOWED_NOW', 'It is being sent'), 0, 'Nothing was undone. It is being sent.', undefined],
])('an undo that the server %s says so, and its step stays if it may pass later', async (_, error, steps, text, action) => {
  const lines = [line(1), line(2)];
  const { edit } = server(lines);
  const store = review(lines);
  await store.change(store.rows[1], to('E03'));
  await store.change(store.rows[0], to('E02'));
  edit.mockRejectedValueOnce(error);
  store.undo();
  await settled();
  expect([places(store)[0], store.steps.length]).toEqual(['1 E02', 1 + steps]);
  expect([toasts.at(-1)?.text, toasts.at(-1)?.action?.label]).toEqual([text, action]);
  if (!steps) return;
  // The next try may succeed; a step that is skipped is not in the way of the earlier ones.
  store.undo();
  await settled();
  expect([places(store), store.steps.length]).toEqual([['1 E01', '2 E03'], 1]);
  if (!action) return;
  await store.change(store.rows[0], to('E02'));
  edit.mockRejectedValueOnce(error);
  store.undo();
  await settled();
  toasts.at(-1)?.action?.run();
  store.undo();
  await settled();
  expect([places(store), store.steps.length]).toEqual([['1 E02', '2 E01'], 0]);
});

it('an undo of which a part is refused says so, and can be tried again for that part', async () => {
  const lines = couple(1, 2);
  const { edit } = server(lines);
  const store = review(lines);
  await store.change(store.rows[0], to('E02'), 'agreed');
  const accept = edit.getMockImplementation() as typeof api.edit;
  edit.mockImplementation((id, wanted) =>
    id === 'run-1.2' ? Promise.reject(new ApiError(422, 'RULES_BROKEN', 'Avery is off')) : accept(id, wanted),
  );
  store.undo();
  await settled();
  expect([places(store), toasts.at(-1)?.text]).toEqual([['1 E01', '2 -'], 'Not everything was undone. Avery is off.']);
  edit.mockImplementation(accept);
  store.undo();
  await settled();
  expect([places(store), store.steps]).toEqual([['1 E01', '2 E01'], []]);
});

it('says which event of a pair was not put back, or that none was', async () => {
  const lines = couple(1, 2);
  const { edit, stored } = server(lines);
  const before = review(lines);
  await before.change(before.rows[0], to('E02'), 'agreed');
  const store = review([...stored.values()]);
  const accept = edit.getMockImplementation() as typeof api.edit;
  const refuse = (...ids: string[]) =>
    edit.mockImplementation((id, wanted) =>
      ids.includes(id) ? Promise.reject(new ApiError(422, 'RULES_BROKEN', 'Avery is off')) : accept(id, wanted),
    );
  refuse('run-1.1');
  await store.putBack(store.row('run-1.1') as Row);
  expect([places(store), toasts.at(-1)?.text]).toEqual([['1 E02', '2 -'], 'Nothing was put back. Avery is off.']);
  refuse('run-1.2');
  await store.putBack(store.row('run-1.1') as Row);
  expect([places(store), toasts.at(-1)?.text]).toEqual([['1 E01', '2 -'], 'Cherry Salad (Supervisor) was not put back. Avery is off.']);
});

it('an edit names the Supervisor that loses its place, claims no kept rules, and is undone for both lines at once', async () => {
  const lines = couple(1, 2);
  server(lines);
  dryRun({});
  const store = review(lines);
  await store.check();
  expect(store.standing).toMatchObject({ keepsRules: true, setAside: [], changed: 0 });
  await store.change(store.rows[0], to('E02'), 'agreed');
  await settled();
  expect(places(store)).toEqual(['1 E02', '2 -']);
  expect(toasts.map((one) => one.text)).toEqual(['Cherry Salad goes to E02. Its Supervisor loses its place.']);
  expect(store.standing).toMatchObject({ placed: 1, changed: 2, setAside: [{ text: 'Nico may not work Core', rules: ['H2'] }] });
  toasts[0].action?.run();
  await settled();
  expect(places(store)).toEqual(['1 E01', '2 E01']);
  expect(store.standing).toMatchObject({ placed: 2, changed: 0, setAside: [] });
});

it.each(['proposed', 'api_failed'] as const)('a %s line keeps its person although a rule is broken there now', async (status) => {
  const lines = [line(1, { status })];
  const { edit } = server(lines);
  const store = review(lines);
  await store.change(store.rows[0], { ...to('E01'), employee_name: 'Avery Quill' }, 'agreed');
  await settled();
  const override = { reason: 'agreed' };
  expect(edit).toHaveBeenCalledWith('run-1.1', { employee_id: 'E01', schedule_datetime: '2026-11-27', override, version: 1 });
  const sentAgain = status === 'api_failed' ? '. It is sent when you approve again.' : '';
  expect(toasts.at(-1)?.text).toBe(`Cherry Salad stays with Avery Quill${sentAgain}`);
  expect([store.lines[0].status, store.setAside.map((one) => one.rules)]).toEqual(['user_edited', [['H2']]]);
  expect(store.steps.map((one) => one.label)).toEqual(['keep Cherry Salad with Avery']);
});

it('the override of a line that was edited before has no undo of its own', async () => {
  const edited = line(1, { status: 'user_edited', original: { ...original(line(1)), employee_id: 'E03', employee_name: 'Cleo Stone' } });
  const { edit } = server([edited]);
  const store = review([edited]);
  await store.change(store.rows[0], { ...to('E01'), employee_name: 'Avery Quill' }, 'agreed');
  await settled();
  expect(edit).toHaveBeenCalledOnce();
  expect(toasts.at(-1)).toMatchObject({ text: 'Cherry Salad stays with Avery Quill', action: undefined });
  expect(store.steps).toEqual([]);
});

it('a Supervisor that lost its place and got one by hand has none again after undo, and its message names it', async () => {
  const lines = couple(1, 2);
  const { edit } = server(lines);
  const store = review(lines);
  await store.change(store.rows[0], to('E02'), 'agreed');
  await store.change(store.row('run-1.2') as Row, to('E03'));
  expect(toasts.at(-1)?.text).toBe('Cherry Salad (Supervisor) goes to E03, Fri 27 Nov');
  expect(places(store)).toEqual(['1 E02', '2 E03']);
  toasts.at(-1)?.action?.run();
  await settled();
  expect(edit.mock.lastCall).toEqual(['run-1.2', { unplaced: true, version: 3 }]);
  expect(places(store)).toEqual(['1 E02', '2 -']);
  expect(toasts.at(-1)?.text).toBe('Undone: Cherry Salad (Supervisor) to E03');
  store.undo();
  await settled();
  expect(places(store)).toEqual(['1 E01', '2 E01']);
});

it('undo of putting back a pair takes the place of the Supervisor away again', async () => {
  const lines = couple(1, 2);
  const { stored } = server(lines);
  const before = review(lines);
  await before.change(before.rows[0], to('E02'), 'agreed');
  const store = review([...stored.values()]);
  await settled();
  await store.putBack(store.row('run-1.2') as Row);
  expect(places(store)).toEqual(['1 E01', '2 E01']);
  store.undo();
  await settled();
  expect(places(store)).toEqual(['1 E02', '2 -']);
});

it.each(['Core', 'Supervisor'])('both lines of a pair are reverted from the row of the %s, also after a reload', async (from) => {
  const lines = couple(1, 2);
  const { stored, edit } = server(lines);
  const before = review(lines);
  await before.change(before.rows[0], to('E02'), 'agreed');
  const store = review([...stored.values()]);
  await settled();
  expect(store.setAside.map((one) => one.rules)).toEqual([['H2']]);
  const row = store.rows.find((one) => one.line.event_type === from);
  edit.mockClear();
  if (row) await store.putBack(row);
  await settled();
  expect(edit.mock.calls.map(([id, wanted]) => [id, wanted.revert])).toEqual([
    ['run-1.1', true],
    ['run-1.2', true],
  ]);
  expect(places(store)).toEqual(['1 E01', '2 E01']);
});

it('does not claim that every rule is kept after a rule is set aside, an event is rejected or failed, or the plan changes', async () => {
  const lines = [line(1), line(2)];
  server(lines);
  dryRun({});
  const store = review(lines);
  expect(store.standing.keepsRules, 'before a dry run').toBe(false);
  await store.check();
  expect(store.standing.keepsRules).toBe(true);
  await store.change(store.rows[0], to('E02'), 'agreed');
  expect(store.standing.keepsRules).toBe(false);
  store.undo();
  await settled();
  await store.check();
  expect(store.standing.keepsRules).toBe(true);
  store.planMoved = true;
  expect(store.standing.keepsRules).toBe(false);
  store.planMoved = false;
  store.removeRejected(['run-1.2']);
  expect(store.standing.keepsRules).toBe(false);
  expect(placedWords(store.standing)).toBe('1 of 1 event placed.');
  expect(review([line(1), line(2, { status: 'api_failed' })]).standing.keepsRules).toBe(false);
});

it('a row with a rule that was set aside needs a look, and is routine again after undo', async () => {
  const lines = [line(1), line(2)];
  server(lines);
  const store = review(lines);
  expect([store.toLookAt, store.routine.length]).toEqual([0, 2]);
  await store.change(store.rows[0], to('E02'), 'agreed');
  expect([store.toLookAt, store.overruled.map((row) => row.id), store.routine.length]).toEqual([1, ['run-1.1'], 1]);
  store.undo();
  await settled();
  expect([store.toLookAt, store.routine.length]).toEqual([0, 2]);
});

it('two lines that hold the place of each other go back together, and one undo returns both', async () => {
  const rye = { ...line(2, { employee_id: 'E02', employee_name: 'Blake Marsh' }), project_name: 'Rye' };
  const swapped = [
    { ...line(1), employee_id: 'E02', status: 'user_edited' as const, original: original(line(1)) },
    { ...rye, employee_id: 'E01', status: 'user_edited' as const, original: original(rye) },
  ];
  const { edit, stored } = server([line(1), rye]);
  for (const one of swapped) stored.set(one.id, one);
  const accept = edit.getMockImplementation() as typeof api.edit;
  const broken = { rule: 'H3', words: 'Blake already works Core 31000002 "Rye"', event_ref_nums: [1, 2] };
  // Nobody may have both events. Once nobody has both, an earlier override is gone.
  edit.mockImplementation(async (id, wanted) => {
    const other = stored.get(id === 'run-1.1' ? 'run-1.2' : 'run-1.1') as Line;
    const who = wanted.revert ? (id === 'run-1.1' ? 'E01' : 'E02') : wanted.employee_id;
    if (other.employee_id === who && !wanted.override) throw new ApiError(422, 'RULES_BROKEN', 'H3: no', { violations: [broken] });
    const answer = await accept(id, wanted);
    const overridden = other.employee_id === who ? { rules: ['H3'], by: 'ana', at: '', reason: wanted.override?.reason ?? '' } : null;
    const updated_schedule = { ...answer.updated_schedule, overridden };
    stored.set(id, updated_schedule);
    const kept = other.overridden && !overridden ? [{ ...other, overridden: null, version: other.version + 1 }] : [];
    for (const one of kept) stored.set(one.id, one);
    return { ...answer, updated_schedule, also_changed: kept };
  });
  const store = review(swapped);
  await store.putBack(store.rows[0]);
  expect([places(store), store.steps.length]).toEqual([['1 E02', '2 E01'], 0]);
  expect(toasts.map(({ text, action }) => [text, action?.label])).toEqual([
    ['Nothing was put back. Blake already works Rye.', 'Put back both'],
  ]);
  toasts[0].action?.run();
  await settled();
  expect([places(store), store.setAside, store.changedEvents]).toEqual([['1 E01', '2 E02'], [], []]);
  expect(edit).toHaveBeenNthCalledWith(2, 'run-1.1', {
    revert: true,
    override: { reason: 'put back at the same time as Rye' },
    version: 1,
  });
  expect(store.steps.map((step) => step.label)).toEqual(['put back Cherry Salad and Rye']);
  store.undo();
  await settled();
  expect([places(store), store.setAside, store.steps]).toEqual([['1 E02', '2 E01'], [], []]);
});

it.each([
  ['only because of the other line', [[1, 2]], 'Put back both'],
  ['for another reason too', [[1, 2], [1]], undefined],
  ['for another reason', [[1]], undefined],
])('to put back both is offered only if nothing else is in the way: a line that cannot go back %s', async (_, refs, offered) => {
  const lines = [line(1), line(2)].map((one) => ({ ...one, status: 'user_edited' as const, original: original(one) }));
  const { edit } = server(lines);
  const violations = refs.map((event_ref_nums) => ({ rule: 'H3', words: 'no', event_ref_nums }));
  edit.mockRejectedValueOnce(new ApiError(422, 'RULES_BROKEN', 'no', { violations }));
  const store = review(lines);
  await store.putBack(store.rows[0]);
  expect(toasts.at(-1)?.action?.label).toBe(offered);
  if (!offered) return;
  // The second cannot go back: then the first does not either.
  edit.mockImplementationOnce((id) =>
    Promise.resolve({ updated_schedule: { ...line(1), id, version: 2 }, also_changed: [], held_with: [], overridden: [] }),
  );
  edit.mockRejectedValueOnce(
    new ApiError(422, 'RULES_BROKEN', 'off', { violations: [{ rule: 'H2', words: 'Avery is off', event_ref_nums: [2] }] }),
  );
  toasts.at(-1)?.action?.run();
  await settled();
  expect(edit.mock.lastCall).toEqual(['run-1.1', expect.objectContaining({ employee_id: 'E01', override: expect.anything() })]);
  expect(store.steps).toEqual([]);
});

it('undo returns to a place with an overridden rule, with the earlier reason', async () => {
  const lines = [line(1)];
  const { edit } = server(lines);
  const store = review(lines);
  await store.change(store.rows[0], to('E02'), 'agreed');
  await settled();
  await store.change(store.rows[0], to('E03'));
  store.undo();
  await settled();
  expect(edit.mock.lastCall?.[1]).toMatchObject({ employee_id: 'E02', override: { reason: 'agreed' } });
});

it('the button of a message undoes the edit of that message, not the last edit', async () => {
  const lines = [line(1), line(2, { project_name: '619045-LKD-AF-Plum Tart (251208539498) - V2-CORE' })];
  server(lines);
  const store = review(lines);
  await store.change(store.rows[0], to('E02'));
  const message = toasts[0];
  await store.change(store.rows[1], to('E03'));
  expect(message.text).toBe('Cherry Salad goes to E02');
  message.action?.run();
  await settled();
  expect(places(store)).toEqual(['1 E01', '2 E03']);
  expect(store.steps.map((step) => step.label)).toEqual(['Plum Tart to E03']);
});

it('an older message of the same event loses its button', async () => {
  const lines = [line(1)];
  server(lines);
  const store = review(lines);
  await store.change(store.rows[0], to('E02'));
  await store.change(store.rows[0], to('E03'));
  expect(toasts.map((one) => one.text)).toEqual(['Cherry Salad goes to E03']);
});

const refused = new ApiError(422, 'RULES_BROKEN', 'no');
const held = (by: string) => ({ held: { by, at: '2026-11-23T12:00:00.000Z' }, wish: null, unwanted: [] });

it.each<[string, string, (store: Review) => Promise<unknown>]>([
  ['change', '', (store) => store.change(store.rows[0], to('E02'))],
  ['hold', '', (store) => store.hold([store.rows[0]], true, 'hold back Cherry Salad')],
  ['taken back hold', 'Nothing was put back. ', (store) => store.takeBack(store.rows[1], decidedOf(store.rows[1], 'UTC')[0])],
  ['revert', 'Nothing was put back. ', (store) => store.putBack(store.rows[2])],
])('a refused %s cannot be undone, and its message has no button', async (_, notDone, act) => {
  const [, supervisor] = couple(1, 9);
  const store = review([
    line(1),
    line(2, { held: true, decision: held('ana') }),
    line(3, { employee_id: 'E02', status: 'user_edited', original: original(line(3)) }),
    // Held with line 1, so that its hold has a message.
    { ...supervisor, pair: null, depends_on: [1] },
  ]);
  vi.spyOn(api, 'line').mockRejectedValue(refused);
  vi.spyOn(api, 'edit').mockRejectedValue(refused);
  const before = places(store);
  await act(store);
  expect([store.steps.length, toasts.map((one) => [one.text, one.action])]).toEqual([0, [[`${notDone}no.`, undefined]]]);
  expect(places(store)).toEqual(before);
});

it('after a hold of several lines, only those that the server accepted can be undone', async () => {
  const lines = [line(1), line(2), line(3)];
  const { edit } = server(lines);
  const accept = edit.getMockImplementation() as typeof api.edit;
  const store = review(lines);
  edit.mockImplementation((id, wanted) => (id === 'run-1.2' ? Promise.reject(refused) : accept(id, wanted)));
  await store.hold(store.rows, true, 'hold back 3 decisions');
  edit.mockClear();
  store.undo();
  await settled();
  expect(edit.mock.calls.map(([id]) => id)).toEqual(['run-1.1', 'run-1.3']);
});

it('a refused undo does not say that it was undone', async () => {
  const lines = [line(1)];
  const { edit } = server(lines);
  const store = review(lines);
  await store.change(store.rows[0], to('E02'));
  edit.mockRejectedValue(refused);
  store.undo();
  expect(toasts.at(-1)?.text).toBe('Undone: Cherry Salad to E02');
  await settled();
  expect([toasts.map((one) => one.text), places(store)]).toEqual([['Nothing was undone. no.'], ['1 E02']]);
});

it('says of a step that nothing of it is left to undo if its event was rejected meanwhile', async () => {
  const lines = couple(1, 2);
  const { edit } = server(lines);
  const store = review(lines);
  await store.change(store.rows[0], to('E02'), 'agreed');
  store.removeRejected(['run-1.1', 'run-1.2']);
  edit.mockClear();
  store.undo();
  await settled();
  expect(toasts.at(-1)?.text).toBe('Nothing is left to undo of “Cherry Salad to E02”: it is not in this proposal any more.');
  expect([edit.mock.calls.length, store.steps.length]).toEqual([0, 0]);
});
