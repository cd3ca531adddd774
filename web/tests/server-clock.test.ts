import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { serverNow, noteServerTime } from '../src/lib/server-clock';

const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();

beforeEach(() => vi.useFakeTimers({ now: new Date('2026-11-24T10:00:00Z') }));
afterEach(() => {
  noteServerTime(at(0));
  vi.useRealTimers();
});

it.each([
  ['a browser that is behind', 3600, 3600],
  ['one that is ahead', -90, -90],
  ['the time that an answer takes', -1, 0],
])('%s: told %s s, counts %s s', (_, told, counted) => {
  noteServerTime(at(told));
  expect(serverNow() - Date.now()).toBe(counted * 1000);
});

it('does not waver by what an answer takes, and forgets a browser clock that was set right', () => {
  noteServerTime(at(600));
  noteServerTime(at(599));
  expect(serverNow() - Date.now()).toBe(600_000);
  noteServerTime(at(-1));
  expect(serverNow() - Date.now()).toBe(0);
});

it.each([null, '', 'soon'])('an answer that says %o says nothing', (said) => {
  noteServerTime(at(600));
  noteServerTime(said);
  expect(serverNow() - Date.now()).toBe(600_000);
});
