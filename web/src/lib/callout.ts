/** A call-out: three options, each of which may move more schedules of other people than the one before, and the effect of each. */
import type { FitsIf, Moves, PlanDifference, TrialResult } from './api-types';
import { clockOf, dayOf, spokenDay } from './dates';
import { eventName, withTitles } from './event-name';
import { eventType, isFollower } from './event-types';
import { count, listed } from './numbers';
import { firstNameOf, type Names, placeWords, titleOfLine } from './trials';

export const CALLOUT_OPTIONS: { moves: Moves; title: string }[] = [
  { moves: 'none', title: 'Nobody else moves' },
  { moves: 'few', title: 'A few others may move' },
  { moves: 'any', title: 'Any others may move' },
];

export interface Refilled {
  ref: number;
  type: string;
  title: string;
  /** `to Rosa, same time` */
  words: string;
}

export interface CalloutOption {
  /** Events of the absent person that get another place: somebody else works them, or the same person on another day. */
  refilled: Refilled[];
  /**
   * Schedules of other people that move or are taken back. `along` is true for a Supervisor or Survey that changes because its refilled
   * Core or Production moves.
   */
  moved: (Refilled & { along: boolean })[];
  /** Events of the absent person for which nobody is found, with the reason. */
  open: {
    ref: number;
    type: string | null;
    title: string;
    reason: string;
    /** What would have to change so that somebody could take it. */
    fits: string[];
  }[];
  /** Sentences about events that cannot be covered before Crossmark has answered an earlier change. */
  waits: string[];
  /** The names of people without a Crossmark number who get an event: it cannot be sent. */
  unknown: string[];
  /** Events of the absent person that get another place that can be sent. */
  sendable: number;
  /** The first names of the people who must be informed. */
  inform: string[];
  /** The changes as a key: two options with the same key make the same changes. */
  plan: string;
}

function refillWords({ before, after }: PlanDifference, names: Names): string {
  if (!after) return 'to nobody';
  if (before?.employee_id === after.employee_id)
    return `moves to ${spokenDay(dayOf(after.start))} ${clockOf(after.start)}, still with ${firstNameOf(after.employee_id, names)}`;
  const name = firstNameOf(after.employee_id, names);
  if (before?.start === after.start) return `to ${name}, same time`;
  const isSameDay = before && dayOf(before.start) === dayOf(after.start);
  return `to ${name}, ${isSameDay ? '' : `${spokenDay(dayOf(after.start))} `}${clockOf(after.start)}`;
}

/** What would have to change so that somebody could take an event, with the start in the client's time format. */
function fitsWords({ text, schedule_datetime: start }: FitsIf): string {
  const words = start ? text.replace(/starts at [\d:]+(?: [ap]m)?/, `starts at ${clockOf(start)}`) : text;
  return withTitles(words).replace(/\.$/, '');
}

/** Whether an event of somebody else belongs to one of the absent person's: a Supervisor to its Core, a Survey to its Production. */
function belongsTo(own: PlanDifference[], { event_type, project_name }: PlanDifference): boolean {
  if (!isFollower(event_type)) return false;
  const { number } = eventName(project_name, event_type);
  const head = eventType(event_type).slug === 'supervisor' ? 'core' : 'juicer-production';
  return own.some((one) => eventType(one.event_type).slug === head && (head !== 'core' || eventName(one.project_name).number === number));
}

