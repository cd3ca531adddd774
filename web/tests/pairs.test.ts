/** A change of a failed Core does not take its failed Supervisor along, and says so. */
import { expect, it } from 'vitest';
import { leftBehindWords } from '../src/lib/review/pairs';
import { couple } from './lines';

const [core, supervisor] = couple(1, 2, { status: 'api_failed' });

it.each([
  ['2026-11-27', [], 'Its Supervisor was not sent either: retry it after that.'],
  ['2026-11-28', [], 'Its Supervisor was not sent either and stays on Fri 27 Nov: change it after that.'],
  ['2026-11-28', [{ event_ref_num: 2 }], ''],
])('for a Core that is changed to %s and takes along %j, says "%s"', (day, movesAlong, words) =>
  expect(leftBehindWords(supervisor, day, movesAlong)).toBe(words),
);

it('says nothing of an event that did not fail, or that others follow', () => {
  expect(leftBehindWords({ ...supervisor, status: 'proposed' }, '2026-11-28')).toBe('');
  expect(leftBehindWords(core, '2026-11-28')).toBe('');
  expect(leftBehindWords(undefined, '2026-11-28')).toBe('');
});
