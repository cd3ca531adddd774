import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { flushSync } from 'svelte';
import type { Approved, Edit, Line, LineAlone, Pending } from '../src/lib/api-types';
import { api, ApiError } from '../src/lib/api';
import { Review } from '../src/lib/review/review.svelte';
import type { Row } from '../src/lib/review/rows';
import { decidedOf } from '../src/lib/review/decisions';
import { placeOf } from '../src/lib/review/line-changes';
import { toasts } from '../src/lib/toast.svelte';
import { couple, line, unplaced } from './lines';

const pending = (lines: Line[], runId = 'run-1'): Pending => ({
  run_id: runId,
  unfinished_approvals: [],
  time_zone: 'UTC',
  run: { run_id: runId } as Pending['run'],
  quality: null,
  plan_version: 1,
  stale: { plan_moved: false, newer_run_id: null },
  newly_scheduled: lines.filter((one) => one.kind === 'new'),
  swaps: lines.filter((one) => one.kind === 'moved'),
  failed: lines.filter((one) => one.kind === 'not_placed'),
});

/** A mocked server of edits: it applies the change and returns the next version. */
function server(lines: Line[]) {
  const stored = new Map(lines.map((one) => [one.id, one]));
  return vi.spyOn(api, 'edit').mockImplementation((id: string, edit: Edit) => {
    const before = stored.get(id) as Line;
    const place = edit.employee_id
      ? {
          employee_id: edit.employee_id,
          employee_name: edit.employee_id,
          schedule_datetime: edit.schedule_datetime?.includes('T')
            ? edit.schedule_datetime
            : `${edit.schedule_datetime?.slice(0, 10)}T10:15:00`,
          status: 'user_edited' as const,
          original: { employee_id: 'E01', employee_name: 'Avery Quill', schedule_datetime: '2026-11-27T10:15:00', block: 1 },
        }
      : {};
    const back = edit.revert
      ? { employee_id: 'E01', employee_name: 'Avery Quill', schedule_datetime: '2026-11-27T10:15:00', original: null }
      : {};
    const after: Line = {
      ...before,
      ...place,
      ...back,
      ...(edit.held === undefined ? {} : { held: edit.held }),
      version: before.version + 1,
    };
    stored.set(id, after);
    return Promise.resolve({ updated_schedule: after, also_changed: [], held_with: [], overridden: [] });
  });
}

function review(lines: Line[]) {
  const made = new Review();
  made.adopt(pending(lines));
  flushSync();
  return made;
}

/** A mocked server of dry runs, which always gives this answer. */
const dryRun = (answer: Partial<Approved>) =>
  vi.spyOn(api, 'approve').mockResolvedValue({ approval_id: null, queued: 0, left: 0, held_with: [], refused: [], ...answer });

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const choice = {
  employee_id: 'E02',
  employee_name: 'Nico Farrow',
  date: '2026-11-28',
  start: '2026-11-28T10:15:00',
  points: 3,
  present: false,
};

beforeEach(() => vi.stubGlobal('sessionStorage', undefined));
afterEach(() => {
  vi.restoreAllMocks();
  toasts.length = 0;
});

