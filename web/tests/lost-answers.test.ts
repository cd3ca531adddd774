/** An undo whose answer was lost: what the server has says whether it was made. */
import { expect, it, vi } from 'vitest';
import type { Line } from '../src/lib/api-types';
import { api, ApiError } from '../src/lib/api';
import { toasts } from '../src/lib/toast.svelte';
import { couple, line } from './lines';
import { choice, review, server, settled } from './store';

it.each<[string, boolean]>([
  ['that was made goes on with the partner', true],
  ['that was not made keeps both, to be tried again', false],
])('an undo without an answer %s', async (_, isMade) => {
  const lines = couple(1, 2);
  const stored = new Map(lines.map((one) => [one.id, one]));
  const edit = server(lines);
  const accept = edit.getMockImplementation() as typeof api.edit;
  const made: typeof api.edit = async (id, wanted) => {
    const answer = await accept(id, wanted);
    stored.set(id, answer.updated_schedule);
    return answer;
  };
  edit.mockImplementation(made);
  vi.spyOn(api, 'line').mockImplementation((id) => Promise.resolve({ ...(stored.get(id) as Line), trail: [], time_zone: 'UTC' }));
  const store = review(lines);
  await store.change(store.rows[0], choice);
  expect(store.steps.map(({ then }) => then.length)).toEqual([1]);
  edit.mockClear();
  edit.mockImplementationOnce(async (id, wanted) => {
    if (isMade) await made(id, wanted);
    throw new ApiError(0, 'TIMEOUT', 'No answer came.');
  });
  store.undo();
  await settled();
  await settled();
  expect(edit.mock.calls[0][0]).toBe('run-1.1');
  if (isMade) expect([store.byId.get('run-1.1')?.employee_id, store.steps.length]).toEqual(['E01', 0]);
  else expect(store.steps.map(({ back, then }) => [back.length, then.length])).toEqual([[1, 1]]);
  expect(toasts.at(-1)?.text).toBe(isMade ? 'Undone: Cherry Salad to Nico' : 'No answer came.');
});

it('an undo without an answer also restores what the change had moved', async () => {
  const lines = [line(1), line(2)];
  const edit = server(lines);
  const accept = edit.getMockImplementation() as typeof api.edit;
  const start = { employee_id: 'E01', employee_name: 'Avery Quill', schedule_datetime: '2026-11-27T10:15:00', block: 1 };
  const moved = line(2, { schedule_datetime: '2026-11-27T10:45:00', status: 'user_edited', original: start, version: 2 });
  edit.mockImplementationOnce(async (id, wanted) => ({ ...(await accept(id, wanted)), also_changed: [moved] }));
  const store = review(lines);
  await store.change(store.rows[0], choice);
  expect(store.byId.get('run-1.2')?.original).toEqual(start);
  const stored = new Map<string, Line>([['run-1.2', moved]]);
  vi.spyOn(api, 'line').mockImplementation((id) => Promise.resolve({ ...(stored.get(id) as Line), trail: [], time_zone: 'UTC' }));
  edit.mockClear();
  edit.mockImplementationOnce(async (id, wanted) => {
    stored.set(id, (await accept(id, wanted)).updated_schedule);
    throw new ApiError(0, 'TIMEOUT', 'No answer came.');
  });
  store.undo();
  await settled();
  await settled();
  expect(edit.mock.calls.map(([id, { revert, version }]) => [id, revert, version])).toEqual([
    ['run-1.1', true, 2],
    ['run-1.2', true, 2],
  ]);
});
