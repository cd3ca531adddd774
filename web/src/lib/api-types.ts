/**
 * The shapes of the API's requests and answers, by the names that the client uses. The shapes themselves are generated
 * from the API's own document: see `api-schema.ts`.
 *
 * Times of lines and schedules are club-local without an offset (`2026-11-24T10:15:00`); moments such as
 * `created_at` are UTC (`2026-11-24T15:15:00.000Z`).
 */
import type { components } from './api-schema';

type Schemas = components['schemas'];
/** A shape with more precise types of some members than the document has. */
type With<T, More> = Omit<T, keyof More> & More;
/** A shape with members that the client never reads. */
type Unread<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;
/** A request body: members are omitted, never null. */
type Sent<T> = { [K in keyof T]: NonNullable<T[K]> };

export type Role = Schemas['Role'];
export type LineStatus = Schemas['LineStatus'];
export type Flag = Schemas['Flag'];
export type Cause = Schemas['Cause'];
export type PhaseName = Schemas['PhaseName'];
export type NightState = Schemas['NightState'];
export type RotationType = Schemas['RotationType'];
export type ShortDay = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
export type Weekday = keyof Schemas['RotationWeek'];
export type StopReason = 'optimal' | 'gap' | 'time_limit' | 'nothing_to_do';
export type Terms = Record<string, number>;

export type ErrorBody = Schemas['Error'];
export type Me = Schemas['Me'];
export type MyClub = Schemas['Membership'];

export interface List<T> {
  items: T[];
  next: string | null;
  total?: number;
  time_zone?: string;
}

export type Place = Schemas['Place'];
export type Reason = Schemas['Reason'];
export type Line = Schemas['Line'];
export type Decision = Schemas['Decision'];
export type LineAlone = Schemas['LineAlone'];
export type BrokenRule = Schemas['BrokenRule'];
export type TrailEntry = Schemas['Change'];

export type Quality = With<Schemas['Quality'], { stopped_on: StopReason | null }>;
export type Run = Schemas['Run'];
/** An event of the proposal that something other than its line posted, moved or took back. */
export type Elsewhere = Schemas['Elsewhere'];
export type Pending = With<Unread<Schemas['Pending'], 'daily_preview'>, { quality: Quality | null; elsewhere?: Elsewhere[] }>;
export type RunProgress = With<Schemas['RunProgress'], { counts: Partial<Record<LineStatus, number>>; quality: Quality | null }>;

export type CheckRequest = Schemas['CheckRequest'];
export type DayChoice = Schemas['DayChoice'];
/** The effect of one place of a line. */
export type Checked = Schemas['Checked'];
export type Choices = Schemas['Ranked'] & { plan_version: number };

export type Edit = Sent<Schemas['EditRequest']>;
export type Edited = Unread<Schemas['Edited'], 'time_zone'>;
export type ApproveRequest = Schemas['ApproveRequest'];
export type Approved = Schemas['Approved'];
export type Recalled = Schemas['Recalled'];
export type Rejected = Schemas['Rejected'];
export type UnfinishedApproval = Schemas['UnfinishedApproval'];

export type Paused = Schemas['Paused'];
export type Submissions = With<
  Schemas['SubmissionList'],
  { counts: Partial<Record<LineStatus, number>>; causes: Partial<Record<Cause, number>> }
>;
/** A choice of lines, by exactly one member. */
export type Which = { lines: string[] } | { cause: Cause } | { all: true };
/** The lines that an action on several lines did not change. */
export type Settled = Pick<Schemas['Retried'], 'refused' | 'not_failed'>;

export type Person = Schemas['Person'];
export type OnDuty = Schemas['RotationToday'];
export type CrossmarkFindings = Schemas['CrossmarkFindings'];
export type Dashboard = With<Schemas['Dashboard'], { proposal: ProposalNumbers | null }>;
export type ProposalNumbers = Schemas['ProposalNumbers'];
export type DueSoon = Schemas['DueSoon'];
export type Shift = Schemas['Shift'];
export type Tally = Schemas['Tally'];
export type PastRun = With<Schemas['PastRun'], { quality: Quality | null }>;
export type History = With<Schemas['History'], { items: PastRun[] }>;
type Side = With<Schemas['ComparedRun'], { quality: Quality | null }>;
export type Comparison = With<Schemas['Comparison'], { a: Side; b: Side }>;

export type WeekPeople = Schemas['RotationWeek'];
export type Rotations = With<
  Schemas['Rotations'],
  { backups: Required<Schemas['RotationBackups']>; saved?: Schemas['RotationsSavedBy'] | null }
