/** A rejection names every event that it is about, and says what the server did with each. */
import { expect, it } from 'vitest';
import { rejectedWords } from '../src/lib/review/reject';
import { couple, line } from './lines';

const idsOf = (...refs: number[]) => refs.map((ref) => `run-1.${ref}`);
const tooLate = (...refs: number[]) => idsOf(...refs).map((id) => ({ line: id, status: 'approved' as const }));

it.each([
  [[line(1)], idsOf(1), tooLate(), ['Wrong people'], 'Cherry Salad is rejected. The next runs avoid this place for 7 days.'],
  [
    couple(1, 2),
    idsOf(1, 2),
    tooLate(),
    ['Wrong people', 'Not needed now'],
    'Cherry Salad and its Supervisor are rejected. The next runs avoid these places for 7 days.',
  ],
  [couple(1, 2), idsOf(1, 2), tooLate(), ['Not needed now'], 'Cherry Salad and its Supervisor are rejected.'],
  [
    couple(1, 2),
    idsOf(2),
    tooLate(1),
    ['Not needed now'],
    'Cherry Salad (Supervisor) is rejected. Cherry Salad could no longer be rejected.',
  ],
  [couple(1, 2), idsOf(), tooLate(1, 2), ['Wrong people'], 'Cherry Salad and its Supervisor could no longer be rejected.'],
])('a rejection says what the server did with each event, case %#', (lines, rejected, too_late, reasons, words) => {
  expect(rejectedWords(lines, { rejected, too_late }, reasons)).toBe(words);
});
