import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { api } from '../src/lib/api';
import { currentReview } from '../src/lib/review/context';
import { replacesWords } from '../src/lib/review/replacing';
import { runQuestion } from '../src/lib/run-question.svelte';
import { startRun } from '../src/lib/start-run';
import { couple, line, unplaced } from './lines';
import { pending } from './store';

const none = { waiting: 0, sending: 0, checking: 0 };
const edited = line(2, {
  status: 'user_edited',
  original: { employee_id: 'E02', employee_name: null, schedule_datetime: '', block: null },
});

it.each([
  ['nothing', [line(1), unplaced(3)], 0, none, ''],
  [
    'events on their way',
    [line(1)],
    0,
    { waiting: 2, sending: 0, checking: 1 },
    'The new proposal takes the place of this one, which cannot be brought back. 3 events of this one are on the way to Crossmark and go on.',
  ],
  [
    'a hold and an edit',
    [line(1, { held: true }), edited],
    1,
    none,
    'The new proposal takes the place of this one, which cannot be brought back. 1 held event stays held back. ' +
      '1 event was changed: places chosen by hand are kept, or it says why not.',
  ],
])('says what a run replaces: %s', (_, lines, held, counts, words) => expect(replacesWords(lines, held, counts)).toBe(words));

beforeEach(() => vi.stubGlobal('sessionStorage', undefined));
afterEach(() => vi.restoreAllMocks());

it('asks before a run that replaces holds, and starts it only after a yes', async () => {
  const run = vi.spyOn(api, 'run').mockResolvedValue({ run_id: 'run-2' } as Awaited<ReturnType<typeof api.run>>);
  currentReview().adopt(pending([line(1, { held: true })]));
  const no = startRun(true);
  expect(runQuestion.text).toContain('1 held event stays held back.');
  runQuestion.answer(false);
  expect([await no, runQuestion.text, run.mock.calls.length]).toEqual([null, '', 0]);
  const yes = startRun(true);
  runQuestion.answer(true);
  expect([await yes, run.mock.calls]).toEqual(['run-2', [[true]]]);
  currentReview().adopt(pending([line(1)]));
  expect(await startRun()).toBe('run-2');
});

it('counts what is held with another event, as the bar does, and not a hold without a place', async () => {
  currentReview().adopt(
    pending([...couple(1, 2), unplaced(3, { held: true })].map((one) => (one.event_ref_num === 1 ? { ...one, held: true } : one))),
  );
  const no = startRun();
  expect(runQuestion.text).toContain(`${currentReview().outlook.heldBack.length} held events stay held back.`);
  expect(runQuestion.text).toContain('2 held events');
  runQuestion.answer(false);
  await no;
});

it('asks again if the proposal is another one by the time of the answer', async () => {
  const run = vi.spyOn(api, 'run').mockResolvedValue({ run_id: 'run-3' } as Awaited<ReturnType<typeof api.run>>);
  currentReview().adopt(pending([line(1, { held: true })]));
  const started = startRun();
  currentReview().adopt(pending([line(1, { held: true }), line(2, { held: true })], 'run-2'));
  runQuestion.answer(true);
  await vi.waitFor(() => expect(runQuestion.text).toContain('2 held events stay held back.'));
  expect(run).not.toHaveBeenCalled();
  runQuestion.answer(true);
  expect(await started).toBe('run-3');
});

it('leaves the buttons usable until the answer, so that the focus can return to one of them', async () => {
  let end = (_: { run_id: string }) => undefined as void;
  vi.spyOn(api, 'run').mockReturnValue(new Promise((answer) => (end = answer as typeof end)) as ReturnType<typeof api.run>);
  currentReview().adopt(pending([line(1, { held: true })]));
  const no = startRun();
  expect(runQuestion.isStarting).toBe(false);
  runQuestion.answer(false);
  expect([runQuestion.isStarting, await no]).toEqual([false, null]);
  const yes = startRun();
  runQuestion.answer(true);
  await vi.waitFor(() => expect(runQuestion.isStarting).toBe(true));
  end({ run_id: 'run-2' });
  expect([await yes, runQuestion.isStarting]).toEqual(['run-2', false]);
});
