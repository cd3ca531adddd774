/** Events that are due soon and that nobody has, with what the proposal does about each. */
import type { Dashboard, DueSoon, Line, Settings } from './api-types';
import { dayMonth, dayOf, spokenDay } from './dates';
import { isDueBefore, laterDays, laterWords, planFrom } from './due';
import { eventType, isCore } from './event-types';
import { capital } from './numbers';
import { notPlacedWords } from './review/row-view';
import { isOpen, isSendable } from './review/rows';
import { failureText } from './submissions';
import { standing } from './words';

export interface DueRow extends DueSoon {
  line: Line | undefined;
  /** Whether this row also stands for the event's Supervisor event. */
  withSupervisor: boolean;
  /**
   * Whether this proposal does not place the event and no later run can. An event without a line counts as urgent, because the days on
   * which it can be worked are not known here.
   */
  urgent: boolean;
  words: string;
}

type Known = { lines: Map<number, Line>; settings: Settings | null; today: string; zone: string };

/** The urgent ones first, those with a place in the proposal last, by date. */
export function dueRows(
  { due_soon, proposal, today, time_zone }: Dashboard,
  lines: Map<number, Line>,
  settings: Settings | null,
): DueRow[] {
  const refs = new Set(due_soon.map((one) => one.event_ref_num));
  const isSupervisor = (type: string) => eventType(type).slug === 'supervisor';
  const partner = (one: DueSoon) => lines.get(one.event_ref_num)?.pair ?? null;
  const isWithCore = (one: DueSoon) => isSupervisor(one.event_type) && refs.has(partner(one) ?? 0);
  const known = { lines, settings, today, zone: time_zone };
  const rows = due_soon
    .filter((one) => !isWithCore(one))
    .map((one): DueRow => {
      const line = lines.get(one.event_ref_num);
      const urgent = !isPlanned(line) && !laterOf(line, known);
      const words = proposal ? wordsOf(one, line, known) : 'Nobody yet';
      return {
        ...one,
        line,
        withSupervisor: isCore(one.event_type) && refs.has(partner(one) ?? 0),
        urgent,
        words,
      };
    });
  const order = (row: DueRow) => (row.urgent ? 0 : isPlanned(row.line) ? 2 : 1);
  return rows.sort((a, b) => order(a) - order(b));
}

export const eventsOf = (rows: DueRow[]) => rows.reduce((sum, row) => sum + (row.withSupervisor ? 2 : 1), 0);

const isPlanned = (line: Line | undefined) => !!line && isSendable(line) && line.status !== 'api_failed';

function laterOf(line: Line | undefined, { today, settings }: Known): string {
  const days = line && !isSendable(line) && settings ? laterDays(line, today, settings) : null;
  return days ? laterWords(days) : '';
}

/** What the proposal does about the event. */
function wordsOf(one: DueSoon, line: Line | undefined, known: Known): string {
  const { settings, today, zone } = known;
  if (!line) {
    if (!settings || !isDueBefore(one.due_date, today, settings)) return 'Not in the proposal';
    return `Runs plan from ${dayMonth(planFrom(today, settings))} on, this one must be worked before`;
  }
  if (!isSendable(line)) return [capital(notPlacedWords(line)), laterOf(line, known)].filter(Boolean).join(' · ');
  if (line.status === 'api_failed') return capital(failureText(line, zone));
  const to = line.schedule_datetime ? `${line.employee_name}, ${spokenDay(dayOf(line.schedule_datetime))}` : '';
  const status = isOpen(line) ? 'proposed, not sent yet' : standing(line).text.toLowerCase();
  return to ? `${to}: ${status}` : capital(status);
}
