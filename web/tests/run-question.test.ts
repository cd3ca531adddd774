import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { api } from '../src/lib/api';
import { currentReview } from '../src/lib/review/context';
import { replacesWords } from '../src/lib/review/replacing';
import { runQuestion } from '../src/lib/run-question.svelte';
import { startRun } from '../src/lib/start-run';
import { line, unplaced } from './lines';
import { pending } from './store';

const none = { waiting: 0, sending: 0, checking: 0 };
const edited = line(2, {
  status: 'user_edited',
  original: { employee_id: 'E02', employee_name: null, schedule_datetime: '', block: null },
});

it.each([
  ['nothing', [line(1), unplaced(3)], none, ''],
  ['a hold without a place', [unplaced(1, { held: true })], none, ''],
  [
    'events on their way',
    [line(1)],
    { waiting: 2, sending: 0, checking: 1 },
    'The new proposal takes the place of this one, which cannot be brought back. 3 events of this one are on the way to Crossmark and go on.',
  ],
  [
    'a hold and an edit',
    [line(1, { held: true }), edited],
    none,
    'The new proposal takes the place of this one, which cannot be brought back. 1 held event stays held back. ' +
      '1 event was changed: places chosen by hand are kept, or it says why not.',
  ],
])('says what a run replaces: %s', (_, lines, counts, words) => expect(replacesWords(lines, counts)).toBe(words));

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
