/**
 * The answers of *Find* in the client's words: a sentence, and rows. An answer of an unknown shape has no rows; the page shows its sentence
 * and its link instead.
 */
import type { Run } from './api-types';
import { clockOf, dayOf, hours, momentWords, spokenDay, withYear } from './dates';
import { eventName, eventTitle, withEventTitles, withTitles } from './event-name';
import { capital, count, listed, pointsWords, signed } from './numbers';
import { runKind, runState } from './run';
import { withoutMark } from './team-names.svelte';
import { rotationName, ruleTitle } from './words';

/** When and where an answer is read. */
export interface ReadContext {
  today: string;
  zone: string;
}

export interface AnswerRow {
  title: string;
  detail: string;
}

interface Who {
  id: string;
  name: string;
}
interface Event {
  event: number;
  name: string;
  type: string;
}
interface Spot {
  person: Who;
  start: string;
}
type Shift = Event & { start: string; minutes: number };

const DATE = /\b\d{4}-\d\d-\d\d\b(?!T)/g;

/** A text of the server with its dates as the pages write them. */
export const withDays = (text: string, today: string) => text.replace(DATE, (day) => withYear(spokenDay(day), day, today));

/** The states of an event and of its line, in words. */
const STATES: Record<string, string> = {
  user_edited: 'edited',
  superseded: 'replaced',
  submitting: 'being sent',
  api_submitted: 'accepted',
  api_failed: 'not accepted',
  in_doubt: 'being checked',
  open: 'open, nobody has it',
  not_open: 'not open in Crossmark',
};
const stateWords = (state: string) => STATES[state] ?? state.replaceAll('_', ' ');

/** Why a person is off. */
const OFF: Record<string, string> = {
  not_employed: 'does not work here then',
  time_off: 'has time off',
  unavailable_by_override: 'is not available (temporary change of hours)',
  never_on_this_weekday: 'does not work on that weekday',
};

/** The states in which an event has a place that is not posted. */
const PLANNED = ['proposed', 'approved', 'submitting', 'in_doubt', 'api_failed'];

/** Who changed something; Muster's own parts have one name. */
const whoWords = (who: string) => (/^muster\b/.test(who) ? 'Muster' : who);

const titleOf = (event: Event) => `${eventName(event.name, event.type).title} ${event.event}`;
const at = (start: string) => `${spokenDay(dayOf(start))} ${clockOf(start)}`;
const spotWords = (spot: Spot | null, none: string) => (spot ? `${spot.person.name}, ${at(spot.start)}` : none);
const shiftRow = (shift: Shift): AnswerRow => ({ title: titleOf(shift), detail: `${at(shift.start)}, ${hours(shift.minutes)}` });
const whoRow = (title: string, who: Who | null): AnswerRow => ({ title, detail: who?.name ?? 'Nobody' });
const joined = (...parts: (string | null | undefined | false)[]) => parts.filter(Boolean).join('; ');

interface FreePeople {
  event: Event | null;
  days: { date: string; closed: string | null; start: string | null; free: (Who & { points: number | null; week_hours: number })[] }[];
}
interface Roster {
  working: (Who & { shifts: Shift[] })[];
  off: (Who & { reason: string })[];
  juicer: Who | null;
  primary_lead: Who | null;
}
interface Explanation {
  event: Event;
  state: string;
  posted: Spot | null;
  planned: Spot | null;
  runner_up: { person: Who; date: string; points_lost: number } | null;
  reason: { words: string } | null;
}
interface CheckedPlace {
  event: Event;
  place: Spot | null;
  allowed: boolean;
  broken: { rule: string; words: string }[];
  points: number;
}
interface Named {
  id: string;
  name: string;
  detail: string | null;
}
interface PastRun {
  kind: Run['run_type'];
  state: Run['status'];
  at: string;
  placed: number;
  not_placed: number;
}
interface RotationHolder {
  on_duty: Who | null;
  exception: boolean;
}

