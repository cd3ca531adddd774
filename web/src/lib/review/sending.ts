/** Where an approval stands, told from the states of the lines alone, so that a reload loses nothing. */
import type { LineStatus } from '../api-types';
import type { Row } from './rows';

export interface Approval {
  id: string;
  runId: string;
  /** Milliseconds until which it can be recalled. */
  until: number;
}

export const RECALL_MS = 10_000;

export interface Counts {
  total: number;
  waiting: number;
  sending: number;
  accepted: number;
  refused: number;
  checking: number;
}

export type Phase = 'idle' | 'grace' | 'sending' | 'done';

const NAMES: Partial<Record<LineStatus, Exclude<keyof Counts, 'total'>>> = {
  approved: 'waiting',
  submitting: 'sending',
  api_submitted: 'accepted',
  api_failed: 'refused',
  in_doubt: 'checking',
};

export function countsOf(rows: Row[]): Counts {
  const counts: Counts = { total: 0, waiting: 0, sending: 0, accepted: 0, refused: 0, checking: 0 };
  for (const row of rows) {
    const name = NAMES[row.status];
    if (!name) continue;
    counts[name]++;
    counts.total++;
  }
  return counts;
}

export function phaseOf(counts: Counts, approval: Approval | null, now: number): Phase {
  if (!counts.total) return 'idle';
  if (approval && now < approval.until && counts.waiting) return 'grace';
  return counts.waiting + counts.sending ? 'sending' : 'done';
}

/** When to ask again, in milliseconds; never where nothing can change by itself. */
export function askAgainIn(phase: Phase, counts: Counts, hidden: boolean): number | null {
  if (phase === 'idle' || (phase === 'done' && !counts.checking)) return null;
  if (hidden) return 10_000;
  return phase === 'done' ? 5_000 : 1_500;
}

export const answered = (counts: Counts) => counts.accepted + counts.refused + counts.checking;
