/** The summary of a proposal, in words that stay true after edits and while the plan changes. */
import type { Line, Quality } from '../api-types';
import { dayOf, spokenDay } from '../dates';
import { eventName, withTitles } from '../event-name';
import { count } from '../numbers';
import { firstName, proofWords, ruleTitle } from '../words';
import { decisionsIn, linesOf, type Row } from './rows';

/** A line with overridden rules. */
export interface SetAside {
  line: Line;
  rules: string[];
  /** The overridden rules in words, with the person. */
  text: string;
}

/** The overridden rules of a line, with the server's texts if this tab has all of them, otherwise with the titles of the rules. */
export function setAsideOf(line: Line, rules: string[], serverTexts: Map<string, string> | undefined): SetAside {
  const words = rules.map((rule) => withTitles(serverTexts?.get(rule) ?? ''));
  if (rules.length && words.every(Boolean)) return { line, rules, text: words.join('; ') };
  const who = firstName(line.employee_name ?? line.employee_id);
  const day = line.schedule_datetime ? `, ${spokenDay(dayOf(line.schedule_datetime))}` : '';
  const titles = rules.map((rule) => `“${ruleTitle[rule] ?? rule}”`).join(', ');
  return { line, rules, text: `${titles} for ${who} with ${eventName(line.project_name, line.event_type).title}${day}` };
}

/** The facts that the summary of a proposal states. */
export interface Standing {
  placed: number;
  /** Number of events whose posted schedule is taken back. */
  takenBack: number;
  events: number;
  setAside: SetAside[];
  /** Whether every event is known to keep every rule. */
  keepsRules: boolean;
  /** Whether that waits for the server's answer. */
  isUnchecked: boolean;
  /** Number of events that were edited since the run. */
  changed: number;
  rejected: number;
  /** Number of events whose lines were dropped after they were not accepted. */
  dropped: number;
  /** Number of events that something other than their lines took back since the run. */
  takenBackSince: number;
  /** Number of events that something other than their lines posted or moved since the run, or has on its way. */
  decidedElsewhere: number;
  /** Number of events that were approved and not accepted. */
  notAccepted: number;
  /** Number of events, moves included, whose day passed before they were sent. */
  missed: number;
  /** Number of events that cannot be sent as they are. */
  stuck: number;
  /** Whether the plan that the run read has changed. */
  stale: boolean;
}

/**
 * `249 of 255 events placed, every rule kept.`; the second part only if it is known. Before it is, words of the same length keep its
 * place, so that nothing moves.
 */
export function placedWords(standing: Pick<Standing, 'placed' | 'takenBack' | 'events' | 'keepsRules' | 'isUnchecked' | 'stuck'>): string {
  const { placed, takenBack, events, keepsRules, isUnchecked, stuck } = standing;
  const back = takenBack ? `, ${takenBack} taken back` : '';
  if (!placed)
    return events === 1
      ? `The only event has no place${takenBack ? ': it is taken back' : ''}.`
      : `None of ${count(events, 'event')} has a place${back}.`;
  const all = `${placed} of ${count(events, 'event')} placed${back}`;
  if (stuck) return `${all}; ${stuck} of them cannot be sent as ${stuck === 1 ? 'it is' : 'they are'}.`;
  return `${all}${keepsRules ? ', every rule kept' : isUnchecked ? ', not checked yet' : ''}.`;
}

/** `2 rules set aside for 4 events`: each rule is counted once, however many events it is set aside for. */
export function setAsideCount(setAside: SetAside[]): string {
  const rules = new Set(setAside.flatMap((one) => one.rules)).size;
  return `${count(rules, 'rule')} set aside${setAside.length > 1 ? ` for ${count(setAside.length, 'event')}` : ''}`;
}

/** Each text once, with the first line that has it: the lines of a pair usually share theirs. */
export const setAsideOnce = (setAside: SetAside[]): SetAside[] =>
  setAside.filter(({ text }, at) => setAside.findIndex((one) => one.text === text) === at);