const dutyWords = (name: string, { on_duty, exception }: RotationHolder) =>
  `${name}: ${on_duty?.name ?? 'nobody'}${exception ? ', by exception' : ''}`;

/** For each tool, the function that makes rows of an answer in the shape of that tool. */
const ROWS: Record<string, (answer: never, context: ReadContext) => AnswerRow[]> = {
  who_is_free: ({ days }: FreePeople) =>
    days.map((day) => ({
      title: spokenDay(day.date) + (day.start ? `, from ${clockOf(day.start)}` : ''),
      detail: day.closed
        ? day.closed
        : day.free.length
          ? listed(
              day.free.map((one) =>
                one.points === null ? `${one.name} (${one.week_hours} h that week)` : `${one.name} (${signed(one.points)})`,
              ),
            )
          : 'Nobody',
    })),
  day_roster: ({ working, off, juicer, primary_lead }: Roster) => [
    whoRow(rotationName.primary_lead, primary_lead),
    whoRow(rotationName.juicer, juicer),
    ...working.map((one) => ({
      title: one.name,
      detail: one.shifts.map((shift) => `${clockOf(shift.start)} ${eventName(shift.name, shift.type).title}`).join(', '),
    })),
    ...off.map((one) => ({ title: one.name, detail: OFF[one.reason] ?? 'off' })),
  ],
  person_schedule: ({ shifts, proposed }: { shifts: Shift[]; proposed: Shift[] }) => [
    ...shifts.map(shiftRow),
    ...proposed.map((shift) => ({ ...shiftRow(shift), detail: `${shiftRow(shift).detail}, proposed` })),
  ],
  explain_event: ({ event, state, posted, planned, reason, runner_up }: Explanation) => [
    {
      title: titleOf(event),
      detail:
        joined(
          posted && `posted: ${spotWords(posted, '')}`,
          planned && PLANNED.includes(state) && `${stateWords(state)}: ${spotWords(planned, '')}`,
          reason && withTitles(reason.words),
        ) || 'Nobody has it',
    },
    ...(runner_up
      ? [
          {
            title: 'Next best',
            detail: `${runner_up.person.name} on ${spokenDay(runner_up.date)}, ${pointsWords(-runner_up.points_lost)}`,
          },
        ]
      : []),
  ],
  check_place: ({ event, place, allowed, broken, points }: CheckedPlace) => [
    {
      title: titleOf(event),
      detail: joined(spotWords(place, ''), allowed ? `keeps every rule, ${pointsWords(points)}` : 'breaks a rule'),
    },
    ...broken.map((one) => ({ title: ruleTitle[one.rule] ?? one.rule, detail: capital(withTitles(one.words)) })),
  ],
  findings: ({ findings }: { findings: { rule: string; title: string; words: string; ignored: boolean }[] }) =>
    findings.map((one) => ({ title: one.title, detail: capital(withTitles(one.words)) + (one.ignored ? ' (ignored)' : '') })),
  submissions: ({ lines }: { lines: (Event & { words: string | null; place: Spot | null })[] }) => {
    const titlesByEvent = new Map(lines.map((one) => [one.event, eventTitle(one.name, one.type)]));
    const words = (of: string | null) => of && withEventTitles(of, (ref) => titlesByEvent.get(ref));
    return lines.map((one) => ({ title: titleOf(one), detail: joined(spotWords(one.place, ''), words(one.words)) }));
  },
  events: ({ events }: { events: (Event & { due: string; days_left: number })[] }) =>
    events.map((one) => ({ title: titleOf(one), detail: `due ${spokenDay(one.due)}, ${count(one.days_left, 'day')} left` })),
  rotations: ({ days }: { days: { date: string; juicer: RotationHolder; primary_lead: RotationHolder }[] }) =>
    days.map((day) => ({
      title: spokenDay(day.date),
      detail: joined(dutyWords('Juicer', day.juicer), dutyWords('Lead', day.primary_lead)),
    })),
  workload: ({ people }: { people: (Who & { hours: number; days: number; core: number })[] }) =>
    people.map((one) => ({ title: one.name, detail: `${one.hours} h on ${count(one.days, 'day')}, ${one.core} Core` })),
  fairness: ({ people }: { people: (Who & { debt: number })[] }) =>
    [...people]
      .sort((a, b) => a.name.localeCompare(b.name))
      .map((one) => ({
        title: one.name,
        detail: one.debt > 0 ? `is owed ${one.debt} Core` : one.debt < 0 ? `had ${-one.debt} Core more than a fair share` : 'even',
      })),
  rules: ({ rules }: { rules: { id: string; title: string; text: string | null }[] }) =>
    rules.map((one) => ({ title: `${one.id} ${one.title}`, detail: one.text ?? '' })),
  event_history: ({ entries }: { entries: { at: string; who: string; to: string; why: string }[] }, { zone, today }) =>
    entries.map((one) => ({
      title: `${momentWords(one.at, zone, today)}, ${whoWords(one.who)}`,
      detail: joined(stateWords(one.to), withTitles(one.why)),
    })),
  proposal: ({ lines }: { lines: (Event & { place: Spot | null; from: Spot | null; words: string | null })[] }) =>
    lines.map((one) => ({
      title: titleOf(one),
      detail: joined(spotWords(one.place, 'no place'), one.from && `was ${spotWords(one.from, '')}`, one.words && withTitles(one.words)),
    })),
  compare_runs: ({ lines }: { lines: (Event & { before: Spot | null; after: Spot | null })[] }) =>
    lines.map((one) => ({
      title: titleOf(one),
      detail: `${spotWords(one.before, 'no place')} becomes ${spotWords(one.after, 'no place')}`,
    })),
  find: ({ people, events }: { people: Named[]; events: Named[] }, { today }) => [
    ...people.map((one) => ({ title: one.name, detail: '' })),
    ...events.map((one) => ({ title: `${eventName(one.name).title} ${one.id}`, detail: withDays(one.detail ?? '', today) })),
  ],
  runs: ({ runs }: { runs: PastRun[] }, { zone, today }) =>
    runs.map((one) => ({
      title: `${momentWords(one.at, zone, today)}, ${runKind[one.kind]}`,
      detail: `${runState[one.state].text}. ${one.placed} placed, ${one.not_placed} not placed`,
    })),
};

