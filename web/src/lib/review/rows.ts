/** One row is one decision: a Core with its Supervisor, a Production with its Survey. It stays one while its two events are sent. */
import type { Flag, Line, LineStatus, Place } from '../api-types';
import { dayOf, spokenDay } from '../dates';
import { eventName } from '../event-name';
import { eventType, isFollower } from '../event-types';

/** `overruled` are rows with a rule that a manager set aside. */
export type RowGroup = 'unplaced' | 'overruled' | 'moved' | 'odd' | 'routine';

export interface Row {
  id: string;
  line: Line;
  partner: Line | null;
  /** The event that the row's acts are about: the first that is undecided, otherwise the first that can be changed. */
  actsOn: Line;
  /** The event that this one follows, if it is in the proposal and has a row of its own. */
  head: Line | null;
  title: string;
  number: string;
  group: RowGroup;
  flags: Flag[];
  /** The status of its line; of two, the one that comes first in `ORDER`. */
  status: LineStatus;
  /** Club-local day; null without a place. */
  day: string | null;
}

/** Whether a line follows the other event of its pair. */
export const follows = (line: Line) => isFollower(line.event_type);

export const isPlaced = (line: Line) => line.employee_id !== null && line.schedule_datetime !== null;

export const placeOf = ({ employee_id, employee_name, schedule_datetime, block }: Line): Place | null =>
  employee_id && schedule_datetime ? { employee_id, employee_name, schedule_datetime, block } : null;

/** Whether a line takes a posted schedule back and gives its event no other place. */
export const takesBack = (line: Line) => line.kind === 'dropped' && !isPlaced(line);

/** Whether an approval can send a line: it has a place, or takes one back. */
export const isSendable = (line: Line) => isPlaced(line) || takesBack(line);

/** Whether nobody has approved or rejected a line. */
export const isOpen = (line: Line) => line.status === 'proposed' || line.status === 'user_edited';

/** Whether the day of a line's place passed before anybody approved it, so that it cannot be sent. False until today's date is known. */
export const isMissed = (line: Line, today: string): boolean =>
  isOpen(line) && isPlaced(line) && dayOf(line.schedule_datetime ?? '') < today;

/** Whether a person may give a line another place; a failed line must be approved again after that. */
export const canChange = (line: Line) => isOpen(line) || line.status === 'api_failed';

/** Whether a line lost its place by an edit of another line. */
export const hasLostPlace = (line: Line) => !isPlaced(line) && line.original !== null;

/** Whether a line has another place than the one that the run gave it, or that the plan had before a trial was adopted. */
export const isEdited = (line: Line) =>
  line.original !== null || (isPlaced(line) && (line.was_not_placed || line.kind === 'not_placed' || line.kind === 'dropped'));

/** Whether an event shares the row of the event that it follows. */
const isOneRow = (line: Line, head: Line | null) => !!head && isSendable(head) === isSendable(line);

const byRefOf = (lines: Line[]) => new Map(lines.map((line) => [line.event_ref_num, line]));

/** How many decisions these events are. */
export function decisionsIn(lines: Line[]): number {
  const byRef = byRefOf(lines);
  return lines.filter((line) => !isOneRow(line, headOf(line, byRef))).length;
}

export function rowsOf(lines: Line[]): Row[] {
  const byRef = byRefOf(lines);
  const partners = new Map<string, Line>();
  for (const line of lines) {
    const head = headOf(line, byRef);
    if (head && isOneRow(line, head)) partners.set(head.id, line);
  }
  return lines.flatMap((line) => {
    const head = headOf(line, byRef);
    return isOneRow(line, head) ? [] : [rowOf(line, partners.get(line.id) ?? null, head)];
  });
}

/** The event of the proposal that a line follows. */
export function headOf(line: Line, byRef: ReadonlyMap<number, Line>): Line | null {
  const head = line.pair === null || !follows(line) ? undefined : byRef.get(line.pair);
  return head && !follows(head) ? head : null;
}

/** Cache of rows. Lines are immutable, so the same lines give the same row, and the row is not drawn again. */
const rowCache = new WeakMap<Line, Row>();

function rowOf(line: Line, partner: Line | null, head: Line | null): Row {
  const before = rowCache.get(line);
  if (before && before.partner === partner && before.head === head) return before;
  const row = newRow(line, partner, head);
  rowCache.set(line, row);
  return row;
}

