import { describe, expect, it, vi } from 'vitest';
import { loadConfig, readConfig } from '../src/lib/config';
import { authorizeUrl, challengeOf, randomToken, readRedirect, readTokens, subjectOf } from '../src/lib/pkce';

describe('proof key for code exchange', () => {
  it('computes the challenge of the example in RFC 7636', async () => {
    // Appendix B.
    expect(await challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
  });

  it('draws verifiers of legal length and characters, each different', () => {
    const drawn = Array.from({ length: 50 }, () => randomToken());
    expect(new Set(drawn).size).toBe(50);
    for (const verifier of drawn) expect(verifier).toMatch(/^[A-Za-z0-9_-]{43,128}$/);
  });

  it('asks for a code with state and challenge', () => {
    const url = new URL(
      authorizeUrl({
        endpoint: 'https://id.example/authorize?tenant=1',
        clientId: 'web',
        redirect: 'https://muster.example/',
        scope: 'openid email',
        state: 's',
        challenge: 'c',
      }),
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: '1',
      response_type: 'code',
      client_id: 'web',
      redirect_uri: 'https://muster.example/',
      scope: 'openid email',
      state: 's',
      code_challenge: 'c',
      code_challenge_method: 'S256',
    });
  });

  it('accepts a code only with the expected state', () => {
    expect(readRedirect('', null)).toEqual({ kind: 'none' });
    expect(readRedirect('?tab=all', 's')).toEqual({ kind: 'none' });
    expect(readRedirect('?code=abc&state=s', 's')).toEqual({ kind: 'code', code: 'abc' });
    expect(readRedirect('?code=abc&state=other', 's').kind).toBe('refused');
    expect(readRedirect('?code=abc&state=s', null).kind).toBe('refused');
    expect(readRedirect('?error=access_denied&error_description=No&state=s', 's')).toEqual({ kind: 'refused', why: 'No' });
  });

  it('reads tokens, and keeps the old refresh token if there is no new one', () => {
    const first = readTokens({ access_token: 'a', refresh_token: 'r', expires_in: 3600 }, 'access_token', 1000);
    expect(first).toEqual({ token: 'a', refresh: 'r', expires: 3_601_000 });
    expect(readTokens({ access_token: 'b', expires_in: 60 }, 'access_token', 0, first ?? undefined)).toEqual({
      token: 'b',
      refresh: 'r',
      expires: 60_000,
    });
    expect(readTokens({ id_token: 'i' }, 'access_token', 0)).toBeNull();
    expect(readTokens({ id_token: 'i' }, 'id_token', 0)?.token).toBe('i');
    expect(readTokens('nonsense', 'access_token', 0)).toBeNull();
  });

  it('reads the subject of a token', () => {
    const part = (body: unknown) => Buffer.from(JSON.stringify(body)).toString('base64url');
    const token = (claims: unknown) => `${part({ alg: 'RS256' })}.${part(claims)}.signature`;
    expect(subjectOf(token({ sub: '7f3a', email: 'zoë@club.example' }))).toBe('7f3a');
    for (const other of ['opaque', '', 'a.b.c', token({}), token({ sub: 7 }), token(null)]) expect(subjectOf(other)).toBe('');
  });
});

describe('config.json', () => {
  it('has its defaults, and no sign-in, if it names no issuer and no client', () => {
    expect(readConfig({})).toEqual({ api: '', issuer: undefined, client_id: undefined, scope: 'openid email', token: 'access_token' });
    expect(readConfig(null).api).toBe('');
  });

  it('has a problem if it names only an issuer or only a client', () => {
    expect(readConfig({ issuer: 'https://id.example', client: 'web' }).problem).toContain('client_id');
    expect(readConfig({ client_id: 'web' }).problem).toContain('issuer');
    expect(readConfig({ issuer: 'https://id.example', client_id: 'web' }).problem).toBeUndefined();
  });

  it.each([
    ['the server cannot be reached', () => Promise.reject(new TypeError('failed')), 'cannot be reached'],
    ['the file is missing', () => Promise.resolve(new Response('', { status: 404 })), 'answered 404'],
    ['the answer is an HTML page', () => Promise.resolve(new Response('<!doctype html>')), 'not valid JSON'],
  ])('is marked as unread if %s', async (_, answer, why) => {
    vi.stubGlobal('fetch', answer);
    expect(await loadConfig()).toMatchObject({ isUnread: true, problem: expect.stringContaining(why) });
    vi.unstubAllGlobals();
  });

  it('is read', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ api: 'https://api.example' })));
    expect(await loadConfig()).toEqual({ ...readConfig({}), api: 'https://api.example' });
    vi.unstubAllGlobals();
  });

  it('takes addresses with and without a slash at the end', () => {
    const config = readConfig({ api: 'https://api.example/', issuer: 'https://id.example/pool/', client_id: 'web', token: 'id_token' });
    expect(config).toMatchObject({ api: 'https://api.example', issuer: 'https://id.example/pool', token: 'id_token' });
  });
});