>;
export type ExceptionSaved = Schemas['ExceptionSaved'];
export type RotationException = Unread<Schemas['RotationException'], 'version'>;
/** An entry of the details of refused rotations. */
export interface RotationFault {
  path: string;
  code: Schemas['ErrorCode'];
  employee_id: string;
  message: string;
}

export type Allowance = Schemas['Allowance'];
export type WeekHours = Partial<Record<ShortDay, Allowance>>;
export type TimeOff = Schemas['TimeOff'] & { /** The id that removes the days off. */ id: string };
export type AvailabilityOverride = With<Schemas['AvailabilityOverride'], { days: WeekHours }> & { id: string };
export type Employee = With<
  Schemas['Employee'],
  { weekly_availability: WeekHours; availability_overrides: AvailabilityOverride[]; time_off: TimeOff[] }
> & {
  availability_version: number;
  /** The name as it is saved, if `name` has the end of the id because others have the same name (`withDistinctNames`). */
  own_name?: string;
};
export type Schedule = With<
  Unread<Schemas['Schedule'], 'version' | 'condition' | 'scheduled_event_id'>,
  { event_type: string | null; estimated_minutes: number | null }
>;
export type EventItem = Schemas['Event'] & { corrected: { event_type: string | null; estimated_minutes: number | null } | null };
export type Settings = Schemas['Settings'];
export type WeightWish = Schemas['WeightWish'];
export type WeightsFromWords = Schemas['WeightsFromWords'];
export type ClosedDay = Unread<Schemas['ClosedDay'], 'version'>;

/** The request that saves a person. */
export interface EmployeeRequest {
  name: string;
  job_title: string;
  juicer_trained: boolean;
  active: boolean;
  termination_date: string | null;
  rep_id: number | null;
  version: number;
  why: string | null;
}
export interface Span {
  employee_id: string;
  start: string;
  end: string;
  why?: string | null;
}
export type HolidayRule =
  | { every: 'year'; month: number; day: number }
  | { every: 'nth_weekday'; month: number; nth: number; weekday: ShortDay }
  | { every: 'last_weekday'; month: number; weekday: ShortDay };
export interface HolidayRequest {
  date?: string;
  rule?: HolidayRule;
  name: string | null;
}
export interface YearlyHoliday {
  id: string;
  rule: HolidayRule;
  name: string | null;
  next: string | null;
  version: number;
}
export type HolidayList = List<ClosedDay> & { yearly: YearlyHoliday[] };
/** The members to change. Null sets a member back to the rulebook's value. */
export type SettingsRequest = Partial<
  Pick<
    Settings,
    | 'time_zone'
    | 'buffer_days'
    | 'horizon_days'
    | 'block_capacity'
    | 'weights'
    | 'fixed_day_types'
    | 'programme_codes'
    | 'arrivals'
    | 'starts'
    | 'run_hour'
    | 'time_limit_s'
    | 'lead_minutes'
    | 'fairness_weeks'
  >
> & { name?: string; workload?: Schemas['WorkloadRequest']; version: number; why: string | null };
export interface EventCorrectionRequest {
  event_type: string | null;
  estimated_minutes: number | null;
  auto?: boolean;
  version: number;
  why?: string | null;
}
export type FactHit = Schemas['FactHit'];
export type FactEffect = Schemas['FactEffect'];
export interface FactSaved {
  success: boolean;
  saved: boolean;
  fact: string;
  version: number;
  effect: FactEffect;
}
export type FactValue = Schemas['FactValue'];
export type FactChange = Schemas['FactChange'];
/** An entry of the club's feed of changes, with the members that say what changed. */
export interface ChangeEntry {
  fact: string | null;
  at: string;
}

export type Finding = Schemas['Finding'];
export type HealthOfWeek = Schemas['HealthOfWeek'];
export type Validation = Schemas['Validation'];
export type WaysOut = Schemas['WaysOut'];
export type WayOut = Schemas['WayOut'];
export type WayOutChange = Schemas['WayOutChange'];
export type Fix = Schemas['Fix'];
export type FixesApplied = Schemas['FixesApplied'];
export type ScheduleChanges = Schemas['ScheduleChanges'];
export type ScheduleChange = Sent<Schemas['ScheduleChange']>;
export type ScheduleChangesRequest = Omit<Sent<Schemas['ScheduleChangesRequest']>, 'changes'> & { changes: ScheduleChange[] };