/**
 * What a person sees and does about one event: its row. Once an event of a pair is decided, each of the two is on its own, because it
 * has its own calls to Crossmark and its own next step.
 */
export function partOf(row: Row, id: string): Row {
  const { line, partner } = row;
  if (!partner || linesOf(row).every(isOpen)) return row;
  return id === partner.id ? newRow(partner, null, line) : newRow(line, null, row.head);
}

function newRow(line: Line, partner: Line | null, head: Line | null): Row {
  const name = () => eventName(line.project_name, line.event_type);
  const flags = [...new Set([...line.flags, ...(partner?.flags ?? [])])];
  return {
    id: line.id,
    line,
    partner,
    actsOn: actsOn(line, partner),
    head,
    // Title and number are computed when they are read: a proposal has hundreds of rows, and a first screen shows about five.
    get title() {
      return name().title;
    },
    get number() {
      return name().number || String(line.event_ref_num);
    },
    flags,
    group: groupOf(line, partner, flags),
    status: statusOf(line, partner),
    day: placeDay(line),
  };
}

function actsOn(line: Line, partner: Line | null): Line {
  const both = partner ? [line, partner] : [line];
  return both.find(isOpen) ?? both.find(canChange) ?? line;
}

/** Club-local day of a line's place, or of the place that it takes back. */
export function placeDay(line: Line): string | null {
  const at = line.schedule_datetime ?? (line.kind === 'dropped' ? line.from?.schedule_datetime : null);
  return at ? dayOf(at) : null;
}

function groupOf(line: Line, partner: Line | null, flags: Flag[]): RowGroup {
  if (!isSendable(line)) return 'unplaced';
  if (line.kind === 'moved' || line.kind === 'dropped') return 'moved';
  if (line.overridden || partner?.overridden) return 'overruled';
  if (line.decision?.wish?.met === false) return 'odd';
  return flags.some((flag) => flag === 'rotation_away' || flag === 'unusual_role') ? 'odd' : 'routine';
}

export const linesOf = (row: Row): Line[] => (row.partner ? [row.line, row.partner] : [row.line]);

/** The title of one event. A pair usually shares its title, so the event that follows also gets its type. */
export function titleOfLine(line: Line): string {
  const { title } = eventName(line.project_name, line.event_type);
  const { label } = eventType(line.event_type);
  return follows(line) && title !== label ? `${title} (${label})` : title;
}

/** The titles that several of these events have. */
export function repeatedTitles(lines: Line[]): Set<string> {
  const titles = lines.map(titleOfLine);
  return new Set(titles.filter((title, at) => titles.indexOf(title) !== at));
}

/**
 * Who works an event and when, as a list says it after the title; with its number if other events have the title:
 * `Avery Quill, Fri 27 Nov, number 619044`.
 */
export function whoseWords(line: Line, repeated: ReadonlySet<string>): string {
  const day = placeDay(line);
  const number = () => eventName(line.project_name, line.event_type).number || line.event_ref_num;
  return [
    line.employee_name ?? line.employee_id ?? line.from?.employee_name,
    day && spokenDay(day),
    repeated.has(titleOfLine(line)) && `number ${number()}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** The title of one event, or of the two of a pair: `Cherry Salad and its Supervisor`. */
export const titleOfBoth = ([line, partner]: Line[]): string =>
  titleOfLine(line) + (partner ? ` and its ${eventType(partner.event_type).label}` : '');

/** States in order of attention: failures first, then what is under way, open, and settled. */
const ORDER: LineStatus[] = [
  'api_failed',
  'in_doubt',
  'submitting',
  'approved',
  'user_edited',
  'proposed',
  'api_submitted',
  'rejected',
  'superseded',
];
const statusOf = ({ status }: Line, partner: Line | null) =>
  partner && ORDER.indexOf(partner.status) < ORDER.indexOf(status) ? partner.status : status;

const textOf = ({ event_ref_num, employee_name, from, event_type }: Line) =>
  `${event_ref_num} ${employee_name ?? ''} ${from?.employee_name ?? ''} ${eventType(event_type).label}`;

export function matches(row: Row, words: string, day: string | null): boolean {
  if (day && (row.day ?? dayOf(row.line.start_date)) !== day) return false;
  if (!words) return true;
  const text = `${row.title} ${row.number} ${linesOf(row).map(textOf).join(' ')}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
