import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { FactHit, FactSaved } from '../src/lib/api-types';
import { api, ApiError } from '../src/lib/api';

vi.mock('../src/ui/facts/FactQuestion.svelte', () => ({ default: () => undefined }));
vi.stubGlobal('location', { hash: '' });
vi.stubGlobal('history', { state: null });
vi.stubGlobal('addEventListener', () => undefined);
const { factChanges } = await import('../src/lib/fact-changes.svelte');
const { factQuestions } = await import('../src/lib/fact-questions.svelte');
const { toasts } = await import('../src/lib/toast.svelte');

const hit: FactHit = {
  standing: 'proposed',
  event_ref_num: 101,
  project_name: '619044-LKD-AF-Cherry Salad (251208539497) - V2-CORE',
  event_type: 'Core',
  employee_id: 'E01',
  employee_name: 'Avery Quill',
  schedule_datetime: '2026-12-04T10:15:00',
  line_id: 'L1',
  reason: 'Avery Quill has time off on Fri 4 Dec',
};
const answer = (dry: boolean, lines: FactHit[] = []): FactSaved => ({
  success: true,
  saved: !dry,
  fact: 'time_off:E01~2026-12-04~2026-12-04',
  version: 1,
  effect: {
    words: lines.length ? '1 proposed line can no longer stand' : '',
    posted: 0,
    proposed: lines.length,
    lines,
    still_sent: [],
    proposal_is_stale: false,
  },
});
const question = () => vi.waitUntil(() => factQuestions.asking);

beforeEach(() => {
  toasts.splice(0);
  factQuestions.looking = [];
  location.hash = '';
});

describe('a change of a fact', () => {
  it('without conflicts is sent as a dry run, then saved without a question, and can be undone', async () => {
    const send = vi.fn(async (dry: boolean) => answer(dry));
    expect(await factChanges.save({ message: 'Avery is off 4 Dec', send })).toEqual({ done: true, problem: '' });
    expect(send.mock.calls).toEqual([[true], [false]]);
    expect(toasts.map((toast) => [toast.text, toast.action?.label])).toEqual([['Avery is off 4 Dec.', 'Put back']]);
  });

  it('that cannot conflict is saved without a dry run', async () => {
    const send = vi.fn(async (dry: boolean) => answer(dry));
    await factChanges.save({ message: 'Planning is saved', send, canConflict: false });
    expect(send.mock.calls).toEqual([[false]]);
  });

  it.each([
    ['leave', [[true], [false]], true, 0, ''],
    ['look', [[true], [false]], true, 1, '#/review?tab=all&sel=L1'],
    ['cancel', [[true]], false, 0, ''],
  ] as const)('with a conflict asks first: %s', async (choice, calls, done, looking, hash) => {
    const send = vi.fn(async (dry: boolean) => answer(dry, [hit]));
    const saving = factChanges.save({ message: 'Avery is off 4 Dec', send });
    (await question())?.answer(choice);
    expect(await saving).toEqual({ done, problem: '' });
    expect(send.mock.calls).toEqual(calls);
    expect([factQuestions.asking, factQuestions.looking.length, location.hash]).toEqual([null, looking, hash]);
    expect(toasts.map((toast) => toast.text)).toEqual(done ? ['Avery is off 4 Dec. 1 proposed line can no longer stand.'] : []);
  });

  it('that does not stop what is on its way asks first, without a conflict to look at', async () => {
    const [dry, saved] = [true, false].map((dry) => {
      const one = answer(dry);
      const words = '1 approved event is sent all the same';
      return { ...one, effect: { ...one.effect, words, still_sent: [{ ...hit, standing: 'approved' as const }] } };
    });
    const saving = factChanges.save({ message: 'Fri 4 Dec is locked', send: async (isDry) => (isDry ? dry : saved) });
    (await question())?.answer('leave');
    expect(await saving).toEqual({ done: true, problem: '' });
    expect(factQuestions.looking).toEqual([]);
    expect(toasts.map((toast) => toast.text)).toEqual(['Fri 4 Dec is locked. 1 approved event is sent all the same.']);
  });

  it('with a conflict is not saved if the question cannot be loaded, and has a reason in words', async () => {
    vi.resetModules();
    vi.doMock('../src/ui/facts/FactQuestion.svelte', () => {
      throw new TypeError('Failed to fetch dynamically imported module: https://muster.example/assets/FactQuestion.js');
    });
    const { factChanges } = await import('../src/lib/fact-changes.svelte');
    const send = vi.fn(async (dry: boolean) => answer(dry, [hit]));
    expect(await factChanges.save({ message: 'Avery is off 4 Dec', send })).toEqual({
      done: false,
      problem: 'Not saved. It conflicts with schedules, and the question about them could not be loaded: try again.',
    });
    expect(send.mock.calls).toEqual([[true]]);
  });

  it('is saved even if its data cannot be read again', async () => {
    const after = () => Promise.reject(new ApiError(0, 'OFFLINE', 'The server cannot be reached.'));
    const saving = factChanges.save({ message: 'Planning is saved', send: async (dry) => answer(dry), canConflict: false, after });
    expect(await saving).toEqual({ done: true, problem: '' });
  });

  it.each([
    [new ApiError(409, 'STALE_VERSION', 'It was changed meanwhile'), /^Not saved\. Another tab or person changed this meanwhile/],
    [
      new ApiError(422, 'INVALID_FACT', 'Cannot be used', { faults: [{ at: '$.run_hour', found: '24', expected: '0 to 23' }] }),
      /^Not saved\. Run hour is 24: expected 0 to 23\.$/,
    ],
    [new ApiError(400, 'INVALID_EMPLOYEE_ROLE', 'Avery is named for juicer on mon'), /^Not saved\. Avery is named for juicer on mon\.$/],
  ])('that the server refuses is not saved, and has a reason: %s', async (error, words) => {
    const outcome = await factChanges.save({ message: 'x', send: () => Promise.reject(error) });
    expect(outcome.done).toBe(false);
    expect(outcome.problem).toMatch(words);
    expect(toasts).toEqual([]);
  });

  const noAnswer = new ApiError(0, 'SLOW', 'There was no answer');
  const serverFailed = new ApiError(500, 'INTERNAL', 'The server failed');
  it.each([
    ['no answer to the dry run', [noAnswer], 'Not saved. There was no answer.'],
    ['a failed dry run', [serverFailed], 'Not saved. The server failed.'],
    ['no answer to the save', [answer(true), noAnswer], 'There was no answer.'],
    ['a failed save', [answer(true), serverFailed], 'The server failed.'],
  ] as const)('says that it is not saved only if that is certain: %s', async (_, answers, problem) => {
    const remaining: (FactSaved | ApiError)[] = [...answers];
    const send = async () => {
      const next = remaining.shift();
      if (!next || next instanceof ApiError) throw next;
      return next;
    };
    expect(await factChanges.save({ message: 'x', send })).toEqual({ done: false, problem });
  });

  it.each([
    [noAnswer, 'There was no answer.'],
    [new ApiError(409, 'STALE_VERSION', ''), 'Not put back. Another tab or person changed this meanwhile. It is read again.'],
    [new ApiError(422, 'NOT_LEGAL', 'Avery left'), 'Not put back. Avery left.'],
  ])('that is not put back says why: %s', async (error, words) => {
    vi.spyOn(api, 'putBack').mockRejectedValueOnce(error);
    await factChanges.putBack('holiday:1', 2);
    expect(toasts.map((toast) => toast.text)).toEqual([words]);
  });
});
