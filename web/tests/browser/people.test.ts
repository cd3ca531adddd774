/** Roles, rotations and their drafts, work without a connection, and sessions that end. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Employee } from '../../src/lib/api-types';
import { setUp } from './manager';
import { until } from './server';

const { startServer, newManager, newViewer } = setUp();

test('a viewer can read Review and Rotations, and change nothing there', async () => {
  const server = await startServer();
  const m = await newViewer(server);
  await m.review('?tab=all');
  const approve = m.button(/^Approve \d+ events$/);
  expect(await approve.isDisabled()).toBe(true);
  expect(await approve.getAttribute('title')).toContain('Your role in this club is viewer');
  expect(await m.page.locator('li[data-id] input').first().isDisabled()).toBe(true);
  await m.page.locator('li[data-id] .title').first().click();
  await m.see('Total');
  await m.open('#/rotations');
  expect(await m.page.getByLabel('Juicer, Monday').isDisabled()).toBe(true);
  expect(await m.button('Exception').isDisabled()).toBe(true);
  expect(
    (await server.send('POST', '/api/auto-schedule/run', { run_type: 'manual', emergency: false }, 'dev:vera:9818:viewer')).status,
  ).toBe(403);
});

test('a signed-in person without a club reads that, and whom to ask', async () => {
  const server = await startServer();
  const m = await newManager(server, { extraHTTPHeaders: { authorization: 'Bearer dev:pat:' } });
  const asked: string[] = [];
  m.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const ofClub = () => asked.filter((path) => path.startsWith('/api/') && !['/api/me', '/api/settings'].includes(path));
  await m.open('#/today');
  await m.see('You have no role in any club yet');
  await m.see(/^You are signed in as pat\. Ask your administrator for a role in your club, then try again\.$/);
  // Nothing is asked again that nobody may read.
  asked.length = 0;
  await m.pass(120);
  await m.button('Try again').click();
  await until(async () => asked.includes('/api/me'));
  expect(ofClub()).toEqual([]);
  await m.see('You have no role in any club yet');
});

test('rotations: a person in the wrong role is refused and marked, then everything is saved', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/rotations');
  const cell = m.page.getByLabel('Juicer, Monday');
  await cell.waitFor();
  // The list offers only people who may hold the rotation, so the test adds one who may not.
  const { items } = await server.get('/api/employees?limit=500');
  const wrong = items.find((one: Employee) => !one.juicer_trained && one.job_title === 'Event Specialist');
  const now = await cell.inputValue();
  await cell.evaluate((select: HTMLSelectElement, id) => {
    select.add(new Option('somebody else', id));
    select.value = id;
    select.dispatchEvent(new Event('change', { bubbles: true }));
  }, wrong.id);
  await m.see('1 unsaved change');
  await m.button('Save').click();
  await m.see('Not saved: 1 entry cannot have the named person.');
  expect((await m.page.locator('.issue').allInnerTexts()).join(' ')).toContain(wrong.name);
  const right = await cell
    .locator('option')
    .evaluateAll(
      (options, no) => (options as HTMLOptionElement[]).map((one) => one.value).find((id) => id && !no.includes(id)) ?? '',
      [now, wrong.id],
    );
  await cell.selectOption(right);
  await m.button('Save').click();
  await m.see('Rotations saved.');
  expect((await server.get('/api/rotations')).juicer.monday).toBe(right);

  // The history shows names, and the change can be put back.
  await m.button('History of the rotations').click();
  const name = (id: string) => items.find((one: Employee) => one.id === id).name;
  await m.see(`Juicer on Monday: ${name(now)} → ${name(right)}`);
  await m.button('Put back').first().click();
  await m.see('Put back as it was before.');
  expect((await server.get('/api/rotations')).juicer.monday).toBe(now);
});

test('a draft of the rotations is kept over a reload; an exception is added, removed and restored', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/rotations');
  const cell = m.page.getByLabel('Primary lead, Tuesday');
  await cell.waitFor();
  const other = await cell
    .locator('option')
    .evaluateAll(
      (options, now) => (options as HTMLOptionElement[]).map((one) => one.value).find((id) => id && id !== now) ?? '',
      await cell.inputValue(),
    );
  await cell.selectOption(other);
  await m.page.reload();
  await m.see('1 unsaved change');
  await m.button('Discard').click();

  await m.button('Exception').click();
  await m.page.getByRole('textbox', { name: 'Date' }).fill('2026-12-02');
  await m.page.getByRole('combobox', { name: 'Person' }).selectOption({ index: 1 });
  await m.button('Add').click();
  const entry = m.page.locator('li', { hasText: 'Wed 2 Dec' });
  await entry.waitFor();
  await entry.getByRole('button').click();
  await entry.waitFor({ state: 'detached' });
  // The last message is that of the removal.
  await m.button('Undo').last().click();
  await entry.waitFor();
});

test('offline: Today and Review keep what was read, and approving is disabled with the reason; online again, it is possible', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/today');
  await m.see('Last run');
  await m.review();
  const lines = await m.page.locator('li[data-id]').count();
  await m.context.setOffline(true);
  await m.see('There is no connection to the server.');
  expect(await m.page.locator('li[data-id]').count()).toBe(lines);
  const approve = m.button(/^Approve \d/);
  expect(await approve.isDisabled()).toBe(true);
  expect(await approve.getAttribute('title')).toContain('There is no connection to the server');
  await m.page.evaluate(() => (location.hash = '#/today'));
  await m.see(/is ready$/);
  await m.page.evaluate(() => (location.hash = '#/review'));
  await m.context.setOffline(false);
  await m.page.getByText('There is no connection to the server.').waitFor({ state: 'detached' });
  await until(() => approve.isEnabled());
});

test('signing in with an issuer opens the page of the address, the end of a session keeps drafts, signing out deletes them', async () => {
  const server = await startServer();
  // The page's content security policy would block the invented issuer.
  const m = await newManager(server, { bypassCSP: true });
  const { page } = m;
  const issuer = 'https://id.example';
  const part = (body: unknown) => Buffer.from(JSON.stringify(body)).toString('base64url');
  const tokenOf = (sub: string, serial: number) => `${part({ alg: 'RS256' })}.${part({ sub, serial })}.signature`;
  const [first, second, other] = [tokenOf('7f3a', 1), tokenOf('7f3a', 2), tokenOf('90c1', 3)];
  let token = first;
  const revoked: string[] = [];
  let seen: string | undefined;
  let ended = false;
  await page.route('**/config.json', (route) => route.fulfill({ json: { issuer, client_id: 'web' } }));
  await page.route(`${issuer}/**`, (route) => {
    const at = new URL(route.request().url());
    const headers = { 'access-control-allow-origin': '*' };
    if (at.pathname.endsWith('openid-configuration'))
      return route.fulfill({
        headers,
        json: { authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, revocation_endpoint: `${issuer}/revoke` },
      });
    if (at.pathname === '/token')
      return route.fulfill({ headers, json: { access_token: token, refresh_token: `to renew ${token}`, expires_in: 3600 } });
    if (at.pathname === '/revoke') {
      revoked.push(new URLSearchParams(route.request().postData() ?? '').get('token') ?? '');
      return route.fulfill({ headers });
    }
    return route.fulfill({
      status: 302,
      headers: { location: `${at.searchParams.get('redirect_uri')}?code=abc&state=${at.searchParams.get('state')}` },
    });
  });
  // The server knows no issuer, so the tokens are removed from requests.
  await page.route('**/api/**', (route) => {
    const { authorization, ...headers } = route.request().headers();
    seen = authorization;
    return ended && authorization === `Bearer ${first}`
      ? route.fulfill({ status: 401, json: { message: 'Unauthorized' } })
      : route.continue({ headers });
  });

  await page.goto(`${server.url}/#/review`);
  await m.button('Sign in').click();
  await page.waitForSelector('li[data-id]');
  expect(seen).toBe(`Bearer ${first}`);
  expect(page.url()).toMatch(/#\/review$/);

  // A draft stays with the person who began it.
  const draft = () => page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.endsWith('.rotations')));
  await m.open('#/rotations');
  const cell = page.getByLabel('Primary lead, Tuesday');
  await cell.waitFor();
  const someone = await cell
    .locator('option')
    .evaluateAll(
      (options, now) => (options as HTMLOptionElement[]).map((one) => one.value).find((id) => id && id !== now) ?? '',
      await cell.inputValue(),
    );
  await cell.selectOption(someone);
  await m.see('1 unsaved change');
  expect(await draft()).toEqual(['muster.of.7f3a.rotations']);
  await until(async () => (await storedKeys(page)).some((key) => key.startsWith('7f3a ')));

  ended = true;
  token = second;
  await m.pass(65);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await m.see('1 unsaved change');
  await until(async () => seen === `Bearer ${second}`);
  await m.button('Sign out').click();
  await dialog.getByText('Sign in to plan').waitFor();
  expect(revoked).toEqual([`to renew ${second}`]);
  expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  expect(await storedKeys(page)).toEqual([]);

  // Another person in the same tab, after a session that was not signed out.
  await page.evaluate(() => sessionStorage.setItem('muster.of.7f3a.rotations', '{}'));
  token = other;
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await cell.waitFor();
  expect(await draft()).toEqual([]);
  await until(async () => (await storedKeys(page)).some((key) => key.startsWith('90c1 ')));
  expect((await storedKeys(page)).every((key) => key.startsWith('90c1 '))).toBe(true);
});

/** The keys of the answers that the browser stores. */
const storedKeys = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const request = indexedDB.open('muster');
        request.onsuccess = () => {
          const keys = request.result.transaction('answers').objectStore('answers').getAllKeys();
          keys.onsuccess = () => resolve(keys.result as string[]);
        };
      }),
  );
