/** Whether an approval sends anything, and what of it was refused, in words. */
import type { Line, ScheduleChanges } from './api-types';
import { type Numbered, refusalReason } from './crossmark-number';
import { withEventTitles } from './event-name';
import { count } from './numbers';
import { titleOfLine } from './review/rows';

/** A line that was approved. */
export interface SentLine {
  id: string;
  title: string;
}

/** What the server answered to an approval; `lines` may contain lines that it refused. */
export type Approved = Pick<ScheduleChanges, 'approval_id' | 'queued' | 'left'> & {
  lines: Line[] | SentLine[];
  refused?: ScheduleChanges['refused'];
};

/** Maximum events that a note names as not sent. */
const MAX_NAMED = 3;

export const titled = (lines: Approved['lines']): SentLine[] =>
  lines.map((line) => ({ id: line.id, title: 'title' in line ? line.title : titleOfLine(line) }));

/** Whether anything of an approval is sent now or within minutes. */
export const isSent = ({ approval_id, queued, left }: Approved) => !!approval_id && (queued > 0 || left > 0);

/**
 * The refused events with the reason of each, in words; empty if there are none. Those that only need another one come last. `people` are
 * those of the club, by whom somebody without a Crossmark number is named.
 */
export function refusedWords({ refused = [], lines }: Pick<Approved, 'refused' | 'lines'>, people: Numbered[] = []): string {
  const all = titled(lines);
  const titleOf = (id: string) => all.find((line) => line.id === id)?.title;
  const run = (refused[0]?.line ?? '').replace(/\.\d+$/, '');
  const because = (reason: string) => withEventTitles(reason, (ref) => titleOf(`${run}.${ref}`));
  const words = refused
    .toSorted((a, b) => Number(a.code === 'DEPENDS') - Number(b.code === 'DEPENDS'))
    .slice(0, MAX_NAMED)
    .map((one) => `${titleOf(one.line) ?? 'One event'}: ${because(refusalReason(one, lines, people))}`);
  if (refused.length > words.length) words.push(`and ${refused.length - words.length} more`);
  return words.join('; ');
}

/** The events that were not approved, and why, in sentences; empty if there are none. */
export function notSentWords(approved: Approved): string {
  const { refused = [] } = approved;
  const why = refused.length ? ` ${refusedWords(approved)}.` : '';
  if (!isSent(approved)) return `Nothing was sent.${why}`;
  return why && `${count(refused.length, 'event')} ${refused.length === 1 ? 'was' : 'were'} not sent.${why}`;
}
