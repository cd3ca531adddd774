/**
 * What the first view asks for, sent before the client itself is loaded: it then finds the answers on their way instead
 * of asking for them one round after the other. Knows nothing that needs the rest of the client.
 */
import type { Config } from './config';
import { subjectOf, type Tokens } from './pkce';
import { peek } from './stored';

/** Where the tokens of this tab are kept. */
export const KEPT_TOKENS = 'muster.tokens';
/** Where the club of last time is kept, for a person with several. */
export const KEPT_CLUB = 'club';
/** The one who is here where nobody signs in. */
export const DEVELOPER = 'development';
/** Tokens are renewed this long before they end. */
export const EARLY_MS = 60_000;
/** An answer that nobody has taken by then is no longer news. */
const FRESH_MS = 30_000;

export type Query = Record<string, string | number | undefined | null>;

export function addressOf(base: string, club: string | null, path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ club, ...query })) if (value != null && value !== '') params.set(name, String(value));
  const text = params.toString();
  return `${base}/api${path}${text ? '?' + text : ''}`;
}

/** The last runs, as every page asks for them. */
export const LAST_RUNS = { limit: 5 };
export const OPEN_SUBMISSIONS = { include: 'accepted', limit: 500 };
/** A list that is wanted whole. */
export const WHOLE = { limit: 500 };

const everyPage: [string, Query?][] = [['/me'], ['/settings'], ['/dashboard'], ['/auto-schedule/pending']];
const ofPage: Record<string, [string, Query?][]> = {
  today: [
    ['/submissions', OPEN_SUBMISSIONS],
    ['/auto-schedule/history', LAST_RUNS],
    ['/employees', WHOLE],
  ],
  review: [
    ['/auto-schedule/history', LAST_RUNS],
    ['/holidays', WHOLE],
    ['/locked-days', WHOLE],
  ],
  calendar: [['/employees', WHOLE], ['/holidays', WHOLE], ['/locked-days', WHOLE], ['/rotations']],
  rotations: [['/rotations'], ['/employees', WHOLE]],
  team: [['/employees', WHOLE]],
  submissions: [['/submissions', OPEN_SUBMISSIONS]],
};

const asked = new Map<string, Promise<Response>>();

/** Who is here, as far as this tab knows; null where a sign-in comes first. */
function caller(config: Config): { person: string; token: string | null } | null {
  if (config.problem) return null;
  if (!config.issuer) return { person: DEVELOPER, token: null };
  try {
    const tokens = JSON.parse(sessionStorage.getItem(KEPT_TOKENS) ?? 'null') as Tokens | null;
    return tokens && tokens.expires - EARLY_MS > Date.now() ? { person: subjectOf(tokens.token), token: tokens.token } : null;
  } catch {
    // Storage can be switched off; then the client itself asks.
    return null;
  }
}

export function askAhead(config: Config, page: string) {
  const who = caller(config);
  if (!who) return;
  const club = peek<string>(who.person, KEPT_CLUB);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (who.token) headers.authorization = `Bearer ${who.token}`;
  for (const [path, query] of [...everyPage, ...(ofPage[page] ?? [])]) {
    // Who this is comes from the token alone.
    const url = addressOf(config.api, club, path, query);
    const answer = fetch(url, { headers, cache: 'no-store' });
    // Whoever takes it learns of its failure.
    answer.catch(() => undefined);
    asked.set(url, answer);
  }
  setTimeout(() => asked.clear(), FRESH_MS);
}

/** An answer that is on its way already; each is taken once. */
export function takeAhead(url: string): Promise<Response> | undefined {
  const answer = asked.get(url);
  asked.delete(url);
  return answer;
}
