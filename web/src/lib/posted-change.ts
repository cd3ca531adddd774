/** Changes by hand: posted schedules are given to somebody, swapped or taken back, and open events are placed. */
import type { Choices, Employee, Line, ScheduleChange, ScheduleChanges } from './api-types';
import { lacksNumber, type Numbered, refusalReason } from './crossmark-number';
import { clock, clockOf, dayOf, minuteOf, minutesOf, spokenDay } from './dates';
import { eventName, withTitles } from './event-name';
import { isFollower } from './event-types';
import { capital, count, pointsWords } from './numbers';
import { onDay } from './review/choices';
import { firstName } from './words';

/** An event whose place changes; `who` and `day` are empty if it has no place. */
export interface Subject {
  ref: number;
  title: string;
  type: string | null;
  who: string;
  whoName: string;
  day: string;
  /** Its start in minutes of the day, if it is posted. */
  at?: number;
  /** Why Crossmark does not have it yet, in words; empty for what is posted. */
  underWay?: string;
}

/**
 * The changes that give an event to somebody on a day; null if nothing changes or something is missing. Without a start (`10:45`), the
 * event keeps its start on the same day if the person's hours allow it, and otherwise gets a start by the rulebook.
 */
export function giveTo({ ref, who, day, at }: Subject, toWhom: string, newDay: string, start = ''): ScheduleChange[] | null {
  const isOpen = !who;
  const isOtherStart = !!start && !(newDay === day && minutesOf(start) === at);
  if (!toWhom || !newDay || (toWhom === who && newDay === day && !isOtherStart)) return null;
  return [
    {
      event_ref_num: ref,
      ...(isOpen || toWhom !== who ? { employee_id: toWhom } : {}),
      ...(isOtherStart ? { schedule_datetime: `${newDay}T${start}:00` } : isOpen || newDay !== day ? { schedule_datetime: newDay } : {}),
    },
  ];
}

/**
 * The start that an event gets if none is chosen; `at` is null if the start is not known. `tried` are the lines of the dry run, null
 * before it.
 */
export function defaultStart(
  { ref, who, day, at }: Subject,
  toWhom: string,
  newDay: string,
  tried: Line[] | null,
): { at: number | null; words: string } {
  const before = newDay === day ? at : undefined;
  const found = tried?.find((line) => line.event_ref_num === ref)?.schedule_datetime;
  if (found) {
    const start = minuteOf(found);
    return { at: start, words: `${clock(start)}, ${start === before ? 'as it is' : 'as the rules set it'}` };
  }
  if (before === undefined) return { at: null, words: 'As the rules set it' };
  return { at: before, words: `${clock(before)}, ${toWhom === who ? 'as it is' : 'if it can stay'}` };
}

/** Swaps the people of two events. Each event keeps its day, and its start if the hours of its new person allow it. */
export const swapOf = (a: Subject, b: Subject): ScheduleChange[] | null =>
  a.who && b.who && a.who !== b.who
    ? [
        { event_ref_num: a.ref, employee_id: b.who },
        { event_ref_num: b.ref, employee_id: a.who },
      ]
    : null;

/** Swaps a whole day of two people: each gets all events of the other. An event that follows another one moves with it. */
export function swapDay(a: string, b: string, day: string, posted: Subject[]): ScheduleChange[] | null {
  const giveAll = (who: string, to: string) =>
    posted
      .filter((one) => one.who === who && one.day === day && !isFollower(one.type))
      .map((one): ScheduleChange => ({ event_ref_num: one.ref, employee_id: to }));
  const changes = a && b && a !== b ? [...giveAll(a, b), ...giveAll(b, a)] : [];
  return changes.length ? changes : null;
}

export const takeBack = ({ ref }: Subject): ScheduleChange[] => [{ event_ref_num: ref, take_back: true }];

export interface PostedRow {
  ref: number;
  type: string;
  title: string;
  before: string;
  after: string;
}

const place = (who: string | null, at: string | null) => (who && at ? `${firstName(who)}, ${spokenDay(dayOf(at))} ${clockOf(at)}` : '');

