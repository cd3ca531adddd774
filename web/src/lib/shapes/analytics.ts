/** Counts over days, by day, week, person or type. */
export type NumbersBy = 'day' | 'week' | 'person' | 'type';

export interface NumbersRate {
  /** 0 to 1. */
  rate: number;
  /** The ends of the 80 % range. */
  low: number;
  high: number;
  n: number;
  /** Whether `n` is too few to say much. */
  pale: boolean;
}

export interface NumbersCounts {
  placed: number;
  /** By the code of the reason. */
  not_placed: Record<string, number>;
  lost: number;
  /** By cause. */
  edits: Partial<Record<'choice' | 'rule' | 'absence', number>>;
  decided: number;
  kept: number;
  kept_rate: NumbersRate | null;
  retries: number;
  told_moves: number;
  call_outs: number;
  refilled: number;
  completed: number;
  no_shows: number;
  no_show_rate: NumbersRate | null;
}

export interface NumbersMinutes {
  n: number;
  mean: number | null;
}

export interface NumbersRow {
  /** The day, or the Sunday of the week; none by person and by type. */
  date: string | null;
  employee_id: string | null;
  employee_name: string | null;
  event_type: string | null;
  counts: NumbersCounts;
  to_first_approval: NumbersMinutes | null;
  to_last_acceptance: NumbersMinutes | null;
  workload: { week: string; minutes: number; core: number; days: number; level: 'normal' | 'high' | 'too_much' }[];
  utilisation: { date: string; events: number; working: number; capacity: number }[];
}

export interface Numbers {
  time_zone: string;
  from: string;
  to: string;
  by: NumbersBy;
  total: NumbersCounts;
  to_first_approval: NumbersMinutes;
  to_last_acceptance: NumbersMinutes;
  items: NumbersRow[];
}
