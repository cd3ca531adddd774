/** Events of the proposal that something other than their lines posted, moved or took back, and what is so now, in words. */
import type { Elsewhere, Line, Place } from '../api-types';
import { clockOf, dayOf, spokenDay } from '../dates';
import { eventType } from '../event-types';
import { droppedSince } from '../submissions';
import { follows, isPlaced, isSendable, placeOf, titleOfLine } from './rows';

/** By the id of the line. */
export type ElsewhereById = ReadonlyMap<string, Elsewhere>;

export const elsewhereById = (all: Elsewhere[] | undefined): ElsewhereById => new Map((all ?? []).map((one) => [one.line, one]));

/** Whether nothing about an event is left to decide, because it stands elsewhere. An accepted event stays accepted, wherever it stands. */
export const isSettledElsewhere = (line: Line, elsewhere: ElsewhereById) => line.status !== 'api_submitted' && elsewhere.has(line.id);

/** The lines whose events stand where the lines say. Of the other events, a calendar shows only what is posted. */
export const linesHere = (lines: Line[], elsewhere: ElsewhereById) => lines.filter(({ id }) => !elsewhere.has(id));

/** Whether an event has a place: where it stands now, if something moved or took it back after its line was accepted. */
export function hasPlaceNow(line: Line, elsewhere: ElsewhereById): boolean {
  const found = elsewhere.get(line.id);
  return found && !found.on_its_way ? found.place !== null : isPlaced(line);
}

const placeWords = ({ employee_name, employee_id, schedule_datetime }: Place) =>
  `${employee_name ?? employee_id}, ${spokenDay(dayOf(schedule_datetime))}, ${clockOf(schedule_datetime)}`;

/** Where an event stands, inside a sentence: `posted to Casey Reed, Mon 27 Apr, 10:15 am, not by this proposal`. */
export function elsewhereWords(line: Line, { place, on_its_way }: Elsewhere): string {
  const isAsProposed =
    !!place && isPlaced(line) && place.employee_id === line.employee_id && place.schedule_datetime === line.schedule_datetime;
  if (line.status === 'api_submitted') {
    if (!place) return on_its_way ? 'being taken back' : 'taken back since';
    return `${on_its_way ? 'on its way to' : 'since then posted to'} ${placeWords(place)}`;
  }
  if (!place) return on_its_way ? 'being taken back, not by this proposal' : 'taken back, not by this proposal';
  const state = on_its_way ? 'on its way to Crossmark' : 'posted';
  return isAsProposed
    ? `${state} exactly as proposed, but not by this proposal: ${placeWords(place)}`
    : `${state}${on_its_way ? ':' : ' to'} ${placeWords(place)}, not by this proposal`;
}

/** The same of an accepted event in two or three words, for a row. */
export function elsewhereState({ kind }: Line, { place, on_its_way }: Elsewhere): string {
  if (!place) return on_its_way ? 'Being taken back' : 'Taken back since';
  if (kind === 'dropped') return on_its_way ? 'Being posted again' : 'Posted again since';
  return on_its_way ? 'Being moved' : 'Moved since';
}

/**
 * What is so since the run of the other event of a pair, if that one is why an event has no place: the run's reason held when the run ended.
 * Empty if the reason still holds.
 */
export function partnerSinceWords(line: Line, lines: Line[], elsewhere: ElsewhereById): string {
  const rules = (line.reason ?? line.failure_reason)?.rules ?? [];
  if (isSendable(line) || !follows(line) || !rules.some((rule) => PAIR_RULES.includes(rule))) return '';
  const partner = lines.find((one) => one.event_ref_num === line.pair);
  if (!partner) return '';
  const its = `its ${eventType(partner.event_type).label}`;
  const found = elsewhere.get(partner.id);
  const now = found ? found.place : partner.status === 'api_failed' ? null : placeOf(partner);
  if (now && (!isInWindow(line, now) || (rules.includes('H11') && isSamePlace(placeByRun(partner), now)))) return '';
  if (found) return `${its} is ${elsewhereWords(partner, found)}; ${found.place ? PLACE_IT : 'run again'}`;
  return partner.was_not_placed && now ? `${its} has a place since the run: ${placeWords(now)}; ${PLACE_IT}` : '';
}

/** Whether the window of a line has the day of its partner's place. If not, the line cannot be placed with it. */
function isInWindow({ start_date, due_date }: Line, { schedule_datetime }: Place): boolean {
  const day = dayOf(schedule_datetime);
  return dayOf(start_date) <= day && day < dayOf(due_date);
}

/** Where the run put an event. */
const placeByRun = (line: Line): Place | null => (line.was_not_placed ? null : (line.original ?? placeOf(line)));

/** Whether two places have the same person and day: the two things that a Survey shares with its Production. */
const isSamePlace = (one: Place | null, other: Place) =>
  one?.employee_id === other.employee_id && dayOf(one.schedule_datetime) === dayOf(other.schedule_datetime);

/** The rules that place an event with the other one of its pair. */
const PAIR_RULES = ['H10', 'H11'];
const PLACE_IT = 'place this one too, or run again';

/** What became of an event about which nothing is left to decide: where it stands, or that it was rejected or dropped. */
export function overWords(line: Line, elsewhere: ElsewhereById): string {
  const found = elsewhere.get(line.id);
  if (found) return elsewhereWords(line, found);
  if (line.given_up) return droppedSince(line);
  const place = placeOf(line);
  return place ? `rejected: ${placeWords(place)}` : 'rejected';
}

/** Why a change cannot be made again: its event was rejected or settled meanwhile, or is not in the proposal on screen. */
export function goneWords(over: Line | undefined, elsewhere: ElsewhereById): string {
  const why = over ? `${titleOfLine(over)} is ${overWords(over, elsewhere)}.` : 'The event is not in this proposal any more.';
  return `${why} Your change was not made.`;
}

/** Whether an event of the proposal is being sent in another way, so that it soon stands elsewhere for good. */
export const isOnItsWay = (elsewhere: ElsewhereById): boolean => [...elsewhere.values()].some((one) => one.on_its_way);
