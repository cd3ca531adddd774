import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api, ApiError, inTime } from '../src/lib/api';
import { LONGEST_WAIT_MS } from '../src/lib/prefetch';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a wait', () => {
  it('ends after 15 seconds with a message, and aborts the work', async () => {
    let stopped: AbortSignal | undefined;
    const waiting = inTime((signal) => {
      stopped = signal;
      return new Promise(() => undefined);
    });
    const message = expect.stringContaining('the connection is slow') as unknown;
    const ended = expect(waiting).rejects.toMatchObject({ code: 'SLOW', message });
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS - 1);
    expect(stopped?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await ended;
    expect(stopped?.aborted).toBe(true);
  });

  it('returns an answer in time, and leaves no timer', async () => {
    await expect(inTime(async () => 7)).resolves.toBe(7);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('rejects with the failure of the work', async () => {
    const refused = new ApiError(409, 'STALE_VERSION', 'changed');
    await expect(inTime(() => Promise.reject(refused))).rejects.toBe(refused);
  });

  it('can be aborted by its caller', async () => {
    const caller = new AbortController();
    const waiting = inTime((signal) => new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason))), {
      signal: caller.signal,
    });
    caller.abort('gone');
    await expect(waiting).rejects.toBe('gone');
  });

  it('of a write asks the user to check before trying again', async () => {
    const waiting = inTime(() => new Promise(() => undefined), { does: 'writes' });
    const ended = expect(waiting).rejects.toThrow(/Check whether it was done/);
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS);
    await ended;
  });

  it.each<[string, (dry: boolean) => Promise<unknown>]>([
    ['a fact', (dry) => api.removeHoliday('1', dry)],
    ['a fix', (dry) => api.applyWaysOut([], 1, dry)],
  ])('of a dry run of %s does not ask for a check, because it changes nothing', async (_, send) => {
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    const words = Promise.all([true, false].map((dry) => send(dry).catch((error: Error) => error.message)));
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS);
    expect((await words).map((text) => String(text).includes('Check whether it was done'))).toEqual([false, true]);
  });
});
