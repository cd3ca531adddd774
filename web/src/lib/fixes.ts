/** Findings about posted schedules, in words, and their order. */
import type { Finding, FixesApplied, HealthOfWeek, Line, Schedule, WayOut, WayOutChange } from './api-types';
import { addDays, clockOf, dayOf, spokenDay } from './dates';
import { distinctTitles, eventName } from './event-name';
import { eventTypes } from './event-types';
import type { Numbered } from './crossmark-number';
import { notSentWords, refusedWords } from './not-sent';
import { capital, count } from './numbers';
import { firstName, rotationName } from './words';

type Severity = Finding['severity'];

const RANK: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };
export const severityWords: Record<Severity, { text: string; tone: string }> = {
  critical: { text: 'Critical', tone: 'bad' },
  warning: { text: 'Warning', tone: 'warn' },
  info: { text: 'Worth knowing', tone: '' },
};

/** The findings that are not ignored: by severity, critical ones first, then by date. */
export const openFindings = (items: Finding[]): Finding[] =>
  items
    .filter((one) => !one.ignored)
    .toSorted((a, b) => RANK[a.severity] - RANK[b.severity] || whenOf(a).localeCompare(whenOf(b)) || a.id.localeCompare(b.id));
const whenOf = ({ date, week }: Finding) => date ?? week ?? '';

/** `Core 31164334 "618917-Bluefern-Lemon Tart (261…"` in a text of the server. */
const NAMED = new RegExp(`(${eventTypes.map((one) => one.label).join('|')}|event) (\\d{4,}) "([^"]*)"`, 'gi');

/** A text of the server with short titles in place of numbers and raw names. */
export function plainText(text: string): string {
  const titles = distinctTitles(namesIn([text]));
  return capital(text.replace(NAMED, (_, type: string, ref: string, name: string) => titles.get(Number(ref)) ?? titled(type, name)));
}

function titled(type: string | null, name: string): string {
  const { title } = eventName(name, type);
  return !type || title.toLowerCase() === type.toLowerCase() ? title : `${title} (${type})`;
}

/** The names of events by number: those that texts of the server name, and `namedEvents`. */
export function namesIn(
  texts: string[],
  namedEvents: Pick<Line | Schedule, 'event_ref_num' | 'event_type' | 'project_name'>[] = [],
): Map<number, string> {
  const names = new Map(namedEvents.map((one) => [one.event_ref_num, titled(one.event_type, one.project_name)]));
  for (const text of texts) for (const [, type, ref, name] of text.matchAll(NAMED)) names.set(Number(ref), titled(type, name));
  return names;
}

/** Maximum events of a finding that are named beside its text. */
const MAX_BESIDE = 3;

/** The events of a finding that its text does not name; empty if they are many or not known. */
export function unnamedIn({ text, event_ref_nums: refs }: Finding, names: Map<number, string>): string[] {
  const said = namesIn([text]);
  return refs.length > MAX_BESIDE ? [] : refs.flatMap((ref) => (said.has(ref) ? [] : (names.get(ref) ?? [])));
}

type Spot = Extract<WayOutChange, { kind: 'schedule' }>['after'];

function spotWords(spot: Spot, beside?: Spot): string {
  if (!spot) return 'nobody';
  const at = spot.schedule_datetime;
  const who = firstName(spot.employee_name) || spot.employee_id;
  if (beside?.schedule_datetime === at) return `${who}, same time`;
  return `${who}, ${spokenDay(dayOf(at))} ${clockOf(at)}`;
}

export interface ChangeWords {
  what: string;
  before: string;
  after: string;
  /** Whether the change is sent to Crossmark. */
  sent: boolean;
}

/**
 * The changes of an option, before and after, in words. The type of the event that moves along is known from the text, if it is the only
 * one without a known name.
 */
export function changesWords({ changes, text }: Pick<WayOut, 'changes' | 'text'>, names: Map<number, string>): ChangeWords[] {
  const refs = changes.flatMap((change) => (change.kind === 'schedule' ? change.event_ref_num : []));
  const nameless = refs.filter((ref) => !names.has(ref));
  const along = /\bits (Supervisor|Survey)\b/.exec(text)?.[1];
  const isAlong = along && nameless.length === 1 && !refs.some((ref) => names.get(ref)?.includes(along));
  const allNames = isAlong ? new Map([...names, [nameless[0], `Its ${along}`]]) : names;
  return changes.map((change) => changeWords(change, allNames));
}

