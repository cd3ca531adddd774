/** What past runs say when they stand side by side. */
import type { PastRun } from './api-types';
import { dayMonth, dayOf, duration, toLocal } from './dates';
import { tookSeconds } from './run';

export interface Point {
  label: string;
  /** None where the run has no such number. */
  value: number | null;
  words: string;
}

const oldestFirst = (runs: PastRun[]) => [...runs].reverse();
const labelOf = (run: PastRun, zone: string) => dayMonth(run.date ?? dayOf(toLocal(run.created_at, zone)));

export const placedShare = (run: PastRun) =>
  run.total_events_processed ? ((run.total_events_processed - (run.events_failed ?? 0)) / run.total_events_processed) * 100 : null;

export function series(runs: PastRun[], zone: string, value: (run: PastRun) => number | null, words: (value: number) => string): Point[] {
  return oldestFirst(runs).map((run) => {
    const found = value(run);
    return { label: labelOf(run, zone), value: found, words: found === null ? 'no proposal' : words(found) };
  });
}

export const seconds = (run: PastRun) => tookSeconds(run.quality);
export const gapPoints = (run: PastRun) => run.quality?.gap_points ?? null;
export const moves = (run: PastRun) => run.events_requiring_swaps;

/** Why people rejected proposals: what they said, the most frequent first. */
export function rejections(runs: PastRun[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const run of runs) {
    if (run.status !== 'rejected') continue;
    for (const reason of (run.error ?? 'No reason given').split('; ')) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** What people and Crossmark made of a proposal: "approved after 5 h: 3 changed, 120 accepted, 2 refused". */
export function noteOf(run: PastRun): string {
  const { edited, held, recalled, retried, accepted, failed } = run.tally;
  const parts = [[edited, 'changed'], [held, 'held back'], [recalled, 'recalled'], [accepted, 'accepted'], [failed, 'not accepted'], [retried, 'sent again']] as const;
  const said = parts.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`).join(', ');
  const approved = run.proposed_to_approved_s === null ? '' : `approved after ${duration(run.proposed_to_approved_s)}`;
  return [approved, said].filter(Boolean).join(': ');
}

export const reasonWords: Record<string, string> = {
  no_valid_day: 'No valid day',
  nobody_may_work: 'Nobody may work it',
  nobody_available: 'Nobody available',
  rule_broken: 'Every place breaks a rule',
  lowers_score: 'Would lower the score',
  time_limit: 'Time was up',
};
