/** Signing in and out. Tokens live in this tab alone. */
import { DEVELOPER, EARLY_MS, KEPT_TOKENS } from './ahead';
import type { Config } from './config';
import { authorizeUrl, challengeOf, random, readTokens, returned, subjectOf, type Tokens } from './pkce';
import * as shelf from './shelf';
import { forgetPeople, keepFor } from './stored';

const UNDER_WAY = 'muster.signin';
/** Signing out waits this long for the issuer at most. */
const REVOKING_MS = 5_000;

interface Endpoints {
  authorization_endpoint: string;
  token_endpoint: string;
  revocation_endpoint?: string;
  end_session_endpoint?: string;
}

export const auth = $state({ state: 'starting' as 'starting' | 'development' | 'in' | 'out', problem: '' });

let config: Config;
let tokens: Tokens | null = null;
let endpoints: Promise<Endpoints> | null = null;
let renewing: Promise<void> | null = null;

function discover(): Promise<Endpoints> {
  endpoints ??= read<Endpoints>(`${config.issuer}/.well-known/openid-configuration`).catch((error: unknown) => {
    // The next one who asks tries again.
    endpoints = null;
    throw error;
  });
  return endpoints;
}

async function read<A>(url: string): Promise<A> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return (await answer.json()) as A;
}

/** The issuer knows the folder, not the file in it. */
const redirect = () => location.origin + location.pathname.replace(/index\.html$/, '');

function keep(found: Tokens | null) {
  tokens = found;
  if (found) sessionStorage.setItem(KEPT_TOKENS, JSON.stringify(found));
  else sessionStorage.removeItem(KEPT_TOKENS);
}

/** Takes up a sign-in that comes back, or the tokens of this tab. */
export async function startAuth(given: Config) {
  config = given;
  auth.problem = config.problem ?? '';
  if (config.problem) {
    auth.state = 'out';
    return;
  }
  if (!config.issuer) {
    become(DEVELOPER);
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
    tokens = JSON.parse(sessionStorage.getItem(KEPT_TOKENS) ?? 'null') as Tokens | null;
  }
  if (tokens) become(subjectOf(tokens.token));
  // Whoever was here before has closed the tab instead of signing out.
  else void shelf.clear();
  auth.state = tokens ? 'in' : 'out';
}

/**
 * From now on this person is here, and nothing of anybody else. The shelf works in the order in which it is asked, so
 * nobody needs to wait for it.
 */
function become(person: string) {
  // Who cannot be told apart from the one before finds nothing.
  if (!person) {
    forgetPeople();
    void shelf.clear();
  }
  keepFor(person);
  void shelf.keepFor(person);
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
  if (config.problem) return;
  try {
    const { authorization_endpoint } = await discover();
    const verifier = random();
    const state = random(16);
    sessionStorage.setItem(UNDER_WAY, JSON.stringify({ state, verifier, hash: location.hash }));
    const challenge = await challengeOf(verifier);
    location.assign(
      authorizeUrl({
        endpoint: authorization_endpoint,
        clientId: config.client_id ?? '',
        redirect: redirect(),
        scope: config.scope,
        state,
        challenge,
      }),
    );
  } catch {
    auth.problem = 'The sign-in page cannot be reached.';
  }
}

/** Nothing of this person stays: not in the browser, and no token at the issuer that would let somebody else go on. */
export async function signOut(forget: () => Promise<void>) {
  const refresh = tokens?.refresh;
  keep(null);
  forgetPeople();
  await forget();
  auth.state = 'out';
  const known = await discover().catch(() => null);
  if (refresh && known?.revocation_endpoint) await revoke(known.revocation_endpoint, refresh);
  if (!known?.end_session_endpoint) return;
  const url = new URL(known.end_session_endpoint);
  // Issuers differ in the names; each ignores what it does not know.
  for (const [name, value] of Object.entries({
    client_id: config.client_id ?? '',
    post_logout_redirect_uri: redirect(),
    logout_uri: redirect(),
  }))
    url.searchParams.set(name, value);
  location.assign(url.href);
}

/** RFC 7009. An issuer that cannot be reached keeps nobody from signing out. */
async function revoke(endpoint: string, refresh: string) {
  const body = new URLSearchParams({ token: refresh, token_type_hint: 'refresh_token', client_id: config.client_id ?? '' });
  await fetch(endpoint, { method: 'POST', body, keepalive: true, signal: AbortSignal.timeout(REVOKING_MS) }).catch(() => undefined);
}
