/** Past runs, and the club's health on past mornings: charts, counts and notes. */
import type { Line, MorningHealth, PastRun, Run, Tally } from './api-types';
import { clockOf, dayMonth, dayOf, daysBetween, daysFrom, duration, spokenDay, toLocal } from './dates';
import { count } from './numbers';
import { isSolved, placedBy, runState, tookSeconds } from './run';

/** One number for each label of a chart, oldest first; null if there is none. */
export interface Series {
  name: string;
  kind: 'bar' | 'line';
  tone: 'main' | 'ok' | 'warn' | 'bad' | 'hold';
  values: (number | null)[];
  words: (value: number) => string;
  /** Start of the scale. */
  from?: number;
  /** End of the scale, if it is fixed. */
  to?: number;
}

export interface ChartData {
  labels: string[];
  placed: Series[];
  decided: Series[];
  firstTry: Series[];
  effort: Series[];
}

const placedShare = (run: PastRun) => (run.total_events_processed ? ((placedBy(run) ?? 0) / run.total_events_processed) * 100 : null);

/** The number of approved lines without an edit. Edits are counted, not edited lines, so the result may be too low. */
export const asProposed = ({ approved, recalled, edited }: Tally) => Math.max(0, approved - recalled - edited);

/** The share of the answered lines that Crossmark accepted at the first try, in percent. */
export function firstTryShare({ accepted, accepted_again, failed, failed_again }: Tally): number | null {
  const acceptedFirst = accepted - accepted_again;
  const answered = acceptedFirst + failed - failed_again;
  return answered > 0 ? (acceptedFirst / answered) * 100 : null;
}

const percent = (x: number) => `${x.toFixed(x === 100 ? 0 : 1)}%`;

/** The charts of what solvers made; changes by hand are only listed. */
export function chartsOf(newestFirst: PastRun[], zone: string): ChartData {
  const runs = newestFirst.filter(isSolved).toReversed();
  const series = (
    name: string,
    kind: Series['kind'],
    tone: Series['tone'],
    value: (run: PastRun) => number | null,
    words: Series['words'],
    from?: number,
  ): Series => ({ name, kind, tone, words, from, values: runs.map(value) });
  return {
    labels: runs.map((run) => dayMonth(run.date ?? dayOf(toLocal(run.created_at, zone)))),
    placed: [series('Placed', 'line', 'main', placedShare, percent, 80)],
    decided: [
      series('sent as proposed', 'bar', 'ok', (run) => asProposed(run.tally), String),
      series('edits', 'bar', 'main', (run) => run.tally.edited, String),
      series('holds', 'bar', 'hold', (run) => run.tally.held, String),
      series('rejected', 'bar', 'bad', (run) => run.tally.rejected, String),
    ],
    firstTry: [series('Accepted at first try', 'line', 'ok', (run) => firstTryShare(run.tally), percent, 50)],
    effort: [
      series('run time', 'bar', 'main', (run) => tookSeconds(run.quality), duration),
      series(
        'gap to the best',
        'line',
        'warn',
        (run) => run.quality?.gap_points ?? null,
        (x) => count(Math.round(x), 'point'),
      ),
    ],
  };
}

/** This week's health each morning, oldest first. A day without a recorded health is a gap. */
export function healthChart(mornings: MorningHealth[]): { labels: string[]; series: Series[] } {
  const recorded = mornings.filter((one) => one.this_week);
  const first = recorded[0]?.date;
  const last = recorded.at(-1)?.date;
  const days = first && last ? daysFrom(first, daysBetween(first, last) + 1) : [];
  const on = new Map(recorded.map((one) => [one.date, one.this_week]));
  return {
    labels: days.map(dayMonth),
    series: [
      {
        name: 'Health',
        kind: 'line',
        tone: 'main',
        values: days.map((day) => on.get(day)?.health ?? null),
        words: (x) => `${x} of 100`,
        to: 100,
      },
    ],
  };
}

/** The runs of the last `days` days, counted back from the newest run, without changes by hand. */
export function lastDays(all: PastRun[], days: number): PastRun[] {
  const runs = all.filter(isSolved);
  const newest = runs[0]?.created_at;
  return newest ? runs.filter((run) => daysBetween(run.created_at, newest) < days) : [];
}