/** `1 rule set aside: Avery may not work Digital Refresh.`; empty if every rule is kept. */
export function setAsideWords(setAside: SetAside[]): string {
  if (!setAside.length) return '';
  const texts = setAsideOnce(setAside).map((one) => one.text);
  return `${setAsideCount(setAside)}: ${texts.join('; ')}.`;
}

/** What is different since the run, so that its score and its proof are not those of the current proposal. */
export const sinceRun = (standing: Standing): string[] => {
  const events = (n: number, what: string) => (n ? `${count(n, 'event')} ${what}` : '');
  return [
    events(standing.changed, 'changed'),
    events(standing.rejected, 'rejected'),
    events(standing.dropped, 'dropped'),
    events(standing.takenBackSince, 'taken back'),
    events(standing.decidedElsewhere, 'decided in another way'),
    events(standing.notAccepted, 'not accepted'),
    events(standing.missed, 'not sent in time'),
    standing.stale ? 'the plan changed' : '',
  ].filter(Boolean);
};

/** What is proven about the current proposal. The proof covers the run's schedule, not what came later or cannot be sent. */
export function standingProof(standing: Standing, quality: Quality | null): string {
  if (!standing.placed) return '';
  const since = sinceRun(standing);
  if (since.length) return `Since the run: ${since.join(', ')}.`;
  if (standing.stuck) return '';
  return proofWords(quality?.stopped_on, quality?.score, quality?.bound);
}

/** `12 decisions, 20 events`; a decision may be a pair of events. */
export function decisionWords(lines: Line[]): string {
  const decisions = decisionsIn(lines);
  return decisions === lines.length ? count(lines.length, 'event') : `${count(decisions, 'decision')}, ${count(lines.length, 'event')}`;
}

/** The message of a list that shows no row. */
export interface NothingShown {
  title: string;
  text: string;
  /** Whether a filter hides rows, so that clearing the filters shows them. */
  isFiltered: boolean;
}

const NOTHING_MATCHES = 'Nothing matches';

/** Why the list of rows that need a look shows none. `hidden` is the number of rows that a filter hides. */
export function nothingToLookAt(hidden: number, toSend: Line[], refused: Line[], held: Line[]): NothingShown {
  if (hidden)
    return {
      title: NOTHING_MATCHES,
      text: `${count(hidden, 'decision needs', 'decisions need')} a look, but the filter hides ${hidden === 1 ? 'it' : 'them'}.`,
      isFiltered: true,
    };
  const text = toSend.length
    ? `What is left to send is routine: ${decisionWords(toSend)}. You can approve.`
    : refused.length
      ? `What is left cannot be sent as it is: ${decisionWords(refused)}. The reasons are above.`
      : held.length
        ? `What is left is held back: ${decisionWords(held)}.`
        : 'Everything is decided.';
  return { title: 'Nothing needs a look', text, isFiltered: false };
}

/** Why the list of placed rows shows none. `unplaced` are the rows without a place that match the filter. */
export function nothingPlaced(isFiltered: boolean, unplaced: Row[]): NothingShown {
  if (!isFiltered) return { title: 'Nothing is placed', text: 'The reason for each event is under Needs a look.', isFiltered };
  const events = unplaced.flatMap(linesOf).length;
  const text = events
    ? `No placed event matches, but ${count(events, 'event')} without a place ${events === 1 ? 'does' : 'do'}.`
    : 'Try another word, or show all days.';
  return { title: NOTHING_MATCHES, text, isFiltered };
}

/**
 * The sentence about routine decisions, before and after the word "routine"; `others` is the number of decisions that need a look:
 * `The other 135 decisions are`, `they follow the rotation and the usual pattern`.
 */
export function routineWords(routine: number, others: number): [string, string] {
  const isOne = routine === 1;
  const subject = others ? `The other ${isOne ? 'decision' : count(routine, 'decision')}` : count(routine, 'decision');
  return [`${subject} ${isOne ? 'is' : 'are'}`, `${isOne ? 'it follows' : 'they follow'} the rotation and the usual pattern`];
}
