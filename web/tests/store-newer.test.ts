import { describe, expect, it, vi } from 'vitest';
import { api, ApiError } from '../src/lib/api';
import type { RunProgress } from '../src/lib/api-types';
import type { Row } from '../src/lib/review/rows';
import { toasts } from '../src/lib/toast.svelte';
import { line } from './lines';
import { pending, server, review } from './store';

describe('what happens meanwhile', () => {
  it('a newer proposal never replaces one that somebody works on', async () => {
    const lines = [line(1)];
    server(lines);
    const store = review(lines);
    await store.hold([store.rows[0]], true, 'hold');
    store.adopt(pending([line(7, { id: 'run-2.7', run_id: 'run-2' })], 'run-2'));
    expect(store.runId).toBe('run-1');
    expect(store.newer).not.toBeNull();
    expect([store.standing.keepsRules, store.replaced]).toEqual([false, 'A newer proposal took the place of this one: open it.']);
    store.openNewer();
    expect(store.runId).toBe('run-2');
    expect(store.rows.map((row) => row.id)).toEqual(['run-2.7']);
    expect(store.steps).toHaveLength(0);
  });

  it('a newer proposal is opened after a reload, because it contains all decisions', () => {
    const store = review([
      line(1, { held: true, decision: { held: { by: 'ana', at: '2026-11-23T12:00:00.000Z' }, wish: null, unwanted: [] } }),
    ]);
    store.adopt(pending([line(1, { id: 'run-2.1', run_id: 'run-2', held: true })], 'run-2'));
    expect([store.runId, store.outlook.held.has('run-2.1')]).toEqual(['run-2', true]);
  });

  it('a newer proposal is opened if nothing was done yet', () => {
    const store = review([line(1)]);
    store.adopt(pending([line(7, { id: 'run-2.7' })], 'run-2'));
    expect(store.runId).toBe('run-2');
  });

  it('lines that somebody else changed are marked', () => {
    const store = review([line(1), line(2)]);
    store.adopt(pending([line(1, { version: 2, held: true }), line(2)]));
    expect([...store.changedByOthers]).toEqual(['run-1.1']);
    expect(toasts.at(-1)?.text).toBe('Another tab or person changed an event of this proposal.');
  });

  it('an event that somebody else rejected is no longer shown, whichever read reports it first', async () => {
    const store = review([line(1), line(2), line(3)]);
    const rejected = (ref: number) => line(ref, { status: 'rejected', version: 2 });
    vi.spyOn(api, 'status').mockResolvedValue({ run_id: 'run-1', cursor: '1', lines: [rejected(1)] } as unknown as RunProgress);
    await store.poll();
    expect([store.standing.placed, store.standing.rejected, store.standing.keepsRules]).toEqual([2, 1, false]);
    vi.spyOn(api, 'edit').mockRejectedValue(new ApiError(409, 'STALE_VERSION', 'changed', { version: 2 }));
    vi.spyOn(api, 'line').mockResolvedValue({ ...rejected(2), trail: [], time_zone: 'UTC' });
    await store.hold([store.row('run-1.2') as Row], true, 'hold back Cherry Salad');
    expect(toasts.map(({ text, action }) => [text, action])).toEqual([['Another tab or person rejected this event first.', undefined]]);
    expect([store.rows.map(({ id }) => id), store.rejected.length, store.steps.length]).toEqual([['run-1.3'], 2, 0]);
  });

  it('says that a change cannot be made again if its event was rejected or dropped meanwhile', async () => {
    const store = review([line(1), line(2)]);
    vi.spyOn(api, 'edit').mockRejectedValue(new ApiError(409, 'STALE_VERSION', 'changed', { version: 2 }));
    vi.spyOn(api, 'line').mockResolvedValue({ ...line(1, { version: 2 }), trail: [], time_zone: 'UTC' });
    await store.hold([store.row('run-1.1') as Row], true, 'hold back Cherry Salad');
    const [message] = toasts;
    expect(message.action?.label).toBe('Use mine');
    const gone = line(1, { status: 'rejected', version: 3 });
    vi.spyOn(api, 'status').mockResolvedValue({ run_id: 'run-1', cursor: '1', lines: [gone] } as unknown as RunProgress);
    await store.poll();
    message.action?.run();
    expect(toasts.at(-1)?.text).toBe('Cherry Salad is rejected: Avery Quill, Fri 27 Nov, 10:15 am. Your change was not made.');
    const dropped = line(2, { status: 'rejected', version: 2, given_up: 'refused' });
    vi.spyOn(api, 'status').mockResolvedValue({ run_id: 'run-1', cursor: '2', lines: [dropped] } as unknown as RunProgress);
    await store.poll();
    expect([store.standing.rejected, store.standing.dropped]).toEqual([1, 1]);
  });
});
