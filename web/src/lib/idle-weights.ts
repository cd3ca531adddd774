import type { TrialResult } from './api-types';
import { listed } from './numbers';
import { termName } from './words';

/** A sentence that names the changed weights of a trial that make no difference; empty if there are none. */
export function idleWords(weights: Record<string, number>, saved: Record<string, number>, result: TrialResult): string {
  const changed = Object.keys(weights).filter((name) => weights[name] !== saved[name]);
  const points = (name: string) => Math.abs((result.after.terms[name] ?? 0) - (result.before.terms[name] ?? 0));
  const idle = result.lines.length ? changed.filter((name) => points(name) < 0.05) : changed;
  if (!idle.length) return '';
  const sentence = listed(idle.map((name) => `“${termName(name)}” at ${weights[name]}`));
  return result.lines.length
    ? `${sentence} ${idle.length === 1 ? 'has' : 'have'} the same points before and after.`
    : `${sentence} ${idle.length === 1 ? 'changes' : 'change'} nothing in this plan.`;
}
