/**
 * The shapes that the API answers with and takes. Written by hand after the design's HTTP section; nothing else in the
 * client says what an answer looks like, so types generated from the API's own document can take this file's place.
 *
 * Times of lines and schedules are club-local without an offset (`2026-11-24T10:15:00`); moments such as
 * `created_at` are UTC (`2026-11-24T15:15:00Z`).
 */

export type Role = 'viewer' | 'manager' | 'admin';
export type LineKind = 'new' | 'moved' | 'dropped' | 'not_placed';
export type LineStatus =
  | 'proposed' | 'user_edited' | 'rejected' | 'superseded' | 'approved'
  | 'submitting' | 'api_submitted' | 'api_failed' | 'in_doubt';
export type Flag = 'rotation_away' | 'moves_posted' | 'not_placed' | 'unusual_role';
export type Cause =
  | 'refused' | 'exhausted' | 'dependency_failed' | 'changed_upstream'
  | 'conflict' | 'restored' | 'not_restored' | 'not_legal';
export type RunStatus = 'queued' | 'running' | 'completed' | 'failed' | 'crashed' | 'approved' | 'rejected' | 'superseded';
export type StopReason = 'optimal' | 'gap' | 'time_limit' | 'nothing_to_do';
export type RotationType = 'juicer' | 'primary_lead';
export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';
export type Terms = Record<string, number>;

export interface ErrorBody {
  success: false;
  error: { code: string; message: string; details: unknown; request_id: string; timestamp: string };
}

export interface List<T> {
  items: T[];
  next: string | null;
  total?: number;
  time_zone?: string;
}

export interface Me {
  who: string;
  /** A development identity stands in for a signed-in person. */
  development?: boolean;
  clubs: MyClub[];
}

export interface MyClub {
  id: string;
  name?: string;
  role: Role;
  time_zone?: string;
}

export interface Place {
  employee_id: string;
  employee_name: string | null;
  schedule_datetime: string;
  block: number | null;
}

export interface Reason {
  code: string;
  text: string;
  rules: string[];
}

export interface RunnerUp {
  employee_id: string;
  employee_name?: string | null;
  date: string;
  points_lost: number;
  terms?: Terms;
}

export interface Attempt {
  step: 'delete' | 'schedule' | 'restore';
  started_at: string;
  ended_at: string | null;
  outcome: 'done' | 'not_taken' | 'refused' | 'unknown' | null;
  words: string | null;
}

export interface Line {
  id: string;
  run_id: string;
  kind: LineKind;
  event_ref_num: number;
  project_name: string;
  event_type: string | null;
  estimated_minutes: number | null;
  start_date: string;
  due_date: string;
  employee_id: string | null;
  employee_name: string | null;
  schedule_datetime: string | null;
  block: number | null;
  status: LineStatus;
  version: number;
  held: boolean;
  original: Place | null;
  is_swap: boolean;
  from: Place | null;
  bumped_event_ref_num: number | null;
  swap_reason: string | null;
  failure_reason: Reason | null;
  flags: Flag[];
  why: Terms | null;
  runner_up: RunnerUp | null;
  reason: Reason | null;
  pair: number | null;
  depends_on: number[];
  api_error_details: { cause: Cause | null; words: string } | null;
  api_submitted_at: string | null;
  scheduled_event_id: number | null;
  attempts: Attempt[];
  next_attempt_at: string | null;
}

export interface Pending {
  /** None where no proposal waits. */
  run_id: string | null;
  plan_version?: number;
  /** The `plan_version` that the proposal was made from; another one now means that something changed since. */
  proposal_plan_version?: number;
  time_zone: string;
  newly_scheduled: Line[];
  swaps: Line[];
  failed: Line[];
  daily_preview: Record<string, unknown>;
}

export interface Run {
  run_id: string;
  run_type: 'automatic' | 'manual';
  status: RunStatus;
  emergency?: boolean;
  phase?: string | null;
  /** In words, of a run that failed or crashed. */
  message?: string | null;
  dismissed?: boolean;
  created_at: string;
  started_at?: string | null;
  ended_at?: string | null;
  time_limit_s?: number;
  horizon?: { from: string; to: string };
  events_scheduled?: number;
  events_requiring_swaps?: number;
  events_failed?: number;
  total_events_processed?: number;
  stop?: StopReason | null;
  score?: number | null;
  bound?: number | null;
  gap?: number | null;
  terms?: Terms | null;
  timing_ms?: Record<string, number>;
  counts?: Partial<Record<LineStatus, number>>;
}

export interface RunProgress extends Run {
  lines: Line[];
  /** To be named as `since` in the next question. */
  as_of: string;
  time_zone: string;
}

export interface Violation {
  rule: string;
  text: string;
}

export interface CheckRequest {
  line: string;
  employee_id?: string;
  schedule_datetime?: string;
}

export interface ChangeChecked {
  violations: Violation[];
  /** The score after less the score before. */
  points: number;
  terms?: Terms;
}

