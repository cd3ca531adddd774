/** Posted schedules and proposed lines as one type that calendars draw. */
import type { Dashboard, Line, LineStatus, Schedule } from './api-types';
import { clock, dayOf, minuteOf } from './dates';
import { eventName } from './event-name';
import { eventType } from './event-types';

export interface Item {
  id: string;
  ref: number;
  kind: 'posted' | 'proposed';
  moved: boolean;
  held: boolean;
  /** Why Crossmark does not have it although it was approved; empty for what is posted or not approved. */
  underWay: string;
  type: string | null;
  title: string;
  number: string;
  who: string;
  whoName: string;
  day: string;
  /** Its start in minutes of the day. */
  at: number;
  /** Its length. */
  minutes: number;
}

/** The rulebook's default lengths in minutes. */
const MINUTES: Record<string, number> = { core: 390, 'juicer-production': 540, 'juicer-deep-clean': 240, supervisor: 5 };
const lengthOf = (type: string | null, minutes: number | null) => minutes ?? MINUTES[eventType(type).slug] ?? 15;

const UNDER_WAY: Partial<Record<LineStatus, string>> = {
  approved: 'not sent yet',
  submitting: 'being sent',
  in_doubt: 'being checked in Crossmark',
};
/** What is said of a line that failed. */
export const NOT_ACCEPTED = 'not accepted';

/** The lines that are on their way to Crossmark, by event. */
export const underWayOf = (lines: Line[] = []): Map<number, Line> =>
  new Map(lines.filter((line) => UNDER_WAY[line.status]).map((line) => [line.event_ref_num, line]));

export function postedItem(one: Omit<Schedule, 'start_date' | 'due_date'>): Item {
  const { title, number } = eventName(one.project_name, one.event_type);
  return {
    id: `posted.${one.event_ref_num}`,
    ref: one.event_ref_num,
    kind: 'posted',
    moved: false,
    held: false,
    underWay: '',
    type: one.event_type,
    title,
    number: number || String(one.event_ref_num),
    who: one.employee_id,
    whoName: one.employee_name ?? one.employee_id,
    day: dayOf(one.schedule_datetime),
    at: minuteOf(one.schedule_datetime),
    minutes: lengthOf(one.event_type, one.estimated_minutes),
  };
}

/** The shifts of today's people, some of which may be on their way to Crossmark. */
export function floorItems(floor: Dashboard['on_floor'], underWay: Map<number, Line>): Item[] {
  return floor.flatMap(({ employee_id, employee_name, shifts }) =>
    shifts.map((shift) => {
      const line = underWay.get(shift.event_ref_num);
      return { ...postedItem({ ...shift, employee_id, employee_name }), underWay: line ? (UNDER_WAY[line.status] ?? '') : '' };
    }),
  );
}

/** The place that a line gives its event; null if it gives none. Once the line is accepted, the place counts as posted. */
export function lineItem(line: Line, held: boolean): Item | null {
  if (!line.employee_id || !line.schedule_datetime) return null;
  const { title, number } = eventName(line.project_name, line.event_type);
  const isAccepted = line.status === 'api_submitted';
  return {
    id: line.id,
    ref: line.event_ref_num,
    kind: isAccepted ? 'posted' : 'proposed',
    moved: line.kind === 'moved' && !isAccepted,
    held,
    underWay: line.status === 'api_failed' ? NOT_ACCEPTED : (UNDER_WAY[line.status] ?? ''),
    type: line.event_type,
    title,
    number: number || String(line.event_ref_num),
    who: line.employee_id,
    whoName: line.employee_name ?? line.employee_id,
    day: dayOf(line.schedule_datetime),
    at: minuteOf(line.schedule_datetime),
    minutes: lengthOf(line.event_type, line.estimated_minutes),
  };
}

/**
 * Posted schedules and lines. A posted schedule is left out if a line places its event, moves it or takes it back. A line that failed
 * changed nothing, so it leaves what is posted.
 */
export function itemsOf(posted: Schedule[], lines: Line[], held: { has(id: string): boolean }): Item[] {
  const ofLines = lines.map((line) => lineItem(line, held.has(line.id))).filter((item) => item !== null);
  const takes = (line: Line) => line.status !== 'api_failed' && (line.from || line.employee_id);
  const taken = new Set(lines.filter(takes).map((line) => line.event_ref_num));
  return [...posted.filter((one) => !taken.has(one.event_ref_num)).map(postedItem), ...ofLines];
}

/** The lines of the proposal that are not accepted yet, and those on their way that replace them or that people added by hand. */
export function openLines(proposal: Line[], underWay: Map<number, Line>): Line[] {
  const isReplaced = ({ id, event_ref_num }: Line) => (underWay.get(event_ref_num)?.id ?? id) !== id;
  const ids = new Set(proposal.map((line) => line.id));
  return [
    ...proposal.filter((line) => line.status !== 'api_submitted' && !isReplaced(line)),
    ...[...underWay.values()].filter((line) => !ids.has(line.id)),
  ];
}

/** What a screen reader says after an entry's title: `Core, 10:15 am, proposed, moved, held back`. */
export const entryWords = (item: Item): string =>
  [eventType(item.type).label, clock(item.at), item.underWay || item.kind, item.moved ? 'moved' : '', item.held ? 'held back' : '']
    .filter(Boolean)
    .join(', ');

export function groupBy<T>(items: T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const found = groups.get(key(item));
    if (found) found.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
