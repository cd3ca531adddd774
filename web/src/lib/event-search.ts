/** Search words for an event: the query to the server, and the part that is matched in the client. */
import type { Line } from './api-types';
import { clockOf, dayOf, LONG_MONTHS, spokenDay } from './dates';
import { eventName } from './event-name';
import { eventType } from './event-types';

export interface Search {
  /** The query to the server. */
  q: string;
  /** Whether every event must be matched in the client: the server does not search for a weekday, a month or a day of the month alone. */
  here: boolean;
  /** Whether it has a date. If so, due days are also matched in the client. */
  dated: boolean;
}

const WEEKDAY = /^(sun|mon|tues?|wed|wednes|thu|thurs?|fri|sat|satur)(day)?$/;
/** A month as the server reads it beside a day of the month. */
const MONTH = /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[.,]?$/;
/** A month without a day; "mayo" is not one. */
const isMonth = (word: string) =>
  word.length >= 3 && LONG_MONTHS.some((month) => month.toLowerCase().startsWith(word.replace(/[.,]$/, '')));
const DAY = /^([1-9]|[12]\d|3[01])(st|nd|rd|th)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

export function readSearch(typed: string): Search {
  const words = typed.toLowerCase().trim().split(/\s+/).filter(Boolean);
  const kept: string[] = [];
  let [here, dated] = [false, false];
  for (let i = 0; i < words.length; i++) {
    const [word, next = ''] = [words[i], words[i + 1]];
    if (DATE.test(word)) dated = true;
    else if ((DAY.test(word) && MONTH.test(next)) || (MONTH.test(word) && DAY.test(next))) {
      dated = true;
      kept.push(word);
      i++;
      kept.push(next);
      continue;
    } else if (WEEKDAY.test(word)) {
      // In "Fri 4 Dec" the date suffices.
      const after = words.slice(i + 1, i + 3);
      const named = DATE.test(next) || (after.length === 2 && (isDate(after[0], after[1]) || isDate(after[1], after[0])));
      if (!named) here = true;
      continue;
    } else if (isMonth(word) || DAY.test(word)) here = true;
    kept.push(word);
  }
  return { q: here ? '' : kept.join(' '), here, dated };
}

const isDate = (day: string, month: string) => DAY.test(day) && MONTH.test(month);

/** The members of an event that a search in the client looks at. */
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

/** Whether each word is in the shown texts of an event, including the proposal's person and day. */
export function matchesHere(words: string, one: Searched, proposed: string): boolean {
  const { title, number } = eventName(one.project_name, one.event_type);
  const days = [one.posted_on, one.start_date, one.due_date].filter((day) => !!day) as string[];
  const text = [
    title,
    number,
    one.event_ref_num,
    one.project_name,
    eventType(one.event_type).label,
    ...(one.people ?? []),
    proposed,
    ...days.flatMap((day) => [spokenDay(day), dayOf(day)]),
  ]
    .join(' ')
    .toLowerCase();
  return words
    .toLowerCase()
    .trim()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
