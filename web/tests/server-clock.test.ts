import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { printedAt } from '../src/lib/dates';
import { online, noteReached } from '../src/lib/online.svelte';
import { noteServerTime, secondsSince, serverNow } from '../src/lib/server-clock';

const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();

beforeEach(() => vi.useFakeTimers({ now: new Date('2026-11-24T10:00:00Z') }));
afterEach(() => {
  noteServerTime(at(0));
  vi.useRealTimers();
});

it.each([
  ['a browser that is behind', 3600, 3600],
  ['a browser that is ahead', -90, -90],
  ['the time that an answer takes', -1, 0],
])('%s: a Date header %s s ahead sets the clock %s s ahead', (_, ahead, counted) => {
  noteServerTime(at(ahead));
  expect(serverNow() - Date.now()).toBe(counted * 1000);
});

it('ignores the time that an answer takes, and resets once the browser clock is right', () => {
  noteServerTime(at(600));
  noteServerTime(at(599));
  expect(serverNow() - Date.now()).toBe(600_000);
  noteServerTime(at(-1));
  expect(serverNow() - Date.now()).toBe(0);
});

it('the times of reading and printing are those of the server', () => {
  vi.stubGlobal('navigator', { onLine: true });
  noteServerTime(at(3600));
  noteReached();
  vi.unstubAllGlobals();
  expect(new Date(online.readAt).toISOString()).toBe('2026-11-24T11:00:00.000Z');
  expect(printedAt('UTC')).toBe('Tue 24 Nov 11:00 am');
});

it.each([null, '', 'soon'])('the Date header %o is ignored', (header) => {
  noteServerTime(at(600));
  noteServerTime(header);
  expect(serverNow() - Date.now()).toBe(600_000);
});

it('counts the seconds since a moment of the server by its clock, whenever the page was opened', () => {
  noteServerTime(at(600));
  expect(secondsSince('2026-11-24T10:09:15.000Z')).toBe(45);
  expect(secondsSince('2026-11-24T10:09:15.000Z', Date.now() + 1000)).toBe(46);
  expect(secondsSince('2026-11-24T10:10:01.000Z')).toBe(0);
});
