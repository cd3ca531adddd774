/** Signing in and out. Tokens live in this tab alone. */
import type { Config } from './config';
import { authorizeUrl, challengeOf, random, readTokens, returned, type Tokens } from './pkce';

const KEPT = 'muster.tokens';
const UNDER_WAY = 'muster.signin';
/** Tokens are renewed this long before they end. */
const EARLY_MS = 60_000;

interface Endpoints {
  authorization_endpoint: string;
  token_endpoint: string;
  end_session_endpoint?: string;
}

export const auth = $state({ state: 'starting' as 'starting' | 'development' | 'in' | 'out', problem: '' });

let config: Config;
let tokens: Tokens | null = null;
let endpoints: Promise<Endpoints> | null = null;
let renewing: Promise<void> | null = null;

const discover = () =>
  (endpoints ??= fetch(`${config.issuer}/.well-known/openid-configuration`).then((answer) => answer.json()));

const redirect = () => location.origin + location.pathname;

function keep(found: Tokens | null) {
  tokens = found;
  if (found) sessionStorage.setItem(KEPT, JSON.stringify(found));
  else sessionStorage.removeItem(KEPT);
}

/** Takes up a sign-in that comes back, or the tokens of this tab. */
export async function startAuth(given: Config) {
  config = given;
  if (!config.issuer) {
    auth.state = 'development';
    return;
  }
  const begun = JSON.parse(sessionStorage.getItem(UNDER_WAY) ?? 'null') as { state: string; verifier: string; hash: string } | null;
  const back = returned(location.search, begun?.state ?? null);
  if (back.kind !== 'none') {
    sessionStorage.removeItem(UNDER_WAY);
    history.replaceState(null, '', redirect() + (begun?.hash ?? ''));
    // Replacing the address tells nobody; the page that was asked for must still be opened.
    dispatchEvent(new HashChangeEvent('hashchange'));
  }
  if (back.kind === 'refused') auth.problem = back.why;
  if (back.kind === 'code' && begun) {
    await exchange({ grant_type: 'authorization_code', code: back.code, redirect_uri: redirect(), code_verifier: begun.verifier });
  } else {
    tokens = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as Tokens | null;
  }
  auth.state = tokens ? 'in' : 'out';
}

async function exchange(form: Record<string, string>) {
  try {
    const { token_endpoint } = await discover();
    const body = new URLSearchParams({ client_id: config.client_id ?? '', ...form });
    const answer = await fetch(token_endpoint, { method: 'POST', body });
    keep(answer.ok ? readTokens(await answer.json(), config.token, Date.now(), tokens ?? undefined) : null);
    if (!answer.ok) auth.problem = 'The sign-in could not be completed. Try again.';
  } catch {
    auth.problem = 'The sign-in page cannot be reached.';
  }
}

/** The token for a request; none with the development identity. */
export async function bearer(): Promise<string | null> {
  if (auth.state !== 'in' || !tokens) return null;
  if (tokens.refresh && tokens.expires - EARLY_MS < Date.now()) {
    renewing ??= exchange({ grant_type: 'refresh_token', refresh_token: tokens.refresh }).finally(() => (renewing = null));
    await renewing;
  }
  return tokens?.token ?? null;
}

/** The API no longer takes the token: the page stays, a dialog asks to sign in again. */
export function expired() {
  if (auth.state !== 'in') return;
  keep(null);
  auth.state = 'out';
}

export async function signIn() {
  try {
    const { authorization_endpoint } = await discover();
    const verifier = random();
    const state = random(16);
    sessionStorage.setItem(UNDER_WAY, JSON.stringify({ state, verifier, hash: location.hash }));
    const challenge = await challengeOf(verifier);
    location.assign(authorizeUrl({ endpoint: authorization_endpoint, clientId: config.client_id ?? '', redirect: redirect(), scope: config.scope, state, challenge }));
  } catch {
    auth.problem = 'The sign-in page cannot be reached.';
  }
}

export async function signOut(forget: () => Promise<void>) {
  keep(null);
  await forget();
  auth.state = 'out';
  const { end_session_endpoint } = await discover().catch(() => ({ end_session_endpoint: undefined }));
  if (!end_session_endpoint) return;
  const url = new URL(end_session_endpoint);
  // Issuers differ in the names; each ignores what it does not know.
  for (const [name, value] of Object.entries({ client_id: config.client_id ?? '', post_logout_redirect_uri: redirect(), logout_uri: redirect() })) url.searchParams.set(name, value);
  location.assign(url.href);
}
