/**
 * The shapes that the API answers with and takes, as its handlers write them. Nothing else in the client says what an
 * answer looks like, so types generated from the API's own document can take this file's place.
 *
 * Times of lines and schedules are club-local without an offset (`2026-11-24T10:15:00`); moments such as
 * `created_at` are UTC (`2026-11-24T15:15:00.000Z`).
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
  clubs: MyClub[];
}

export interface MyClub {
  club_id: string;
  role: Role;
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

/** A line alone: with its long reasons and everything that happened to it. */
export interface LineAlone extends Line {
  time_zone: string;
  trail: TrailEntry[];
}

export interface TrailEntry {
  id: string;
  at: string;
  who: string;
  from: LineStatus | null;
  to: LineStatus;
  why: string;
}

export interface Pending {
  time_zone: string;
  /** None where the club never had a proposal. */
  run: Run | null;
  quality: Quality | null;
  plan_version: number;
  stale: { plan_moved: boolean; newer_run_id: string | null };
  newly_scheduled: Line[];
  swaps: Line[];
  failed: Line[];
}

export type PhaseName = 'loading' | 'building' | 'solving' | 'checking' | 'writing';

export interface Run {
  run_id: string;
  status: RunStatus;
  run_type: 'automatic' | 'manual';
  /** The night of an automatic one. */
  date: string | null;
  by: string | null;
  emergency: boolean;
  created_at: string;
  /** Since when it is in its state. */
  status_since: string | null;
  phase: { name: PhaseName; since: string; detail: string | null } | null;
  /** Nothing was heard from its solver for so long that it must be lost. */
  silent: boolean;
  /** Why it failed or was rejected. */
  error: string | null;
  superseded_by: string | null;
  dismissed_by: string | null;
  /** From when on its lines are gone. */
  retired_at: string | null;
  events_scheduled: number | null;
  events_requiring_swaps: number | null;
  events_failed: number | null;
  total_events_processed: number | null;
  plan_version: number | null;
}

/** How good a proposal is, and what it took to find. */
export interface Quality {
  stopped_on: StopReason | null;
  proven: boolean;
  score: number | null;
  bound: number | null;
  gap_points: number | null;
  gap_percent: number | null;
  terms: Terms;
  failures: Record<string, number>;
  timing_ms: Record<string, number>;
}

export interface RunProgress extends Run {
  counts: Partial<Record<LineStatus, number>>;
  held: number;
  quality: Quality | null;
  /** Lines that changed; none where `since` was not said. */
  lines: Line[] | null;
  /** To be named as `since` in the next question. */
  cursor: string;
}

export interface CheckRequest {
  line: string;
}

/** Who could work a line on one of its days, best first, and who could not. */
export interface DayChoice {
  date: string;
  start: string | null;
  people: { employee_id: string; employee_name: string; points: number; is_present: boolean }[];
  cannot: { employee_id: string; employee_name: string; rule: string; words: string }[];
}

export interface Choices {
  plan_version: number;
  days: DayChoice[];
}

export interface Edit {
  employee_id?: string;
  schedule_datetime?: string;
  held?: boolean;
  revert?: true;
  override?: { reason: string };
  version: number;
}

export interface HeldWith {
  line: string;
  waits_for: string;
}

export interface Edited {
  updated_schedule: Line;
  also_changed: Line[];
  held_with: HeldWith[];
}

export interface ApproveRequest {
  run_id: string;
  lines?: string[];
  dry_run?: boolean;
}

export interface RefusedLine {
  line: string;
  code: string;
  /** In words. */
  reason: string;
  rules: string[];
}

export interface LeftAlone {
  line: string;
  status: LineStatus;
}

export interface Approved {
  approval_id: string | null;
  queued: number;
  held_with: HeldWith[];
  refused: RefusedLine[];
}

export interface Recalled {
  recalled: string[];
  too_late: LeftAlone[];
}

export interface Paused {
  until: string;
  row: number;
  why: string;
  words: string;
}

