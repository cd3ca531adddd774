import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api, forget } from '../src/lib/api';
import * as storedAnswers from '../src/lib/stored-answers';

const members = { version: 1 };
const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal('navigator', { onLine: true });
  vi.stubGlobal('fetch', fetched);
  vi.spyOn(storedAnswers, 'put').mockResolvedValue();
});
afterEach(() => {
  fetched.mockReset();
  vi.restoreAllMocks();
});

describe('an answer that did not change', () => {
  const answers = [() => new Response(JSON.stringify(members), { headers: { etag: '"1"' } }), () => new Response(null, { status: 304 })];

  it.each<[string, () => Promise<unknown>, number]>([
    ['is stored with the time of the last answer', api.settings, 2],
    ['is not stored if it is not kept', api.fairness, 0],
  ])('%s', async (_, read, stored) => {
    for (const answer of answers) {
      fetched.mockResolvedValueOnce(answer());
      expect(await read()).toEqual(members);
    }
    expect(fetched.mock.lastCall?.[1]?.headers).toMatchObject({ 'if-none-match': '"1"' });
    expect(storedAnswers.put).toHaveBeenCalledTimes(stored);
  });

  it('is not stored after the end of its session', async () => {
    fetched.mockResolvedValueOnce(answers[0]());
    await api.dashboard();
    fetched.mockImplementationOnce(async () => {
      await forget();
      return answers[1]();
    });
    expect(await api.dashboard()).toEqual(members);
    expect(storedAnswers.put).toHaveBeenCalledTimes(1);
  });
});
