/** Submissions, grouped by what a person has to do about them. */
import type { Cause, Dashboard, Line, Recalled, Settled, UnfinishedApproval } from './api-types';
import { clockOf, dayOf, minuteOf, momentWords, spokenDay, withLocalTimes } from './dates';
import { eventName } from './event-name';
import { eventType, isFollower } from './event-types';
import { capital, count, listed } from './numbers';
import type { Subject } from './posted-change';
import type { ElsewhereById } from './review/elsewhere';
import { isOpen, isSendable, titleOfLine } from './review/rows';
import { RECALL_TIME } from './review/sending';
import { causeWords } from './words';

/** Whether a line was not accepted, so that a person must decide what happens to it. The dashboard's `failed` counts these lines. */
export const needsYou = (line: Pick<Line, 'status'>) => line.status === 'api_failed';

/**
 * Whether it is not known yet if a line was accepted: it is looked up without a person, and if that cannot be done, it fails. The
 * dashboard's `in_doubt` counts these lines.
 */
export const isBeingChecked = (line: Pick<Line, 'status'>) => line.status === 'in_doubt';

export type Tab = 'needs' | 'under' | 'accepted' | 'aside';

export function tabOf(line: Line): Tab | null {
  if (needsYou(line)) return causeOf(line) === 'exhausted' ? 'aside' : 'needs';
  if (line.status === 'approved' || line.status === 'submitting' || isBeingChecked(line)) return 'under';
  return line.status === 'api_submitted' ? 'accepted' : null;
}

/** Why a line failed, also if it was dropped after that. */
export const causeOf = (line: Line): Cause | null => line.api_error_details?.cause ?? line.given_up ?? null;

/** The causes after which it is not known what Crossmark has. */
const UNSURE: (Cause | null | undefined)[] = ['changed_upstream', 'conflict', 'exhausted'];
export const isUnsure = (cause: Cause | null | undefined) => UNSURE.includes(cause);

const PARTNERS: Record<string, string> = { supervisor: 'Core', 'juicer-survey': 'Juicer Production', 'juicer-production': 'Juicer Survey' };

/** Who works the event and when; for a line that takes a schedule back, whose and which. */
export function wantedWords({ kind, status, employee_name, schedule_datetime, from }: Line): string {
  const who = employee_name ?? from?.employee_name ?? '';
  const at = schedule_datetime ?? from?.schedule_datetime;
  const words = [who, at ? `${spokenDay(dayOf(at))} ${clockOf(at)}` : ''].filter(Boolean).join(', ');
  return kind === 'dropped' ? `${status === 'api_submitted' ? 'taken back' : 'to be taken back'} from ${words}` : words;
}

/** A line by its title, person and time: products repeat, so the title alone does not tell two lines apart. */
export const nameOf = (line: Line) => [titleOfLine(line), wantedWords(line)].filter(Boolean).join(', ');

/** Where the accepted line of an event put it, or where it was moved since; undefined if there is none, or it was taken back since. */
export type AcceptedPlaceOf = (ref: number) => Pick<Line, 'schedule_datetime'> | undefined;

export const acceptedIn =
  (lines: Line[], elsewhere: ElsewhereById = new Map()): AcceptedPlaceOf =>
  (ref) => {
    const line = lines.find((one) => one.event_ref_num === ref && one.status === 'api_submitted');
    const since = line && elsewhere.get(line.id);
    if (!since) return line;
    return since.on_its_way || !since.place ? undefined : since.place;
  };

/**
 * Why a line failed, without internal numbers, in local times. What it needed may be accepted by now, also on another day: a Supervisor or
 * Survey must be on the day of its Core or Production.
 */
export function failureText(line: Line, zone: string, accepted: AcceptedPlaceOf = () => undefined): string {
  const partner = line.pair !== null && line.depends_on.includes(line.pair) ? PARTNERS[eventType(line.event_type).slug] : undefined;
  const day = (at: string | null | undefined) => (at ? dayOf(at) : '');
  const partnerDay = partner && line.pair !== null ? day(accepted(line.pair)?.schedule_datetime) : '';
  const otherDay = partnerDay !== day(line.schedule_datetime) && line.kind !== 'dropped' && partnerDay;
  const words = line.api_error_details?.words ?? '';
  if (causeOf(line) !== 'dependency_failed') {
    const text = withLocalTimes(words, zone, line.attempts.at(-1)?.started_at ?? new Date().toISOString()).replace(/\.$/, '');
    const change = otherDay && `its ${partner} is on ${spokenDay(otherDay)} now: change the day of this one too, or drop it`;
    return change ? [text, capital(change)].filter(Boolean).join('. ') : text;
  }
  // The words name the event that was not accepted, which may be another one than the partner.
  const named = Number(/needs event (\d+)/.exec(words)?.[1] ?? line.pair);
  const why = `not sent, because ${partner && named === line.pair ? `its ${partner}` : 'an event that it needs'} was not accepted`;
  const needed = line.depends_on.map(accepted);
  if (!needed.length || !needed.every((one) => !!one)) return why;
  // Other events that the line depends on may be on any day.
  return otherDay
    ? `${why} then. Now it is, on ${spokenDay(otherDay)}: change the day of this one too`
    : `${why} then. Now it is: try again, or change it`;
}

