/** The first card of Today: the state of the day, and the next thing to do. */
import type { Dashboard, Line, ProposalNumbers, Run, Settings } from './api-types';
import { dayMonth } from './dates';
import { nextRunWords, stillComesWords, troubleOf, type Trouble } from './night';
import { count } from './numbers';
import type { Counts, Phase } from './review/sending';
import { placedWords } from './review/summary';
import { plannedDays } from './run';

export type HeroKind = 'running' | 'trouble' | 'ready' | 'sent' | 'nothing';

export interface Hero extends Trouble {
  kind: HeroKind;
}

/** Facts from the lines of the proposal, if they are loaded. They are more exact than the dashboard's numbers. */
export interface LineFacts {
  /** `249 of 255 events placed, every rule kept.` */
  words: string;
  /** Number of decisions that need a look. */
  toLookAt: number;
  decisions: number;
  /** Number of events with a place on which nobody has decided. */
  open: number;
  phase: Phase;
  counts: Counts;
  /** What other approvals have under way. */
  others?: OtherApprovals;
}

/** Numbers of events of other approvals than that of the proposal: of an earlier proposal, or of changes by hand. */
export interface OtherApprovals {
  /** Events that wait or are being sent. */
  under: number;
  checking: number;
}

/** The lines of `open`, all lines that are not accepted yet, that are on their way, and not of the run that made the proposal. */
export const underWayOfOthers = <T extends Pick<Line, 'run_id' | 'status'>>(open: T[], run: string | null): T[] =>
  open.filter(({ run_id, status }) => run_id !== run && ['approved', 'submitting', 'in_doubt'].includes(status));

/** Counts lines of other approvals. */
export function countOthers(others: Pick<Line, 'status'>[]): OtherApprovals {
  const at = (...statuses: Line['status'][]) => others.filter(({ status }) => statuses.includes(status)).length;
  return { under: at('approved', 'submitting'), checking: at('in_doubt') };
}

/**
 * ` Of other approvals, 18 events are not sent yet and 7 are being checked.`, after other sentences; empty if nothing of them is under
 * way.
 */
export function othersWords({ under, checking }: OtherApprovals, isPaused: boolean): string {
  const one = under === 1;
  const going = isPaused ? (one ? 'is not sent yet' : 'are not sent yet') : one ? 'is on its way' : 'are on their way';
  const checked = `${under ? checking : count(checking, 'event')} ${checking === 1 ? 'is' : 'are'} being checked`;
  const parts = [under ? `${count(under, 'event')} ${going}` : '', checking ? checked : ''].filter(Boolean);
  return parts.length ? ` Of other approvals, ${parts.join(' and ')}.` : '';
}

/** The usual time for a decision that needs a look. */
const MINUTES_PER_LOOK = 0.25;

export function heroOf(found: Dashboard, openRun: Run | null, lastRun: Run | null, settings: Settings | null, lineFacts?: LineFacts): Hero {
  const { proposal } = found;
  if (openRun) {
    return {
      kind: 'running',
      title: openRun.status === 'queued' ? 'A new proposal is queued' : 'A new proposal is being made',
      text: 'You can leave this page. It appears here when it is ready.',
    };
  }
  const trouble = troubleOf(found, settings);
  if (trouble) return { kind: 'trouble', ...trouble };
  const sent = proposal ? sentOf(found, lineFacts) : null;
  const open = lineFacts?.open ?? proposal?.open ?? 0;
  const comes = stillComesWords(found, settings, open + (proposal?.not_placed ?? 0));
  if (sent) return { ...sent, text: `${sent.text}${comes}` };
  // If nothing has a place, nothing can be sent, and every event needs a look.
  const nothingPlaced = proposal?.lines === 0 && proposal.not_placed > 0;
  if (!proposal || (!open && !nothingPlaced)) {
    return { kind: 'nothing', title: 'Nothing to review', text: `No proposal waits for you. ${nextRunWords(found, settings)}` };
  }
  const run = lastRun?.run_id === proposal.run_id ? lastRun : null;
  const days = run && settings ? plannedDays(run, settings) : null;
  const words = lineFacts ? lookWords(lineFacts) : proposal.needs_look + proposal.not_placed ? 'Some events need a look.' : NO_LOOK;
  const placed = lineFacts?.words ?? placedOf(proposal);
  return {
    kind: 'ready',
    title: `The proposal${days ? ` for ${dayMonth(days[0])} to ${dayMonth(days[1])}` : ''} is ready`,
    text: `${placed} ${words}${othersIn(lineFacts, found)}${comes}`,
  };
}

