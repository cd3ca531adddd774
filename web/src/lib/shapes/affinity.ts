/** What is learned from outcomes, whether it predicts, and its switches. */
export type AffinitySwitch = 'on' | 'off';

export interface AffinityRate {
  employee_id: string;
  event_type: string;
  kept: number;
  of: number;
  /** The expected rate, 0 to 1, with its 80 % range. */
  score: number;
  low: number;
  high: number;
  /** The expected rate of somebody of whom nothing is known. */
  usual: number;
  /** The whole in words: `kept 14 of 15; usual 9 of 10`. */
  text: string;
}

export interface Affinity {
  club: AffinitySwitch;
  people_off: string[];
  version: number;
  /** Whether the next run uses it. */
  used: boolean;
  /** None before the first night. */
  judged_on: string | null;
  gate: {
    open: boolean;
    outcomes: number;
    outcomes_needed: number;
    /** How many standard errors it is better than the usual rates. */
    z: number;
    z_needed: number;
    windows: { from: string; to: string; n: number; model: number; base: number }[];
  };
  brier: number | null;
  /** In nats. */
  log_loss: number | null;
  calibration: { predicted: number | null; observed: number | null; n: number }[];
  rates: AffinityRate[];
}

export interface AffinityRequest {
  club?: AffinitySwitch;
  people_off?: string[];
  version: number;
}
