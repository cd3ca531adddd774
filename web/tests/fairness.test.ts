import { describe, expect, it } from 'vitest';
import type { FairnessPerson } from '../src/lib/api-types';
import { sundaysOf } from '../src/lib/dates';
import { arithmetic, debtWords, hadWords, longest } from '../src/lib/fairness';

const person = (change: Partial<FairnessPerson> = {}): FairnessPerson => ({
  employee_id: 'E01',
  employee_name: 'Avery Quill',
  active: true,
  possible_days: 20,
  share: 16,
  actual_core: 12,
  correction: 0.5,
  unclamped: 4.5,
  debt: 3,
  weeks: [],
  corrections: [],
  version: 0,
  ...change,
});

describe('fairness', () => {
  it.each([
    [1.625, 'owed 1.6 Core'],
    [-2, '2 Core over'],
    [0.04, 'even'],
    [0, 'even'],
  ])('a debt of %s is shown as %s', (debt, words) => expect(debtWords(debt)).toBe(words));

  it('shows the arithmetic of a debt, with its limit if it is reached', () => {
    const all = { all_core: 120, all_possible_days: 150 };
    expect(arithmetic(person(), all)).toEqual([
      ['Fair share: 120 Core × 20 possible days of 150', '16'],
      ['Core they had', '−12'],
      ['Corrected by hand', '+0.5'],
      ['Together', '4.5'],
      ['Within −3 and 3, rounded', '3'],
    ]);
    expect(arithmetic(person({ correction: 0, unclamped: 1.25, debt: 1.25, actual_core: 14 }), all).at(-1)).toEqual(['Owed', '1.25']);
  });

  it('does not say of somebody without a counted day that they could not work', () => {
    const away = person({ possible_days: 0, share: 0, actual_core: 0, unclamped: 0, debt: 0, correction: 0 });
    expect(hadWords(away)).toBe('0 Core; no fair share, because no possible day is counted');
    expect(arithmetic(away, { all_core: 9, all_possible_days: 9 })[1]).toEqual(['Core they had', 'not counted']);
    expect(longest([away])).toBe(1);
  });

  it('lists the Sundays of a window', () => expect(sundaysOf('2026-11-22', '2026-12-05')).toEqual(['2026-11-22', '2026-11-29']));
});
