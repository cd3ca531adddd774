/** The valid addresses: the pages, and the valid values of their query parameters. */
import { isDay } from './dates';
import { eventTypes } from './event-types';

type Check = (value: string) => boolean;

const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(value);
const type = oneOf(...eventTypes.map((one) => one.slug));
/** Ids and questions. The page reports those that it does not have. */
const some: Check = (value) => value.trim() !== '';
/** Search words. No words find everything; the page reports words that match nothing. */
const any: Check = () => true;

const known = {
  today: {},
  review: { tab: oneOf('look', 'all', 'person'), day: isDay, pane: oneOf('why', 'change'), sel: some, q: any },
  calendar: {
    view: oneOf('day', 'week', 'month'),
    day: isDay,
    show: oneOf('posted', 'proposed', 'both'),
    pane: oneOf('why', 'change'),
    type,
    sel: some,
  },
  fix: { week: isDay, issue: (value) => /^[1-9]\d{0,3}$/.test(value), finding: some },
  events: { cond: oneOf('open', 'all'), only: oneOf('due_soon', 'lost', 'kept_out', 'corrected', 'differs', 'set_aside'), type, q: any },
  refresh: {},
  differences: { event: (value) => /^\d{1,20}$/.test(value) },
  drafts: {},
  fairness: {},
  numbers: { weeks: oneOf('4', '12', '52') },
  setup: {},
  team: { show: oneOf('active', 'all'), who: some, off: isDay, q: any },
  import: { kind: oneOf('employees', 'availability', 'time_off', 'visits', 'schedules') },
  rotations: { date: isDay, rotation: oneOf('juicer', 'primary_lead') },
  submissions: { tab: oneOf('needs', 'under', 'accepted', 'aside') },
  compare: { by: oneOf('day', 'person'), ask: some },
  history: {},
  settings: { part: oneOf('weights', 'planning', 'times', 'types', 'closed', 'feeds', 'browser') },
} satisfies Record<string, Record<string, Check>>;

/** What pages can have in their query. */
export type Parameter = { [Page in keyof typeof known]: keyof (typeof known)[Page] }[keyof typeof known];

/** Parameters that say something about another one, and mean nothing without it. */
export const ABOUT: Partial<Record<string, Parameter>> = { pane: 'sel', off: 'who', rotation: 'date' };

export interface WrongAddress {
  page: string;
  /** The wrong query parameter; empty if the page itself is wrong. */
  name: string;
  /** What is wrong with the parameter. */
  fault: 'page' | 'unknown' | 'twice' | 'alone' | 'value';
  value: string;
}

/** Pages whose address must have the id of an item after the page, and pages whose address may have one. */
const ONE_OF_MANY = new Set(['compare']);
const MAY_BE_ONE = new Set(['refresh', 'drafts']);
const isId = (text: string) => /^[A-Za-z0-9_-]{1,64}$/.test(text);

/** What is wrong with an address; null if it is valid. */
export function wrongPart(page: string, query: URLSearchParams, id = ''): WrongAddress | null {
  const isFit = id ? isId(id) && (ONE_OF_MANY.has(page) || MAY_BE_ONE.has(page)) : !ONE_OF_MANY.has(page);
  if (!Object.hasOwn(known, page) || !isFit) return { page: id ? `${page}/${id}` : page, name: '', fault: 'page', value: '' };
  const checks: Record<string, Check> = known[page as keyof typeof known];
  for (const [name, value] of query) {
    const about = ABOUT[name];
    const fault = !Object.hasOwn(checks, name)
      ? 'unknown'
      : query.getAll(name).length > 1
        ? 'twice'
        : about && !query.has(about)
          ? 'alone'
          : checks[name](value)
            ? null
            : 'value';
    if (fault) return { page, name, fault, value };
  }
  return null;
}
