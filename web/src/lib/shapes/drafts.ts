/** What an assistant or *Find* prepared, and what a person makes of it. */
export type DraftKind =
  | 'schedules'
  | 'edit_line'
  | 'hold_line'
  | 'call_out'
  | 'time_off'
  | 'rotation_exception'
  | 'ignore_finding'
  | 'run_now'
  | 'try'
  | 'approve'
  | 'retry';
export type DraftStatus = 'preparing' | 'failed' | 'open' | 'confirming' | 'confirmed' | 'discarded' | 'expired';
export type DraftWhat =
  'placed' | 'moved' | 'taken_back' | 'unplaced' | 'held' | 'released' | 'approved' | 'retried' | 'saved' | 'affected' | 'started';

export interface DraftSummary {
  draft_id: string;
  kind: DraftKind;
  /** What it does, in a few words. */
  title: string;
  status: DraftStatus;
  through: 'mcp' | 'find';
  asked_by: string;
  asked_at: string;
  /** Until when it may be confirmed. */
  expires_at: string;
  /** The first line of its effect, in a sentence; none while that is worked out. */
  text: string | null;
  lines: number;
  breaks: number;
}

export interface DraftSpot {
  employee_id: string;
  employee_name: string | null;
  schedule_datetime: string;
  block: number | null;
}

/** One line of a draft's effect. */
export interface DraftLine {
  what: DraftWhat;
  /** None where the line is of a fact, a run or a trial. */
  event_ref_num: number | null;
  project_name: string | null;
  event_type: string | null;
  line_id: string | null;
  before: DraftSpot | null;
  after: DraftSpot | null;
  /** The whole in a sentence. */
  text: string;
}

export interface DraftBreak {
  rule: string;
  title: string;
  text: string;
}

export interface DraftEffect {
  lines: DraftLine[];
  /** The rules that it breaks: it is confirmed with a reason only. */
  breaks: DraftBreak[];
  /** The score difference; none where there is none. */
  points: number | null;
  terms: Record<string, number>;
  /** What stays out, and why. */
  notes: string[];
}

/** What a confirmed draft did; what it has none of is null. */
export interface DraftOutcome {
  run_id: string | null;
  approval_id: string | null;
  trial_id: string | null;
  fact: string | null;
  finding_id: string | null;
  line_ids: string[];
}

/** The effect stands in `effect`: the number of its lines, in `lines` as in a summary. */
export interface Draft extends DraftSummary {
  time_zone: string;
  plan_version: number;
  /** Whether the club has changed since, so that it cannot be confirmed any more. */
  is_stale: boolean;
  /** Why its effect could not be worked out. */
  error: string | null;
  effect: DraftEffect;
  decided_by: string | null;
  decided_at: string | null;
  /** None before it is confirmed. */
  outcome: DraftOutcome | null;
}
