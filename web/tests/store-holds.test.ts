import { describe, expect, it, vi } from 'vitest';
import type { Approved, Line } from '../src/lib/api-types';
import { api, ApiError } from '../src/lib/api';
import type { Row } from '../src/lib/review/rows';
import { toasts } from '../src/lib/toast.svelte';
import { couple, line } from './lines';
import { server, review, dryRun, settled, choice } from './store';

describe('what is held back, and what an approval would leave', () => {
  it('holds a row at once, names what is held with it, and undoes both in one step', async () => {
    const lines = [...couple(1, 2), line(3, { depends_on: [1], event_type: 'Freeosk', project_name: 'Freeosk refresh' })];
    const edits = server(lines);
    const store = review(lines);
    const holding = store.hold([store.rows[0]], true, 'hold back Cherry Salad');
    expect([...store.outlook.held.keys()].sort()).toEqual(['run-1.1', 'run-1.2', 'run-1.3']);
    expect(store.outlook.toSend).toHaveLength(0);
    await holding;
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
    expect([store.standing.isUnchecked, store.standing.keepsRules, store.outlook.refused]).toEqual([true, false, []]);
    expect(await store.check()).toBe(true);
    expect(store.outlook.refused.map(({ line, text }) => [line.id, text])).toEqual([['run-1.2', 'Avery is off on Fri 27 Nov']]);
    expect([store.outlook.toSend.length, store.outlook.refused.length, store.isUnchecked, store.standing.keepsRules]).toEqual([
      2,
      1,
      false,
      false,
    ]);
    expect(store.outlook.refusalOf(store.rows[1])).toEqual({ line: lines[1], text: 'Avery is off on Fri 27 Nov' });
    dryRun({});
    const change = store.change(store.rows[1], choice);
    expect([store.isUnchecked, store.outlook.refused]).toEqual([true, []]);
    await change;
    await store.check();
    expect([store.isUnchecked, store.outlook.toSend.length, store.standing.keepsRules]).toEqual([false, 3, true]);
  });

  it('waits for every edit before a dry run, also for those that are not sent yet', async () => {
    const lines = Array.from({ length: 14 }, (_, n) => line(n + 1));
    const edits = server(lines);
    const accept = edits.getMockImplementation() as typeof api.edit;
    edits.mockImplementation(async (id, edit) => {
      await settled();
      return accept(id, edit);
    });
    const dryRuns = dryRun({});
    const store = review(lines);
    const holding = store.hold(store.rows, true, 'hold back all');
    await store.check();
    expect([edits.mock.calls.length, store.outlook.held.size]).toEqual([14, 14]);
    await holding;
    expect(dryRuns).toHaveBeenCalledTimes(1);
  });

  it('repeats a dry run if a line changes meanwhile, and keeps its estimate if the server does not answer', async () => {
    const lines = [line(1), line(2, { depends_on: [1] })];
    server(lines);
    let answer = (_: Approved) => {};
    const dryRuns = vi.spyOn(api, 'approve').mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    const store = review(lines);
    const [checked, shared] = [store.check(), store.check()];
    await settled();
    const held = store.hold([store.rows[0]], true, 'hold');
    await settled();
    dryRuns.mockRejectedValue(new ApiError(0, 'OFFLINE', 'The server cannot be reached.'));
    answer({ approval_id: null, queued: 2, left: 0, held_with: [], refused: [], digest: null });
    expect(await Promise.all([checked, shared])).toEqual([false, false]);
    await held;
    expect(dryRuns).toHaveBeenCalledTimes(2);
    expect([store.outlook.effect, [...store.outlook.held.keys()]]).toEqual([null, ['run-1.1', 'run-1.2']]);
  });

  it('says that what a row needs was rejected, and never that it is held back', async () => {
    const needs = { depends_on: [1], event_type: 'Freeosk' };
    const others = [line(2, { ...needs, project_name: 'Snack wall' }), line(3, { ...needs, project_name: 'Peach Tea' })];
    const lines = [line(1), ...others, line(4, { held: true, project_name: 'Rye' }), line(5, { ...needs, depends_on: [4] })];
    server(lines);
    const store = review(lines);
    const [, wall, tea, , rye] = store.rows;
    store.removeRejected(['run-1.1']);
    expect(store.outlook.holderOf(wall)).toEqual({ title: 'Cherry Salad', why: 'rejected' });
    expect([store.outlook.held.has('run-1.2'), store.outlook.refused.length]).toEqual([false, 2]);
    expect(store.outlook.refused[0].text).toBe('it needs Cherry Salad, which was rejected');
    const messageFor = async (rows: Row[]) => {
      await store.hold(rows, false, 'put back');
      return toasts.at(-1)?.text;
    };
    expect(await messageFor([wall])).toBe('Snack wall needs Cherry Salad, which was rejected: change it or reject it too.');
    expect(await messageFor([wall, tea])).toBe('2 decisions need events that cannot be sent: change them or reject them too.');
    expect(await messageFor([wall, tea, rye])).toBe('3 decisions need others that are held back or cannot be sent.');
  });

  it('counts as held back only lines that were neither held nor sent before', async () => {
    const needs = { depends_on: [1], event_type: 'Freeosk', project_name: 'Freeosk refresh' };
    const lines = [line(1), line(2), line(3, { held: true }), line(4, { status: 'api_submitted' }), line(5, needs)];
    server(lines);
    const store = review(lines);
    await store.hold(store.rows.slice(0, 4), true, 'hold back Fri 27 Nov');
    expect(toasts.at(-1)?.text).toBe('Held back 2 decisions, and with them Freeosk refresh: it needs those places');
  });

  it('a day of which a part is sent is held back if the rest of it is', () => {
    const sentLine = line(1, { status: 'api_submitted' });
    const held = (...lines: Line[]) => {
      const store = review(lines);
      return store.outlook.areHeld(store.rows);
    };
    expect(held(sentLine, line(2, { held: true }))).toBe(true);
    expect(held(sentLine, line(2, { held: true }), line(3))).toBe(false);
    expect(held(sentLine)).toBe(false);
  });
});