/** One way to place a line; the best first. */
export interface Choice {
  employee_id: string;
  employee_name: string;
  job_title?: string;
  date: string;
  schedule_datetime: string;
  block: number | null;
  points: number;
  terms?: Terms;
  violations: Violation[];
}

export interface DayChoice {
  date: string;
  /** Whether the line may be on that day at all; `text` says why not. */
  valid: boolean;
  text?: string | null;
}

export interface Choices {
  days: DayChoice[];
  choices: Choice[];
}

export interface Edit {
  employee_id?: string;
  schedule_datetime?: string;
  held?: boolean;
  revert?: true;
  override?: { reason: string };
  version: number;
}

export interface Edited {
  success: true;
  updated_schedule: Line;
}

export interface ApproveRequest {
  run_id: string;
  lines?: string[];
  dry_run?: boolean;
}

export interface RefusedLine {
  line: string;
  reason: string | { text: string; violations?: Violation[] };
}

export interface Approved {
  approval_id: string | null;
  queued: number;
  held_with: string[];
  refused: RefusedLine[];
}

export interface Recalled {
  recalled: number;
  too_late: string[];
}

export interface Submissions extends List<Line> {
  /** Set while the club's submissions pause because Crossmark does not answer. */
  paused?: { until: string; words: string } | null;
}

export interface Many {
  lines?: string[];
  cause?: Cause;
}

/** What a press on several lines did. */
export interface ManyDone {
  done: number;
  refused: RefusedLine[];
}

export interface Dashboard {
  today: string;
  time_zone: string;
  as_of: string;
  synced_at?: string | null;
  plan_version?: number;
  proposal?: (Run & { to_look_at: number; open_lines: number }) | null;
  open_run?: Run | null;
  last_run?: Run | null;
  /** The last run where it crashed or failed and nobody has acknowledged it. */
  trouble?: Run | null;
  due_soon: DueSoon[];
  submissions: { failed: number; in_doubt: number; under_way: number };
  off_today: { employee_id: string; employee_name: string }[];
  paused?: { until: string; words: string } | null;
}

export interface DueSoon {
  event_ref_num: number;
  project_name: string;
  event_type: string | null;
  due_date: string;
  line?: string | null;
  reason?: string | null;
}

export interface HistoryRun extends Run {
  sent_as_proposed?: number;
  edited?: number;
  held?: number;
  rejected?: number;
  accepted?: number;
  accepted_first_try?: number;
  retries?: number;
  time_to_approval_s?: number | null;
  approved_by?: string | null;
  failures_by_reason?: Record<string, number>;
  rejection_reasons?: Record<string, number>;
}

export interface Comparison {
  a: string;
  b: string;
  changes: CompareChange[];
}

export interface CompareChange {
  event_ref_num: number;
  project_name: string;
  event_type: string | null;
  before: Place | null;
  after: Place | null;
}

export type WeekPeople = Partial<Record<Weekday, string | null>>;

export interface Rotations {
  juicer: WeekPeople;
  primary_lead: WeekPeople;
  backups: { juicer: WeekPeople; primary_lead: WeekPeople };
  version?: number;
}

export interface RotationException {
  exception_id: string;
  date: string;
  rotation_type: RotationType;
  employee_id: string;
  employee_name: string | null;
  reason: string | null;
  version?: number;
}

export interface Fault {
  path: string;
  code: string;
  employee_id: string;
  message: string;
}

export type ShortDay = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
export type Allowance = boolean | { from: string; to: string };
export type WeekHours = Partial<Record<ShortDay, Allowance>>;

export interface Employee {
  id: string;
  name: string;
  job_title: string;
  juicer_trained: boolean;
  active: boolean;
  termination_date: string | null;
  rep_id?: number | null;
  weekly_availability?: WeekHours | null;
  availability_overrides?: { start: string; end: string; days: WeekHours }[];
  time_off?: { start: string; end: string }[];
}

export interface Schedule {
  event_ref_num: number;
  project_name: string;
  event_type: string | null;
  estimated_minutes: number | null;
  start_date: string;
  due_date: string;
  employee_id: string;
  employee_name: string | null;
  schedule_datetime: string;
  block: number | null;
  scheduled_event_id?: number | null;
}

export interface EventItem {
  event_ref_num: number;
  project_name: string;
  event_type: string | null;
  estimated_minutes: number | null;
  start_date: string;
  due_date: string;
  condition: string | null;
  auto: boolean;
  employee_id?: string | null;
  employee_name?: string | null;
  schedule_datetime?: string | null;
  status?: LineStatus | null;
}

export interface Settings {
  planning: {
    buffer_days?: number;
    horizon_days?: number;
    block_capacity?: number;
    weights?: Record<string, number>;
    fixed_day_types?: string[] | null;
    programme_codes?: string[] | null;
  };
  run_hour?: number;
  time_limit_s?: number;
  gap_points?: number | null;
  retention_days?: number;
  settle_s?: number;
}

export interface ClosedDay {
  date: string;
  name?: string | null;
  reason?: string | null;
}