const NO_LOOK = 'Nothing needs a look.';

/** How many decisions need a look, and how long that takes. They are known once the lines are loaded; the dashboard counts events. */
function lookWords({ toLookAt: look, decisions }: LineFacts): string {
  if (!look) return NO_LOOK;
  const minutes = count(Math.max(1, Math.round(look * MINUTES_PER_LOOK)), 'minute');
  const rest = look === decisions ? '' : ' The rest is routine.';
  return `${count(look, 'decision')} ${look === 1 ? 'needs' : 'need'} a look, about ${minutes}.${rest}`;
}

/** `249 of 255 events placed, 2 taken back.`: as Review counts them; whether they keep every rule is not known. */
function placedOf({ lines, taken_back: takenBack = 0, not_placed }: ProposalNumbers): string {
  return placedWords({ placed: lines - takenBack, takenBack, events: lines + not_placed, keepsRules: false, isUnchecked: false, stuck: 0 });
}

/** What other approvals have under way, in words. */
const othersIn = (lineFacts: LineFacts | undefined, { submissions }: Dashboard): string =>
  lineFacts?.others ? othersWords(lineFacts.others, !!submissions.paused_until) : '';

/** Whether Today and Review say that there is nothing to decide on, or that a run failed. */
export const waitsForRun = (found: Dashboard | undefined, settings: Settings | null): boolean =>
  !!found && ['nothing', 'trouble'].includes(heroOf(found, null, null, settings).kind);

/** The progress of a proposal of which something was approved; null if nothing was. */
function sentOf(found: Dashboard, lineFacts: LineFacts | undefined): Hero | null {
  const { proposal, submissions } = found;
  if (!proposal) return null;
  // The dashboard counts the submissions of all runs. So while the lines of this proposal are not loaded, it is being sent only if some of
  // its lines are not open.
  const numbers = lineFacts
    ? {
        accepted: lineFacts.counts.accepted,
        under: lineFacts.counts.waiting + lineFacts.counts.sending,
        needs: lineFacts.counts.refused,
        checking: lineFacts.counts.checking,
      }
    : { accepted: proposal.accepted, under: submissions.under_way, needs: submissions.failed, checking: submissions.in_doubt };
  const { accepted, under, needs, checking } = numbers;
  if ((!lineFacts && proposal.open >= proposal.lines) || accepted + under + needs + checking === 0) return null;
  const isPaused = !!submissions.paused_until;
  const others = othersIn(lineFacts, found);
  // Somebody else's approval can be recalled too, but this card offers it only to the person who approved.
  const waits = lineFacts?.phase === 'sending' && lineFacts.counts.waiting > 0 && lineFacts.counts.waiting === lineFacts.counts.total;
  if (lineFacts?.phase === 'grace' || waits) {
    const recall = lineFacts?.phase === 'grace' ? ` ${isPaused ? 'You can still' : 'Until then you can'} recall them in Review.` : '';
    return {
      kind: 'sent',
      title: 'Approved, and nothing has left yet',
      text: isPaused
        ? `Sending pauses. ${count(under, 'event')} ${under === 1 ? 'waits' : 'wait'}.${recall}${others}`
        : `${count(under, 'event')} ${under === 1 ? 'goes' : 'go'} to Crossmark within seconds.${recall}${others}`,
    };
  }
  const parts = [
    `${count(accepted, 'event')} accepted`,
    under ? (isPaused ? `${under} not sent yet` : `${under} on ${under === 1 ? 'its' : 'their'} way`) : '',
    checking ? `${checking} being checked` : '',
    needs ? `${needs} ${needs === 1 ? 'needs' : 'need'} you` : '',
  ].filter(Boolean);
  const open = lineFacts?.open ?? proposal.open;
  const stayed = open ? ` ${count(open, 'event')} stayed here.` : '';
  const sending = isPaused ? 'Sending pauses' : 'The proposal is being sent';
  const title = under ? sending : open ? 'A part of the proposal is sent' : 'The proposal is sent';
  return { kind: 'sent', title, text: `${parts.join(', ')}.${stayed}${others}` };
}
