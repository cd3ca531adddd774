/** The answers of *Find* as rows. An answer of an unknown shape has no rows; the page shows its text and its link instead. */
import { clockOf, dayOf, hours, spokenDay } from './dates';
import { eventName } from './event-name';
import { count, listed, pointsWords, signed } from './numbers';
import { rotationName } from './words';

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
interface RotationHolder {
  on_duty: Who | null;
  exception: boolean;
}

const dutyWords = (name: string, { on_duty, exception }: RotationHolder) =>
  `${name}: ${on_duty?.name ?? 'nobody'}${exception ? ', by exception' : ''}`;

/** For each tool, the function that makes rows of an answer in the shape of that tool. */
const READERS: Record<string, (answer: never) => AnswerRow[]> = {
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
    ...off.map((one) => ({ title: one.name, detail: `off: ${one.reason}` })),
  ],
  person_schedule: ({ shifts, proposed }: { shifts: Shift[]; proposed: Shift[] }) => [
    ...shifts.map(shiftRow),
    ...proposed.map((shift) => ({ ...shiftRow(shift), detail: `${shiftRow(shift).detail}, proposed` })),
  ],
  explain_event: ({ event, posted, planned, reason, runner_up }: Explanation) => [
    {
      title: titleOf(event),
      detail:
        joined(posted && `posted: ${spotWords(posted, '')}`, planned && `proposed: ${spotWords(planned, '')}`, reason?.words) ||
        'Nobody has it',
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
    ...broken.map((one) => ({ title: one.rule, detail: one.words })),
  ],
  findings: ({ findings }: { findings: { rule: string; words: string; ignored: boolean }[] }) =>
    findings.map((one) => ({ title: one.rule, detail: one.words + (one.ignored ? ' (ignored)' : '') })),
  submissions: ({ lines }: { lines: (Event & { words: string | null; place: Spot | null })[] }) =>
    lines.map((one) => ({ title: titleOf(one), detail: joined(spotWords(one.place, ''), one.words) })),
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
  event_history: ({ entries }: { entries: { at: string; who: string; to: string; why: string }[] }) =>
    entries.map((one) => ({ title: one.who, detail: joined(one.to.replaceAll('_', ' '), one.why) })),
  proposal: ({ lines }: { lines: (Event & { place: Spot | null; from: Spot | null; words: string | null })[] }) =>
    lines.map((one) => ({
      title: titleOf(one),
      detail: joined(spotWords(one.place, 'no place'), one.from && `was ${spotWords(one.from, '')}`, one.words),
    })),
  compare_runs: ({ lines }: { lines: (Event & { before: Spot | null; after: Spot | null })[] }) =>
    lines.map((one) => ({
      title: titleOf(one),
      detail: `${spotWords(one.before, 'no place')} becomes ${spotWords(one.after, 'no place')}`,
    })),
  find: ({ people, events }: { people: { name: string; detail: string | null }[]; events: { name: string; detail: string | null }[] }) =>
    [...people, ...events].map((one) => ({ title: one.name, detail: one.detail ?? '' })),
  runs: ({ runs }: { runs: { kind: string; state: string; placed: number; not_placed: number }[] }) =>
    runs.map((one) => ({
      title: `${one.kind.replaceAll('_', ' ')}, ${one.state}`,
      detail: `${one.placed} placed, ${one.not_placed} not placed`,
    })),
};

export function answerRows(tool: string, answer: Record<string, unknown>): AnswerRow[] {
  try {
    return Object.hasOwn(READERS, tool) ? READERS[tool](answer as never) : [];
  } catch {
    return [];
  }
}

/** The name of a person in an answer; the id if two people have the same name. */
export const candidateWords = <A extends Who>(one: A, all: A[]): string =>
  all.filter((other) => other.name === one.name).length > 1 ? one.id : one.name;
