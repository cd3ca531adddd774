/** The progress of an approval, derived from the states of the lines, so that a reload loses nothing. */
import type { Line, LineStatus } from '../api-types';
import { count } from '../numbers';
import { isNotSent } from '../words';

export interface Approval {
  id: string;
  runId: string;
  /** Until when it can be recalled, in milliseconds. */
  until: number;
}

export const RECALL_MS = 10_000;

export interface Counts {
  total: number;
  waiting: number;
  sending: number;
  accepted: number;
  /** Those that failed: Crossmark refused them, or was not asked. */
  refused: number;
  /** Of these, those that Crossmark was not asked about. */
  notSent: number;
  checking: number;
}

export type Phase = 'idle' | 'grace' | 'sending' | 'done';

const NAMES: Partial<Record<LineStatus, Exclude<keyof Counts, 'total' | 'notSent'>>> = {
  approved: 'waiting',
  submitting: 'sending',
  api_submitted: 'accepted',
  api_failed: 'refused',
  in_doubt: 'checking',
};

/** Counts of events by state; each line is one event. */
export function countsOf(lines: Line[]): Counts {
  const counts: Counts = { total: 0, waiting: 0, sending: 0, accepted: 0, refused: 0, notSent: 0, checking: 0 };
  for (const line of lines) {
    const name = NAMES[line.status];
    if (!name) continue;
    counts[name]++;
    if (isNotSent(line)) counts.notSent++;
    counts.total++;
  }
  return counts;
}

export function phaseOf(counts: Counts, approval: Approval | null, now: number): Phase {
  if (!counts.total) return 'idle';
  if (approval && now < approval.until && counts.waiting) return 'grace';
  return counts.waiting + counts.sending ? 'sending' : 'done';
}

/** The poll interval in milliseconds; null if nothing can change by itself. */
export function askAgainIn(phase: Phase, counts: Counts, hidden: boolean): number | null {
  if (phase === 'idle' || (phase === 'done' && !counts.checking)) return null;
  if (hidden) return 10_000;
  return phase === 'done' ? 5_000 : 1_500;
}

export const answered = (counts: Counts) => counts.accepted + counts.refused + counts.checking;

/** Numbers of events of the proposal that were not sent. */
export interface Left {
  toSend: number;
  held: number;
  unplaced: number;
}

/** The progress of the approval, in numbers of events. */
export function headline(phase: Phase, counts: Counts, graceLeft: number): string {
  if (phase === 'grace') return `Sending ${count(counts.waiting, 'event')} in ${graceLeft} s`;
  if (phase === 'sending') return `Sent ${answered(counts) - counts.notSent} of ${count(counts.total, 'event')}`;
  return [
    `${counts.accepted} accepted`,
    counts.refused > counts.notSent ? `${counts.refused - counts.notSent} refused` : '',
    counts.notSent ? `${counts.notSent} not sent` : '',
    counts.checking ? `${counts.checking} being checked` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** What happens next, and what is left for a person to do. */
export function hint(phase: Phase, counts: Counts, left: Left): string {
  if (phase === 'grace') return 'Nothing has left yet.';
  if (phase === 'sending') return 'You can close this page. Sending goes on.';
  const open = [
    counts.checking ? 'An unclear answer is looked up in Crossmark before anything is sent again.' : '',
    counts.refused ? 'What was not accepted waits for you.' : '',
    left.toSend ? `${count(left.toSend, 'more event')} can still be sent.` : '',
    left.held ? `${count(left.held, 'event')} held back.` : '',
  ].filter(Boolean);
  const unplaced = left.unplaced ? [`${count(left.unplaced, 'event')} not placed.`] : [];
  return [...(open.length ? open : ['Everything is answered.']), ...unplaced].join(' ');
}
