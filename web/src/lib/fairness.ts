/** The Core that people had and the Core that is owed to them, in words. */
import type { FairnessPerson } from './api-types';
import { count } from './numbers';

const tenth = (core: number) => Math.abs(core).toLocaleString('en-US', { maximumFractionDigits: 1 });
const exact = (core: number) => core.toLocaleString('en-US', { maximumFractionDigits: 2 }).replace('-', '−');
/** Debts below this are shown as even. */
const LEAST = 0.05;

/** `owed 1.6 Core`, `1.6 Core over`, `even`. */
export function debtWords(debt: number): string {
  if (Math.abs(debt) < LEAST) return 'even';
  return debt > 0 ? `owed ${tenth(debt)} Core` : `${tenth(debt)} Core over`;
}

/**
 * The Core that somebody had, and their fair share. Without a counted day nobody has a share. That does not mean that they could not work:
 * Core are not shared with Club Supervisors, and the days of somebody new are not counted yet.
 */
export const hadWords = ({ actual_core, share, possible_days }: FairnessPerson) =>
  possible_days
    ? `${actual_core} Core, fair share ${tenth(share)}`
    : `${actual_core} Core; no fair share, because no possible day is counted`;

/** The arithmetic of a debt, line by line. */
export function arithmetic(
  person: FairnessPerson,
  { all_core, all_possible_days }: { all_core: number; all_possible_days: number },
): [string, string][] {
  const { possible_days, share, actual_core, correction, unclamped, debt } = person;
  const rows: [string, string][] = [
    [`Fair share: ${all_core} Core × ${count(possible_days, 'possible day')} of ${all_possible_days}`, exact(share)],
    ['Core they had', possible_days ? exact(-actual_core) : 'not counted'],
  ];
  if (correction) rows.push(['Corrected by hand', (correction > 0 ? '+' : '') + exact(correction)]);
  if (unclamped !== debt) rows.push(['Together', exact(unclamped)], ['Within −3 and 3, rounded', exact(debt)]);
  else rows.push(['Owed', exact(debt)]);
  return rows;
}

/** The longest bar: the largest number of Core that anybody had or should have. */
export const longest = (people: FairnessPerson[]) => Math.max(1, ...people.map((one) => Math.max(one.actual_core, one.share)));