function changeWords(change: WayOutChange, names: Map<number, string>): ChangeWords {
  if (change.kind === 'rotation') {
    const kind = rotationName[change.rotation_type as keyof typeof rotationName] ?? change.rotation_type;
    const after = change.employee_name ?? change.employee_id;
    return { what: `${kind} on ${spokenDay(change.date)}`, before: '', after, sent: false };
  }
  const { before, after, event_ref_num, told_to_crossmark } = change;
  const isBlockOnly =
    !!before && !!after && before.employee_id === after.employee_id && before.schedule_datetime === after.schedule_datetime;
  return {
    what: names.get(event_ref_num) ?? `Event ${event_ref_num}`,
    before: isBlockOnly ? `block ${before.block ?? 'none'}` : spotWords(before),
    after: isBlockOnly ? `block ${after.block ?? 'none'}` : after ? spotWords(after, before) : 'taken back',
    sent: told_to_crossmark,
  };
}

/** How many events of an option are sent to Crossmark, in words. */
export function tellsWords(option: WayOut): string {
  const sent = option.changes.filter((one) => one.kind === 'schedule' && one.told_to_crossmark).length;
  if (!option.changes.length) return 'Nothing changes.';
  return sent
    ? `Crossmark is told of ${count(sent, 'event')}.`
    : 'Crossmark is not told, because no schedule gets another person or start.';
}

/** The index of the next undecided finding after `at`; `findings.length` if none is left. */
export function nextOpen(findings: Finding[], at: number, done: { has(id: string): boolean }): number {
  const next = findings.findIndex((one, n) => n > at && !done.has(one.id));
  return next < 0 ? findings.length : next;
}

export interface FixTally {
  fixed: Finding[];
  left: Finding[];
  /** Number of events that are sent, and of blocks and rotations that change. */
  changes: number;
}

/** The result of the collected fixes, from their preview: each finding is either fixed or left. */
export function tallyOf(findings: Finding[], preview: FixesApplied | null): FixTally {
  const gone = new Set(preview?.gone);
  return {
    fixed: findings.filter((one) => gone.has(one.id)),
    left: findings.filter((one) => !gone.has(one.id)),
    changes: (preview?.changes?.queued ?? 0) + (preview?.rotations.length ?? 0) + (preview?.blocks.length ?? 0),
  };
}

/** Why fixes cannot be sent, or not all of them, in words; empty if nothing stops them. */
export function notSendableWords(preview: FixesApplied | null, people: Numbered[]): string {
  if (!preview?.changes?.refused.length) return '';
  const { changes } = tallyOf([], preview);
  return `${changes ? 'Cannot be sent' : 'Nothing of it can be sent'}: ${refusedWords(preview.changes, people)}.`;
}

/** The effect of the collected fixes, in words. `preview` is null until the server has answered. */
export function collectedWords(findings: Finding[], preview: FixesApplied | null, people: Numbered[]): string {
  const why = notSendableWords(preview, people);
  const { fixed, changes } = tallyOf(findings, preview);
  if (why && !changes) return why;
  const effect = preview ? `${fixed.length} of ${findings.length} would be fixed, by ${count(changes, 'change')}.` : '';
  return [effect, why, 'Not sent yet.'].filter(Boolean).join(' ');
}

/** The result of fixes after they were sent, in words. */
export function sentWords(done: FixesApplied): string {
  const queued = done.changes?.queued ?? 0;
  const notSent = done.changes?.refused.length ? notSentWords(done.changes) : '';
  const rotations = done.rotations.length;
  return [
    queued
      ? `${queued === 1 ? '1 event goes' : `${count(queued, 'event')} go`} to Crossmark.`
      : notSent && !done.changes?.left
        ? ''
        : 'Nothing goes to Crossmark.',
    rotations ? `${count(rotations, 'rotation')} ${rotations === 1 ? 'is' : 'are'} changed.` : '',
    done.blocks.length ? `${count(done.blocks.length, 'block')} ${done.blocks.length === 1 ? 'is' : 'are'} changed, only in Muster.` : '',
    notSent,
  ]
    .filter(Boolean)
    .join(' ');
}

/** "2 critical, 3 warnings" */
export function healthWords({ critical, warnings, info, ignored }: HealthOfWeek): string {
  const parts = [
    critical ? `${critical} critical` : '',
    warnings ? count(warnings, 'warning') : '',
    info ? `${info} worth knowing` : '',
    ignored ? `${ignored} ignored` : '',
  ].filter(Boolean);
  return parts.join(', ') || 'nothing wrong';
}

/** The schedules that the health of a week is about: an approved event counts at once, although it can still be recalled. */
export const judgedWords = ({ schedules }: Pick<HealthOfWeek, 'schedules'>) =>
  `${count(schedules, 'schedule')} that ${schedules === 1 ? 'is' : 'are'} posted or approved`;

export const healthTone = ({ critical, warnings }: HealthOfWeek): 'bad' | 'warn' | 'ok' => (critical ? 'bad' : warnings ? 'warn' : 'ok');

export const weekWords = (sunday: string) => `${spokenDay(sunday)} to ${spokenDay(addDays(sunday, 6))}`;
