/** "What if" questions: combines changes of a trial, puts them into words, and reads and writes them as text. */
import type { Moves, RotationType, TrialChange } from './api-types';
import { addDays, dayMonth, spokenDay } from './dates';
import { count } from './numbers';
import type { Query } from './router.svelte';
import { firstName, rotationName, termName } from './words';
import { allowanceWords } from './people';

/** Looks up names for words: of people by id, of events by number. */
export interface Namer {
  person: (id: string) => string | undefined;
  event: (ref: number) => string | undefined;
}

/** One change of a question, in words that follow "What if". */
export interface Piece {
  words: string;
  change: TrialChange;
}

type Placement = NonNullable<TrialChange['fixed']>[number];
type Lists = { [K in keyof TrialChange]-?: NonNullable<TrialChange[K]> extends unknown[] ? K : never }[keyof TrialChange];

const LISTS: Lists[] = ['working', 'time_off', 'availability_overrides', 'employees', 'exceptions', 'lock', 'unlock', 'fixed', 'forbidden'];
/** Maximum entries of one list. */
const MAX_ENTRIES = 50;

/** For each list, the key of an entry. Of two entries with the same key, the later one counts. */
const entryKey: Record<Lists, (one: never) => string> = {
  working: ({ employee_id, date }: { employee_id: string; date: string }) => employee_id + date,
  time_off: (off: object) => JSON.stringify(off),
  availability_overrides: (one: object) => JSON.stringify(one),
  employees: ({ id }: { id: string }) => id,
  exceptions: ({ date, rotation }: { date: string; rotation: string }) => date + rotation,
  lock: (day: string) => day,
  unlock: (day: string) => day,
  fixed: ({ ref }: Placement) => String(ref),
  forbidden: ({ ref, employee_id, date }: Placement) => `${ref} ${employee_id} ${date}`,
};

/** Combines two changes. If both change the same thing, the second counts. */
export function combined(a: TrialChange, b: TrialChange): TrialChange {
  const both: Record<string, unknown> = { ...a, ...b };
  if (a.weights || b.weights) both.weights = { ...a.weights, ...b.weights };
  for (const name of LISTS) {
    if (!a[name] && !b[name]) continue;
    const key = entryKey[name] as (one: unknown) => string;
    both[name] = [...new Map([...(a[name] ?? []), ...(b[name] ?? [])].map((one) => [key(one), one])).values()];
  }
  return both as TrialChange;
}

const asList = (change: TrialChange, name: Lists): unknown[] => (change[name] as unknown[] | undefined) ?? [];

/** A change without one of its pieces. */
export function withoutPiece(change: TrialChange, { change: gone }: Piece): TrialChange {
  const left: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(change)) {
    if (!(name in gone)) left[name] = value;
    else if (name === 'weights') {
      const weights = Object.entries(change.weights ?? {}).filter(([weight]) => !(weight in (gone.weights ?? {})));
      if (weights.length) left.weights = Object.fromEntries(weights);
    } else if (Array.isArray(value)) {
      const entries = new Set(asList(gone, name as Lists).map((one) => JSON.stringify(one)));
      const rest = value.filter((one) => !entries.has(JSON.stringify(one)));
      if (rest.length) left[name] = rest;
    }
  }
  return left as TrialChange;
}

export const isNothing = (change: TrialChange) => !Object.keys(change).length;

const days = (from: string, to: string) => (from === to ? `on ${spokenDay(from)}` : `from ${dayMonth(from)} to ${dayMonth(to)}`);

/** Whose schedules a call-out may move. */
const movesWords: Record<Moves, string> = { none: 'nobody else moves', few: 'a few others may move', any: 'any others may move' };

