/** Every page with all its states, each over a real server in the right state. */
import * as calendar from './calendar';
import * as crossmark from './crossmark';
import * as drafts from './drafts';
import * as events from './events';
import * as files from './files';
import * as history from './history';
import * as numbers from './numbers';
import * as posted from './posted';
import * as review from './review';
import * as settings from './settings';
import * as team from './team';
import * as today from './today';
import * as whatIf from './what-if';
import type { View } from './view';

export type { View };

const TOPICS: { pages?: View[]; states?: View[] }[] = [
  calendar,
  crossmark,
  drafts,
  events,
  files,
  history,
  numbers,
  posted,
  review,
  settings,
  team,
  today,
  whatIf,
];

/** Views that are drawn light, dark and on a phone; with MUSTER_FULL dark on a phone too. */
export const PAGES = TOPICS.flatMap(({ pages = [] }) => pages);
/** Views that are drawn light only; with MUSTER_FULL in every variant. */
export const STATES = TOPICS.flatMap(({ states = [] }) => states);