/** The effect of a call-out's trial. `unknown` are the people without a Crossmark number. */
export function calloutOption(result: TrialResult, out: string, names: Names, unknown: ReadonlySet<string>): CalloutOption {
  const own = result.lines.filter((line) => line.before?.employee_id === out);
  const others = result.lines.filter((line) => line.before && line.before.employee_id !== out);
  // An event may also stay with the absent person, on a day on which they are there.
  const refilled = own.filter((line) => line.after);
  const lines = new Map(result.lines.map((line) => [line.event_ref_num, line]));
  const fits = new Map(result.open.map((one) => [one.event_ref_num, one.fits_if.map(fitsWords)]));
  const reasons = new Map(result.open.map((one) => [one.event_ref_num, one.reason]));
  const dropped = own.filter((line) => !line.after);
  for (const line of dropped) if (!reasons.has(line.event_ref_num)) reasons.set(line.event_ref_num, '');
  const inform = new Set<string>();
  for (const { before, after } of [...refilled, ...others])
    for (const spot of [before, after]) if (spot && spot.employee_id !== out) inform.add(spot.employee_id);
  if (refilled.some(({ after }) => after?.employee_id === out)) inform.add(out);
  const gets = ({ after }: PlanDifference) => (after && unknown.has(after.employee_id) ? [after.employee_id] : []);
  return {
    unknown: [...new Set(result.lines.flatMap(gets))].map((id) => names.get(id) ?? id),
    sendable: refilled.filter((line) => !gets(line).length).length,
    refilled: refilled.map((line) => ({
      ref: line.event_ref_num,
      type: line.event_type,
      title: titleOfLine(line),
      words: `${line.before ? `${spokenDay(dayOf(line.before.start))} ${clockOf(line.before.start)} ` : ''}${refillWords(line, names)}`,
    })),
    moved: others.map((line) => ({
      ref: line.event_ref_num,
      type: line.event_type,
      title: titleOfLine(line),
      words: `${placeWords(line.before, names, 'nobody')} → ${placeWords(line.after, names, 'taken back')}`,
      along: belongsTo(own, line),
    })),
    // What somebody else loses is among the moves.
    open: [...reasons].flatMap(([ref, reason]) => {
      const line = lines.get(ref);
      if (line?.before && line.before.employee_id !== out) return [];
      return {
        ref,
        type: line?.event_type ?? null,
        title: line ? titleOfLine(line) : `Event ${ref}`,
        reason,
        fits: fits.get(ref) ?? [],
      };
    }),
    waits: result.under_way.map((words) => `${withTitles(words)}.`),
    inform: [...inform].map((id) => firstNameOf(id, names)).sort(),
    plan: result.lines
      .map(({ event_ref_num, after }) => `${event_ref_num}>${after?.employee_id ?? '-'}@${after?.start ?? ''}`)
      .sort()
      .join(' '),
  };
}

/** "2 of 3 events refilled, nobody else moves, except 1 event that goes along" */
export function optionWords({ refilled, open, moved, waits }: CalloutOption): string {
  const all = refilled.length + open.length;
  if (!all && waits.length) return 'Nothing can be covered before Crossmark has answered.';
  if (!all) return 'They have no posted event on these days that has not begun.';
  const along = moved.filter((one) => one.along).length;
  const others = moved.length - along;
  const parts = [
    `${refilled.length} of ${count(all, 'event')} refilled`,
    others ? `${count(others, 'schedule')} of others ${others === 1 ? 'changes' : 'change'}` : 'nobody else moves',
    along ? `${others ? 'and' : 'except'} ${count(along, 'event')} that ${along === 1 ? 'goes' : 'go'} along` : '',
  ];
  return parts.filter(Boolean).join(', ');
}

export const informWords = (option: CalloutOption): string => (option.inform.length ? listed(option.inform) : 'nobody');

type Options = (CalloutOption | undefined)[];

/** The option that is shown for this one: the first with the same plan, itself if no earlier one has it. */
export const shownFor = (options: Options, at: number): number => {
  const plan = options[at]?.plan;
  return plan === undefined ? at : options.findIndex((one) => one?.plan === plan);
};

/** Whether every option is tried and has the same plan. */
export const isOneWay = (options: Options): boolean => options.every((one, n) => one && shownFor(options, n) === 0);

/** Says which options have the same plan as this one, and if an earlier one with another plan saves as much; empty otherwise. */
export function equalWords(options: Options, at: number): string {
  const mine = options[at];
  if (!mine) return '';
  if (isOneWay(options)) return 'The other ways give the same plan.';
  const title = (n: number) => `“${CALLOUT_OPTIONS[n].title}”`;
  const same = options.flatMap((one, n) => (n !== at && one?.plan === mine.plan ? [title(n)] : []));
  const isAsGood = (one: CalloutOption | undefined) =>
    one &&
    one.plan !== mine.plan &&
    one.refilled.length === mine.refilled.length &&
    one.open.length === mine.open.length &&
    one.moved.length === mine.moved.length;
  const asGood = options.slice(0, at).findIndex(isAsGood);
  return [
    same.length ? `${listed(same)} ${same.length === 1 ? 'gives' : 'give'} the same plan.` : '',
    asGood < 0 ? '' : `Saves as much as ${title(asGood)}, in another way.`,
  ]
    .filter(Boolean)
    .join(' ');
}