describe('the review', () => {
  it('holds a row at once, names what is held with it, and undoes both in one step', async () => {
    const lines = [...couple(1, 2), line(3, { depends_on: [1], event_type: 'Freeosk', project_name: 'Freeosk refresh' })];
    const edits = server(lines);
    const store = review(lines);
    const done = store.hold([store.rows[0]], true, 'hold back Cherry Salad');
    expect([...store.outlook.held.keys()].sort()).toEqual(['run-1.1', 'run-1.2', 'run-1.3']);
    expect(store.outlook.toSend).toHaveLength(0);
    await done;
    expect(toasts.at(-1)?.text).toBe('Held back Cherry Salad, and with it Freeosk refresh: it needs that place');
    expect(edits).toHaveBeenCalledTimes(1);
    expect(store.byId.get('run-1.1')).toMatchObject({ held: true, version: 2 });
    store.undo();
    await settled();
    expect(store.outlook.held.size).toBe(0);
    expect(edits).toHaveBeenLastCalledWith('run-1.1', { held: false, version: 2 });
    expect(store.steps).toHaveLength(0);
  });

  it('names the event that holds back a row, and sends nothing', async () => {
    const refresh = line(3, { depends_on: [1], event_type: 'Digital Refresh', project_name: 'Snack wall' });
    const lines = [...couple(1, 2, { held: true }), refresh, { ...refresh, ...line(4), held: true, depends_on: [1] }];
    const edits = server(lines);
    const store = review(lines);
    const [core, waiting, both] = store.rows;
    expect([core, waiting, both].map((row) => store.outlook.holderOf(row)?.title)).toEqual([undefined, 'Cherry Salad', undefined]);
    await store.hold([waiting], false, 'put back Snack wall');
    expect(toasts.at(-1)?.text).toBe('Snack wall waits for Cherry Salad, which is held back.');
    expect([edits.mock.calls.length, store.steps.length]).toEqual([0, 0]);
    await store.hold([waiting, both], false, 'put back 2 decisions');
    expect(toasts.at(-1)?.text).toBe('2 decisions wait for others that are held back.');
    expect([store.outlook.holderOf(both)?.title, store.outlook.held.has('run-1.4')]).toEqual(['Cherry Salad', true]);
    await store.hold([core], false, 'put back Cherry Salad');
    expect(store.outlook.held.has('run-1.3')).toBe(false);
  });

  it('names what an approval holds back with a held row, not what only depends on it', async () => {
    const needs = { depends_on: [1], event_type: 'Freeosk' };
    const lines = [line(1), line(2, { ...needs, project_name: 'Snack wall' }), line(3, { ...needs, project_name: 'Peach Tea' })];
    server(lines);
    dryRun({ held_with: [{ line: 'run-1.3', waits_for: 'run-1.1' }] });
    const store = review(lines);
    await store.hold([store.rows[0]], true, 'hold back Cherry Salad');
    expect([...store.outlook.held]).toEqual([
      ['run-1.3', 'run-1.1'],
      ['run-1.1', 'run-1.1'],
    ]);
    expect(store.outlook.toSend.map(({ id }) => id)).toEqual(['run-1.2']);
    expect(toasts.at(-1)?.text).toBe('Held back Cherry Salad, and with it Peach Tea: it needs that place');
  });

  it('marks what an approval would refuse before it is sent, with the reason, until a line changes', async () => {
    const lines = [line(1), line(2), line(3)];
    server(lines);
    dryRun({ refused: [{ line: 'run-1.2', code: 'RULES_BROKEN', reason: 'Avery is off on Fri 27 Nov', rules: ['H2'] }] });
    const store = review(lines);
    expect([store.isUnchecked, store.keepsRules, store.outlook.refused]).toEqual([true, true, []]);
    expect(await store.check()).toBe(true);
    expect(store.outlook.refused.map(({ line, text }) => [line.id, text])).toEqual([['run-1.2', 'Avery is off on Fri 27 Nov']]);
    expect([store.outlook.toSend.length, store.outlook.refused.length, store.isUnchecked, store.keepsRules]).toEqual([2, 1, false, false]);
    expect(store.outlook.refusalOf(store.rows[1])).toEqual({ line: lines[1], text: 'Avery is off on Fri 27 Nov' });
    dryRun({});
    const done = store.change(store.rows[1], choice);
    expect([store.isUnchecked, store.outlook.refused]).toEqual([true, []]);
    await done;
    await store.check();
    expect([store.isUnchecked, store.outlook.toSend.length]).toEqual([false, 3]);
  });

  it('waits for every edit before it asks, also for those that are not sent yet', async () => {
    const lines = Array.from({ length: 14 }, (_, n) => line(n + 1));
    const edits = server(lines);
    const accept = edits.getMockImplementation() as typeof api.edit;
    edits.mockImplementation(async (id, edit) => {
      await settled();
      return accept(id, edit);
    });
    const asked = dryRun({});
    const store = review(lines);
    const done = store.hold(store.rows, true, 'hold back all');
    await store.check();
    expect([edits.mock.calls.length, store.outlook.held.size]).toEqual([14, 14]);
    await done;
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('asks again if a line changes while the server is asked, and keeps its estimate if the server does not answer', async () => {
    const lines = [line(1), line(2, { depends_on: [1] })];
    server(lines);
    let answer = (_: Approved) => {};
    const asked = vi.spyOn(api, 'approve').mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    const store = review(lines);
    const [checked, shared] = [store.check(), store.check()];
    await settled();
    const held = store.hold([store.rows[0]], true, 'hold');
    await settled();
    asked.mockRejectedValue(new ApiError(0, 'OFFLINE', 'The server cannot be reached.'));
    answer({ approval_id: null, queued: 2, left: 0, held_with: [], refused: [] });
    expect(await Promise.all([checked, shared])).toEqual([false, false]);
    await held;
    expect(asked).toHaveBeenCalledTimes(2);
    expect([store.outlook.effect, [...store.outlook.held.keys()]]).toEqual([null, ['run-1.1', 'run-1.2']]);
  });

  it('says that what a row needs was rejected, and never that it is held back', async () => {
    const needs = { depends_on: [1], event_type: 'Freeosk' };
    const others = [line(2, { ...needs, project_name: 'Snack wall' }), line(3, { ...needs, project_name: 'Peach Tea' })];
    const lines = [line(1), ...others, line(4, { held: true, project_name: 'Rye' }), line(5, { ...needs, depends_on: [4] })];
    server(lines);
    const store = review(lines);
    const [, wall, tea, , rye] = store.rows;
    store.drop(['run-1.1']);
    expect(store.outlook.holderOf(wall)).toEqual({ title: 'Cherry Salad', why: 'rejected' });
    expect([store.outlook.held.has('run-1.2'), store.outlook.refused.length]).toEqual([false, 2]);
    expect(store.outlook.refused[0].text).toBe('it needs Cherry Salad, which was rejected');
    const said = async (rows: Row[]) => {
      await store.hold(rows, false, 'put back');
      return toasts.at(-1)?.text;
    };
    expect(await said([wall])).toBe('Snack wall needs Cherry Salad, which was rejected: change it or reject it too.');
    expect(await said([wall, tea])).toBe('2 decisions need events that cannot be sent: change them or reject them too.');
    expect(await said([wall, tea, rye])).toBe('3 decisions need others that are held back or cannot be sent.');
  });

  it('counts as held back only lines that were neither held nor sent before', async () => {
    const needs = { depends_on: [1], event_type: 'Freeosk', project_name: 'Freeosk refresh' };
    const lines = [line(1), line(2), line(3, { held: true }), line(4, { status: 'api_submitted' }), line(5, needs)];
    server(lines);
    const store = review(lines);
    await store.hold(store.rows.slice(0, 4), true, 'hold back Fri 27 Nov');
    expect(toasts.at(-1)?.text).toBe('Held back 2 decisions, and with them Freeosk refresh: it needs those places');
  });

  it('sends a change as a person and a date, and undoes it', async () => {
    const lines = [line(1)];
    const edits = server(lines);
    const store = review(lines);
    await store.change(store.rows[0], choice);
    expect(edits).toHaveBeenCalledWith('run-1.1', { employee_id: 'E02', schedule_datetime: '2026-11-28', version: 1 });
    expect(store.changedEvents).toHaveLength(1);
    await store.change(store.rows[0], { ...choice, employee_id: 'E03' });
    store.undo();
    await settled();
    expect(edits).toHaveBeenLastCalledWith('run-1.1', { employee_id: 'E02', schedule_datetime: '2026-11-28', version: 3 });
    store.undo();
    await settled();
    expect(edits).toHaveBeenLastCalledWith('run-1.1', { revert: true, version: 4 });
    expect(store.changedEvents).toHaveLength(0);
  });

  it('a message names the new day, and what else changed', async () => {
    const others = [line(2, { project_name: 'Peach Tea' }), line(3, { project_name: 'Rye' }), line(4)];
    const lines = [line(1), ...others];
    const edits = server(lines);
    const store = review(lines);
    const also = (...also_changed: Line[]) =>
      edits.mockImplementationOnce(async (id, edit) => ({ ...(await edits.getMockImplementation()!(id, edit)), also_changed }));
    const said = async (more: Partial<typeof choice>) => {
      await store.change(store.rows[0], { ...choice, ...more });
      return toasts.at(-1)?.text;
    };
    also({ ...others[0], schedule_datetime: '2026-11-27T09:45:00', version: 2 }, { ...others[1], block: 2, version: 2 });
    expect(await said({})).toBe(
      'Cherry Salad goes to Nico Farrow, Sat 28 Nov. Avery starts Peach Tea at 9:45 am instead of 10:15 am. 1 other event changed along with it.',
    );
    const taken = { employee_id: 'E03', employee_name: 'Mia Moss', version: 3 };
    also({ ...others[0], ...taken }, { ...others[1], employee_id: null, employee_name: null, schedule_datetime: null, version: 3 });
    expect(await said({ date: '2026-11-29' })).toBe(
      'Cherry Salad moves to Sun 29 Nov. Peach Tea goes to Mia Moss, Fri 27 Nov, 10:15 am. Rye has no place now.',
    );
    also(...others.map((one) => ({ ...one, schedule_datetime: '2026-11-27T11:15:00', version: 4 })));
    expect(await said({ employee_id: 'E01', employee_name: 'Avery Quill', date: '2026-11-29' })).toBe(
      'Cherry Salad goes to Avery Quill. 3 other events changed along with it.',
    );
  });

  it('sends a chosen start, and undo requests the earlier start again', async () => {
    const lines = [line(1)];
    const edits = server(lines);
    const store = review(lines);
    const here = { ...choice, employee_id: 'E01', employee_name: 'Avery Quill', date: '2026-11-27' };
    await store.change(store.rows[0], { ...here, at: '2026-11-27T10:45:00' });
    expect(edits).toHaveBeenLastCalledWith('run-1.1', { employee_id: 'E01', schedule_datetime: '2026-11-27T10:45:00', version: 1 });
    expect(toasts.at(-1)?.text).toBe('Cherry Salad starts at 10:45 am');
    expect(store.rows[0].line.schedule_datetime).toBe('2026-11-27T10:45:00');
    await store.change(store.rows[0], choice);
    store.undo();
    await settled();
    expect(edits).toHaveBeenLastCalledWith('run-1.1', { employee_id: 'E01', schedule_datetime: '2026-11-27T10:45:00', version: 3 });
    store.undo();
    await settled();
    expect(edits).toHaveBeenLastCalledWith('run-1.1', { revert: true, version: 4 });
  });

  it('reverts an edit that the server refuses, and shows the rule', async () => {
    vi.spyOn(api, 'edit').mockRejectedValue(new ApiError(422, 'RULES_BROKEN', 'Nico already has a Core that day'));
    const store = review([line(1)]);
    const done = store.change(store.rows[0], choice);
    expect(store.rows[0].line.employee_id).toBe('E02');
    await done;
    expect(store.rows[0].line).toMatchObject({ employee_id: 'E01', status: 'proposed' });
    expect(toasts.at(-1)?.text).toBe('Nico already has a Core that day.');
  });

  it('shows the other version if somebody was faster, and offers to repeat the edit', async () => {
    vi.spyOn(api, 'edit').mockRejectedValueOnce(new ApiError(409, 'STALE_VERSION', 'somebody changed this line meanwhile'));
    vi.spyOn(api, 'line').mockResolvedValue({
      ...line(1, { employee_id: 'E09', version: 5 }),
      time_zone: 'UTC',
      trail: [],
      overridden: null,
    });
    const store = review([line(1)]);
    await store.change(store.rows[0], choice);
    await settled();
    expect(store.rows[0].line).toMatchObject({ employee_id: 'E09', version: 5 });
    expect(toasts.at(-1)?.action?.label).toBe('Use mine');
  });

  it.each<[string, (store: Review) => Promise<unknown>, Partial<Line>, Partial<Edit>, Partial<Edit>]>([
    [
      'another place',
      (store) => store.change(store.rows[0], choice),
      { employee_id: 'E09', original: placeOf(line(1)), status: 'user_edited' },
      { employee_id: 'E02', schedule_datetime: '2026-11-28' },
      { employee_id: 'E09', schedule_datetime: '2026-11-27' },
    ],
    ['a hold', (store) => store.hold([store.rows[0]], true, 'hold'), {}, { held: true }, { held: false }],
  ])('Use mine repeats %s, and undo returns to the other version', async (_, act, theirs, mine, back) => {
    const other = { ...line(1, { ...theirs, version: 5 }), time_zone: 'UTC', trail: [] } as LineAlone;
    const edits = server([other]);
    edits.mockRejectedValueOnce(new ApiError(409, 'STALE_VERSION', 'somebody changed this line meanwhile'));
    vi.spyOn(api, 'line').mockResolvedValue(other);
    const store = review([line(1)]);
    await act(store);
    await settled();
    expect(store.steps).toHaveLength(0);
    toasts.at(-1)?.action?.run();
    await settled();
    expect(edits.mock.lastCall).toEqual(['run-1.1', { ...mine, version: 5 }]);
    expect(store.steps).toHaveLength(1);
    store.undo();
    await settled();
    expect(edits.mock.lastCall).toEqual(['run-1.1', { ...back, version: 6 }]);
    expect(store.steps).toHaveLength(0);
  });

  it('leaves no step if the repeated change is refused', async () => {
    const stale = new ApiError(409, 'STALE_VERSION', 'somebody changed this line meanwhile');
    vi.spyOn(api, 'edit')
      .mockRejectedValueOnce(stale)
      .mockRejectedValueOnce(new ApiError(422, 'RULES_BROKEN', 'Nico is off'));
    vi.spyOn(api, 'line').mockResolvedValue({ ...line(1, { version: 5 }), time_zone: 'UTC', trail: [] } as unknown as LineAlone);
    const store = review([line(1)]);
    await store.change(store.rows[0], choice);
    await settled();
    toasts.at(-1)?.action?.run();
    await settled();
    expect([store.steps.length, toasts.at(-1)?.text]).toEqual([0, 'Nico is off.']);
  });

  it('never replaces a proposal that somebody works on', async () => {
    const lines = [line(1)];
    server(lines);
    const store = review(lines);
    await store.hold([store.rows[0]], true, 'hold');
    store.adopt(pending([line(7, { id: 'run-2.7', run_id: 'run-2' })], 'run-2'));
    expect(store.runId).toBe('run-1');
    expect(store.newer).not.toBeNull();
    store.openNewer();
    expect(store.runId).toBe('run-2');
    expect(store.rows.map((row) => row.id)).toEqual(['run-2.7']);
    expect(store.steps).toHaveLength(0);
  });

  it('opens a newer proposal after a reload, because it contains all decisions', () => {
    const store = review([
      line(1, { held: true, decision: { held: { by: 'ana', at: '2026-11-23T12:00:00.000Z' }, wish: null, unwanted: [] } }),
    ]);
    store.adopt(pending([line(1, { id: 'run-2.1', run_id: 'run-2', held: true })], 'run-2'));
    expect([store.runId, store.outlook.held.has('run-2.1')]).toEqual(['run-2', true]);
  });

  it('takes back each decision by its own edit, and undoes what can be undone', async () => {
    const at = '2026-11-23T12:00:00.000Z';
    const wish = {
      employee_id: 'E01',
      employee_name: 'Avery Quill',
      date: '2026-11-27',
      by: 'ana',
      at,
      met: true,
      why_not: null,
      rules: [],
    };
    const unwanted = [{ employee_id: 'E02', employee_name: 'Nico Farrow', date: '2026-11-28', reason: 'Wrong people', by: 'ben', at }];
    const lines = [
      line(1, { held: true, decision: { held: { by: 'ana', at }, wish, unwanted } }),
      unplaced(2, { decision: { held: null, wish: { ...wish, met: false, why_not: 'Avery Quill has time off' }, unwanted: [] } }),
    ];
    const edits = server(lines);
    const store = review(lines);
    expect(store.unmet.map((row) => row.id)).toEqual(['run-1.2']);
    const [first, second] = store.rows;
    const [held, met, refused] = decidedOf(first, 'UTC');
    await store.takeBack(first, held);
    await store.takeBack(first, met);
    await store.takeBack(first, refused);
    await store.takeBack(second, decidedOf(second, 'UTC')[0]);
    expect(edits.mock.calls.map(([id, { version: _, ...edit }]) => [id, edit])).toEqual([
      ['run-1.1', { held: false }],
      ['run-1.1', { revert: true }],
      ['run-1.1', { unwanted: false }],
      ['run-1.2', { revert: true }],
    ]);
    store.undo();
    await settled();
    expect(edits.mock.lastCall?.[1]).toMatchObject({ employee_id: 'E01', schedule_datetime: '2026-11-27' });
    store.undo();
    await settled();
    expect(edits.mock.lastCall?.[1]).toMatchObject({ held: true });
    expect(store.steps).toHaveLength(0);
  });

  it('opens a newer proposal if nothing was done yet', () => {
    const store = review([line(1)]);
    store.adopt(pending([line(7, { id: 'run-2.7' })], 'run-2'));
    expect(store.runId).toBe('run-2');
  });

  it('marks lines that somebody else changed', () => {
    const store = review([line(1), line(2)]);
    store.adopt(pending([line(1, { version: 2, held: true }), line(2)]));
    expect([...store.changed]).toEqual(['run-1.1']);
    expect(toasts.at(-1)?.text).toBe('Somebody else changed an event of this proposal.');
  });

  it('names the event that a refused one needs by its title, not by its number', () => {
    const store = review([...couple(31000539, 31000540), unplaced(3)]);
    const words = (ref: number) => store.inWords(`it needs event ${ref}, which cannot be sent`);
    expect(words(31000539)).toBe('it needs Cherry Salad, which cannot be sent');
    expect(words(31000540)).toBe('it needs Cherry Salad (Supervisor), which cannot be sent');
    expect(words(7), 'an event without a line').toBe('it needs event 7, which cannot be sent');
  });

  it('approves, recalls, and follows the states of the lines', async () => {
    const lines = [line(1), line(2), unplaced(3)];
    vi.spyOn(api, 'approve').mockResolvedValue({
      approval_id: 'a-1',
      queued: 1,
      held_with: [],
      left: 0,
      refused: [{ line: 'run-1.2', code: 'RULES_BROKEN', reason: 'Avery is off on Fri 27 Nov', rules: ['H2'] }],
    });
    const status = vi
      .spyOn(api, 'status')
      .mockResolvedValue({ run_id: 'run-1', cursor: 'c1', lines: [line(1, { status: 'approved', version: 2 })] } as Awaited<
        ReturnType<typeof api.status>
      >);
    const recall = vi.spyOn(api, 'recall').mockResolvedValue({ recalled: ['run-1.1'], never_approved: [], too_late: [] });
    const store = review(lines);
    expect(store.phase).toBe('idle');
    expect(store.outlook.toSend).toHaveLength(2);
    await store.approve();
    expect(status).toHaveBeenCalledWith('run-1', 'all');
    expect(store.phase).toBe('grace');
    expect(store.editable).toBe(false);
    expect(store.outlook.refused.map(({ line, text }) => [line.id, text])).toEqual([['run-1.2', 'Avery is off on Fri 27 Nov']]);
    status.mockResolvedValue({ run_id: 'run-1', cursor: 'c2', lines: [line(1, { version: 3 })] } as Awaited<ReturnType<typeof api.status>>);
    await store.recall();
    expect(recall).toHaveBeenCalledWith('a-1');
    expect(status).toHaveBeenLastCalledWith('run-1', 'c1');
    expect(store.phase).toBe('idle');
    expect(toasts.at(-1)?.text).toBe('Recalled. Nothing was sent.');
  });

  it('does not count an event that the approval refused as one that can be sent, until something is edited', async () => {
    const lines = [line(1), line(2), line(3)];
    server(lines);
    const stays = (ref: number) => ({ line: `run-1.${ref}`, code: 'RULES_BROKEN', reason: 'more than 40 h', rules: ['H8'] });
    vi.spyOn(api, 'approve').mockResolvedValue({ approval_id: 'a-1', queued: 1, held_with: [], left: 0, refused: [stays(2), stays(3)] });
    vi.spyOn(api, 'status').mockResolvedValue({
      run_id: 'run-1',
      cursor: 'c1',
      lines: [line(1, { status: 'api_submitted', version: 2 })],
    } as Awaited<ReturnType<typeof api.status>>);
    const store = review(lines);
    await store.approve();
    expect([store.phase, store.outlook.toSend.length, store.outlook.refused.length]).toEqual(['done', 0, 2]);
    const hold = (on: boolean) => store.hold([store.row('run-1.3') as Row], on, 'hold');
    await hold(true);
    expect([store.outlook.toSend.length, store.outlook.refused.length]).toEqual([0, 1]);
    await hold(false);
    expect([store.outlook.toSend.length, store.outlook.refused.length]).toEqual([0, 2]);
    await store.change(store.row('run-1.2') as Row, choice);
    // The edit may have made room for the other one too, which only a new dry run can say.
    expect([store.outlook.toSend.length, store.outlook.refused]).toEqual([2, []]);
  });

  it.each(['approve', 'recall'] as const)('reports %s as done if only the following poll fails, and polls again', async (act) => {
    vi.spyOn(api, 'approve').mockResolvedValue({ approval_id: 'a-1', queued: 1, held_with: [], left: 0, refused: [] });
    vi.spyOn(api, 'recall').mockResolvedValue({ recalled: ['run-1.1'], never_approved: [], too_late: [] });
    const changed = (more: Partial<Line>) =>
      ({ run_id: 'run-1', cursor: 'c', lines: [line(1, more)] }) as Awaited<ReturnType<typeof api.status>>;
    const status = vi.spyOn(api, 'status').mockResolvedValue(changed({ status: 'approved', version: 2 }));
    const store = review([line(1)]);
    if (act === 'recall') await store.approve();
    status.mockRejectedValue(new ApiError(0, 'OFFLINE', 'The server cannot be reached.'));
    expect(await store[act]()).not.toBe(false);
    expect(toasts.at(-1)?.text).toBe(act === 'approve' ? undefined : 'Recalled. Nothing was sent.');
    expect(store.nextPoll(false)).toBe(1500);
    status.mockResolvedValue(changed(act === 'approve' ? { status: 'approved', version: 2 } : { version: 3 }));
    await store.poll();
    expect(store.phase).toBe(act === 'approve' ? 'grace' : 'idle');
    expect(store.nextPoll(false)).toBe(act === 'approve' ? 1500 : null);
  });

  it('keeps the version of an accepted edit if a later edit of the line is refused', async () => {
    const lines = [line(1)];
    const edits = server(lines);
    edits.mockImplementationOnce(edits.getMockImplementation()!);
    edits.mockRejectedValueOnce(new ApiError(422, 'RULES_BROKEN', 'E03 has a Core that day'));
    const store = review(lines);
    await Promise.all([store.change(store.rows[0], choice), store.change(store.rows[0], { ...choice, employee_id: 'E03' })]);
    await store.change(store.rows[0], { ...choice, employee_id: 'E04' });
    expect(edits.mock.calls.map(([, { version }]) => version)).toEqual([1, 2, 2]);
  });

  it('says that somebody was faster even if the other version cannot be read', async () => {
    vi.spyOn(api, 'edit').mockRejectedValueOnce(new ApiError(409, 'STALE_VERSION', 'somebody changed this line meanwhile'));
    vi.spyOn(api, 'line').mockRejectedValue(new ApiError(0, 'OFFLINE', 'The server cannot be reached.'));
    const store = review([line(1)]);
    await store.change(store.rows[0], choice);
    await settled();
    expect(toasts.at(-1)?.text).toMatch(/^Somebody else changed this event first/);
  });

  it('counts a rejected line only if it is shown', () => {
    const store = review([line(1), line(2)]);
    store.drop(['run-1.1', 'run-0.9']);
    expect([store.rejected.length, store.lines.map((one) => one.id)]).toEqual([1, ['run-1.2']]);
  });

  it('names the event that follows in a pair by its type too', () => {
    const store = review(couple(1, 2));
    expect(['run-1.1', 'run-1.2', 'run-1.3'].map((id) => store.titleOf(id))).toEqual([
      'Cherry Salad',
      'Cherry Salad (Supervisor)',
      'One event',
    ]);
  });

  it('never overwrites a newer line by an older answer', async () => {
    const edited = review([line(1, { version: 3, held: true })]);
    edited.adopt(pending([line(1, { version: 2 })]));
    expect(edited.byId.get('run-1.1')).toMatchObject({ version: 3, held: true });
    const store = review([line(1, { version: 5, status: 'api_submitted' })]);
    vi.spyOn(api, 'status').mockResolvedValue({
      run_id: 'run-1',
      cursor: 'c',
      lines: [line(1, { version: 4, status: 'submitting' })],
    } as Awaited<ReturnType<typeof api.status>>);
    await store.poll();
    expect(store.rows[0].line.status).toBe('api_submitted');
  });
});
