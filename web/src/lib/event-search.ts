/** Search words for an event: the query to the server, and the part that is matched in the client. */
import type { Line } from './api-types';
import { clockOf, dayMonth, dayOf, isDay, monthName, spokenDay } from './dates';
import { eventName } from './event-name';
import { eventType } from './event-types';
import { count, formatInteger, listed } from './numbers';
import { typedDayOfMonth, typedMonth, WEEKDAY } from './typed-day';

export interface Search {
  /** The query to the server. */
  q: string;
  /**
   * Whether all events must be read and matched in the client, because the server does not search for a due day, or for a weekday, a
   * month or a day of the month alone.
   */
  inClient: boolean;
  /** Whether the search has a date. If so, due days are also matched in the client. */
  dated: boolean;
}

/** The word before a due day, as the list shows it. */
const DUE = 'due';

export function readSearch(typed: string): Search {
  const words = typed.toLowerCase().trim().split(/\s+/).filter(Boolean);
  const kept: string[] = [];
  let [inClient, dated] = [false, false];
  for (let i = 0; i < words.length; i++) {
    const [word, next = ''] = [words[i], words[i + 1]];
    if (isDay(word)) dated = true;
    else if (isDate(word, next)) {
      dated = true;
      kept.push(word);
      i++;
      kept.push(next);
      continue;
    } else if (WEEKDAY.test(word)) {
      // In "Fri 4 Dec" the date suffices.
      const after = words.slice(i + 1, i + 3);
      const named = isDay(next) || (after.length === 2 && isDate(after[0], after[1]));
      if (!named) inClient = true;
      continue;
    } else if (word === DUE || typedMonth(word) || typedDayOfMonth(word)) inClient = true;
    kept.push(word);
  }
  return { q: inClient ? '' : kept.join(' '), inClient, dated };
}

const isDate = (a: string, b: string) => !!(typedDayOfMonth(a) && typedMonth(b)) || !!(typedMonth(a) && typedDayOfMonth(b));

/** The members of an event that the client searches. */
export interface Searched {
  event_ref_num: number;
  project_name: string;
  event_type: string | null;
  start_date: string;
  due_date: string;
  posted_on?: string | null;
  people?: (string | null | undefined)[];
}

/** To whom the proposal gives an event, and when. */
export function proposedWords(line: Pick<Line, 'employee_name' | 'schedule_datetime'> | undefined): string {
  const at = line?.schedule_datetime;
  return at ? `Proposed: ${line.employee_name ?? ''}, ${spokenDay(at)} ${clockOf(at)}` : '';
}

/** A part of a search: a date, or a word. */
export interface Term {
  typed: string;
  /** An event must have one of these texts. */
  texts: string[];
}

/** The parts of a search that is matched in the client; days in the client's format. */
export function termsOf(typed: string): Term[] {
  const words = typed
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const terms: Term[] = [];
  for (let i = 0; i < words.length; i++) {
    const [word, next = ''] = [words[i], words[i + 1]];
    if (isDate(word, next)) {
      const day = ` ${typedDayOfMonth(word) || typedDayOfMonth(next)} ${shortMonth(word) || shortMonth(next)}`;
      const isDue = words[i - 1] === DUE;
      if (isDue) terms.pop();
      terms.push({ typed: `${isDue ? 'due ' : ''}${word} ${next}`, texts: [isDue ? ` due${day}` : day] });
      i++;
    } else terms.push({ typed: word, texts: [word, ...dayTexts(word)] });
  }
  return terms;
}

const shortMonth = (word: string) => monthName(typedMonth(word)).slice(0, 3).toLowerCase();

/** How the client writes a weekday, a month or a day of the month. */
function dayTexts(word: string): string[] {
  if (WEEKDAY.test(word)) return [` ${word.slice(0, 3)} `];
  if (typedMonth(word)) return [` ${shortMonth(word)} `];
  return typedDayOfMonth(word) ? [` ${typedDayOfMonth(word)} `] : [];
}

/** Whether each part of a search is in the shown texts of an event, including the proposal's person and day. */
export function matchesInClient(terms: Term[], one: Searched, proposed: string): boolean {
  const { title, number } = eventName(one.project_name, one.event_type);
  const days = [one.posted_on, one.start_date, one.due_date].filter((day) => !!day) as string[];
  const parts = [
    title,
    number,
    one.event_ref_num,
    one.project_name,
    eventType(one.event_type).label,
    ...(one.people ?? []),
    proposed,
    ...days.flatMap((day) => [spokenDay(day), dayOf(day)]),
    `due ${dayMonth(one.due_date)}`,
  ];
  const text = ` ${parts.join(' ').toLowerCase()} `;
  return terms.every(({ texts }) => texts.some((part) => text.includes(part)));
}

/** How many events a search has found; `all` is the number of those that match, if it is known. */
export function foundWords(shown: number, all: number | undefined, isWhole: boolean): string {
  if (isWhole) return `${formatInteger(shown)} found`;
  return all === undefined ? `${formatInteger(shown)} found so far` : `${formatInteger(shown)} of ${formatInteger(all)} found`;
}

/** The number of listed events, and the total if it is known. */
export const listedWords = (shown: number, total: number | undefined) =>
  total === undefined ? formatInteger(shown) : `${formatInteger(shown)} of ${formatInteger(total)}`;

/** Why the list of what is not scheduled is longer than the number of events that wait for somebody. */
export function openWords(listed: number, waiting: number): string {
  const more = listed - waiting;
  const others =
    more === 1
      ? '1 other event has a change that is on its way or was refused, is not open in Crossmark, or is past its last day'
      : `${formatInteger(more)} other events have a change that is on its way or was refused, are not open in Crossmark, or are past their last day`;
  return `${count(waiting, 'event waits', 'events wait')} for somebody. ${others}.`;
}

/** The button that repeats a search among all events; their number is undefined if it is not known. */
export const allWords = (found: number | undefined) =>
  found === undefined ? 'Search all events' : `Show ${formatInteger(found)} of all events`;

/** Says that a search finds nothing, and names the part that no event has, if it is known. */
export function noneWords(terms: Term[], lacking: Term | false | undefined): string {
  const one = terms.length === 1 ? terms[0] : lacking;
  return one ? `No event here has "${one.typed}".` : `No event here has all of ${listed(terms.map(({ typed }) => `"${typed}"`))}.`;
}

/** The words of a search without one of its parts. */
export const wordsWithout = (terms: Term[], n: number) => terms.flatMap(({ typed }, at) => (at === n ? [] : typed)).join(' ');
