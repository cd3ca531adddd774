import { describe, expect, it } from 'vitest';
import type { Affinity } from '../src/lib/api-types';
import { rangeWords, shareWords, usedWords } from '../src/lib/affinity';

const gate = { open: false, outcomes: 120, outcomes_needed: 500, z: 0, z_needed: 1.64, windows: [] };
const affinity = (change: Partial<Affinity> = {}): Affinity => ({
  club: 'on',
  people_off: [],
  version: 1,
  used: false,
  judged_on: '2026-11-19',
  gate,
  brier: null,
  log_loss: null,
  calibration: [],
  rates: [],
  ...change,
});

describe('affinity', () => {
  it.each([
    [{}, 'Not used: 120 pieces of evidence; 500 are needed.'],
    [{ judged_on: null }, 'It has not been judged yet.'],
    [{ gate: { ...gate, outcomes: 700 } }, 'Not used: it does not predict better than the usual rates do.'],
    [{ gate: { ...gate, outcomes: 700, open: true } }, 'Not used yet: the next night publishes it.'],
    [{ used: true }, 'Runs use it: it predicts better than the usual rates do.'],
    [{ club: 'off', used: false }, 'The club has switched it off.'],
  ] as [Partial<Affinity>, string][])('%j is described as "%s"', (change, words) => expect(usedWords(affinity(change))).toBe(words));

  it('puts a rate with its range into words', () => {
    expect(rangeWords({ score: 0.934, low: 0.862, high: 0.97 })).toBe('expected 93% (86 to 97%)');
    expect(shareWords(null)).toBe('none');
  });
});
