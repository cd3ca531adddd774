/** The server's ranked choices for a line, prepared for a person who picks one. */
import { ApiError } from '../api';
import type { Checked, Choices, DayChoice, Line } from '../api-types';
import { knownFirst } from '../crossmark-number';
import { clockOf, dayOf } from '../dates';
import { isCore } from '../event-types';

export interface Choice {
  employee_id: string;
  employee_name: string;
  date: string;
  /** When the event would start; for a Core the earliest start of the day's blocks, whoever works it. */
  start: string | null;
  points: number;
  /** Whether the line is here now. */
  isCurrent: boolean;
  /** A start chosen by hand; without it the server sets the start by the rulebook. */
  at?: string;
}

export interface RefusedPlace {
  employee_id: string;
  employee_name: string;
  /** The first rule that this person's place would break; null if no rule is in the way, and no reason makes the place possible. */
  rule: string | null;
  /** The first rule that this person's place would break, in words; for the line's own place, every rule that it breaks. */
  words: string;
}

/**
 * Every rule that a refused place breaks, in words. Another place than the line's own comes with the first rule only, and its check
 * (`checked`) names all. The line's own place comes with every rule, and its check names only those that are newly broken.
 */
export function brokenWords({ words }: RefusedPlace, checked: Pick<Checked, 'violations'> | undefined): string[] {
  const all = new Set((checked?.violations ?? []).map((one) => one.words));
  if (!all.size) return [words];
  // What is known before the check stays first.
  return [...(all.delete(words) ? [words] : []), ...all];
}

/** Why a place is impossible, whatever rule is set aside; empty if it is not. `error` is that of the check of the place. */
export function impossibleWords(refused: RefusedPlace | undefined, error: unknown): string {
  if (refused?.rule === null) return refused.words;
  const isImpossible = error instanceof ApiError && ['PAIR_CANNOT_FOLLOW', 'SAME_AS_POSTED'].includes(error.code);
  return isImpossible ? error.message : '';
}

const choicesOf = (day: DayChoice): Choice[] =>
  day.people.map((person) => ({
    employee_id: person.employee_id,
    employee_name: person.employee_name,
    date: day.date,
    start: day.start,
    points: person.points,
    isCurrent: person.is_present,
  }));

export function onDay(choices: Choices, date: string): { can: Choice[]; cannot: RefusedPlace[] } {
  const day = choices.days.find((one) => one.date === date);
  return day ? { can: choicesOf(day), cannot: day.cannot } : { can: [], cannot: [] };
}

/** The choices without these people. */
export const withoutPeople = (choices: Choices, excluded: { has(id: string): boolean }): Choices => ({
  ...choices,
  days: choices.days.map((day) => ({
    ...day,
    people: day.people.filter((one) => !excluded.has(one.employee_id)),
    cannot: day.cannot.filter((one) => !excluded.has(one.employee_id)),
  })),
});

/**
 * The start on a day, in words; empty if it is not known. A Core gets the start of a free block, which is known only for a chosen person
 * (`starts`). If there are several, the start is not known, because somebody chooses among them.
 */
export function startWords(type: string, ofDay: string | null | undefined, starts: string[] = []): string {
  const at = isCore(type) ? (starts.length === 1 ? starts[0] : null) : ofDay;
  return at ? `starts ${clockOf(at)}` : '';
}

/** The number of people who could work a line, by day. */
export const peopleCountByDay = (choices: Choices) => new Map(choices.days.map((day) => [day.date, day.people.length]));

/** The valid days of the line. */
export const validDays = (choices: Choices) => choices.days.map((day) => day.date);

/** The best ways to place a line, over all days. Those with people without a Crossmark number (`unknown`), for whom nothing can be sent, are last. */
export const waysToPlace = (choices: Choices, limit: number, unknown: ReadonlySet<string>) =>
  knownFirst(
    choices.days
      .flatMap(choicesOf)
      .filter((choice) => !choice.isCurrent)
      .sort((a, b) => b.points - a.points),
    unknown,
  ).slice(0, limit);

/** `nobody` may work it, somebody could but the plan would lose points (`trade`), or somebody could (`open`). */
export type Verdict = 'nobody' | 'trade' | 'open';

export interface DayVerdict {
  day: string;
  verdict: Verdict;
  text: string;
}

/**
 * Whether a choice leaves a line as it is. If the line breaks a rule where it is (`refused`), choosing that place changes something:
 * somebody sets the rule aside.
 */
export const isNoChange = (line: Line, { who, day, start }: { who: string; day: string; start: string }, refused?: RefusedPlace) =>
  !refused &&
  who === line.employee_id &&
  !!line.schedule_datetime &&
  dayOf(line.schedule_datetime) === day &&
  start === line.schedule_datetime;

/** Who could work a line on each valid day, or why nobody can, in a few words: a conflict takes precedence over an absence. */
export function dayVerdicts(choices: Choices): DayVerdict[] {
  return choices.days.map((day): DayVerdict => {
    const [best] = day.people;
    if (best) {
      const trade = best.points < 0;
      return {
        day: day.date,
        verdict: trade ? 'trade' : 'open',
        text: trade ? `${best.employee_name} could, but the plan would lose points` : `${best.employee_name} could work it`,
      };
    }
    const reason = day.cannot.find((one) => one.rule !== 'H2') ?? day.cannot[0];
    if (!reason) return { day: day.date, verdict: 'nobody', text: 'Nobody may work it' };
    const others = day.cannot.length - 1;
    return {
      day: day.date,
      verdict: 'nobody',
      text: `${reason.words}${others ? `, and ${others === 1 ? 'one other' : `${others} others`} cannot either` : ''}`,
    };
  });
}

export const verdictWords: Record<Verdict, string> = { nobody: 'nobody', trade: 'bad trade', open: 'possible' };
