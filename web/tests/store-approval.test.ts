import { describe, expect, it, vi } from 'vitest';
import type { Line } from '../src/lib/api-types';
import { api, ApiError } from '../src/lib/api';
import type { Row } from '../src/lib/review/rows';
import { toasts } from '../src/lib/toast.svelte';
import { couple, line, unplaced } from './lines';
import { server, review, choice } from './store';

describe('an approval', () => {
  it('names the event that a refused one needs by its title, not by its number', () => {
    const store = review([...couple(31000539, 31000540), unplaced(3)]);
    const words = (ref: number) => store.inWords(`it needs event ${ref}, which cannot be sent`);
    expect(words(31000539)).toBe('it needs Cherry Salad (Core), which cannot be sent');
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
      digest: null,
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

  it('approves what the dry run reported; if somebody changed it meanwhile, nothing is sent and it is checked again', async () => {
    const answer = { approval_id: null, queued: 1, held_with: [], left: 0, refused: [] };
    const approve = vi.spyOn(api, 'approve').mockResolvedValue({ ...answer, digest: 'd1' });
    const changed = { run_id: 'run-1', cursor: 'c1', lines: [line(2, { held: false, version: 3 })] };
    vi.spyOn(api, 'status').mockResolvedValue(changed as Awaited<ReturnType<typeof api.status>>);
    const store = review([line(1), line(2, { held: true, version: 2 })]);
    await store.outlook.read();
    const refused = new ApiError(409, 'APPROVAL_CHANGED', 'what would be sent has changed');
    approve.mockImplementation(({ dry_run }) =>
      dry_run ? Promise.resolve({ ...answer, queued: 2, digest: 'd2' }) : Promise.reject(refused),
    );
    expect(await store.approve()).toBe('Nothing was sent: another tab or person changed what would be sent. Look at it again.');
    expect(approve.mock.calls.map(([request]) => request)).toEqual([
      { run_id: 'run-1', dry_run: true },
      { run_id: 'run-1', digest: 'd1' },
      { run_id: 'run-1', dry_run: true },
    ]);
    expect([store.phase, store.outlook.toSend.length, store.outlook.effect?.digest]).toEqual(['idle', 2, 'd2']);
  });

  it('does not count an event that the approval refused as one that can be sent, until something is edited', async () => {
    const lines = [line(1), line(2), line(3)];
    server(lines);
    const refusal = (ref: number) => ({ line: `run-1.${ref}`, code: 'RULES_BROKEN', reason: 'more than 40 h', rules: ['H8'] });
    vi.spyOn(api, 'approve').mockResolvedValue({
      approval_id: 'a-1',
      queued: 1,
      held_with: [],
      left: 0,
      digest: null,
      refused: [refusal(2), refusal(3)],
    });
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
    vi.spyOn(api, 'approve').mockResolvedValue({ approval_id: 'a-1', queued: 1, held_with: [], left: 0, refused: [], digest: null });
    vi.spyOn(api, 'recall').mockResolvedValue({ recalled: ['run-1.1'], never_approved: [], too_late: [] });
    const changed = (more: Partial<Line>) =>
      ({ run_id: 'run-1', cursor: 'c', lines: [line(1, more)] }) as Awaited<ReturnType<typeof api.status>>;
    const status = vi.spyOn(api, 'status').mockResolvedValue(changed({ status: 'approved', version: 2 }));
    const store = review([line(1)]);
    if (act === 'recall') await store.approve();
    status.mockRejectedValue(new ApiError(0, 'OFFLINE', 'The server cannot be reached.'));
    expect(await store[act]()).toBeFalsy();
    expect(toasts.at(-1)?.text).toBe(act === 'approve' ? undefined : 'Recalled. Nothing was sent.');
    expect(store.nextPoll(false)).toBe(1500);
    status.mockResolvedValue(changed(act === 'approve' ? { status: 'approved', version: 2 } : { version: 3 }));
    await store.poll();
    expect(store.phase).toBe(act === 'approve' ? 'grace' : 'idle');
    expect(store.nextPoll(false)).toBe(act === 'approve' ? 1500 : null);
  });

  it('counts a rejected line only if it is shown', () => {
    const store = review([line(1), line(2)]);
    store.removeRejected(['run-1.1', 'run-0.9']);
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
});
