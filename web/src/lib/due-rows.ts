/** Events that are due soon and that nobody has, with what the proposal does about each. */
import type { Dashboard, DueSoon, Line, Settings } from './api-types';
import { dayMonth, dayOf, spokenDay } from './dates';
import { type IsClosed, laterDays, laterWords, leftOf, needsEmergencyRun, planFrom } from './due';
import { windowOf } from './emergency';
import { eventType, isCore } from './event-types';
import { capital } from './numbers';
import { notPlacedWords } from './review/row-view';
import { hasLostPlace, headOf, isMissed, isOpen, isPlaced, isSendable, placeDay, takesBack } from './review/rows';
import type { ElsewhereById } from './review/elsewhere';
import { acceptedIn, failureText } from './submissions';
import { lineState } from './words';

export interface DueRow extends DueSoon {
  line: Line | undefined;
  /** Whether this row also stands for the event's Supervisor event. */
  withSupervisor: boolean;
  /** Whether this proposal does not place the event and no later nightly run can. */
  urgent: boolean;
  /** The days that are left to work it, in words. */
  left: string;
  /** Whether no day is left on which it can be worked. */
  isPast: boolean;
  /** Whether the proposal has the event, and gives it no place that can be sent. */
  needsPlace: boolean;
  words: string;
}

/**
 * What Review knows about the proposal's lines: days that are closed since, events that stand elsewhere, what is so since the run, and which
 * places cannot be sent.
 */
type ReviewState = {
  isClosed?: IsClosed;
  elsewhere?: ElsewhereById;
  sinceOf?: (line: Line) => string;
  isStuck?: (line: Line) => boolean;
};

type DueContext = {
  lines: Map<number, Line>;
  settings: Settings | null;
  today: string;
  zone: string;
  review: ReviewState;
};

/** The urgent ones first, those with a place in the proposal last, by date. See `notPlacedWords` for `sinceOf`. */
export function dueRows(
  { due_soon, proposal, today, time_zone }: Dashboard,
  lines: Map<number, Line>,
  settings: Settings | null,
  review: ReviewState = {},
): DueRow[] {
  const refs = new Set(due_soon.map((one) => one.event_ref_num));
  const isSupervisor = (type: string) => eventType(type).slug === 'supervisor';
  const partner = (one: DueSoon) => lines.get(one.event_ref_num)?.pair ?? null;
  const isWithCore = (one: DueSoon) => isSupervisor(one.event_type) && refs.has(partner(one) ?? 0);
  const context = { lines, settings, review, today, zone: time_zone };
  const rows = due_soon
    .filter((one) => !isWithCore(one))
    .map((one): DueRow => {
      const line = lines.get(one.event_ref_num);
      const urgent = !isPlanned(line, review) && !laterOf(one, line, context);
      const words = proposal ? wordsOf(one, line, context) : 'Nobody yet';
      const { left, words: leftWords } = leftOf(windowOf(one, line) ?? { ...one, start_date: one.due_date }, today, settings);
      return {
        ...one,
        line,
        withSupervisor: isCore(one.event_type) && refs.has(partner(one) ?? 0),
        urgent,
        left: leftWords,
        isPast: left <= 0,
        needsPlace: !!line && (!isSendable(line) || !!review.isStuck?.(line)),
        words,
      };
    });
  const order = (row: DueRow) => (row.urgent ? 0 : isPlanned(row.line, review) ? 2 : 1);
  return rows.sort((a, b) => order(a) - order(b));
}

export const eventsOf = (rows: DueRow[]) => rows.reduce((sum, row) => sum + (row.withSupervisor ? 2 : 1), 0);

const isPlanned = (line: Line | undefined, { isStuck }: ReviewState) =>
  !!line && isPlaced(line) && line.status !== 'api_failed' && !isStuck?.(line);

function laterOf(one: DueSoon, line: Line | undefined, { lines, today, settings, review: { isClosed, isStuck } }: DueContext): string {
  const window = windowOf(one, line);
  // As in Review, an event that an edit deprived of its place needs a person now.
  const needsPerson = line && (hasLostPlace(line) || (isPlaced(line) && !isStuck?.(line)));
  if (one.kept_out || needsPerson || !window || !settings) return '';
  const head = line && headOf(line, lines);
  const days = laterDays(window, today, settings, isClosed, head && !isStuck?.(head) ? placeDay(head) : null);
  return days ? laterWords(days) : '';
}

/** What the proposal does about the event. */
function wordsOf(one: DueSoon, line: Line | undefined, context: DueContext): string {
  const { settings, today, zone, review } = context;
  if (!line) {
    if (one.kept_out) return 'Kept out of runs';
    const window = windowOf(one, line);
    if (!settings || !window || !needsEmergencyRun(window, today, settings, review.isClosed))
      return ['Not in the proposal', laterOf(one, line, context)].filter(Boolean).join(' · ');
    return `An ordinary run started today plans from ${dayMonth(planFrom(today, settings))} on; this one must be worked before`;
  }
  if (!isSendable(line))
    return [capital(notPlacedWords(line, review.sinceOf?.(line))), laterOf(one, line, context)].filter(Boolean).join(' · ');
  if (takesBack(line) && line.status === 'api_submitted') return 'Taken back, and open again';
  if (line.status === 'api_failed') return capital(failureText(line, zone, acceptedIn([...context.lines.values()], review.elsewhere)));
  const to = line.schedule_datetime ? `${line.employee_name}, ${spokenDay(dayOf(line.schedule_datetime))}` : '';
  if (review.isStuck?.(line)) {
    const why = isMissed(line, today) ? 'its day passed before it was sent' : 'it cannot be sent as it is';
    return [to ? `${to}: ${why}` : capital(why), laterOf(one, line, context)].filter(Boolean).join(' · ');
  }
  const status = isOpen(line) ? 'proposed, not sent yet' : lineState(line).text.toLowerCase();
  return to ? `${to}: ${status}` : capital(status);
}
