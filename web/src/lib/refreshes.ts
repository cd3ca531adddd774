/** Refreshes from Crossmark, in words: progress, failures, and what they changed. */
import type { Place, Refresh, RefreshCounts, RefreshNews } from './api-types';
import { clockOf, dayOf, spokenDay } from './dates';
import { windowWords } from './due';
import { eventName } from './event-name';
import { lengthWords } from './fact-words';
import { capital, count, listed } from './numbers';
import { firstName } from './words';

export const isGoing = ({ status }: Pick<Refresh, 'status'>): boolean => status === 'queued' || status === 'running';

/** After this time a note says that nobody has to wait for the refresh. */
export const LONG_MS = 15_000;

export interface PhaseRow {
  title: string;
  state: 'done' | 'now' | 'later';
}

const PHASES: [string, Refresh['phase']][] = [
  ['Read the list of events', 'events'],
  ['Read lengths and people', 'people'],
  ['Write what differs', 'writing'],
];

export function phasesOf({ status, phase }: Pick<Refresh, 'status' | 'phase'>): PhaseRow[] {
  const at = status === 'done' ? PHASES.length : status === 'queued' ? -1 : PHASES.findIndex(([, name]) => name === phase);
  return PHASES.map(([title], n) => ({ title, state: n < at ? 'done' : n === at ? 'now' : 'later' }));
}

/** Why a refresh has no result, and what to do; empty if it has a result or has not ended. */
export function failureWords({ status, failure, error }: Pick<Refresh, 'status' | 'failure' | 'error'>): string {
  if (status === 'lost') return 'It has not reported for minutes, so it counts as lost. What is known stays. Read Crossmark again.';
  if (status !== 'failed') return '';
  const failureTexts: Partial<Record<NonNullable<Refresh['failure']>, string>> = {
    login_refused: 'Muster cannot sign in at Crossmark. Tell your administrator if this stays so: the login may have to be set again.',
    crossmark_unreadable: 'Crossmark does not answer as it should. Try again in a few minutes.',
    location: "It is not known which of Crossmark's locations is this club's, another club has it, or it is not a Crossmark number.",
    out_of_time: 'Crossmark took too long. Try again in a few minutes.',
  };
  return (failure && failureTexts[failure]) || `It failed in Muster itself${error ? `: ${error}` : ''}. Try again.`;
}

type Changed = Exclude<keyof RefreshCounts, 'listed'>;

/** The kinds of changes of an event: the words for a count above 1, and the tone. */
const KINDS: [Changed, string, '' | 'ok' | 'warn' | 'bad'][] = [
  ['differ', 'differ from what was decided here', 'bad'],
  ['new', 'new', 'ok'],
  ['changed', 'changed', ''],
  ['booked', 'booked at Crossmark', ''],
  ['moved', 'moved at Crossmark', 'warn'],
  ['taken_back', 'taken back at Crossmark', 'warn'],
  ['canceled', 'canceled', 'warn'],
  ['withdrawn', 'not listed any more', 'warn'],
  ['agree_again', 'agree again', 'ok'],
  ['left', 'left for the next refresh, because somebody here changed them meanwhile', ''],
];
/** The words for one event, where they differ. */
const ONE: Partial<Record<Changed, string>> = {
  differ: 'differs from what was decided here',
  agree_again: 'agrees again',
  left: 'left for the next refresh, because somebody here changed it meanwhile',
};

export interface CountRow {
  key: Changed;
  n: number;
  words: string;
  tone: '' | 'ok' | 'warn' | 'bad';
}

/** The counts that are not zero; each event is counted once. */
export const countRows = (counts: RefreshCounts): CountRow[] =>
  KINDS.map(([key, many, tone]) => ({ key, n: counts[key], words: counts[key] === 1 ? (ONE[key] ?? many) : many, tone })).filter(
    ({ n }) => n > 0,
  );

export const changedTotal = (counts: RefreshCounts): number => countRows(counts).reduce((sum, { n }) => sum + n, 0);

