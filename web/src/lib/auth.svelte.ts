/** Signing in and out. Tokens are stored only in this tab. */
import type { Config } from './config';
import { authorizeUrl, challengeOf, randomToken, readRedirect, readTokens, subjectOf, type Tokens } from './pkce';
import { DEVELOPER, KEPT_TOKENS, RENEW_BEFORE_MS } from './prefetch';
import { forgetPeople, keepFor, recallInTab, rememberInTab } from './stored';
import * as storedAnswers from './stored-answers';

/** Storage key of a sign-in that is under way. */
const UNDER_WAY = 'muster.signin';
/** Maximum wait for the issuer at sign-out. */
const REVOKING_MS = 5_000;

/** A sign-in that is not completed yet, and the address that was open before it. */
interface Begun {
  state: string;
  verifier: string;
  hash: string;
}

interface Endpoints {
  authorization_endpoint: string;
  token_endpoint: string;
  revocation_endpoint?: string;
  end_session_endpoint?: string;
}

export const auth = $state({
  state: 'starting' as 'starting' | 'development' | 'in' | 'out',
  /** Why the last sign-in failed, why the last sign-out was not complete, or why nobody can sign in; otherwise empty. */
  problem: '',
  /** Whether the settings could not be read, so that only a reload can help. */
  needsReload: false,
});

let config: Config;
let tokens: Tokens | null = null;
let endpoints: Promise<Endpoints> | null = null;
let renewing: Promise<void> | null = null;

function discover(): Promise<Endpoints> {
  endpoints ??= read<Endpoints>(`${config.issuer}/.well-known/openid-configuration`).catch((error: unknown) => {
    // The next caller tries again.
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

/** The redirect address that the issuer knows: the folder, without the file name. */
const redirect = () => location.origin + location.pathname.replace(/index\.html$/, '');

function keepTokens(found: Tokens | null) {
  tokens = found;
  rememberInTab(KEPT_TOKENS, found);
}

/** Completes a sign-in that returns from the issuer, or restores the tokens of this tab. */
export async function startAuth(given: Config) {
  config = given;
  auth.problem = config.problem ?? '';
  auth.needsReload = !!config.isUnread;
  if (config.problem) {
    auth.state = 'out';
    return;
  }
  if (!config.issuer) {
    become(DEVELOPER);
    auth.state = 'development';
    return;
  }
  const begun = recallInTab<Begun>(UNDER_WAY);
  const back = readRedirect(location.search, begun?.state ?? null);
  if (back.kind !== 'none') {
    rememberInTab(UNDER_WAY, null);
    history.replaceState(null, '', redirect() + (begun?.hash ?? ''));
    // `replaceState` fires no event, but the requested page must still be opened.
    dispatchEvent(new HashChangeEvent('hashchange'));
  }
  if (back.kind === 'refused') auth.problem = back.why;
  if (back.kind === 'code' && begun) {
    await exchange({ grant_type: 'authorization_code', code: back.code, redirect_uri: redirect(), code_verifier: begun.verifier });
  } else {
    tokens = recallInTab<Tokens>(KEPT_TOKENS);
  }
  if (tokens) become(subjectOf(tokens.token));
  // The previous person may have closed the tab instead of signing out.
  else void storedAnswers.clear();
  auth.state = tokens ? 'in' : 'out';
}

/**
 * Switches to this person, and removes the stored data of others. Stored answers are changed in the order of the calls, so no caller needs
 * to wait for it.
 */
function become(person: string) {
  // Without an id, the person may be a different one, so stored data is deleted.
  if (!person) {
    forgetPeople();
    void storedAnswers.clear();
  }
  keepFor(person);
  void storedAnswers.keepFor(person);
}

async function exchange(form: Record<string, string>) {
  try {
    const { token_endpoint } = await discover();
    const body = new URLSearchParams({ client_id: config.client_id ?? '', ...form });
    const answer = await fetch(token_endpoint, { method: 'POST', body });
    keepTokens(answer.ok ? readTokens(await answer.json(), config.token, Date.now(), tokens ?? undefined) : null);
    auth.problem = tokens ? '' : 'You could not be signed in. Try again.';
  } catch {
    // For somebody who is signed in, this is no problem of a sign-in: the token stays, and the next request renews it again.
    if (auth.state !== 'in') auth.problem = 'The sign-in page cannot be reached.';
  }
}

/** The token for a request; null if nobody is signed in, or with the development identity. */
export async function bearer(): Promise<string | null> {
  if (auth.state !== 'in' || !tokens) return null;
  if (tokens.refresh && tokens.expires - RENEW_BEFORE_MS < Date.now()) {
    renewing ??= exchange({ grant_type: 'refresh_token', refresh_token: tokens.refresh }).finally(() => (renewing = null));
    await renewing;
  }
  return tokens?.token ?? null;
}

/** The API no longer accepts the token: the page stays, and a dialog asks to sign in again. */
export function noteExpired() {
  if (auth.state !== 'in') return;
  keepTokens(null);
  auth.state = 'out';
}

export async function signIn() {
  if (config.problem) return;
  try {
    const { authorization_endpoint } = await discover();
    const verifier = randomToken();
    const state = randomToken(16);
    if (!keepBegun({ state, verifier, hash: location.hash })) {
      auth.problem = 'Signing in needs the storage of this browser tab, which is switched off or full.';
      return;
    }
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

/** Stores a sign-in that begins. Returns whether that worked: without it, the sign-in could not be completed. */
function keepBegun(begun: Begun): boolean {
  try {
    sessionStorage.setItem(UNDER_WAY, JSON.stringify(begun));
    return true;
  } catch {
    return false;
  }
}

/**
 * Signs out: deletes this person's data in the browser, revokes their refresh token and ends their session at the issuer, as far as the
 * issuer supports that. If it cannot be reached, `auth.problem` says so.
 */
export async function signOut(forget: () => Promise<void>) {
  const refresh = tokens?.refresh;
  keepTokens(null);
  forgetPeople();
  await forget();
  auth.problem = '';
  auth.state = 'out';
  const foundEndpoints = await discover().catch(() => null);
  if (!foundEndpoints) auth.problem = 'You are signed out here. The sign-in page cannot be reached, so you may still be signed in there.';
  if (refresh && foundEndpoints?.revocation_endpoint) await revoke(foundEndpoints.revocation_endpoint, refresh);
  if (!foundEndpoints?.end_session_endpoint) return;
  const url = new URL(foundEndpoints.end_session_endpoint);
  // Issuers use different names; each ignores unknown ones.
  for (const [name, value] of Object.entries({
    client_id: config.client_id ?? '',
    post_logout_redirect_uri: redirect(),
    logout_uri: redirect(),
  }))
    url.searchParams.set(name, value);
  location.assign(url.href);
}

/** RFC 7009. If the issuer cannot be reached, signing out continues. */
async function revoke(endpoint: string, refresh: string) {
  const body = new URLSearchParams({ token: refresh, token_type_hint: 'refresh_token', client_id: config.client_id ?? '' });
  await fetch(endpoint, { method: 'POST', body, keepalive: true, signal: AbortSignal.timeout(REVOKING_MS) }).catch(() => undefined);
}
