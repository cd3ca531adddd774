/** Texts for codes of the API. */
import type { Cause, Flag, Line, LineStatus, RotationType, StopReason } from './api-types';
import { count } from './numbers';
import { shortForms, unambiguous, withoutMark } from './team-names.svelte';

export const rotationName: Record<RotationType, string> = { juicer: 'Juicer', primary_lead: 'Primary lead' };

export const flagWords: Record<Flag, string> = {
  rotation_away: "The day's named person is away",
  moves_posted: 'Moves what is posted',
  not_placed: 'Not placed',
  unusual_role: 'Outside their usual role',
};

/** Short texts for narrow places. */
export const flagShort: Record<Flag, string> = {
  rotation_away: 'Rotation away',
  moves_posted: 'Move',
  not_placed: 'Not placed',
  unusual_role: 'Unusual role',
};

export const causeWords: Record<Cause, string> = {
  refused: 'Crossmark refused it',
  exhausted: 'Every try failed',
  dependency_failed: 'What it depends on was not accepted',
  changed_upstream: 'Changed in Crossmark meanwhile',
  conflict: 'Unclear whether Crossmark took it',
  restored: 'The move failed, the old place is back',
  not_restored: 'The move failed, the event is open now',
  not_legal: 'Cannot be sent as it is',
  too_late: 'Too late to send',
};

export const causeAdvice: Record<Cause, string> = {
  refused: 'Change it or try again.',
  exhausted: 'Set aside. Try again when Crossmark answers.',
  dependency_failed: 'Try again. The other event is tried with it, if it failed.',
  changed_upstream: 'Look at the event in Crossmark. Drop it here if it is settled there.',
  conflict: 'Look at the event in Crossmark. If it is there as wanted, mark it as done by hand; if not, try again or drop it.',
  restored: 'The event is posted at its old place. Try the move again if it is still right, or drop it and leave it there.',
  not_restored: 'The person has neither place. Try again or place it by hand.',
  not_legal: 'Add what is missing, such as a Crossmark number in Team, and try again; or change it.',
  too_late: 'Change its day and approve it again, or drop it.',
};

export interface StatusWord {
  text: string;
  tone: '' | 'ok' | 'warn' | 'bad' | 'info';
}

export const statusWords: Record<LineStatus, StatusWord> = {
  proposed: { text: 'Proposed', tone: '' },
  user_edited: { text: 'Edited', tone: 'info' },
  rejected: { text: 'Rejected', tone: '' },
  superseded: { text: 'Replaced', tone: '' },
  approved: { text: 'Waiting', tone: '' },
  submitting: { text: 'Sending', tone: 'info' },
  api_submitted: { text: 'Accepted', tone: 'ok' },
  api_failed: { text: 'Refused', tone: 'bad' },
  in_doubt: { text: 'Checking', tone: 'warn' },
};

/** The states of failed lines by cause; a line with another cause is refused. */
const failedWords: Partial<Record<Cause, StatusWord>> = {
  exhausted: { text: 'Set aside', tone: 'warn' },
  dependency_failed: { text: 'Not sent', tone: 'bad' },
  changed_upstream: { text: 'Not sent', tone: 'bad' },
  not_legal: { text: 'Not sent', tone: 'bad' },
  too_late: { text: 'Not sent', tone: 'bad' },
  conflict: { text: 'Unclear', tone: 'warn' },
  restored: { text: 'Move failed', tone: 'bad' },
  not_restored: { text: 'Move failed', tone: 'bad' },
};

const NOT_SENT = new Set<Cause>(['dependency_failed', 'changed_upstream', 'not_legal', 'too_late']);
/** Whether a line failed before it was sent to Crossmark. */
export const isNotSent = ({ status, api_error_details: error }: Pick<Line, 'status' | 'api_error_details'>) =>
  status === 'api_failed' && !!error?.cause && NOT_SENT.has(error.cause);

/** The state of a line in words. That of a failed line depends on its cause. */
export function lineState(line: Pick<Line, 'status' | 'api_error_details'>): StatusWord {
  const cause = line.status === 'api_failed' ? line.api_error_details?.cause : null;
  return (cause && failedWords[cause]) || statusWords[line.status];
}

/** The rulebook's titles of the rules. */
export const ruleTitle: Record<string, string> = {
  H1: 'One placement, on a valid day',
  H2: 'Available, and may work the type',
  H3: 'At most 1 Core a day',
  H4: 'At most 6 Core a week',
  H5: 'At most 1 Juicer unit a day and 5 a week',
  H6: 'No Core beside Juicer',
  H7: 'No Deep Clean on a Production day',
  H8: 'At most 40 hours a week',
  H9: 'At most 6 days a week',
  H10: 'A Supervisor event stands beside its Core',
  H11: 'A Survey goes with its Production',
  H12: 'Support beside a base event',
  H13: 'A full-day event fills the day',
  H14: 'A block for every Core',
  H15: 'Posted schedules stand',
};