/** Each event that changes, including those that follow another one. */
export const rowsOfChange = (lines: Line[]): PostedRow[] =>
  lines.map((line) => ({
    ref: line.event_ref_num,
    type: line.event_type,
    title: eventName(line.project_name, line.event_type).title,
    before: line.from ? place(line.from.employee_name ?? line.from.employee_id, line.from.schedule_datetime) : 'nobody',
    after: place(line.employee_name ?? line.employee_id, line.schedule_datetime) || 'taken back, open again',
  }));

/** The reasons for which events of a change cannot be sent, in words, each once. Those that only need another event come last. */
const refusals = ({ refused, lines }: ScheduleChanges, people: Numbered[]) => {
  const ordered = refused.toSorted((a, b) => Number(a.code === 'DEPENDS') - Number(b.code === 'DEPENDS'));
  return [...new Set(ordered.map((one) => withTitles(refusalReason(one, lines, people))))];
};

/** Why no event of a change can be sent, in words; empty if one can, or if there is nothing to send. */
export const blockedWords = (tried: ScheduleChanges, people: Numbered[]): string =>
  tried.queued ? '' : (refusals(tried, people)[0] ?? '');

/** The reasons that `effectWords` does not give, each in a sentence without a period. */
export const otherRefusals = (tried: ScheduleChanges, people: Numbered[]): string[] =>
  refusals(tried, people)
    .slice(tried.queued ? 0 : 1)
    .map(capital);

/** The number of events that are sent to Crossmark, and the points of the change; or why none can be sent. */
export function effectWords(tried: ScheduleChanges, people: Numbered[]): string {
  const { queued, points } = tried;
  const blocked = blockedWords(tried, people);
  if (blocked) return `Nothing would be sent: ${blocked}.`;
  const sent = queued
    ? `Crossmark is told of ${count(queued, 'event')}.`
    : 'Crossmark is not told, because no schedule gets another person or start.';
  return `${sent} ${points ? `${pointsWords(points)}.` : 'Same score.'}`;
}

export interface Candidate {
  id: string;
  name: string;
  /** Points, or the obstacle; empty if neither is known. */
  note: string;
}

/** An obstacle without the person's name in front: `does not work on that weekday (Tue 1 Dec)`. */
function withoutName(words: string, name: string): string {
  const text = withTitles(words);
  const first = `${firstName(name)} `;
  return text.startsWith(first) ? text.slice(first.length) : text;
}

/**
 * The people who could get an event on a day, ranked; those who could but have no Crossmark number, so that it cannot be sent; and the people
 * who perhaps cannot, with the reason. The ranking takes the proposal into account. Only a dry run tells which rules a change breaks.
 */
export function candidates(
  people: Pick<Employee, 'id' | 'name' | 'rep_id'>[],
  choices: Choices | undefined,
  day: string,
  except: string,
): { can: Candidate[]; unsendable: Candidate[]; cannot: Candidate[] } {
  const ranked = choices ? onDay(choices, day) : { can: [], cannot: [] };
  const points = new Map(ranked.can.map((one) => [one.employee_id, one.points]));
  // H15 (the event is posted) is not an obstacle, because the posted schedule is what changes.
  const refused = new Map(ranked.cannot.filter((one) => one.rule !== 'H15').map((one) => [one.employee_id, one.words]));
  const others = people.filter((one) => one.id !== except);
  const note = (id: string) => {
    const worth = points.get(id);
    return worth === undefined ? '' : worth ? pointsWords(worth) : 'same score';
  };
  const rank = (id: string) => points.get(id) ?? -Infinity;
  const able = others
    .filter((one) => !refused.has(one.id))
    .sort((a, b) => (rank(a.id) === rank(b.id) ? a.name.localeCompare(b.name) : rank(b.id) - rank(a.id)));
  const listed = (all: typeof able) => all.map(({ id, name }) => ({ id, name, note: note(id) }));
  return {
    can: listed(able.filter((one) => !lacksNumber(one))),
    unsendable: listed(able.filter(lacksNumber)),
    cannot: others
      .filter((one) => refused.has(one.id))
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(({ id, name }) => ({ id, name, note: withoutName(refused.get(id) ?? '', name) })),
  };
}
