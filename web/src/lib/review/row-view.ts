/** The texts and the state of a row of Review. */
import type { Elsewhere, Flag, Line, Settings } from '../api-types';
import { clockOf, dayMonth, dayOf, spokenDay } from '../dates';
import { withTitles } from '../event-name';
import { eventType, type EventType } from '../event-types';
import { capital } from '../numbers';
import { type IsClosed, laterDays, laterWords, leftOf, onlyDay } from '../due';
import { hasOldPlace } from '../submissions';
import { flagShort, flagWords, initials, shortName, lineState, type StatusWord } from '../words';
import { elsewhereState, elsewhereWords } from './elsewhere';
import { isWishMet, isWishUnmet } from './decisions';
import { canChange, follows, hasLostPlace, isEdited, isMissed, isOpen, linesOf, placeDay, type Row, takesBack, titleOfLine } from './rows';
import type { SetAside } from './summary';

export interface RowView {
  type: EventType;
  /** The accessible label of the row's checkbox. */
  label: string;
  open: boolean;
  /** Whether the event can get another place. */
  changeable: boolean;
  sub: string;
  who: string;
  initials: string;
  /** Who has the posted event, if the proposal gives it to somebody else. */
  was: string;
  date: string;
  wasDate: string;
  time: string;
}

/** With `days` the row shows its day, because its list has rows of several days. `since`: see `notPlacedWords`. */
export function viewOf(row: Row, days: boolean, settings: Settings | null, since = ''): RowView {
  const { actsOn: line, partner, number, group } = row;
  const { from } = line;
  const day = placeDay(line);
  const type = eventType(line.event_type);
  const open = isOpen(line);
  const label = `Send ${titleOfLine(line)}${day ? `, ${spokenDay(day)}` : ''}`;
  if (group === 'unplaced') {
    const only = onlyDay(line, settings);
    return {
      type,
      label,
      open,
      changeable: open,
      // The details also name the cheapest exchange.
      sub: capital(notPlacedWords(line, since).replace(/\. Nearest: .*$/, '')),
      who: 'nobody yet',
      initials: '',
      was: '',
      date: only ? `on ${dayMonth(only)}` : `due ${dayMonth(line.due_date)}`,
      wasDate: '',
      time: '',
    };
  }
  const who = line.employee_name ?? from?.employee_name ?? line.employee_id ?? '';
  const wasDate = days && from && day && dayOf(from.schedule_datetime) !== day ? `was ${spokenDay(dayOf(from.schedule_datetime))}` : '';
  return {
    type,
    label,
    open,
    changeable: canChange(line),
    who,
    wasDate,
    initials: initials(who),
    sub: `${type.label} ${number}${partner && !splitWords(row) ? ` · with ${eventType(partner.event_type).label}` : ''}`,
    was: from && line.employee_id && from.employee_id !== line.employee_id ? `was ${shortName(from.employee_name)}` : '',
    date: days && day ? spokenDay(day) : '',
    time: !wasDate && line.schedule_datetime ? clockOf(line.schedule_datetime) : '',
  };
}

/** The second line of a row: the people's decisions instead of `sub`, but beside the cause if the event has no place. */
export const subWords = (row: Row, sub: string, decided: string): string =>
  row.group === 'unplaced' ? [sub, decided].filter(Boolean).join(' · ') : decided || sub;

/** What the two places of a move are, and what is said instead of the second if the schedule is taken back. */
export function sidesOf(line: Line): { from: string; to: string; open: string } {
  if (line.status === 'api_submitted') return { from: 'Posted before', to: 'Accepted', open: 'It was taken back' };
  if (line.status !== 'api_failed') return { from: 'Posted now', to: 'Proposed', open: 'It is taken back and open again' };
  return { from: hasOldPlace(line) ? 'Posted now' : 'Posted before', to: 'Not accepted', open: 'It was to be taken back' };
}

/** The state of a line that was sent; an accepted one that took its event back says that. */
const sentWord = (line: Line): StatusWord =>
  takesBack(line) && line.status === 'api_submitted' ? { text: 'Taken back', tone: 'ok' } : lineState(line);

/** The state of an event, inside a sentence. */
export const stageWords = (line: Line) => (isOpen(line) ? 'not approved yet' : sentWord(line).text.toLowerCase());

/** The states of both events of a pair if they differ: `Core accepted, Supervisor refused`; otherwise empty. */
export function splitWords({ line, partner }: Row): string {
  if (!partner) return '';
  const [a, b] = [line, partner].map(stageWords);
  return a === b ? '' : `${eventType(line.event_type).label} ${a}, ${eventType(partner.event_type).label} ${b}`;
}

