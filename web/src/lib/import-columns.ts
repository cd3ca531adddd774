/** The kinds of files that can be loaded, and their columns, as `docs/files.md` lists them. */
import type { ImportKind } from './api-types';

export interface Column {
  /** The name of the field in a mapping. */
  key: string;
  /** The usual heading. */
  heading: string;
  /** Other headings under which the column is found. */
  also: string[];
  needed?: boolean;
}

export interface FileKind {
  kind: ImportKind;
  label: string;
  /** The name of such a file in Muster's predecessor, the program that Muster replaces. */
  predecessorName?: string;
  /** The page that the file belongs to. */
  page: 'team' | 'events';
  columns: Column[];
}

const column = (key: string, heading: string, ...also: string[]): Column => ({ key, heading, also });
const needed = (key: string, heading: string, ...also: string[]): Column => ({ key, heading, also, needed: true });

const EMPLOYEE_ID: [string, ...string[]] = ['Employee ID', 'EmployeeID', 'Employee Number', 'Employee No', 'Emp ID'];
const FIRST_DAY = ['First Day', 'Start', 'Start Date', 'From'] as const;
const LAST_DAY = ['Last Day', 'End', 'End Date', 'To', 'Through'] as const;

const EVENT = [
  needed('name', 'Project Name', 'Project', 'Event Name', 'Event'),
  needed('ref', 'Project Reference Number', 'Project Ref Number', 'Project Ref', 'Reference Number', 'Ref'),
  column('location_id', 'Location MVID', 'Location ID', 'MVID', 'LocationMV ID'),
  column('store_number', 'Store Number', 'Store No', 'Store #'),
  column('store_name', 'Store Name', 'Store'),
  needed('start', 'Start Date/Time', 'Start Date', 'Start DateTime', 'Start Date Time', 'Start'),
  needed('due', 'Due Date/Time', 'Due Date', 'Due DateTime', 'Due Date Time', 'Due'),
  column(
    'estimated_minutes',
    'Estimated Time',
    'Estimated Minutes',
    'Est Time',
    'Est. Time',
    'Estimated Time (Minutes)',
    'Estimated Time (Min)',
  ),
  column('type', 'Event Type', 'Type'),
];

export const fileKinds: FileKind[] = [
  {
    kind: 'employees',
    label: 'People',
    page: 'team',
    columns: [
      needed('employee_id', ...EMPLOYEE_ID),
      needed('name', 'Name', 'Employee Name', 'Full Name', 'Rep Name', 'Employee'),
      column('job_title', 'Job Title', 'Title', 'Position', 'Role'),
      column('juicer_trained', 'Juicer Trained', 'Juicer', 'Juicer Training'),
      column('active', 'Active', 'Is Active', 'Employed'),
      column('termination_date', 'Termination Date', 'Terminated', 'Term Date'),
      column('rep_id', 'Rep ID', 'Crossmark ID', 'Crossmark Rep ID', 'External ID'),
    ],
  },
  {
    kind: 'availability',
    label: 'Availability',
    page: 'team',
    columns: [
      needed('employee_id', ...EMPLOYEE_ID),
      column('mon', 'Monday', 'Mon'),
      column('tue', 'Tuesday', 'Tue', 'Tues'),
      column('wed', 'Wednesday', 'Wed'),
      column('thu', 'Thursday', 'Thu', 'Thur', 'Thurs'),
      column('fri', 'Friday', 'Fri'),
      column('sat', 'Saturday', 'Sat'),
      column('sun', 'Sunday', 'Sun'),
      column('start', ...FIRST_DAY),
      column('end', ...LAST_DAY, 'Until'),
    ],
  },
  {
    kind: 'time_off',
    label: 'Time off',
    page: 'team',
    columns: [
      needed('employee_id', ...EMPLOYEE_ID),
      needed('start', ...FIRST_DAY, 'Off From', 'Date', 'Day Off'),
      column('end', ...LAST_DAY, 'Off To', 'Until'),
    ],
  },
  {
    kind: 'visits',
    label: 'Events',
    predecessorName: 'WorkBankVisits',
    page: 'events',
    columns: [...EVENT, column('condition', 'Condition', 'Status', 'Visit Status')],
  },
  {
    kind: 'schedules',
    label: 'Schedules',
    predecessorName: 'CalendarSchedule',
    page: 'events',
    columns: [
      ...EVENT,
      column('rep_name', 'Rep Name', 'Rep', 'Employee Name', 'Employee'),
      column('employee_id', ...EMPLOYEE_ID),
      needed(
        'scheduled',
        'Schedule Date/Time',
        'Schedule Date',
        'Schedule DateTime',
        'Schedule Date Time',
        'Scheduled Date/Time',
        'Scheduled Date',
        'Scheduled',
      ),
    ],
  },
];

export const fileKind = (kind: string): FileKind => fileKinds.find((one) => one.kind === kind) ?? fileKinds[0];

/** A heading for comparison: without blanks, in lower case. */
export const folded = (heading: string) => heading.replace(/[\s\ufeff]/g, '').toLowerCase();

/** The heading of a file that matches a column; undefined if none does. */
export function foundUnder(column: Column, headings: string[]): string | undefined {
  for (const spelling of [column.heading, ...column.also]) {
    const found = headings.find((heading) => folded(heading) === folded(spelling));
    if (found) return found;
  }
  return undefined;
}

/** The chosen headings as a request. Headings that the server finds by itself are omitted. */
export function mappingOf(columns: Column[], chosen: Record<string, string>): Record<string, string> {
  const mapping: Record<string, string> = {};
  for (const column of columns) {
    const heading = chosen[column.key]?.trim();
    const itself = [column.heading, ...column.also].some((spelling) => heading && folded(spelling) === folded(heading));
    if (heading && !itself) mapping[column.key] = heading;
  }
  return mapping;
}
