/**
 * Sends the requests of the first view before the client itself is loaded. The client then uses their answers, instead of sending one
 * request after the other. Imports only small modules of the client.
 */
import type { Config } from './config';
import { subjectOf, type Tokens } from './pkce';
import { peek, recallInTab } from './stored';

/** Storage key of this tab's tokens. */
export const KEPT_TOKENS = 'muster.tokens';
/** Storage key of the last club, for a person with several. */
export const KEPT_CLUB = 'club';
/** The person if the server has no sign-in. */
export const DEVELOPER = 'development';
/** Tokens are renewed this long before they expire. */
export const RENEW_BEFORE_MS = 60_000;
/** Maximum wait for an answer. A request that was sent ahead and is not used within this time is given up. */
export const LONGEST_WAIT_MS = 15_000;

export type Query = Record<string, string | number | undefined | null>;

export function addressOf(base: string, club: string | null, path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ club, ...query })) if (value != null && value !== '') params.set(name, String(value));
  const text = params.toString();
  return `${base}/api${path}${text ? '?' + text : ''}`;
}

/** The query for the last runs. The same on all pages, so that they share the answer. */
export const LAST_RUNS = { limit: 12 };
/** The query for all lines that are not accepted yet, and the number of those accepted today. */
export const OPEN_SUBMISSIONS = { include: 'accepted', limit: 500 };
/** The query for each page of a list that is read as a whole. */
export const WHOLE = { limit: 500 };

const EVERY_PAGE: [string, Query?][] = [['/me'], ['/settings'], ['/dashboard']];
const PENDING: [string, Query?] = ['/auto-schedule/pending'];
const CLOSED_DAYS: [string, Query?][] = [
  ['/holidays', WHOLE],
  ['/locked-days', WHOLE],
];
/**
 * The first requests of each page. A browser has six connections for HTTP/1.1, so the answers that are largest or shown first are requested
 * first.
 */
const OF_PAGE: Record<string, [string, Query?][]> = {
  today: [
    ...EVERY_PAGE,
    PENDING,
    ['/submissions', OPEN_SUBMISSIONS],
    ['/auto-schedule/history', LAST_RUNS],
    ['/differences'],
    ['/employees', WHOLE],
    ...CLOSED_DAYS,
  ],
  review: [PENDING, ...EVERY_PAGE, ['/auto-schedule/history', LAST_RUNS], ...CLOSED_DAYS],
  calendar: [...EVERY_PAGE, ['/employees', WHOLE], ...CLOSED_DAYS, ['/rotations'], PENDING],
  rotations: [...EVERY_PAGE, ['/rotations'], ['/employees', WHOLE], PENDING],
  team: [...EVERY_PAGE, ['/employees', WHOLE], PENDING],
  submissions: [...EVERY_PAGE, ['/submissions', OPEN_SUBMISSIONS], PENDING],
};

export interface Prefetched {
  answer: Response;
  /** The JSON of the answer, read while the client is still loading; absent if the request was refused. */
  body?: Promise<unknown>;
}

interface Asked {
  found: Promise<Prefetched>;
  stop: AbortController;
}
const asked = new Map<string, Asked>();

/** Reads an answer at once. The caller that uses it handles its failure. */
function readAhead(answer: Response): Prefetched {
  const body = answer.ok ? answer.json() : undefined;
  body?.catch(() => undefined);
  return { answer, body };
}

/** The person and token that this tab has; null if a sign-in is needed first. */
function caller(config: Config): { person: string; token: string | null } | null {
  if (config.problem) return null;
  if (!config.issuer) return { person: DEVELOPER, token: null };
  const tokens = recallInTab<Tokens>(KEPT_TOKENS);
  return tokens && tokens.expires - RENEW_BEFORE_MS > Date.now() ? { person: subjectOf(tokens.token), token: tokens.token } : null;
}

export function prefetchFirstView(config: Config, page: string) {
  const who = caller(config);
  if (!who) return;
  const club = peek<string>(who.person, KEPT_CLUB);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (who.token) headers.authorization = `Bearer ${who.token}`;
  for (const [path, query] of OF_PAGE[page] ?? [...EVERY_PAGE, PENDING]) {
    // The server knows the person only from the token.
    const url = addressOf(config.api, club, path, query);
    const stop = new AbortController();
    const found = fetch(url, { headers, cache: 'no-store', signal: stop.signal }).then(readAhead);
    found.catch(() => undefined);
    asked.set(url, { found, stop });
  }
  setTimeout(giveUp, LONGEST_WAIT_MS);
}

/** Aborts what nobody uses: a request without an answer would keep one of the browser's few connections. */
function giveUp() {
  for (const { stop } of asked.values()) stop.abort();
  asked.clear();
}

/** The answer of a request that was sent ahead; each is used once. The request ends when its caller's `signal` is aborted. */
export function takePrefetched(url: string, signal: AbortSignal): Promise<Prefetched> | undefined {
  const taken = asked.get(url);
  asked.delete(url);
  signal.addEventListener('abort', () => taken?.stop.abort());
  return taken?.found;
}
