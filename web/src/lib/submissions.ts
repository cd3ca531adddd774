/** Submissions, grouped by what a person has to do about them. */
import type { Cause, Line, Recalled, UnfinishedApproval } from './api-types';
import { clockOf, dayOf, minuteOf, momentWords, spokenDay, withLocalTimes } from './dates';
import { eventName } from './event-name';
import { eventType } from './event-types';
import { count } from './numbers';
import type { Subject } from './posted-change';
import { RECALL_TIME } from './review/sending';
import { causeWords } from './words';

/** Whether a person must decide what happens to a line. */
export const needsYou = (line: Line) => line.status === 'api_failed';

export type Tab = 'needs' | 'under' | 'accepted' | 'aside';

/** A line in doubt is looked up without a person. If that cannot be done, it fails. */
export function tabOf(line: Line): Tab | null {
  if (needsYou(line)) return causeOf(line) === 'exhausted' ? 'aside' : 'needs';
  if (line.status === 'approved' || line.status === 'submitting' || line.status === 'in_doubt') return 'under';
  return line.status === 'api_submitted' ? 'accepted' : null;
}

export const causeOf = (line: Line): Cause | null => line.api_error_details?.cause ?? null;

const PARTNERS: Record<string, string> = { supervisor: 'Core', 'juicer-survey': 'Juicer Production', 'juicer-production': 'Juicer Survey' };

/** Why a line failed, without internal numbers, in local times. */
export function failureText(line: Line, zone: string): string {
  const other = line.pair !== null && line.depends_on.includes(line.pair) ? PARTNERS[eventType(line.event_type).slug] : undefined;
  const base = other ? `its ${other}` : 'an event that it needs';
  return causeOf(line) === 'dependency_failed'
    ? `not sent, because ${base} was not accepted`
    : withLocalTimes(line.api_error_details?.words ?? '', zone, line.attempts.at(-1)?.started_at ?? new Date().toISOString());
}

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
  const at = line.schedule_datetime;
  const facts = [
    `Event ${line.event_ref_num}: ${line.project_name}`,
    `Wanted: ${line.employee_name ?? 'nobody'}, ${at ? `${spokenDay(dayOf(at))} ${clockOf(at)}` : 'no time'}`,
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
