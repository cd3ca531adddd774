/** The horizon day by day: the numbers of posted, new and moved Core, and what needs a look. */
import type { ClosedDay, Line, Schedule, YearlyHoliday } from '../api-types';
import { dayOf, daysBetween, daysFrom } from '../dates';
import { isCore } from '../event-types';
import { fallsOn } from '../holidays';
import { linesOf, type Row } from './rows';

export interface DayLoad {
  day: string;
  /** Number of posted Core that the proposal leaves where they are. A change that failed left its Core there too. */
  posted: number;
  /** Number of Core that the proposal places. */
  fresh: number;
  /** Number of posted Core that the proposal moves to this day. */
  moved: number;
  /** Number of Core that the proposal placed on this day, which passed before they were sent. */
  missed: number;
  /** Number of Core that another approval has on its way. */
  onItsWay: number;
  /** Number of events without a place. */
  unplaced: number;
  /** Number of rows without a place that no later run can place. */
  urgent: number;
  /** Number of placed rows that need a look. */
  odd: number;
  closed: '' | 'Holiday' | 'Locked';
}

export interface Closed {
  /** Holidays on a single date. */
  holidays: ClosedDay[];
  yearly?: YearlyHoliday[];
  locked: ClosedDay[];
}

/**
 * The load of each day of the horizon, at most of the first 60 days. An event that `isElsewhere` counts only where it is posted, or where a
 * line of `others`, which are the lines that other approvals have on their way, puts it. What `isMissed` stands as it is posted.
 */
export function loadOf(
  horizon: [string, string],
  rows: Row[],
  posted: Schedule[],
  closed: Closed | undefined,
  isUrgent: (row: Row) => boolean = () => true,
  isElsewhere: (id: string) => boolean = () => false,
  others: Line[] = [],
  isMissed: (line: Line) => boolean = () => false,
): DayLoad[] {
  const [from, to] = horizon;
  const loads = daysFrom(from, Math.min(60, daysBetween(from, to) + 1)).map((day): DayLoad => ({
    day,
    posted: 0,
    fresh: 0,
    moved: 0,
    missed: 0,
    onItsWay: 0,
    unplaced: 0,
    urgent: 0,
    odd: 0,
    closed: closedAs(day, closed),
  }));
  const byDay = new Map(loads.map((load) => [load.day, load]));
  // A posted event that moves counts on its new day, and one that was just accepted counts as a line. What failed stands as it is posted.
  const here = rows.filter((row) => !isElsewhere(row.line.id));
  const own = new Set(
    here.filter(({ line }) => counts(line) && !isMissed(line) && (line.from || line.status === 'api_submitted')).map(refOf),
  );
  for (const line of others) {
    own.add(line.event_ref_num);
    const load = isCore(line.event_type) && line.schedule_datetime && byDay.get(dayOf(line.schedule_datetime));
    if (load) load.onItsWay++;
  }
  for (const one of posted) {
    const load = byDay.get(dayOf(one.schedule_datetime));
    if (load && isCore(one.event_type) && !own.has(one.event_ref_num)) load.posted++;
  }
  for (const row of here) {
    const load = byDay.get(row.day ?? dayOf(row.line.start_date));
    if (!load) continue;
    if (row.group === 'unplaced') {
      load.unplaced += linesOf(row).length;
      if (isUrgent(row)) load.urgent++;
    } else if (row.group !== 'routine' || isMissed(row.actsOn)) load.odd++;
    if (isCore(row.line.event_type) && row.line.employee_id && counts(row.line))
      load[isMissed(row.line) ? 'missed' : row.line.kind === 'moved' ? 'moved' : 'fresh']++;
  }
  return loads;
}

const refOf = (row: Row) => row.line.event_ref_num;

/** Whether a day counts the place of a line: not if the line failed. */
const counts = (line: Line) => line.status !== 'api_failed';

export function closedAs(day: string, closed: Closed | undefined): DayLoad['closed'] {
  if (closed?.holidays.some((one) => one.date === day) || closed?.yearly?.some((one) => fallsOn(one.rule, day))) return 'Holiday';
  return closed?.locked.some((one) => one.date === day) ? 'Locked' : '';
}