/** The sentences of answers that the server writes for programs. */
const SENTENCES: Record<string, (answer: never) => string> = {
  explain_event: ({ event, state }: Explanation) => `${titleOf(event)} is ${stateWords(state)}.`,
  submissions: ({ failed, in_doubt, under_way }: { failed: number; in_doubt: number; under_way: number }) =>
    `${count(failed, 'event')} not accepted, ${in_doubt} being checked, ${under_way} under way.`,
};

/** The sentence of an answer: the server's, with titles, names and days in place of numbers, ids and dates. */
export function answerSentence(tool: string, echo: string, answer: Record<string, unknown> | null, { today }: ReadContext): string {
  try {
    if (answer && Object.hasOwn(SENTENCES, tool)) return SENTENCES[tool](answer as never);
    const { event, person } = (answer ?? {}) as { event?: Event | null; person?: Who | null };
    const titled = event ? echo.replace(`Event ${event.event}`, titleOf(event)) : echo;
    return withDays(person && titled.startsWith(`${person.id},`) ? person.name + titled.slice(person.id.length) : titled, today);
  } catch {
    return echo;
  }
}

/** The rows of an answer; none if its tool or its shape is unknown. */
export function answerRows(tool: string, answer: Record<string, unknown>, context: ReadContext): AnswerRow[] {
  try {
    return Object.hasOwn(ROWS, tool) ? ROWS[tool](answer as never, context) : [];
  } catch {
    return [];
  }
}

/** The name of a candidate; the id if another one has the same name. */
export const candidateWords = <A extends Who>(one: A, all: A[]): string =>
  all.filter((other) => withoutMark(other.name) === withoutMark(one.name)).length > 1 ? one.id : one.name;
