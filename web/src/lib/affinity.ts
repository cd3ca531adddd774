/** Affinity, in words: how often lines of a person and event type are kept, learned from outcomes. */
import type { Affinity } from './api-types';
import { count, percent } from './numbers';

/** Whether runs use the learned affinity, and if not, why. */
export function usedWords({ club, used, judged_on, gate }: Affinity): string {
  if (club === 'off') return 'The club has switched it off.';
  if (used) return 'Runs use it: it predicts better than the usual rates do.';
  if (!judged_on) return 'It has not been judged yet.';
  if (gate.outcomes < gate.outcomes_needed)
    return `Not used: ${count(gate.outcomes, 'piece')} of evidence; ${gate.outcomes_needed} are needed.`;
  if (!gate.open) return 'Not used: it does not predict better than the usual rates do.';
  return 'Not used yet: the next night publishes it.';
}

/** `expected 93% (86 to 97%)`. */
export const rangeWords = ({ score, low, high }: { score: number; low: number; high: number }) =>
  `expected ${percent(score)} (${Math.round(low * 100)} to ${percent(high)})`;

export const shareWords = (share: number | null) => (share === null ? 'none' : percent(share));
