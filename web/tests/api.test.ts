import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api, forget } from '../src/lib/api';
import type { ImportOptions } from '../src/lib/api-types';
import { readConfig } from '../src/lib/config';
import { online } from '../src/lib/online.svelte';
import { LONGEST_WAIT_MS, prefetchFirstView } from '../src/lib/prefetch';
import * as storedAnswers from '../src/lib/stored-answers';

const body = { version: 1 };
const fetchMock = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal('navigator', { onLine: true });
  vi.stubGlobal('fetch', fetchMock);
  vi.spyOn(storedAnswers, 'put').mockResolvedValue();
});
afterEach(() => {
  fetchMock.mockReset();
  vi.restoreAllMocks();
});

/** Waits for the work that was deferred to idle time. */
const idle = () => new Promise((done) => setTimeout(done, 10));

describe('an answer that did not change', () => {
  const answers = [() => new Response(JSON.stringify(body), { headers: { etag: '"1"' } }), () => new Response(null, { status: 304 })];

  it.each<[string, () => Promise<unknown>, number]>([
    ['is stored with the time of the last answer', api.settings, 2],
    ['is not stored for a request that stores no answers', api.fairness, 0],
  ])('%s', async (_, read, timesStored) => {
    for (const answer of answers) {
      fetchMock.mockResolvedValueOnce(answer());
      expect(await read()).toEqual(body);
    }
    expect(fetchMock.mock.lastCall?.[1]?.headers).toMatchObject({ 'if-none-match': '"1"' });
    await idle();
    expect(storedAnswers.put).toHaveBeenCalledTimes(timesStored);
  });

  it('is not stored after the end of its session', async () => {
    fetchMock.mockResolvedValueOnce(answers[0]());
    await api.dashboard();
    await idle();
    fetchMock.mockImplementationOnce(async () => {
      await forget();
      return answers[1]();
    });
    expect(await api.dashboard()).toEqual(body);
    await idle();
    expect(storedAnswers.put).toHaveBeenCalledTimes(1);
  });
});

it.each<[string, () => Promise<unknown>, string]>([
  ['a change', () => api.putBack('holiday:1', 2), "The server's answer could not be read. Check whether it was done before you try again."],
  ['a dry run', () => api.unlockDay('2026-12-01', true), "The server's answer could not be read."],
  ['a read', api.me, "The server's answer could not be read."],
  [
    'a file that is loaded',
    () => api.importFile('employees', new Blob(['id']), {} as ImportOptions, 'digest'),
    "The server's answer could not be read. Check whether it was done before you try again.",
  ],
])(
  '%s whose answer cannot be read: the message asks to check what was done only if something may have changed',
  async (_, request, message) => {
    fetchMock.mockResolvedValueOnce(new Response('{"saved": tr'));
    await expect(request()).rejects.toMatchObject({ status: 0, code: 'UNREADABLE', message });
    expect(online.is).toBe(true);
  },
);

describe('a list', () => {
  const page = (n: number, next: string | null) => Response.json({ items: [n], next, yearly: [{ id: 'y' }], plan_version: 7 });
  const threePages = () => [page(1, 'a'), page(2, 'b'), page(3, null)];

  const LISTS: [string, () => Promise<unknown>, unknown][] = [
    ['exceptions', () => api.exceptions('2026-12-01'), expect.objectContaining({ items: [1, 2, 3], next: null })],
    ['employees', api.employees, [1, 2, 3]],
    ['schedules', () => api.schedules('2026-12-01', '2026-12-07'), [1, 2, 3]],
    ['holidays', api.holidays, { once: [1, 2, 3], yearly: [{ id: 'y' }] }],
    ['locked days', api.lockedDays, [1, 2, 3]],
    ['outcomes', () => api.outcomes('2026-12-01', '2026-12-07'), [1, 2, 3]],
    ['changes', () => api.changes('2026-12-01T00:00:00Z'), [1, 2, 3]],
    ['the history of a fact', () => api.factHistory('holiday:1'), [1, 2, 3]],
    ['findings', () => api.validation('2026-11-29'), expect.objectContaining({ items: [1, 2, 3], plan_version: 7 })],
    ['open submissions', () => api.submissions({ limit: 500 }), expect.objectContaining({ items: [1, 2, 3], next: null })],
  ];

  it.each(LISTS)('of %s has the entries of all pages', async (_, read, expected) => {
    for (const answer of threePages()) fetchMock.mockResolvedValueOnce(answer);
    expect(await read()).toEqual(expected);
    const cursors = fetchMock.mock.calls.map(([url]) => new URL(String(url), 'https://muster.example').searchParams.get('cursor'));
    expect(cursors).toEqual([null, 'a', 'b']);
  });

  it('that never ends fails, instead of giving a part of the list', async () => {
    fetchMock.mockImplementation(() => Promise.resolve(page(1, 'again')));
    await expect(api.exceptions('2026-12-01')).rejects.toMatchObject({ code: 'TOO_LONG' });
  });

  it('that is shown page by page is read one page at a time', async () => {
    fetchMock.mockResolvedValueOnce(page(1, 'a'));
    expect(await api.submissions({ state: 'api_submitted' })).toMatchObject({ items: [1], next: 'a' });
  });
});

describe('a request that was sent ahead', () => {
  const rotations = { weeks: { juicer: [] } };
  const signalsOf = (path: string) => fetchMock.mock.calls.filter(([url]) => String(url) === `/api${path}`).map(([, init]) => init?.signal);
  /** Whether the server answers. */
  let isAnswering = false;

  beforeEach(() => {
    vi.useFakeTimers();
    isAnswering = false;
    fetchMock.mockImplementation((_, init) =>
      isAnswering
        ? Promise.resolve(Response.json(rotations))
        : new Promise((_, fail) => init?.signal?.addEventListener('abort', () => fail(new DOMException('', 'AbortError')))),
    );
  });
  afterEach(async () => {
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS);
    vi.useRealTimers();
  });

  it('is used by its first caller only', async () => {
    isAnswering = true;
    prefetchFirstView(readConfig({}), 'rotations');
    expect(await api.rotations()).toEqual(rotations);
    expect(signalsOf('/rotations')).toHaveLength(1);
    await api.rotations();
    expect(signalsOf('/rotations')).toHaveLength(2);
  });

  it('is cancelled when its caller has waited long enough, and the next caller sends it again', async () => {
    prefetchFirstView(readConfig({}), 'rotations');
    await vi.advanceTimersByTimeAsync(5_000);
    const slowRequest = expect(api.rotations()).rejects.toMatchObject({ code: 'SLOW' });
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS - 1);
    expect(signalsOf('/rotations').map((signal) => signal?.aborted)).toEqual([false]);
    await vi.advanceTimersByTimeAsync(1);
    await slowRequest;
    expect(signalsOf('/rotations').map((signal) => signal?.aborted)).toEqual([true]);
    isAnswering = true;
    expect(await api.rotations()).toEqual(rotations);
  });

  it('is cancelled if nobody uses it in time, and the next caller sends it again', async () => {
    prefetchFirstView(readConfig({}), 'rotations');
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS);
    expect(signalsOf('/rotations').map((signal) => signal?.aborted)).toEqual([true]);
    isAnswering = true;
    expect(await api.rotations()).toEqual(rotations);
  });
});