const STEPS: Line['attempts'][number]['step'][] = ['delete', 'schedule', 'restore'];

/** How often a line was tried. One try of a move has several calls: the old place, the new one and, if that fails, the old one again. */
export const triesOf = ({ attempts }: Pick<Line, 'attempts'>) =>
  attempts.filter(({ step }, n) => !n || STEPS.indexOf(step) <= STEPS.indexOf(attempts[n - 1].step)).length;

/** When a line is tried or looked up next: not before a pause of all sending ends. Empty if no time is set. */
export function nextWords(
  { status, next_attempt_at: next }: Line,
  pausedUntil: string | null | undefined,
  zone: string,
  today?: string,
): string {
  if (!next) return '';
  const at = pausedUntil && Date.parse(pausedUntil) > Date.parse(next) ? pausedUntil : next;
  return `next ${status === 'in_doubt' ? 'look' : 'try'} ${momentWords(at, zone, today)}`;
}

/** The state of an approved event that Crossmark has not answered yet, and what can be done about it; empty for any other event. */
export function underWayWords(
  { status, attempts }: Pick<Line, 'status' | 'attempts'>,
  {
    isRecallable,
    pausedUntil,
    zone,
    today,
  }: { isRecallable: boolean; pausedUntil: string | null | undefined; zone: string; today?: string },
): string {
  const later = 'Nothing about it can be changed until Crossmark has answered.';
  if (status === 'submitting') return `Being sent to Crossmark. ${later}`;
  if (status === 'in_doubt') return `Crossmark’s answer was unclear and is looked up. ${later}`;
  if (status !== 'approved') return '';
  const pause = pausedUntil ? ` (paused until ${momentWords(pausedUntil, zone, today)})` : '';
  // An event that waits for the end of a pause or for its next try may be of an earlier approval.
  const act =
    isRecallable && !pausedUntil && !attempts.length
      ? 'Its approval can still be recalled in Review.'
      : `The time to recall it is ${RECALL_TIME}. After that, nothing can be changed until Crossmark has answered.`;
  return `Approved, waits to be sent${pause}. ${act}`;
}

/** Maximum lines that a message names. */
const MAX_NAMED = 2;

/** The lines that an action on several lines did not change, with the reason of each; those that only need another one come last. */
export function stayedWords(refused: Settled['refused'], titleOf: (line: string) => string, inWords: (reason: string) => string): string {
  const isFollowing = ({ code }: Settled['refused'][number]) => Number(code === 'DEPENDS');
  const named = refused
    .toSorted((a, b) => isFollowing(a) - isFollowing(b))
    .slice(0, MAX_NAMED)
    .map(({ line, reason }) => `${titleOf(line)}: ${inWords(reason)}`);
  const rest = refused.length - named.length;
  return `${count(refused.length, 'event')} stayed. ${[...named, ...(rest ? [`and ${rest} more`] : [])].join('; ')}.`;
}

/** What would let a line be sent whose retry was refused: the events that it needs and that are not approved. Empty if there are none. */
export function helpWords({ depends_on, pair, event_type }: Line, proposal: Line[]): string {
  const needs = (one: Line) => depends_on.includes(one.event_ref_num) || (isFollower(event_type) && one.event_ref_num === pair);
  const titles = proposal.filter((one) => needs(one) && isOpen(one) && isSendable(one)).map(titleOfLine);
  const [are, them] = titles.length === 1 ? ['waits', 'it'] : ['wait', 'them'];
  return titles.length ? `${listed(titles)} ${are} for an approval: approve ${them} in Review, then try again.` : '';
}

/**
 * Why a failed event that is not in the proposal on screen cannot be placed by hand yet, in words; empty if it can. The current proposal
 * may have the event, so it must be on screen; while somebody works on an older one, it waits in Review.
 */
export function whyNotByHand(found: Pick<Dashboard, 'proposal'> | undefined, shownRun: string | null, hasNewer: boolean): string {
  if (found && (!found.proposal || found.proposal.run_id === shownRun)) return '';
  return hasNewer ? 'A newer proposal is ready: open it in Review first.' : 'The proposal is not loaded yet.';
}

