import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Me, MyClub, Settings } from '../src/lib/api-types';
import { api, ApiError } from '../src/lib/api';
import { online, noteReached, noteUnreachable } from '../src/lib/online.svelte';
import { session } from '../src/lib/session.svelte';

const clubs = ['1', '2', '3'].map((club_id): MyClub => ({ club_id, role: 'manager' }) as MyClub);
const settingsOf = (id: string) => ({ club: { id, name: `Club ${id}` }, time_zone: 'UTC' }) as unknown as Settings;

/** Settings requests that are answered by hand, in the order in which they were sent. */
function pendingSettings() {
  const requests: { answer: (settings: Settings) => void; fail: (error: Error) => void }[] = [];
  vi.spyOn(api, 'settings').mockImplementation(() => new Promise((answer, fail) => requests.push({ answer, fail })));
  return requests;
}

beforeEach(() => {
  vi.restoreAllMocks();
  vi.stubGlobal('sessionStorage', undefined);
  session.me = { who: 'ana', clubs } as unknown as Me;
  session.club = clubs[0];
  session.settings = settingsOf('1');
});

it('the session of a person without a club has no problem, and nothing to read', async () => {
  vi.spyOn(api, 'me').mockResolvedValue({ id: 'p', who: 'pat', clubs: [] });
  vi.spyOn(api, 'settings').mockRejectedValue(new ApiError(404, 'CLUB_NOT_FOUND', 'No club'));
  await session.start();
  expect(session).toMatchObject({ me: { who: 'pat' }, club: null, problem: null, isNew: false, hasData: false });
});

describe('settings that were changed', () => {
  const changed = { ...settingsOf('1'), time_zone: 'America/Denver' } as Settings;
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('navigator', { onLine: true });
    online.is = true;
  });
  afterEach(() => vi.useRealTimers());

  it.each<[string, () => Promise<Settings>]>([
    ['the server did not answer', () => Promise.reject(new ApiError(0, 'SLOW', 'There was no answer'))],
    [
      'only the stored answer from before the change is there',
      () => {
        noteUnreachable();
        return Promise.resolve(settingsOf('1'));
      },
    ],
  ])('are read again later if %s', async (_, first) => {
    const read = vi.spyOn(api, 'settings').mockImplementationOnce(first);
    read.mockImplementation(() => {
      noteReached();
      return Promise.resolve(changed);
    });
    await session.renew().catch(() => undefined);
    expect(session.zone).toBe('UTC');
    await vi.advanceTimersByTimeAsync(15_000);
    expect(session.zone).toBe('America/Denver');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('are not read again for a club that was left', async () => {
    const read = vi.spyOn(api, 'settings').mockRejectedValueOnce(new ApiError(0, 'SLOW', 'There was no answer'));
    read.mockResolvedValue(settingsOf('2'));
    await session.renew().catch(() => undefined);
    await session.choose(clubs[1]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([read.mock.calls.length, session.clubName]).toEqual([2, 'Club 2']);
  });
});

describe('the choice of a club', () => {
  it('is the last one, whichever answer comes first', async () => {
    const requests = pendingSettings();
    const second = session.choose(clubs[1]);
    const third = session.choose(clubs[2]);
    requests[1].answer(settingsOf('3'));
    await third;
    requests[0].answer(settingsOf('2'));
    await second;
    expect([session.club?.club_id, session.clubName]).toEqual(['3', 'Club 3']);
  });

  it('stays if an earlier choice fails', async () => {
    const requests = pendingSettings();
    const second = session.choose(clubs[1]);
    const third = session.choose(clubs[2]);
    requests[0].fail(new ApiError(0, 'OFFLINE', 'The server cannot be reached.'));
    await second;
    requests[1].answer(settingsOf('3'));
    await third;
    expect(session.club?.club_id).toBe('3');
  });

  it('is not undone by settings that were read for the previous club', async () => {
    const requests = pendingSettings();
    const renewing = session.renew();
    const second = session.choose(clubs[1]);
    requests[1].answer(settingsOf('2'));
    await second;
    requests[0].answer(settingsOf('1'));
    await renewing;
    expect(session.clubName).toBe('Club 2');
  });
});
