/** Loading the first view, also over a slow or broken connection or with a wrong address. */
import type { CDPSession } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import type { NumbersBy } from '../../src/lib/api-types';
import { type Manager, PHONE, setUp } from './manager';
import { numbers } from './numbers';

const { startServer, newManager } = setUp();
const MAX_REQUESTS = 25;
const MAX_BYTES = 160 * 1024;
const MAX_SHIFT = 0.02;

interface RecordedRequest {
  url: string;
  /** Seconds since the first request. */
  at: number;
  ended: number;
  bytes: number;
}

async function record(devtools: CDPSession): Promise<RecordedRequest[]> {
  await devtools.send('Network.enable');
  const asked: RecordedRequest[] = [];
  const byId = new Map<string, RecordedRequest>();
  let first: number | undefined;
  devtools.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
    first ??= timestamp;
    const one = { url: request.url, at: timestamp - first, ended: Infinity, bytes: 0 };
    byId.set(requestId, one);
    asked.push(one);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength, timestamp }) => {
    const one = byId.get(requestId);
    if (one) Object.assign(one, { ended: timestamp - (first ?? 0), bytes: encodedDataLength });
  });
  return asked;
}

const MAIN: Record<string, string> = { today: 'section[aria-labelledby=hero]', review: 'li[data-id]' };