export interface Submissions extends List<Line> {
  /** Set while the club's submissions pause because Crossmark does not answer. */
  paused: Paused | null;
  counts: Partial<Record<LineStatus, number>>;
  causes: Partial<Record<Cause, number>>;
  /** Lines accepted since the club's midnight, where that was asked for. */
  accepted_today: number | null;
}

export type Which = { lines: string[] } | { cause: Cause } | { all: true };

/** What a press on several lines left undone. */
export interface Settled {
  refused: RefusedLine[];
  not_failed: LeftAlone[];
}

export type NightState = 'ok' | 'running' | 'failed' | 'crashed' | 'given_up' | 'not_due' | 'missing';

export interface Person {
  employee_id: string;
  employee_name: string;
}

export interface OnDuty {
  named: Person | null;
  backup: Person | null;
  on_duty: Person | null;
  exception: boolean;
}

export interface Dashboard {
  time_zone: string;
  today: string;
  night: { date: string; state: NightState; tries: number; run: Run | null };
  proposal: ProposalNumbers | null;
  /** Runs that crashed and that nobody has acknowledged, newest first. */
  crashed_runs: Run[];
  submissions: { failed: number; in_doubt: number; under_way: number; paused_until: string | null };
  due_soon: DueSoon[];
  due_soon_more: boolean;
  off_today: (Person & { reason: string })[];
  rotation: Record<RotationType, OnDuty>;
  on_floor: { employee_id: string; employee_name: string | null; shifts: Shift[] }[];
}

export interface ProposalNumbers {
  run_id: string;
  at: string;
  plan_moved: boolean;
  /** Lines that place, move or drop something. */
  lines: number;
  /** Of those, what a person has yet to decide on. */
  open: number;
  needs_look: number;
  not_placed: number;
  held: number;
  accepted: number;
}

export interface DueSoon {
  event_ref_num: number;
  project_name: string;
  event_type: string;
  due_date: string;
  days_left: number;
}

export interface Shift {
  event_ref_num: number;
  project_name: string;
  event_type: string;
  estimated_minutes: number;
  schedule_datetime: string;
  block: number | null;
}

export interface PastRun extends Run {
  quality: Quality | null;
  proposed_to_approved_s: number | null;
  tally: Tally;
}

export interface Tally {
  edited: number;
  held: number;
  approved: number;
  recalled: number;
  rejected: number;
  retried: number;
  accepted: number;
  failed: number;
}

export interface History extends List<PastRun> {
  rates: { runs: number; success_rate: number | null; placed_rate: number | null; failures: Record<string, number> };
}

export interface Comparison {
  a: Run & { quality: Quality | null };
  b: Run & { quality: Quality | null };
  terms: Record<string, { a: number; b: number; difference: number }>;
  added: Line[];
  removed: Line[];
  changed: { event_ref_num: number; a: Line; b: Line }[];
  same: number;
}

export type WeekPeople = Partial<Record<Weekday, string | null>>;

export interface Rotations {
  juicer: WeekPeople;
  primary_lead: WeekPeople;
  backups: { juicer: WeekPeople; primary_lead: WeekPeople };
  version: number;
  saved?: { by: string; at: string } | null;
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
  weekly_availability: WeekHours;
  availability_overrides: { start: string; end: string; days: WeekHours }[];
  time_off: { start: string; end: string }[];
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
  event_type: string;
  estimated_minutes: number;
  start_date: string;
  due_date: string;
  condition: string | null;
  auto: boolean;
  /** The day that it is posted on. */
  posted_on: string | null;
  /** The line that is taking it to Crossmark, or failed to. */
  claim: { line_id: string; status: LineStatus; cause: Cause | null; employee_id: string | null; employee_name: string | null; schedule_datetime: string | null } | null;
}

export interface Settings {
  club: { id: string; name: string; location_id: number | null };
  time_zone: string;
  buffer_days: number;
  horizon_days: number;
  block_capacity: number;
  weights: Record<string, number>;
  fixed_day_types: string[] | null;
  programme_codes: string[] | null;
  run_hour: number;
  time_limit_s: number;
  gap_points: number | null;
  retention_days: number;
  settle_s: number;
}

export interface ClosedDay {
  date: string;
}