/** Why a line has no place. `since` says what is so since the run, instead of the run's reason. */
export function notPlacedWords(line: Line, since = ''): string {
  const { original } = line;
  if (!hasLostPlace(line) || !original) return since || withTitles(line.reason?.text ?? line.failure_reason?.text ?? 'it has no place');
  const cause = line.pair !== null && follows(line) ? 'the event that it goes with was changed' : 'another event was changed';
  const place = `${shortName(original.employee_name)}, ${spokenDay(dayOf(original.schedule_datetime))} ${clockOf(original.schedule_datetime)}`;
  return `it lost its place (${place}) when ${cause}`;
}

export type StateMark = 'approved' | 'submitting' | 'api_submitted' | 'api_failed' | 'in_doubt' | 'edited' | 'look';

export interface RowState extends StatusWord {
  mark?: StateMark;
  title?: string;
}

const SENT = new Set<string>(['approved', 'submitting', 'api_submitted', 'api_failed', 'in_doubt']);
/** Flags that the group of the row expresses already. */
const FLAGS_OF_GROUPS = new Set<Flag>(['moves_posted', 'not_placed']);

/** What the state of a row depends on besides the row. */
export interface RowContext {
  held: boolean;
  /** The event of the row that an approval refuses, and why. */
  refusal?: { line: Line; text: string };
  setAside?: SetAside;
  /** Where an event of the row stands that something else moved or took back. */
  elsewhere?: (id: string) => Elsewhere | undefined;
  today: string;
  settings: Settings | null;
  isClosed?: IsClosed;
}

/** The state of a row, or why it needs a look; null for a routine row. */
export function stateOf(row: Row, { held, refusal, setAside, elsewhere, today, settings, isClosed }: RowContext): RowState | null {
  if (row.status === 'api_submitted' || !SENT.has(row.status)) {
    const gone = linesOf(row).find((line) => elsewhere?.(line.id));
    const found = gone && elsewhere?.(gone.id);
    if (found) {
      const [text, title] = [elsewhereState(gone, found), `Accepted, ${elsewhereWords(gone, found)}`];
      return {
        text: gone === row.line ? text : `${eventType(gone.event_type).label} ${text.toLowerCase()}`,
        tone: 'warn',
        mark: 'look',
        title,
      };
    }
  }
  if (SENT.has(row.status)) {
    const decides = linesOf(row).find((line) => line.status === row.status) ?? row.line;
    const { text, tone } = sentWord(decides);
    const isOther = decides !== row.actsOn;
    return { text: isOther ? `${eventType(decides.event_type).label} ${text.toLowerCase()}` : text, tone, mark: row.status as StateMark };
  }
  if (held) return { text: 'Held back', tone: '' };
  if (isMissed(row.actsOn, today)) return { text: 'Its day is past', tone: 'bad', mark: 'look', title: refusal?.text };
  if (refusal) {
    const what = refusal.line === row.line ? '' : eventType(refusal.line.event_type).label;
    return { text: what ? `${what} cannot be sent` : 'Cannot be sent', tone: 'bad', mark: 'look', title: refusal.text };
  }
  if (setAside) return { text: 'Rule set aside', tone: 'warn', mark: 'look', title: setAside.text };
  if (hasLostPlace(row.line)) return { text: 'Lost its place', tone: 'bad', mark: 'look' };
  if (linesOf(row).some(isEdited)) return { text: 'Edited', tone: 'info', mark: 'edited' };
  if (linesOf(row).some(isWishUnmet)) return { text: 'Not as asked', tone: 'warn', mark: 'look' };
  if (row.group === 'unplaced')
    return { text: leftOf(row.line, today, settings).words, tone: isUrgent(row, today, settings, isClosed) ? 'bad' : '' };
  if (linesOf(row).some(isWishMet)) return { text: 'As asked', tone: 'info', mark: 'edited' };
  if (takesBack(row.line)) return { text: 'To be taken back', tone: 'warn', mark: 'look' };
  if (row.group === 'moved') return { text: 'Move', tone: 'warn', mark: 'look' };
  const flag = row.flags.find((one) => !FLAGS_OF_GROUPS.has(one));
  return flag ? { text: flagShort[flag], tone: 'warn', mark: 'look', title: flagWords[flag] } : null;
}

function later({ group, line, head }: Row, today: string, settings: Settings | null, isClosed?: IsClosed) {
  if (group !== 'unplaced' || hasLostPlace(line) || !today || !settings) return null;
  return laterDays(line, today, settings, isClosed, head && placeDay(head));
}

/** Whether no later nightly run can place the event of a row; false until today's date is known. */
export const isUrgent = (row: Row, today: string, settings: Settings | null, isClosed?: IsClosed) =>
  row.group === 'unplaced' && today !== '' && !later(row, today, settings, isClosed);

/**
 * The days on which later nightly runs can place the event of a row, in words; empty if there are none. Empty also for an event that
 * follows one outside the proposal, whose day is not known here.
 */
export function waitsWords(row: Row, today: string, settings: Settings | null, isClosed?: IsClosed): string {
  if (follows(row.line) && !row.head) return '';
  const days = later(row, today, settings, isClosed);
  return days ? laterWords(days) : '';
}
