/** Differences, where Crossmark contradicts what people here decided: both sides in words, and the results of decisions. */
import type { Difference, DifferenceDecision, DifferencesDecided } from './api-types';
import { clockOf, dayOf, spokenDay } from './dates';
import { eventName, withTitles } from './event-name';
import { notSentWords } from './not-sent';
import { capital, count } from './numbers';

export type Side = DifferenceDecision['take'];

const place = (of: NonNullable<Difference['muster']>) => {
  const at = of.schedule_datetime;
  return `${of.employee_name ?? of.employee_id}, ${spokenDay(dayOf(at))} ${clockOf(at)}`;
};

/** What people here decided. */
export const oursWords = ({ muster }: Difference): string => (muster ? place(muster) : 'Taken back');

/** What Crossmark shows. */
export function theirsWords({ crossmark_shows, crossmark }: Difference): string {
  if (crossmark) return place(crossmark);
  return crossmark_shows === 'unlisted' ? 'Not listed any more' : 'Nobody has it';
}

/** Both sides in a sentence. */
export const sidesWords = (one: Difference): string => {
  const lower = (text: string) => (text[0] ?? '').toLowerCase() + text.slice(1);
  const ours = one.muster ? oursWords(one) : lower(oursWords(one));
  const theirs = one.crossmark ? theirsWords(one) : lower(theirsWords(one));
  return `${eventName(one.project_name, one.event_type).title}: here ${ours}; at Crossmark ${theirs}.`;
};

/** The effect of choosing Crossmark's side. */
export function takeWords({ crossmark_shows, crossmark, muster }: Difference): string {
  if (crossmark) return `If you take Crossmark's, it is posted here as it is there.${muster ? '' : ' It counts as posted again.'}`;
  return crossmark_shows === 'unlisted'
    ? "If you take Crossmark's, it is withdrawn here, and no run plans it."
    : "If you take Crossmark's, nobody has it here, and a run may place it again.";
}

/** Why our side cannot be sent again; empty if it can. */
export function whyNotOurs({ can_send_ours, crossmark_shows, event_ref_num }: Difference): string {
  if (can_send_ours) return '';
  if (crossmark_shows === 'unlisted') return `Crossmark does not list event ${event_ref_num} any more, so nothing can be sent for it.`;
  return 'It has begun, or it is called off at Crossmark, so it cannot be sent again.';
}

export const decisionsOf = (items: Difference[], take: Side): DifferenceDecision[] =>
  items.map(({ event_ref_num, since }) => ({ event_ref_num, since, take }));

export interface BrokenRuleWords {
  rule: string;
  title: string;
  words: string;
}

/** The rules that a refused decision would break, from the details of the refusal. */
export function brokenRules(details: Record<string, unknown>): BrokenRuleWords[] {
  const found = Array.isArray(details.violations) ? (details.violations as BrokenRuleWords[]) : [];
  const seen = new Set<string>();
  return found
    .map(({ rule, title, words }) => ({ rule, title, words: capital(withTitles(words)) }))
    .filter(({ rule, words }) => !seen.has(rule + words) && !!seen.add(rule + words));
}

/** What decisions did, in sentences. */
export function decidedWords({ taken, refused, sent }: DifferencesDecided, titleOf: (ref: number) => string): string {
  const queued = sent?.queued ?? 0;
  return [
    taken.length ? `Crossmark's is taken for ${count(taken.length, 'event')}.` : '',
    queued ? `${queued === 1 ? '1 event goes' : `${count(queued, 'event')} go`} to Crossmark again.` : '',
    ...refused.map((one) => `Not decided: ${titleOf(one.event_ref_num)}, ${one.reason}.`),
    sent?.refused.length ? notSentWords(sent) : '',
  ]
    .filter(Boolean)
    .join(' ');
}
