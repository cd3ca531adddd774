import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { auth, bearer, signIn, signOut, startAuth } from '../src/lib/auth.svelte';
import { readConfig } from '../src/lib/config';
import { KEPT_TOKENS } from '../src/lib/prefetch';

const config = readConfig({ issuer: 'https://id.example', client_id: 'web' });
const endpoints = { authorization_endpoint: 'https://id.example/authorize', token_endpoint: 'https://id.example/token' };
const expiredTokens = {
  getItem: (key: string) => (key === KEPT_TOKENS ? JSON.stringify({ token: 'a', refresh: 'r', expires: 0 }) : null),
};
const fetchMock = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal('location', { search: '', hash: '', origin: 'https://muster.example', pathname: '/' });
  vi.stubGlobal('sessionStorage', undefined);
  vi.stubGlobal('fetch', fetchMock);
});
afterEach(() => {
  fetchMock.mockReset();
  vi.unstubAllGlobals();
});

describe('signing out', () => {
  it('deletes the data in this browser, and says if the issuer cannot be reached', async () => {
    vi.stubGlobal('sessionStorage', expiredTokens);
    await startAuth(config);
    fetchMock.mockRejectedValue(new Error('no connection'));
    const forget = vi.fn(() => Promise.resolve());
    await signOut(forget);
    expect(forget).toHaveBeenCalledOnce();
    expect(auth).toMatchObject({ state: 'out', problem: expect.stringContaining('may still be signed in there') });
  });
});

describe('signing in', () => {
  it('is not offered while the settings are not read', async () => {
    await startAuth({ ...readConfig({}), problem: 'config.json could not be read.', isUnread: true });
    expect(auth).toMatchObject({ state: 'out', problem: 'config.json could not be read.', needsReload: true });
    await startAuth(config);
    expect(auth.needsReload).toBe(false);
  });

  it('is required if storage is disabled', async () => {
    await startAuth(config);
    expect(auth).toMatchObject({ state: 'out', problem: '' });
  });

  it('is not begun without storage, and says so', async () => {
    await startAuth(config);
    fetchMock.mockImplementation(() => Promise.resolve(Response.json(endpoints)));
    await signIn();
    expect(auth.problem).toMatch(/needs the storage/);
    fetchMock.mockReset();
  });

  it('reports no problem after a renewal of the token that got no answer, nor after signing out later', async () => {
    vi.stubGlobal('sessionStorage', expiredTokens);
    await startAuth(config);
    fetchMock.mockRejectedValueOnce(new Error('no connection'));
    expect(await bearer()).toBe('a');
    expect(auth).toMatchObject({ state: 'in', problem: '' });
    fetchMock.mockImplementation((url) =>
      Promise.resolve(Response.json(url === endpoints.token_endpoint ? { access_token: 'b', expires_in: 3600 } : endpoints)),
    );
    expect(await bearer()).toBe('b');
    await signOut(() => Promise.resolve());
    expect(auth).toMatchObject({ state: 'out', problem: '' });
  });

  it.each([Response.json({}), Response.json({}, { status: 400 })])('reports an incomplete exchange: %o', async (answer) => {
    vi.stubGlobal('sessionStorage', expiredTokens);
    await startAuth(config);
    fetchMock.mockImplementation((url) => Promise.resolve(url === endpoints.token_endpoint ? answer : Response.json(endpoints)));
    expect(await bearer()).toBeNull();
    expect(auth.problem).toBe('You could not be signed in. Try again.');
  });
});