/** "5 events: 3 new, 2 moved at Crossmark" */
export function countsWords(counts: RefreshCounts): string {
  const rows = countRows(counts);
  if (!rows.length) return 'Nothing changed';
  return `${count(changedTotal(counts), 'event')}: ${rows.map(({ n, words }) => `${n} ${words}`).join(', ')}`;
}

/** The headline of a refresh that failed. It may have saved some changes before that. */
export const unreadWords = (counts: RefreshCounts): string => `Crossmark was not read${changedTotal(counts) ? ' completely' : ''}.`;

/** The state of a refresh in a few words. */
export function standingWords(refresh: Refresh): { text: string; tone: '' | 'ok' | 'warn' | 'bad' | 'info' } {
  const texts = {
    queued: { text: 'Waiting', tone: 'info' },
    running: { text: 'Reading', tone: 'info' },
    done: { text: 'Done', tone: 'ok' },
    failed: { text: 'Failed', tone: 'bad' },
    lost: { text: 'Lost', tone: 'bad' },
  } as const;
  return texts[refresh.status];
}

const kindWords: Record<RefreshNews['kind'], string> = {
  new: 'New',
  changed: 'Changed',
  booked: 'Booked',
  moved: 'Moved',
  taken_back: 'Taken back',
  canceled: 'Canceled',
  withdrawn: 'Not listed',
  differ: 'Differs',
  agree_again: 'Agrees again',
};
const fieldWords: Record<RefreshNews['fields'][number], string> = {
  name: 'name',
  type: 'type',
  window: 'days on which it can be worked',
  length: 'length',
  condition: 'condition',
};

/** A field of an event before and after, as in the report. */
export interface FieldChange {
  field: RefreshNews['fields'][number];
  before: string | null;
  after: string | null;
}

/** A value of a field in words. The report has a window as an ISO 8601 interval and a length in minutes. */
function valueWords(field: FieldChange['field'], value: string | null): string {
  if (value === null || value === '') return 'nothing';
  if (field === 'name') return eventName(value, null).title;
  if (field === 'length') return lengthWords(Number(value));
  if (field !== 'window') return value;
  const [start_date, due_date] = value.split('/');
  return windowWords({ start_date, due_date });
}

/** A change in words: `Length: 6.5 h`, `6 h`. If both values would read the same, the raw values are shown. */
export function changeWords({ field, before, after }: FieldChange): { what: string; before: string; after: string } {
  const words = [before, after].map((value) => valueWords(field, value));
  const [was, is] = words[0] === words[1] ? [before ?? 'nothing', after ?? 'nothing'] : words;
  return { what: capital(fieldWords[field]), before: was, after: is };
}

/** Who has an event, and when. */
export function placeWords(place: Place | null): string {
  if (!place) return 'nobody';
  const at = place.schedule_datetime;
  return `${firstName(place.employee_name) || place.employee_id}, ${spokenDay(dayOf(at))} ${clockOf(at)}`;
}

export interface NewsWords {
  kind: string;
  tone: '' | 'ok' | 'warn' | 'bad';
  /** Empty if the place is the same. */
  before: string;
  /** Empty if nobody had it and nobody has it. */
  after: string;
  /** The other changed fields, if the report has no values for them. */
  fields: string;
  /** The other changed fields with both values. */
  changes: { what: string; before: string; after: string }[];
}

export function newsWords(news: RefreshNews & { changes?: FieldChange[] }): NewsWords {
  const changes = (news.changes ?? []).map(changeWords);
  const tone = KINDS.find(([key]) => key === news.kind)?.[2] ?? '';
  const { before, after } = news;
  const isPlaced = !!before || !!after;
  const stays = before?.employee_id === after?.employee_id && before?.schedule_datetime === after?.schedule_datetime;
  return {
    kind: kindWords[news.kind],
    tone,
    before: isPlaced && !stays ? placeWords(before) : '',
    after: isPlaced ? placeWords(after) : '',
    changes,
    fields: news.fields.length && !changes.length ? `Changed: ${listed(news.fields.map((field) => fieldWords[field]))}` : '',
  };
}
