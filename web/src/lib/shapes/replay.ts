/** What came of running a run again as it was: a part of a trial's result. */
export type ReplayVerdict = 'identical' | 'other_lines' | 'different' | 'rejudged' | 'unfinished';

/** What has another version than it had for the run. */
export interface VersionChange {
  what: 'program' | 'rulebook' | 'highs';
  then: string;
  now: string;
}

export interface Replay {
  verdict: ReplayVerdict;
  /** The verdict as a sentence, with the versions that changed. */
  text: string;
  /** Whether the replay confirms the run. */
  confirms: boolean;
  score_then: number;
  /** None where the run's answer was judged again instead. */
  score_now: number | null;
  lines_differ: number;
  versions: VersionChange[];
  /** How many erasures of people changed what is kept of the run. */
  erasures: number;
  /** What the checker finds wrong with the answer of a run that stopped on time. */
  breaches: string[];
}