/** How many schedules of other people a call-out may move. */
export type Moves = 'none' | 'few' | 'any';
/** The change that a trial makes: rows of a snapshot. */
export interface TrialChange {
  weights?: Record<string, number>;
  block_capacity?: number;
  buffer_days?: number;
  time_off?: { employee_id: string; start: string; end: string }[];
  availability_overrides?: { employee_id: string; start: string; end: string; days: WeekHours }[];
  /** People who are available all day on a date, regardless of days off and availability. */
  working?: { employee_id: string; date: string }[];
  employees?: { id: string; name: string; job_title: string; juicer_trained?: boolean; active?: boolean }[];
  exceptions?: { date: string; rotation: RotationType; employee_id: string }[];
  lock?: string[];
  unlock?: string[];
  /** Placements that count as asked for by hand, and as refused (S16). */
  fixed?: { ref: number; employee_id: string; date: string }[];
  forbidden?: { ref: number; employee_id: string; date: string }[];
  callout?: { employee_id: string; from: string; to: string; moves: Moves };
}
/** The base of a trial, and its change. A replay of a run takes no change. */
export interface TrialRequest {
  base: 'now' | { run: string } | { replay: string };
  change: TrialChange;
}
export type TrialResult = Schemas['TrialResult'];
export type Trial = With<Schemas['Trial'], { result: TrialResult | null }>;
export type TrialAdopted = Schemas['TrialAdopted'];
export type PlanDifference = Schemas['PlanDifference'];
export type PlanSpot = Schemas['PlanSpot'];

export type ImportKind = Schemas['ImportKind'];
/** `effect` is missing or null if the file concerns no schedules. */
export type ImportPreview = Schemas['ImportPreview'];
export type ImportRow = Schemas['ImportRow'];
export type ImportWrongCell = Schemas['ImportWrongCell'];
export interface ImportOptions {
  /** What happens to rows that differ from the club's. */
  existing: 'update' | 'keep';
  /** The heading of the file for each column; null uses the mapping that the server remembers. */
  mapping: Record<string, string> | null;
}

export type ExportKind =
  'schedules' | 'events' | 'payroll' | 'runs' | 'lost' | 'corporate' | 'employees' | 'availability' | 'time_off' | 'outcomes' | 'analytics';
export type ExportFormat = 'csv' | 'xlsx';

export type CalendarFeed = Schemas['Feed'];
export type CalendarFeedMade = Schemas['FeedMade'];

export type RefreshAsked = Schemas['RefreshAsked'];
export type Refresh = Schemas['Refresh'];
export type RefreshCounts = Schemas['RefreshCounts'];
export type RefreshNews = Schemas['RefreshNews'];
export type RefreshReport = Schemas['RefreshReport'];
export type UnknownPerson = Schemas['UnknownPerson'];

export type Difference = Schemas['Difference'];
export type Differences = Schemas['Differences'];
export type DifferencesDecided = Schemas['DifferencesDecided'];
export type DifferenceDecision = Schemas['DifferenceDecision'];

export type EventCounts = Schemas['EventCounts'];
export type EventFilterName = Exclude<keyof EventCounts, 'all' | 'open'>;

export type Setup = Schemas['Setup'];
export type SetupStep = Schemas['SetupStep'];
export type ClubMade = Schemas['ClubMade'];
export interface NewClub {
  name: string;
  time_zone: string;
  location_id?: number;
}

export type MorningHealth = Schemas['MorningHealth'];
export type FitsIf = Schemas['FitsIf'];

export type AskAnswer = Schemas['AskAnswer'];
export type DraftKind = Schemas['DraftKind'];
export type DraftStatus = Schemas['DraftStatus'];
export type DraftWhat = Schemas['DraftWhat'];
export type DraftSummary = Schemas['DraftSummary'];
export type DraftLine = Schemas['DraftLine'];
export type DraftOutcome = Schemas['DraftOutcome'];
export type Draft = Schemas['Draft'];
export type LineOutcome = Schemas['LineOutcome'];
export type OutcomeRequest = Schemas['OutcomeRequest'];
export type FairnessPerson = Schemas['FairnessPerson'];
export type Fairness = Schemas['Fairness'];
export type FairnessRequest = Schemas['FairnessRequest'];
export type Affinity = Schemas['Affinity'];
export type AffinityRequest = Schemas['AffinityRequest'];
export type NumbersBy = Schemas['NumbersBy'];
export type NumbersRate = Schemas['NumbersRate'];
export type NumbersCounts = Schemas['NumbersCounts'];
export type NumbersMinutes = Schemas['NumbersMinutes'];
export type NumbersRow = Schemas['NumbersRow'];
export type Numbers = Required<Schemas['Numbers']>;
export type VersionChange = Schemas['VersionChange'];
export type Replay = Schemas['Replay'];