describe.each(Object.keys(MAIN))('the first view of %s', (page) => {
  test('needs few requests and bytes and one round of data, and has no layout shift', async () => {
    // A phone, on which a layout shift is largest.
    const m = await newManager(await startServer(), PHONE);
    const devtools = await m.context.newCDPSession(m.page);
    const requests = await record(devtools);
    // With a latency like a phone's, requests that wait for an answer can be told from those that are sent at once.
    await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 100, downloadThroughput: -1, uploadThroughput: -1 });
    await m.page.addInitScript(() => {
      const shifts = window as unknown as { shift: number };
      shifts.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.shift += (entry as unknown as { value: number }).value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await m.page.goto(`${m.server.url}/#/${page}`);
    await m.page.locator(MAIN[page]).first().waitFor();
    await m.page.waitForLoadState('networkidle');

    expect(requests.length).toBeLessThanOrEqual(MAX_REQUESTS);
    // `muster serve` sends these files uncompressed, the site compressed, so their compressed sizes are counted.
    const bodies = await Promise.all(
      requests.map(async ({ url, bytes }) =>
        /\.(js|css|html|svg)$|\/$/.test(new URL(url).pathname) ? gzipSync(await (await fetch(url)).text()).length : bytes,
      ),
    );
    expect(bodies.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(MAX_BYTES);
    // The caller, the settings and the data are requested before any of them is answered.
    const data = requests.filter(({ url }) => url.includes('/api/'));
    const answered = Math.min(...data.map((one) => one.ended));
    const first = data.filter((one) => one.at <= answered);
    expect(first.map(({ url }) => new URL(url).pathname)).toEqual(
      expect.arrayContaining(['/api/me', '/api/settings', '/api/dashboard', '/api/auto-schedule/pending']),
    );
    const second = data.filter((one) => !first.includes(one));
    const later = ['/api/schedules', '/api/validation', '/api/auto-schedule/approve', '/api/employees'];
    expect(second.map(({ url }) => new URL(url).pathname).filter((path) => !later.includes(path))).toEqual([]);
    expect(await m.page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(MAX_SHIFT);
  });
});

test('the numbers in the navigation are those of the pages, whichever page is opened first', async () => {
  const server = await startServer();
  const inNav = async (m: Manager, page: string) =>
    Number(/\d+/.exec(await m.page.locator(`nav.side a[href="#/${page}"] .count`).innerText())?.[0]);
  const m = await newManager(server);
  // The lines arrive late, so that the navigation first shows the dashboard's counts.
  await m.page.route('**/api/auto-schedule/pending*', (route) => setTimeout(() => void route.continue(), 1_000));
  const findings = m.page.waitForRequest('**/api/validation*');
  await m.review();
  const toLookAt = Number(await m.page.locator('.seg button', { hasText: 'Needs a look' }).locator('.count').innerText());
  await expect.poll(() => inNav(m, 'review')).toBe(toLookAt);
  // The number of Fix is read after the first view.
  await m.page.waitForLoadState('load');
  await m.pass(10);
  await findings;

  const other = await newManager(server);
  await other.open('#/today');
  await other.see(`${toLookAt} ${toLookAt === 1 ? 'decision needs' : 'decisions need'} a look`);
  expect(await inNav(other, 'review')).toBe(toLookAt);
});

test.each([
  ['today', MAIN.today],
  // Needs the date before it can ask for its numbers.
  ['numbers', 'text="Person and day kept"'],
])('a wait on %s ends after 15 seconds and offers another try', async (page, main) => {
  const m = await newManager(await startServer());
  let isSlow = true;
  await m.page.route('**/api/dashboard*', (route) => (isSlow ? undefined : route.continue()));
  await m.page.route('**/api/analytics*', (route) => {
    const by = new URL(route.request().url()).searchParams.get('by') as NumbersBy;
    return route.fulfill({ json: numbers(by) });
  });
  await m.page.goto(`${m.server.url}/#/${page}`);
  await m.page.locator('.skel').first().waitFor();
  await m.pass(20);
  await m.see('Crossmark, Muster or the connection is slow');
  isSlow = false;
  await m.button('Try again').first().click();
  await m.page.locator(main).first().waitFor();
});

/** Refuses all requests for the client's own files. */
const cutOff = (m: Manager) => m.page.route('**/assets/*', (route) => route.abort());

test('pages that were not opened yet work offline; a page that could not be loaded can be tried again in place', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/today');
  await cutOff(m);
  await m.page.evaluate(() => (location.hash = '#/events'));
  await m.see('This page could not be loaded');
  await m.page.unroute('**/assets/*');
  await m.button('Try again').click();
  await m.page.getByRole('heading', { name: 'Events' }).waitFor();

  const early = await newManager(server);
  await early.open('#/today');
  const loaded = early.page.waitForResponse('**/assets/PersonList*');
  await early.page.waitForLoadState('load');
  await early.pass(10);
  await loaded;
  await early.context.setOffline(true);
  for (const page of ['Team', 'Calendar', 'History']) {
    await early.page.evaluate((page) => (location.hash = `#/${page.toLowerCase()}`), page);
    await early.page.locator('h1').first().waitFor();
    expect(await early.page.getByText('This page could not be loaded').count(), page).toBe(0);
  }
});

test('an unknown address says so, and links to Today', async () => {
  const m = await newManager(await startServer());
  for (const [hash, words] of [
    ['#/nopage', 'There is no such page'],
    ['#/calendar?day=bogus', 'Calendar knows no day "bogus"'],
    ['#/submissions?tab=all', 'Submissions knows no tab "all"'],
    ['#/calendar?date=2026-99-99', 'Calendar knows no "date"'],
    ['#/fix?issue=bogus', 'Fix knows no issue "bogus"'],
    ['#/team?show=all?who=E01', 'Team knows no show "all?who=E01"'],
  ]) {
    await m.open(hash);
    await m.see(words);
    await m.page.getByRole('link', { name: 'Go to Today' }).click();
    await m.page.locator(MAIN.today).waitFor();
  }
});

test('the rest of a wrong address is kept', async () => {
  const m = await newManager(await startServer());
  await m.open('#/calendar?view=day&date=2026-99-99');
  await m.page.getByRole('link', { name: 'Open Calendar' }).click();
  await m.page.waitForFunction(() => location.hash === '#/calendar?view=day');
  await m.page.locator('[data-item]').first().waitFor();
});

test('without a proposal, an address with an event of one says so', async () => {
  const m = await newManager(await startServer({}));
  await m.open('#/review?sel=nothing');
  await m.see('The event in the address is in no proposal.');
});

test('an address with an unknown id says so, and shows the page', async () => {
  const m = await newManager(await startServer());
  await m.open('#/fix?issue=999');
  await m.see('The issue in the address is gone or ignored.');
  await m.page.locator('[data-step]').waitFor();
  for (const [hash, words] of [
    ['#/team?who=nobody', 'The person in the address is not in this team.'],
    ['#/review?sel=nothing', 'The event in the address is not in this proposal.'],
    ['#/calendar?sel=nothing', 'The entry in the address is not on these days.'],
  ]) {
    await m.open(hash);
    await m.see(words);
    await m.button('Close').click();
    await m.page.getByText(words).waitFor({ state: 'detached' });
  }
});
