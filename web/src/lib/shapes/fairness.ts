/** What people were given over a window, and what the club owes them for it. */
export interface FairnessWeek {
  /** Its Sunday. */
  week: string;
  core: number;
  weekend_days: number;
  first_arrivals: number;
  last_arrivals: number;
  short_notice: number;
  moved_on_them: number;
  minutes: number;
  possible_days: number;
}

export interface FairnessCorrection {
  /** The Sunday of its week. */
  week: string;
  /** Core that are owed in addition; below 0 fewer. */
  core: number;
  reason: string;
  by: string;
  at: string;
}

export interface FairnessPerson {
  employee_id: string;
  employee_name: string | null;
  active: boolean;
  possible_days: number;
  /** Their fair share, in Core. */
  share: number;
  actual_core: number;
  correction: number;
  /** `share - actual_core + correction`. */
  unclamped: number;
  /** What is owed, -3 to 3; above 0 they had too few. */
  debt: number;
  weeks: FairnessWeek[];
  corrections: FairnessCorrection[];
  version: number;
}

export interface Fairness {
  time_zone: string;
  from: string;
  to: string;
  past_weeks: number;
  weeks_ahead: number;
  all_core: number;
  all_possible_days: number;
  /** In order of name. */
  people: FairnessPerson[];
}

export interface FairnessRequest {
  /** -6 to 6; 0 withdraws the correction of that week. */
  core: number;
  reason: string;
  week: string;
  version: number;
}