/** The reasons for which people rejected proposals, the most frequent first. */
export function rejections(runs: PastRun[]): [string, number][] {
  const reasons = runs.filter((run) => run.status === 'rejected').flatMap((run) => (run.error ?? 'No reason given').split('; '));
  return tallied(reasons.map((reason) => [reason, 1]));
}

/** The reasons why events had no place, the most frequent first. */
export const failures = (runs: PastRun[]) =>
  tallied(
    runs
      .filter(isSolved)
      .flatMap((run) =>
        Object.entries(run.quality?.failures ?? {}).map(([reason, n]): [string, number] => [
          reasonWords[reason] ?? reason.replaceAll('_', ' '),
          n,
        ]),
      ),
  );

/** Why there is no reason why an event had no place. */
export function noFailuresWords(runs: PastRun[]): string {
  const solved = runs.filter((run) => isSolved(run) && run.total_events_processed !== null);
  const total = (of: (run: PastRun) => number | null) => solved.reduce((sum, run) => sum + (of(run) ?? 0), 0);
  if (!solved.length) return 'No run on this page made a proposal.';
  if (total((run) => run.events_failed)) return 'The reasons are not recorded.';
  if (!total((run) => run.total_events_processed)) return 'There was no event to place.';
  return total((run) => run.events_dropped) ? 'Every event was placed, moved or taken back.' : 'Every event was placed.';
}

function tallied(named: [string, number][]): [string, number][] {
  const counts = new Map<string, number>();
  for (const [name, n] of named) counts.set(name, (counts.get(name) ?? 0) + n);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** The state of a run. Nothing replaces a change by hand, and nobody decides on it later: it is sent, recalled, or not sent at all. */
export function stateOf(run: PastRun) {
  if (isSolved(run) || !['superseded', 'completed'].includes(run.status)) return runState[run.status];
  if (run.tally.recalled) return { text: 'Recalled', tone: '' };
  return run.status === 'completed' ? { text: 'Not sent', tone: '' } : runState[run.status];
}

/**
 * What happened to a proposal: "approved after 5 h: 3 edits, 120 accepted, 2 times not accepted". Each edit and hold counts, also one that
 * was undone, and each time that an event was not accepted.
 */
export function noteOf(run: PastRun): string {
  const { edited, held, rejected, recalled, retried, accepted, failed } = run.tally;
  const parts = [
    [edited, edited === 1 ? 'edit' : 'edits'],
    [held, held === 1 ? 'hold' : 'holds'],
    [rejected, 'rejected'],
    [recalled, 'recalled'],
    [accepted, 'accepted'],
    [failed, failed === 1 ? 'time not accepted' : 'times not accepted'],
    [retried, 'sent again'],
  ] as const;
  const counts = parts
    .filter(([n]) => n > 0)
    .map(([n, what]) => `${n} ${what}`)
    .join(', ');
  const approved = run.proposed_to_approved_s === null ? '' : `approved after ${duration(run.proposed_to_approved_s)}`;
  return [approved, counts].filter(Boolean).join(': ');
}

export const reasonWords: Record<string, string> = {
  no_valid_day: 'No valid day',
  nobody_may_work: 'Nobody may work it',
  nobody_available: 'Nobody available',
  rule_broken: 'Every place breaks a rule',
  lowers_score: 'Would lower the score',
  gap: 'The run stopped close to the best',
  time_limit: 'Time was up',
};

/** What a run did with the event of a line, before any edit. The lines of an adopted trial count as edited from the start. */
export function resultWords({ run_type }: Pick<Run, 'run_type'>, line: Line): string {
  if (line.kind === 'dropped') return 'taken back';
  const isBeforeEdits = run_type !== 'trial';
  const { employee_id, employee_name, schedule_datetime: at } = (isBeforeEdits && line.original) || line;
  if (!at || (isBeforeEdits && line.was_not_placed)) return 'not placed';
  return `${employee_name ?? employee_id}, ${spokenDay(dayOf(at))} ${clockOf(at)}`;
}