/** Where the event of a failed line stands once the line is dropped: at the old place, if Crossmark still has it there. */
export function droppedWords(line: Line): string {
  const at = oldPlaceWords(line);
  if (at) return `The event stays posted to ${at}.`;
  return isUnsure(causeOf(line)) ? 'What Crossmark has is not sure: look at the event there.' : 'The event is free for the next run.';
}

/** What became of a line that was dropped, and where its event stood then, inside a sentence. */
export function droppedSince(line: Line): string {
  const at = oldPlaceWords(line);
  if (at) return `dropped after it was not accepted: the event stayed posted to ${at}`;
  return `dropped after it was not accepted: ${isUnsure(causeOf(line)) ? 'what Crossmark had was not sure' : 'nobody had the event'}`;
}

/** The old place of a failed line that Crossmark still has, as far as is known; otherwise empty. */
function oldPlaceWords(line: Line): string {
  const { from } = line;
  return from && hasOldPlace(line) ? `${from.employee_name ?? from.employee_id}, ${spokenDay(dayOf(from.schedule_datetime))}` : '';
}

/**
 * Whether Crossmark still has the old place of a failed line, as far as is known. A restore that came too late, or a failure after one that
 * failed, has another cause.
 */
export function hasOldPlace(line: Line): boolean {
  const last = line.attempts.at(-1);
  const isRestored = last?.step !== 'restore' || last.outcome === 'done';
  const cause = causeOf(line);
  return !!line.from && isRestored && cause !== 'not_restored' && !isUnsure(cause);
}

/** What a retry sent: the line itself, and the failed lines that go with it. */
export const retriedWords = (title: string, sent: number) =>
  `${title} is sent again${sent > 1 ? `, and ${count(sent - 1, 'event')} with it` : ''}.`;

/** Whether a retry can help: a line that is too late needs another start first. */
export const canRetry = (cause: Cause | null) => cause !== 'too_late';

/** The progress of an unfinished approval, and what happens next. */
export function unfinishedWords({ approved, lines }: UnfinishedApproval): string {
  return `${approved} of ${count(lines, 'event')} ${approved === 1 ? 'is' : 'are'} approved. The approval continues by itself within minutes; after that its events can be recalled for ${RECALL_TIME}.`;
}

/** The result of a recall. */
export function recalledWords({ recalled, never_approved, too_late }: Recalled): string {
  const late = too_late.length;
  if (!late) return 'Recalled. Nothing was sent.';
  const words = `${count(late, 'event')} ${late === 1 ? 'was' : 'were'} already on ${late === 1 ? 'its' : 'their'} way.`;
  return `${recalled.length + never_approved.length ? 'Recalled.' : 'Too late to recall.'} ${words}`;
}

/** The event of a line as it is without the line's change: at its posted place, or open. */
export function subjectOf({ event_ref_num, event_type, project_name, from }: Line): Subject {
  const posted = from
    ? {
        who: from.employee_id,
        whoName: from.employee_name ?? from.employee_id,
        day: dayOf(from.schedule_datetime),
        at: minuteOf(from.schedule_datetime),
      }
    : { who: '', whoName: '', day: '' };
  return { ref: event_ref_num, title: eventName(project_name, event_type).title, type: event_type, ...posted };
}

/** Sorts lines that a person can do something about first. */
export const byNeed = (a: Line, b: Line) => need(a) - need(b);
const need = (line: Line) => Number(causeOf(line) === 'dependency_failed');

export interface CauseGroup {
  /** Null for lines that are being read back. */
  cause: Cause | null;
  title: string;
  lines: Line[];
}

/** Groups by cause, the largest first; lines that are being read back come last, because a person can do nothing about them. */
export function byCause(lines: Line[]): CauseGroup[] {
  const groups = new Map<string, CauseGroup>();
  for (const line of lines) {
    const cause = line.status === 'in_doubt' ? null : (causeOf(line) ?? 'refused');
    const key = cause ?? 'checking';
    const group = groups.get(key) ?? { cause, title: cause ? causeWords[cause] : 'Being checked in Crossmark', lines: [] };
    group.lines.push(line);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => Number(a.cause === null) - Number(b.cause === null) || b.lines.length - a.lines.length);
}

/** The details for a help desk, as plain text. */
export function supportText(line: Line, zone: string): string {
  const facts = [
    `Event ${line.event_ref_num}: ${line.project_name}`,
    `Wanted: ${wantedWords(line) || 'nobody, no time'}`,
    `State: ${line.status}${causeOf(line) ? `, ${causeOf(line)}` : ''}`,
    `Times: ${zone}`,
    ...line.attempts.map(
      (one) =>
        `${momentWords(one.started_at, zone)} ${one.step}: ${one.outcome ?? 'under way'}${one.words ? `, ${withLocalTimes(one.words, zone, one.started_at)}` : ''}`,
    ),
    `Line ${line.id}`,
  ];
  return facts.join('\n');
}
