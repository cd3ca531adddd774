/** The progress of an approval, derived from the states of the lines, so that a reload loses nothing. */
import type { Line, LineStatus } from '../api-types';
import { count } from '../numbers';
import { isNotSent } from '../words';
import { isEdited, isOpen, isSendable, takesBack } from './rows';

export interface Approval {
  id: string;
  runId: string;
  /** Until when it can be recalled, in milliseconds. */
  until: number;
}

/** How long an approval can be recalled. */
export const RECALL_MS = 10_000;
/** The same in words. */
export const RECALL_TIME = count(RECALL_MS / 1000, 'second');

/** Numbers of approved events by state. */
export interface Counts {
  total: number;
  waiting: number;
  sending: number;
  accepted: number;
  /** Events that failed: Crossmark refused them, or they were not sent. */
  refused: number;
  /** Of the refused events, those that were not sent. */
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
export function pollInterval(phase: Phase, counts: Counts, hidden: boolean): number | null {
  if (phase === 'idle' || (phase === 'done' && !counts.checking)) return null;
  if (hidden) return 10_000;
  return phase === 'done' ? 5_000 : 1_500;
}

/** Number of approved events that are not waiting or being sent any more: accepted, failed or being checked. */
export const answeredCount = (counts: Counts) => counts.accepted + counts.refused + counts.checking;

/** Numbers of events of the proposal that are not posted after an approval. */
export interface LeftCounts {
  toSend: number;
  /** Events that an approval refuses. */
  stuck: number;
  held: number;
  unplaced: number;
  /** Events that were taken back; nobody has them either. */
  takenBack: number;
}

/** The progress of the approval, in numbers of events. */
export function headline(phase: Phase, counts: Counts, graceLeft: number, isPaused = false): string {
  if (phase === 'grace')
    return isPaused
      ? `${count(counts.waiting, 'event')} approved, ${graceLeft} s to recall`
      : `Sending ${count(counts.waiting, 'event')} in ${graceLeft} s`;
  if (phase === 'sending') return `Sent ${answeredCount(counts) - counts.notSent} of ${count(counts.total, 'event')}`;
  return [
    `${counts.accepted} accepted`,
    counts.refused > counts.notSent ? `${counts.refused - counts.notSent} failed` : '',
    counts.notSent ? `${counts.notSent} not sent` : '',
    counts.checking ? `${counts.checking} being checked` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** The open events of a proposal, by what an approval does with each. */
export interface ApprovalCounts {
  send: number;
  /** Of the events to send, those that move a posted schedule. */
  moves: number;
  /** Of the events to send, those whose posted schedule is taken back. */
  takenBack: number;
  /** Of the events to send, those that were edited. */
  edited: number;
  held: number;
  refused: number;
  unplaced: number;
}

/** Ids of lines. */
interface Ids {
  has(id: string): boolean;
}

/** Counts the open events; each is counted once as `send`, `held`, `refused` or `unplaced`. */
export function approvalCounts(lines: Line[], held: Ids, refused: Ids): ApprovalCounts {
  const counts: ApprovalCounts = { send: 0, moves: 0, takenBack: 0, edited: 0, held: 0, refused: 0, unplaced: 0 };
  for (const line of lines.filter(isOpen)) {
    if (!isSendable(line)) counts.unplaced++;
    else if (held.has(line.id)) counts.held++;
    else if (refused.has(line.id)) counts.refused++;
    else {
      counts.send++;
      if (takesBack(line)) counts.takenBack++;
      else if (line.is_swap) counts.moves++;
      if (isEdited(line)) counts.edited++;
    }
  }
  return counts;
}

const more = (toSend: number) => (toSend ? `${count(toSend, 'more event')} can still be sent.` : '');

/** What happens next, and what is left for a person to do. */
export function hint(phase: Phase, counts: Counts, left: LeftCounts, isPaused = false): string {
  if (phase === 'grace') return isPaused ? 'Nothing has left yet. Sending pauses.' : 'Nothing has left yet.';
  if (phase === 'sending')
    return isPaused
      ? ['Sending pauses. You can close this page, and nothing is lost.', more(left.toSend)].filter(Boolean).join(' ')
      : 'You can close this page. Sending goes on.';
  const open = [
    counts.checking ? 'An unclear answer is looked up in Crossmark before anything is sent again.' : '',
    counts.refused ? 'What was not accepted waits for you.' : '',
    more(left.toSend),
    left.stuck ? `${count(left.stuck, 'event')} cannot be sent as ${left.stuck === 1 ? 'it is' : 'they are'}.` : '',
    left.held ? `${count(left.held, 'event')} held back.` : '',
  ].filter(Boolean);
  const nobody = [
    left.unplaced ? `${count(left.unplaced, 'event')} not placed.` : '',
    left.takenBack ? `${count(left.takenBack, 'event')} taken back.` : '',
  ].filter(Boolean);
  return [...(open.length ? open : ['Everything is answered.']), ...nobody].join(' ');
}
