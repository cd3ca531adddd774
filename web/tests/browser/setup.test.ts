/** Sets up a new club without the command line, from its name to its first proposal; and a person with two clubs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Employee } from '../../src/lib/api-types';
import { type Manager, PHONE, setUp } from './manager';
import { ROOT, until, type MusterServer } from './server';

const { startServer, newManager, as } = setUp();
const folder = mkdtempSync(join(tmpdir(), 'muster-club-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A copy of the sample club with another id and location. */
function otherClub(): string {
  const club = JSON.parse(readFileSync(join(ROOT, 'events/club-sample.json'), 'utf8'));
  club.club = { ...club.club, id: '7000', name: 'South Club', location_id: 999_001 };
  const file = join(folder, 'south.json');
  writeFileSync(file, JSON.stringify(club));
  return file;
}

const NEW = '9001';
const asAdmin = as(`dev:ada:${NEW}:admin`);
/** Reads as the admin of the new club, or as somebody else. */
const getAs = (server: MusterServer, path: string, who = `dev:ada:${NEW}:admin`) => server.must('GET', path, undefined, who);
const step = (m: Manager, name: string) => m.page.locator('.steps > li', { has: m.page.locator(`[data-step="${name}"]`) });

test('a new club is set up with a mouse, from its name to the first proposal', async () => {
  const theirs = await startServer({});
  const server = await startServer({ snapshot: otherClub(), crossmark: theirs.simulator });
  const m = await newManager(server, asAdmin);
  await m.open('#/today');
  await m.page.getByRole('heading', { name: 'Set up the club' }).waitFor();
  expect(m.page.url()).toContain('#/setup');
  await m.see(`Club ${NEW} is not set up yet.`);
  expect(await m.page.getByText('could not be loaded').count()).toBe(0);

  await m.page.getByLabel('Name', { exact: true }).fill('North Club');
  await m.page.getByLabel('Find a time zone').fill('indianapolis');
  expect(await m.page.locator('.zone select').inputValue()).toMatch(/^America\/(Indiana\/)?Indianapolis$/);
  await m.button('Make the club').click();
  await m.see(/^North Club: what a first run needs/);
  expect((await getAs(server, '/api/settings')).club.name).toBe('North Club');
  await m.page.waitForFunction(() => document.activeElement?.getAttribute('data-step') === 'crossmark');
  await step(m, 'crossmark').getByText('Crossmark was not read yet.', { exact: true }).waitFor();
  expect(await m.page.locator('[data-propose]').isDisabled()).toBe(true);
  expect(await m.page.locator('[data-propose]').getAttribute('title')).toContain('Nobody is active.');

  await m.button('Read Crossmark now').click();
  await m.passUntil('Crossmark was read.');
  await until(async () => (await step(m, 'crossmark').getByText('Done', { exact: true }).count()) === 1);

  // People: titles and training are chosen before anything is saved.
  const take = m.page.locator('[data-take]');
  await take.waitFor();
  const there = await getAs(server, '/api/employees?limit=500');
  const n = Number(/\d+/.exec(await take.innerText())?.[0]);
  expect(n).toBeGreaterThan(5);
  const rows = step(m, 'people').locator('li:has(select)');
  expect(await rows.count()).toBe(n);
  for (const i of [0, 1]) {
    await rows.nth(i).locator('select').selectOption('Lead Event Specialist');
    await rows.nth(i).getByText('Trained').click();
  }
  const lead = (await rows.nth(0).locator('b').innerText()).trim();
  // The first save of one of them is refused.
  let refusals = 1;
  await m.page.route('**/api/employees/*', (route) => {
    if (route.request().method() !== 'PUT' || refusals-- <= 0) return route.continue();
    const error = { code: 'INVALID_FACT', message: 'that number is of somebody else', details: null, request_id: 'x', timestamp: '' };
    return route.fulfill({ status: 422, json: { success: false, error } });
  });
  await take.click();
  await m.see(new RegExp(`^${n - 1} people taken over\\.`));
  await m.see('1 person could not be saved. The list shows why, and you can try again.');
  await m.see(/^That number is of somebody else\./);
  await m.button('Try again with 1 person').click();
  await m.see(/^1 person taken over\./);
  const { items } = (await getAs(server, '/api/employees?limit=500')) as { items: Employee[] };
  expect(items.filter((one) => one.active).length).toBe(n);
  expect(items.length).toBeGreaterThanOrEqual(there.items.length);
  const saved = items.find((one) => one.name === lead) as Employee;
  expect([saved.job_title, saved.juicer_trained, typeof saved.rep_id]).toEqual(['Lead Event Specialist', true, 'number']);

  // Each further step says what is missing, and links to the page for it.
  await step(m, 'rotations')
    .getByText(/^Nobody holds the lead rotation on /)
    .waitFor();
  expect(
    await step(m, 'rotations')
      .getByRole('link', { name: /^Rotations/ })
      .getAttribute('href'),
  ).toBe('#/rotations');
  await m.page.locator('[data-propose]').click();
  await m.page.waitForURL(/#\/review/);
  await until(async () => (await getAs(server, '/api/auto-schedule/history?limit=5')).items.length === 1);
  await until(async () => !['queued', 'running'].includes((await getAs(server, '/api/auto-schedule/history?limit=5')).items[0].status));
  await m.pass(3);
  await m.page.waitForSelector('li[data-id]');
});

test('a location that another club has is refused; one of several is chosen; a manager sees why they cannot choose', async () => {
  const server = await startServer({});
  await server.must('POST', '/api/setup', { name: 'North Club', time_zone: 'America/Denver' }, `dev:ada:${NEW}:admin`);
  const m = await newManager(server, asAdmin);
  await m.open('#/today');
  await m.see('The setup is not finished');
  await m.page.getByRole('link', { name: 'Set up the club' }).click();
  await m.button('Read Crossmark now').click();
  await m.passUntil('Crossmark was not read.');
  await m.see(/which of Crossmark's locations is this club's/);

  const several = async (server: MusterServer) => ({ ...(await getAs(server, '/api/setup')), locations: [170_001, 170_002] });
  let chosen = '';
  await m.page.route('**/api/setup', async (route) => route.fulfill({ json: await several(server) }));
  await m.page.route('**/api/setup/location', (route) => {
    chosen = route.request().postData() ?? '';
    return route.continue();
  });
  await m.page.reload();
  await m.page.getByLabel('170002').check();
  await m.button('Use this location').click();
  await m.see(/^Location 170002 is this club's\./);
  expect(JSON.parse(chosen)).toEqual({ location_id: 170_002 });
  expect((await getAs(server, '/api/settings')).club.location_id).toBe(170_002);

  const manager = await newManager(server, as(`dev:max:${NEW}:manager`));
  await manager.page.route('**/api/setup', async (route) => route.fulfill({ json: await several(server) }));
  await manager.open('#/setup');
  const use = manager.button('Use this location');
  await use.waitFor();
  expect(await use.isDisabled()).toBe(true);
  expect(await use.getAttribute('title')).toMatch(/needs an admin/);
});

test('an admin of two clubs switches between them, also on a phone, and drafts stay in their club', async () => {
  const server = await startServer();
  const { club_id } = (await server.get('/api/me')).clubs[0];
  const both = as(`dev:ada:${club_id}:admin,${NEW}:admin`);
  const m = await newManager(server, both);
  const choose = async (id: string) => m.page.locator('.side select').selectOption(id);
  await m.open('#/today');
  await choose(NEW);
  await m.page.getByRole('heading', { name: 'Set up the club' }).waitFor();
  await m.page.getByLabel('Name', { exact: true }).fill('North Club');
  await m.page.getByLabel('Find a time zone').fill('denver');
  await m.button('Make the club').click();
  await m.see(/^North Club: what a first run needs/);
  expect(await m.page.locator('.side select option').allInnerTexts()).toContain('North Club');

  await m.open('#/settings?part=planning');
  await m.page.getByLabel('First planned day').fill('6');
  await choose(club_id);
  await until(async () => (await m.page.getByLabel('First planned day').inputValue()) !== '6');
  for (const page of [
    'today',
    'events',
    'team',
    'rotations',
    'calendar',
    'fix',
    'submissions',
    'history',
    'differences',
    'refresh',
    'setup',
  ]) {
    await m.page.evaluate((hash) => (location.hash = hash), `#/${page}`);
    await m.page.waitForSelector('h1');
    await m.page.locator('.skel').first().waitFor({ state: 'detached' });
    await choose(NEW);
    await until(async () => (await m.page.title()).endsWith('North Club'));
    await m.page.locator('.skel').first().waitFor({ state: 'detached' });
    expect(await m.page.getByText('could not be loaded').count(), page).toBe(0);
    await choose(club_id);
    await until(async () => !(await m.page.title()).endsWith('North Club'));
  }
  expect((await getAs(server, '/api/employees?limit=5')).items.length).toBe(0);

  const phone = await newManager(server, { ...both, ...PHONE });
  await phone.open('#/events');
  await phone.button('More').click();
  await phone.page.locator('#more-sheet select').selectOption(NEW);
  await phone.see('No events yet');
});
