import { describe, expect, it, vi } from 'vitest';
import type { Edit, Line, LineAlone } from '../src/lib/api-types';
import { api, ApiError } from '../src/lib/api';
import { placeOf } from '../src/lib/review/rows';
import { Review } from '../src/lib/review/review.svelte';
import { decidedOf } from '../src/lib/review/decisions';
import { keys, queryClient } from '../src/lib/queries';
import { toasts } from '../src/lib/toast.svelte';
import { line, unplaced } from './lines';
import { pending, server, review, settled, choice } from './store';

describe('edits of the proposal', () => {
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
    const answerAlso = (...also_changed: Line[]) =>
      edits.mockImplementationOnce(async (id, edit) => ({ ...(await edits.getMockImplementation()!(id, edit)), also_changed }));
    const messageFor = async (more: Partial<typeof choice>) => {
      await store.change(store.rows[0], { ...choice, ...more });
      return toasts.at(-1)?.text;
    };
    answerAlso({ ...others[0], schedule_datetime: '2026-11-27T09:45:00', version: 2 }, { ...others[1], block: 2, version: 2 });
    expect(await messageFor({})).toBe(
      'Cherry Salad goes to Nico Farrow, Sat 28 Nov. Avery starts Peach Tea at 9:45 am instead of 10:15 am. 1 other event changed along with it.',
    );
    const newHolder = { employee_id: 'E03', employee_name: 'Mia Moss', version: 3 };
    answerAlso(
      { ...others[0], ...newHolder },
      { ...others[1], employee_id: null, employee_name: null, schedule_datetime: null, version: 3 },
    );
    expect(await messageFor({ date: '2026-11-29' })).toBe(
      'Cherry Salad moves to Sun 29 Nov. Peach Tea goes to Mia Moss, Fri 27 Nov, 10:15 am. Rye has no place now.',
    );
    answerAlso(...others.map((one) => ({ ...one, schedule_datetime: '2026-11-27T11:15:00', version: 4 })));
    expect(await messageFor({ employee_id: 'E01', employee_name: 'Avery Quill', date: '2026-11-29' })).toBe(
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
    const change = store.change(store.rows[0], choice);
    expect(store.rows[0].line.employee_id).toBe('E02');
    await change;
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
    expect(toasts.at(-1)?.text).toMatch(/^Another tab or person changed this event first/);
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

  it('a refused event gets another place and is sent again once it is approved', async () => {
    const lines = [line(1, { status: 'api_failed' })];
    server(lines);
    const store = review(lines);
    const read = vi.spyOn(queryClient, 'invalidateQueries');
    expect(store.outlook.toSend).toHaveLength(0);
    await store.change(store.rows[0], choice);
    expect(store.outlook.toSend.map((one) => one.employee_id)).toEqual([choice.employee_id]);
    expect(toasts.at(-1)?.text).toBe('Cherry Salad goes to Nico Farrow, Sat 28 Nov. It is sent when you approve again.');
    // The navigation counts one event less.
    expect(read).toHaveBeenCalledWith({ queryKey: keys.dashboard });
  });
});
