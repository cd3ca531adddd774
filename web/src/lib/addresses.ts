/** The valid addresses: the pages, and the valid values of their query parameters. */
import { isDay } from './dates';
import { eventTypes } from './event-types';

type Check = (value: string) => boolean;

const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(value);
const type = oneOf(...eventTypes.map((one) => one.slug));
/** Ids, questions and search words are not checked here. The page reports ids and words that match nothing. */
const any: Check = () => true;

const known: Record<string, Record<string, Check>> = {
  today: {},
  review: { tab: oneOf('look', 'all', 'person'), day: isDay, pane: oneOf('why', 'change'), sel: any, q: any },
  calendar: {
    view: oneOf('day', 'week', 'month'),
    day: isDay,
    show: oneOf('posted', 'proposed', 'both'),
    pane: oneOf('why', 'change'),
    type,
    sel: any,
  },
  fix: { week: isDay, issue: (value) => /^[1-9]\d{0,3}$/.test(value), finding: any },
  events: { cond: oneOf('open', 'all'), only: oneOf('due_soon', 'lost', 'kept_out', 'corrected', 'differs', 'set_aside'), type, q: any },
  refresh: {},
  differences: { event: (value) => /^\d{1,20}$/.test(value) },
  drafts: {},
  fairness: {},
  numbers: { weeks: oneOf('4', '12', '52') },
  setup: {},
  team: { show: oneOf('active', 'all'), who: any, off: isDay, q: any },
  import: { kind: oneOf('employees', 'availability', 'time_off', 'visits', 'schedules') },
  rotations: { date: isDay, rotation: oneOf('juicer', 'primary_lead') },
  submissions: { tab: oneOf('needs', 'under', 'accepted', 'aside') },
  compare: { by: oneOf('day', 'person'), ask: any },
  history: {},
  settings: { part: oneOf('weights', 'planning', 'times', 'types', 'closed', 'feeds', 'browser') },
};

export interface WrongAddress {
  page: string;
  /** The wrong query parameter; empty if the page itself is wrong. */
  name: string;
  value: string;
}

/** Pages whose address must have the id of an item after the page, and pages whose address may have one. */
const ONE_OF_MANY = new Set(['compare']);
const MAY_BE_ONE = new Set(['refresh', 'drafts']);
const isId = (text: string) => /^[A-Za-z0-9_-]{1,64}$/.test(text);

/** What is wrong with an address; null if it is valid. Unknown parameters, such as those of other sites' links, are ignored. */
export function wrongPart(page: string, query: URLSearchParams, id = ''): WrongAddress | null {
  if (!Object.hasOwn(known, page)) return { page: id ? `${page}/${id}` : page, name: '', value: '' };
  const isFit = id ? isId(id) && (ONE_OF_MANY.has(page) || MAY_BE_ONE.has(page)) : !ONE_OF_MANY.has(page);
  if (!isFit) return { page: id ? `${page}/${id}` : page, name: '', value: '' };
  for (const [name, value] of query) {
    if (Object.hasOwn(known[page], name) && !known[page][name](value)) return { page, name, value };
  }
  return null;
}

/** What is wrong with an address, in words; `title` is the page's, or empty if there is no such page. */
export function wrongWords({ page, name, value }: WrongAddress, title: string): { title: string; text: string } {
  if (title && name) return { title: 'This address is not right', text: `${title} knows no ${name} "${value}". ${OLD}` };
  if (title) return { title: 'This address is not complete', text: `It names nothing that ${title} could show. ${OLD}` };
  return { title: 'There is no such page', text: `No page is called "${page}". ${OLD}` };
}

const OLD = 'The link may be old or cut off.';