/** The pieces of a change, in the order in which a person would say them. */
export function piecesOf(change: TrialChange, namer: Namer): Piece[] {
  const fresh = new Map((change.employees ?? []).map(({ id, name }) => [id, name]));
  const who = (id: string) => firstName(namer.person(id)) || fresh.get(id) || id;
  const event = (ref: number) => namer.event(ref) ?? `event ${ref}`;
  const pieces: Piece[] = [];
  const add = (words: string, piece: TrialChange) => pieces.push({ words, change: piece });

  for (const one of change.working ?? []) add(`${who(one.employee_id)} works on ${spokenDay(one.date)}`, { working: [one] });
  for (const one of change.time_off ?? []) add(`${who(one.employee_id)} is off ${days(one.start, one.end)}`, { time_off: [one] });
  for (const one of change.availability_overrides ?? []) {
    const [hours] = Object.values(one.days);
    const when = typeof hours === 'object' ? `can work ${allowanceWords(hours)}` : hours ? 'can work' : 'cannot work';
    add(`${who(one.employee_id)} ${when} ${days(one.start, one.end)}`, { availability_overrides: [one] });
  }
  if (change.callout) {
    const { employee_id, from, to, moves } = change.callout;
    add(`${who(employee_id)} is out ${days(from, to)} while ${movesWords[moves]}`, { callout: change.callout });
  }
  for (const one of change.employees ?? []) add(`there is one more ${one.job_title}`, { employees: [one] });
  for (const one of change.exceptions ?? [])
    add(`${who(one.employee_id)} is the ${rotationName[one.rotation].toLowerCase()} on ${spokenDay(one.date)}`, { exceptions: [one] });
  for (const day of change.lock ?? []) add(`${spokenDay(day)} is locked`, { lock: [day] });
  for (const day of change.unlock ?? []) add(`${spokenDay(day)} is unlocked`, { unlock: [day] });
  for (const one of change.fixed ?? [])
    add(`${event(one.ref)} is with ${who(one.employee_id)} on ${spokenDay(one.date)}`, { fixed: [one] });
  for (const rows of byEventAndPerson(change.forbidden ?? [])) {
    const [{ ref, employee_id, date }] = rows;
    add(`${event(ref)} is not with ${who(employee_id)}${rows.length > 1 ? '' : ` on ${spokenDay(date)}`}`, { forbidden: rows });
  }
  if (change.block_capacity !== undefined) add(`a block serves ${change.block_capacity} Core`, { block_capacity: change.block_capacity });
  if (change.buffer_days !== undefined) {
    const n = change.buffer_days;
    add(n > 1 ? `planning begins ${n} days from today` : `planning begins ${n ? 'tomorrow' : 'today'}`, { buffer_days: n });
  }
  for (const [name, weight] of Object.entries(change.weights ?? {}))
    add(`“${termName(name)}” counts ${count(weight, 'time')}`, { weights: { [name]: weight } });
  return pieces;
}

