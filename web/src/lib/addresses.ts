/** The valid addresses: the pages, and the valid values of their query parameters. */
import { isDay } from './dates';
import { eventTypes } from './event-types';

type Check = (value: string) => boolean;

const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(value);
const type = oneOf(...eventTypes.map((one) => one.slug));
/** Ids and questions: any text that is not blank. The page reports those that do not exist. */
const nonBlank: Check = (value) => value.trim() !== '';
/** Search words. No words find everything; the page reports words that match nothing. */
const anyText: Check = () => true;

/** The query parameters of each page, with the check of their values. */
const PARAMETERS = {
  today: {},
  review: { tab: oneOf('look', 'all', 'person'), day: isDay, pane: oneOf('why', 'change'), sel: nonBlank, q: anyText },
  calendar: {
    view: oneOf('day', 'week', 'month'),
    day: isDay,
    show: oneOf('posted', 'proposed', 'both'),
    pane: oneOf('why', 'change'),
    type,
    sel: nonBlank,
  },
  fix: { week: isDay, issue: (value) => /^[1-9]\d{0,3}$/.test(value), finding: nonBlank },
  events: {
    cond: oneOf('open', 'all'),
    only: oneOf('due_soon', 'lost', 'kept_out', 'corrected', 'differs', 'set_aside'),
    type,
    q: anyText,
  },
  refresh: {},
  differences: { event: (value) => /^\d{1,20}$/.test(value) },
  drafts: {},
  fairness: {},
  numbers: { weeks: oneOf('4', '12', '52') },
  setup: {},
  team: { show: oneOf('active', 'all'), who: nonBlank, off: isDay, q: anyText },
  import: { kind: oneOf('employees', 'availability', 'time_off', 'visits', 'schedules') },
  rotations: { date: isDay, rotation: oneOf('juicer', 'primary_lead') },
  submissions: { tab: oneOf('needs', 'under', 'accepted', 'aside') },
  compare: { by: oneOf('day', 'person'), ask: nonBlank },
  history: {},
  settings: { part: oneOf('weights', 'planning', 'times', 'types', 'closed', 'feeds', 'browser') },
} satisfies Record<string, Record<string, Check>>;

/** The names of the query parameters of all pages. */
export type Parameter = { [Page in keyof typeof PARAMETERS]: keyof (typeof PARAMETERS)[Page] }[keyof typeof PARAMETERS];

/** Parameters that are valid only together with another one. */
export const NEEDED_BESIDE: Partial<Record<string, Parameter>> = { pane: 'sel', off: 'who', rotation: 'date' };

export interface WrongAddress {
  page: string;
  /** The wrong query parameter; empty if the page or its id is wrong. */
  name: string;
  /** What is wrong: the page or its id, or a parameter that is unknown, repeated, without the one that it needs, or has a wrong value. */
  fault: 'page' | 'unknown' | 'twice' | 'alone' | 'value';
  value: string;
}

/** Pages whose address must have the id of an item after the page. */
const ID_REQUIRED = new Set(['compare']);
/** Pages whose address may have the id of an item after the page. */
const ID_OPTIONAL = new Set(['refresh', 'drafts']);
const isId = (text: string) => /^[A-Za-z0-9_-]{1,64}$/.test(text);

/** What is wrong with an address; null if it is valid. */
export function wrongPart(page: string, query: URLSearchParams, id = ''): WrongAddress | null {
  const isIdValid = id ? isId(id) && (ID_REQUIRED.has(page) || ID_OPTIONAL.has(page)) : !ID_REQUIRED.has(page);
  if (!Object.hasOwn(PARAMETERS, page) || !isIdValid) return { page: id ? `${page}/${id}` : page, name: '', fault: 'page', value: '' };
  const checks: Record<string, Check> = PARAMETERS[page as keyof typeof PARAMETERS];
  for (const [name, value] of query) {
    const needed = NEEDED_BESIDE[name];
    const fault = !Object.hasOwn(checks, name)
      ? 'unknown'
      : query.getAll(name).length > 1
        ? 'twice'
        : needed && !query.has(needed)
          ? 'alone'
          : checks[name](value)
            ? null
            : 'value';
    if (fault) return { page, name, fault, value };
  }
  return null;
}
