/** The pure parts of signing in: proof key for code exchange (RFC 7636), the issuer's redirect, and tokens. */

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Random characters that are safe in a URL, for a verifier or a state. */
export const randomToken = (bytes = 32) => base64url(crypto.getRandomValues(new Uint8Array(bytes)));

export async function challengeOf(verifier: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

export interface AuthorizeRequest {
  endpoint: string;
  clientId: string;
  redirect: string;
  scope: string;
  state: string;
  challenge: string;
}

export function authorizeUrl(request: AuthorizeRequest): string {
  const url = new URL(request.endpoint);
  const params = {
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirect,
    scope: request.scope,
    state: request.state,
    code_challenge: request.challenge,
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

export type Redirect = { kind: 'none' } | { kind: 'code'; code: string } | { kind: 'refused'; why: string };

/** Reads the query with which the issuer redirects back; an unexpected `state` is refused. */
export function readRedirect(query: string, expectedState: string | null): Redirect {
  const params = new URLSearchParams(query);
  const code = params.get('code');
  const error = params.get('error');
  if (!code && !error) return { kind: 'none' };
  if (!expectedState || params.get('state') !== expectedState) return { kind: 'refused', why: 'This sign-in was not started here.' };
  if (error) return { kind: 'refused', why: params.get('error_description') ?? 'The sign-in was refused.' };
  return { kind: 'code', code: code as string };
}

/** The `sub` of a JSON Web Token, which identifies one person. The API verifies it; here it is only a storage key. */
export function subjectOf(token: string): string {
  try {
    const bytes = Uint8Array.from(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown };
    return typeof sub === 'string' ? sub : '';
  } catch {
    return '';
  }
}

export interface Tokens {
  token: string;
  refresh?: string;
  /** Milliseconds since the epoch. */
  expires: number;
}

/** Reads the answer of the token endpoint; null if it has no token of this kind. */
export function readTokens(answer: unknown, which: 'access_token' | 'id_token', now: number, before?: Tokens): Tokens | null {
  if (!answer || typeof answer !== 'object') return null;
  const body = answer as Record<string, unknown>;
  const token = body[which];
  if (typeof token !== 'string' || !token) return null;
  const lives = typeof body.expires_in === 'number' ? body.expires_in : 300;
  const refresh = typeof body.refresh_token === 'string' ? body.refresh_token : before?.refresh;
  return { token, refresh, expires: now + lives * 1000 };
}