/** The terms of the score: their names for a manager, and what they reward. */
export const termWords: Record<string, { name: string; text: string }> = {
  scheduled: { name: 'Placed', text: 'the event gets worked' },
  urgency: { name: 'Due soon', text: 'the closer the due date, the more' },
  type_rank: { name: 'Type', text: 'some types come before others' },
  rotation: { name: 'Rotation', text: "the day's juicer, lead or backup works it" },
  supervisor_misuse: { name: 'Supervisor on Core', text: 'takes the Club Supervisor off the floor' },
  supervisor_staffing: { name: 'Supervised', text: "by the Club Supervisor or the day's lead" },
  lead_block_1: { name: 'Lead opens', text: "the day's lead has the first block" },
  lead_daily: { name: 'Usual person', text: 'daily tasks go to the leads, juice work to the juicers' },
  fairness: { name: 'Fair spread', text: 'Core shared evenly between people' },
  duplicate_product: { name: 'Same product twice', text: 'on one day' },
  day_balance: { name: 'Even days', text: 'Core spread evenly over the week' },
  bump: { name: 'Moves a posted one', text: 'a change to what people already know' },
  affinity: { name: 'Good fit', text: 'has worked this well before' },
  earliness: { name: 'Early', text: 'each day it waits costs a point' },
  ledger: { name: 'Owed Core', text: 'who had too few in earlier weeks comes first' },
  wish: { name: 'Asked for', text: 'what people placed by hand is kept, what they refused is not' },
};

export const termName = (key: string) => termWords[key]?.name ?? key.replaceAll('_', ' ');

/** The names of the starts in the settings, by their names in the API. */
const startNames: Record<string, string> = {
  'Full-day Other': 'Other, full day',
  'Digital Setup': 'Digital Setup, Refresh and Digitals, the first',
  'Digital Teardown': 'Digital Teardown, the first',
  'Freeosk first': 'Freeosk, those that come first',
  Freeosk: 'Freeosk, the others',
};

export const startName = (name: string) => startNames[name] ?? name;

/** The difference in points up to which two choices are nearly a tie. */
const TIE = 6;

/** How the next best choice compares with the chosen one. It may be better, if the run did not end with a proof. */
export function nextBestWords(lost: number): string {
  const points = Math.round(lost);
  if (!points) return 'just as good. Pick who you like.';
  const words = `${count(Math.abs(points), 'point')} ${points > 0 ? 'less' : 'more'}`;
  return Math.abs(lost) <= TIE ? `${words}. Nearly a tie, pick who you like.` : words;
}

/** What the bound proves about the score, in words; never "optimal". */
export function proofWords(stop: StopReason | null | undefined, score?: number | null, bound?: number | null): string {
  const late = stop === 'time_limit' ? ', stopped at the time limit' : '';
  if (stop === 'nothing_to_do') return 'There was nothing to place.';
  if (score == null || bound == null) return '';
  const gap = gapPercent(score, bound);
  if (gap === 0) return `This is the best schedule there can be${late}.`;
  if (gap < MIN_GAP) return `Less than ${MIN_GAP}% from the best there can be${late}.`;
  return `Within ${gapWords(gap)} of the best there can be${late}.`;
}

/** The gap between score and bound, in percent of the bound; 0 if it is less than 0.001 points. */
export function gapPercent(score: number, bound: number): number {
  const gap = bound - score;
  return gap < 0.001 ? 0 : (gap / Math.max(1, Math.abs(bound))) * 100;
}

/** Smaller gaps, in percent, are shown as "under" this one. */
const MIN_GAP = 0.01;

export const gapWords = (percent: number) => (percent < MIN_GAP ? `under ${MIN_GAP}%` : `${percent.toFixed(2)}%`);

/** The reason that is about the event, not about its place. */
export const NOT_NEEDED = 'Not needed now';

/** The reasons for a rejection that a manager can choose. */
export const reasonChips = ['Wrong people', 'Too many moves', 'Someone is not available', 'Unfair spread', NOT_NEEDED, 'Something else'];

/** `Avery`; the whole name if several people of the club have this first name. */
export const firstName = (name: string | null | undefined) => unambiguous(shortForms(name ?? '')[0], name ?? '');

/** `Avery Q.`; the whole name if several people of the club are called that. */
export const shortName = (name: string | null | undefined) => unambiguous(shortForms(name ?? '')[1], name ?? '');

/** `AQ` */
export const initials = (name: string | null | undefined) =>
  withoutMark(name ?? '?')
    .split(' ')
    .map((part) => part[0] ?? '')
    .slice(0, 2)
    .join('');