/** Groups rows by event and person: "not with this person" has a row for each day of the event. */
function byEventAndPerson(rows: Placement[]): Placement[][] {
  const groups = new Map<string, Placement[]>();
  for (const row of rows) {
    const key = `${row.ref} ${row.employee_id}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

/** `What if Rosa works on Sun 22 Nov, and Thu 26 Nov is unlocked?` */
export const questionWords = (pieces: Piece[]): string =>
  pieces.length
    ? `What if ${pieces.map(({ words }, at) => (at && at === pieces.length - 1 ? `and ${words}` : words)).join(', ')}?`
    : 'What if nothing is different?';

/** The rows that keep an event from a person: one for each planned day of the event. */
export function forbiddenPlaces(ref: number, employee_id: string, from: string, to: string): Placement[] {
  const rows: Placement[] = [];
  for (let date = from; date <= to && rows.length < MAX_ENTRIES; date = addDays(date, 1)) rows.push({ ref, employee_id, date });
  return rows;
}

type NewPerson = NonNullable<TrialChange['employees']>[number];

/** A person who does not work here yet, with an id that none of `others` has. */
export function additionalPerson(others: NewPerson[], job_title: string): NewPerson {
  const n = 1 + Math.max(0, ...others.map(({ id }) => Number(/^new-(\d{1,9})$/.exec(id)?.[1] ?? 0)));
  return {
    id: `new-${n}`,
    name: `Somebody new${n > 1 ? ` ${n}` : ''}`,
    job_title,
    juicer_trained: job_title === 'Juicer Barista',
    active: true,
  };
}

/** A question as text for an address. */
export const written = (change: TrialChange): string => JSON.stringify(change);

/** Reads a question from an address; null if the text is not a question. Only the server checks its ids and dates. */
export function readQuestion(text: string | null): TrialChange | null {
  if (!text) return null;
  try {
    const found = JSON.parse(text) as Record<string, unknown>;
    if (typeof found !== 'object' || !found || Array.isArray(found)) return null;
    for (const [name, value] of Object.entries(found)) if (!Object.hasOwn(members, name) || !members[name as Member](value)) return null;
    return found as TrialChange;
  } catch {
    return null;
  }
}

type Is = (value: unknown) => boolean;
type Member = keyof TrialChange;
const isText: Is = (value) => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && !!value && !Array.isArray(value);
const isKeyOf =
  (words: object): Is =>
  (value) =>
    isText(value) && Object.hasOwn(words, value as string);
const has =
  (shape: Record<string, Is>): Is =>
  (value) =>
    isObject(value) && Object.entries(shape).every(([member, is]) => is(value[member]));
const listOf =
  (is: Is): Is =>
  (value) =>
    Array.isArray(value) && value.every(is);
const ofPerson = { employee_id: isText };
const placements = listOf(has({ ...ofPerson, date: isText, ref: Number.isInteger }));

/** What each member of a question must be. Every member has a row, so that each question that is written can be read. */
const members: Record<Member, Is> = {
  weights: (value) => isObject(value) && Object.values(value).every((one) => typeof one === 'number'),
  block_capacity: Number.isInteger,
  buffer_days: Number.isInteger,
  working: listOf(has({ ...ofPerson, date: isText })),
  time_off: listOf(has({ ...ofPerson, start: isText, end: isText })),
  availability_overrides: listOf(has({ ...ofPerson, start: isText, end: isText, days: isObject })),
  employees: listOf(has({ id: isText, name: isText, job_title: isText })),
  exceptions: listOf(has({ ...ofPerson, date: isText, rotation: isKeyOf(rotationName) })),
  lock: listOf(isText),
  unlock: listOf(isText),
  fixed: placements,
  forbidden: placements,
  callout: has({ ...ofPerson, from: isText, to: isText, moves: isKeyOf(movesWords) }),
};

/** A page on which an assumption can be saved. */
export interface PlaceToSave {
  words: string;
  page: string;
  query: Query;
}

/** The pages on which the assumptions of a question can be saved. Some plans cannot be adopted before that. */
export function placesToSave(change: TrialChange, namer: Namer): PlaceToSave[] {
  const places: PlaceToSave[] = [];
  const add = (words: string, page: string, query: Query) => {
    if (!places.some((one) => one.words === words)) places.push({ words, page, query });
  };
  const team = (id: string, day = '') =>
    add(`${firstName(namer.person(id)) || id} in Team`, 'team', { who: id, ...(day ? { off: day } : {}) });
  for (const one of change.working ?? []) team(one.employee_id);
  for (const one of change.time_off ?? []) team(one.employee_id, one.start);
  for (const one of change.availability_overrides ?? []) team(one.employee_id);
  if (change.employees?.length) add('A new person in Team', 'team', { who: 'new' });
  for (const one of change.exceptions ?? []) add(`The rotation of ${spokenDay(one.date)}`, 'rotations', { date: one.date });
  for (const day of [...(change.lock ?? []), ...(change.unlock ?? [])])
    add(`${spokenDay(day)} in the calendar`, 'calendar', { view: 'day', day });
  if (change.block_capacity !== undefined || change.buffer_days !== undefined)
    add('Planning in Settings', 'settings', { part: 'planning' });
  if (change.weights) add('What matters in Settings', 'settings', {});
  return places;
}

/** What to do before a question with new people is tried again: the question adds them beside those who are saved by now. */
export const newPeopleWords = ({ employees = [] }: TrialChange): string =>
  employees.length
    ? `The question adds ${employees.length === 1 ? 'a new person' : 'new people'}: leave out who is in Team by now before you try again.`
    : '';

/** The rotations with their names, for a choice. */
export const rotationChoices = Object.entries(rotationName) as [RotationType, string][];
