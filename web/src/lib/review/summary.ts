/** What a proposal comes to, in words that stay true after edits, and while the plan changes. */
import type { Line, Quality } from '../api-types';
import { dayOf, spokenDay } from '../dates';
import { eventName, withTitles } from '../event-name';
import { count } from '../numbers';
import { firstName, proofWords, ruleTitle } from '../words';
import { linesOf, type Row } from './rows';

/** What `GET /pending-schedule/{id}` said about the rules that a line may break. */
export interface Overruled {
  /** The version of the line that was asked about. */
  version: number;
  rules: string[];
  /** The manager's reason. */
  why: string;
}

export interface SetAside {
  line: Line;
  rules: string[];
  /** Which rule, and for whom. */
  text: string;
}

/** A rule that was set aside, told with the server's words where this tab heard them, else by its title. */
export function setAsideOf(line: Line, { rules }: Overruled, heard: Map<string, string> | undefined): SetAside {
  const words = rules.map((rule) => withTitles(heard?.get(rule) ?? ''));
  if (rules.length && words.every(Boolean)) return { line, rules, text: words.join('; ') };
  const who = firstName(line.employee_name ?? line.employee_id);
  const day = line.schedule_datetime ? `, ${spokenDay(dayOf(line.schedule_datetime))}` : '';
  const titles = rules.map((rule) => `“${ruleTitle[rule] ?? rule}”`).join(', ');
  return { line, rules, text: `${titles} for ${who} with ${eventName(line.project_name, line.event_type).title}${day}` };
}

export interface Standing {
  placed: number;
  events: number;
  setAside: SetAside[];
  /** Whether it is known of every edited line which rules it breaks. */
  rulesKnown: boolean;
  /** Events that are not as the run placed them. */
  changed: number;
  rejected: number;
  /** Whether the plan that the run read has changed. */
  stale: boolean;
}

/** `249 of 255 events placed, every rule kept.`; the rules only where they are known to be kept. */
export function placedWords(standing: Standing): string {
  const { placed, events, setAside, rulesKnown, stale } = standing;
  if (!placed) return `None of ${count(events, 'event')} has a place.`;
  const kept = rulesKnown && !setAside.length && !stale;
  return `${placed} of ${count(events, 'event')} placed${kept ? ', every rule kept' : ''}.`;
}

/** `1 rule set aside: Avery may not work Digital Refresh.`; nothing where every rule is kept. */
export function setAsideWords(setAside: SetAside[]): string {
  if (!setAside.length) return '';
  const rules = setAside.reduce((sum, one) => sum + one.rules.length, 0);
  return `${count(rules, 'rule')} set aside: ${setAside.map((one) => one.text).join('; ')}.`;
}

/** What is proven of the proposal as it is now. The proof is the run's: it says nothing of what was changed since. */
export function standingProof(standing: Standing, quality: Quality | null): string {
  const { placed, changed, rejected, stale } = standing;
  if (!placed) return '';
  const since = [
    changed ? `${count(changed, 'event')} changed` : '',
    rejected ? `${count(rejected, 'event')} rejected` : '',
    stale ? 'the plan changed' : '',
  ].filter(Boolean);
  if (since.length) return `Since the run: ${since.join(', ')}.`;
  return proofWords(quality?.stopped_on, quality?.score, quality?.bound);
}

export const eventsIn = (rows: Row[]) => rows.reduce((sum, row) => sum + linesOf(row).length, 0);

/** `12 decisions, 20 events`; a decision may be a pair of events. */
export function decisionWords(rows: Row[]): string {
  const events = eventsIn(rows);
  return events === rows.length ? count(events, 'event') : `${count(rows.length, 'decision')}, ${count(events, 'event')}`;
}
