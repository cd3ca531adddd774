/**
 * People's decisions about the events of a row. Each new proposal contains them until they are taken back or no longer apply. A refused
 * place applies for seven days.
 */
import type { Edit, Line } from '../api-types';
import { momentWords, spokenDay } from '../dates';
import { withTitles } from '../event-name';
import { capital } from '../numbers';
import { firstName } from '../words';
import { isOpen, linesOf, type Row } from './rows';

export interface RowDecision {
  key: string;
  line: Line;
  kind: 'held' | 'wish' | 'unwanted';
  text: string;
  /** Who decided, and when. */
  by: string;
  /** Why the decision could not be met; empty if it was. */
  whyNot: string;
  /** The edit that takes the decision back. */
  back: Omit<Edit, 'version'>;
}

type MomentWords = (at: string) => string;

/** All decisions about the events of a row, holds first. */
export function decidedOf(row: Row, zone: string, today?: string): RowDecision[] {
  const when = (at: string) => momentWords(at, zone, today);
  return linesOf(row)
    .filter(isOpen)
    .flatMap((line) => [...holdOf(line, when), ...wishOf(line, when), ...unwantedOf(line, when)]);
}

function holdOf(line: Line, when: MomentWords): RowDecision[] {
  const held = line.decision?.held;
  return held && line.held
    ? [
        {
          key: `${line.id}-held`,
          line,
          kind: 'held',
          text: 'Held back',
          by: `${held.by}, ${when(held.at)}`,
          whyNot: '',
          back: { held: false },
        },
      ]
    : [];
}

function wishOf(line: Line, when: MomentWords): RowDecision[] {
  const wish = line.decision?.wish;
  if (!wish) return [];
  const who = firstName(wish.employee_name ?? wish.employee_id);
  const whyNot = wish.met ? '' : capital(withTitles(wish.why_not ?? 'It could not be kept'));
  return [
    {
      key: `${line.id}-wish`,
      line,
      kind: 'wish',
      text: `Asked for ${who} on ${spokenDay(wish.date)}`,
      by: `${wish.by}, ${when(wish.at)}`,
      whyNot,
      back: { revert: true },
    },
  ];
}

const unwantedOf = (line: Line, when: MomentWords): RowDecision[] =>
  (line.decision?.unwanted ?? []).map(({ employee_id, employee_name, date, reason, by, at }) => ({
    key: `${line.id}-${employee_id}-${date}`,
    line,
    kind: 'unwanted',
    text: `Not ${firstName(employee_name ?? employee_id)} on ${spokenDay(date)}: ${reason}`,
    by: `${by}, ${when(at)}`,
    whyNot: '',
    back: { unwanted: false },
  }));

/** Whether a line is at the place that somebody asked for. */
export const isWishMet = (line: Line) => line.decision?.wish?.met === true;

/** Whether somebody asked for another place of an open line. */
export const isWishUnmet = (line: Line) => isOpen(line) && line.decision?.wish?.met === false;

/** The short note of a row about its decisions; empty for most rows. */
export function decidedWords(row: Row, zone: string, today: string): string {
  if (!row.line.decision && !row.partner?.decision) return '';
  const words = decidedOf(row, zone, today).map((one) => `${one.text}${one.whyNot ? ', not kept' : ''} (${one.by})`);
  // A pair is rejected together, and then both events have the same refusal.
  return [...new Set(words)].join(' · ');
}
