/** Which addresses lead somewhere: the pages, and what the parts of their queries may be. */
import { isDay } from './dates';
import { eventTypes } from './event-types';

type Check = (value: string) => boolean;

const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(value);
const type = oneOf(...eventTypes.map((one) => one.slug));
/** Ids and words are looked for; what is not found is said where it is looked for. */
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
  events: { cond: oneOf('open', 'all'), type, q: any },
  team: { show: oneOf('active', 'all'), who: any, off: isDay, q: any },
  rotations: { date: isDay, rotation: oneOf('juicer', 'primary_lead') },
  submissions: { tab: oneOf('needs', 'under', 'accepted', 'aside') },
  history: {},
  settings: { part: oneOf('weights', 'planning', 'times', 'types', 'closed', 'browser') },
};

export interface WrongAddress {
  page: string;
  /** The part of the query that is wrong; empty where the page is. */
  name: string;
  value: string;
}

/** What is wrong with an address; null where nothing is. Parts that no page knows, such as those of other sites' links, are passed over. */
export function wrongPart(page: string, query: URLSearchParams): WrongAddress | null {
  if (!Object.hasOwn(known, page)) return { page, name: '', value: '' };
  for (const [name, value] of query) {
    if (Object.hasOwn(known[page], name) && !known[page][name](value)) return { page, name, value };
  }
  return null;
}
