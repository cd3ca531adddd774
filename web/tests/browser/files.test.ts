/** Files are previewed, loaded and exported; calendars subscribe. */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Employee, Schedule } from '../../src/lib/api-types';
import { type Manager, PHONE, setUp } from './manager';
import { dayAfter } from './server-states';
import { until, type MusterServer } from './server';

const { startServer, newManager, newViewer, as } = setUp();

const text = async (server: MusterServer, path: string) => {
  const answer = await (await fetch(server.url + path)).text();
  return answer.replace(/^\ufeff/, '').replaceAll('\r', '');
};
const person = async (server: MusterServer, id: string): Promise<Employee> =>
  (await server.get('/api/employees?limit=500')).items.find((one: Employee) => one.id === id);
const file = (name: string, content: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
const choose = (m: Manager, name: string, content: string) => m.page.locator('input[type=file]').setInputFiles(file(name, content));

/** The text of a list of rows, also of those that the browser has not drawn yet. */
const rowsText = (m: Manager, title: string) => m.page.locator(`section[aria-label="${title} rows"]`).textContent();

/** The club's people with one renamed, one new, and one unreadable row. */
async function peopleFile(server: MusterServer): Promise<string> {
  const lines = (await text(server, '/api/exports/employees')).trimEnd().split('\n');
  lines[3] = lines[3].replace(/^E03,[^,]*/, 'E03,Robin Renamed');
  lines[4] = lines[4].replace(/,(no|yes),(no|yes),/, ',perhaps,yes,');
  return [...lines, 'X9,Nina New,Event Specialist,no,yes,,', ''].join('\n');
}

test('a file of people is previewed, then saved; its counts add up', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/team');
  await m.button('Load a file').click();
  await m.page.locator('h1', { hasText: 'Load a file' }).waitFor();
  const rows = (await peopleFile(server)).trimEnd().split('\n').length - 1;
  await choose(m, 'people.csv', await peopleFile(server));
  await m.see(`${rows} rows: 1 new, 1 changed, ${rows - 3} unchanged, 1 wrong.`);
  expect(await rowsText(m, 'Changed')).toContain('Robin Renamed');
  expect(await rowsText(m, 'New')).toContain('Nina New (X9)');
  expect(await rowsText(m, 'Wrong')).toMatch(/Row 5\s*Juicer Trained: found "perhaps", expected yes or no/);
  expect(await person(server, 'X9')).toBeUndefined();

  // Existing rows can be kept unchanged.
  await m.page.getByLabel('stay as they are, and count as unchanged').check();
  await m.see(`${rows} rows: 1 new, 0 changed, ${rows - 2} unchanged, 1 wrong.`);
  await m.page.getByLabel('change to what the file says').check();
  await m.button('Save 2 rows').click();
  await m.see(`2 of ${rows} rows saved: 1 new, 1 changed. ${rows - 3} were unchanged, 1 was wrong and left out.`);
  expect((await person(server, 'E03')).name).toBe('Robin Renamed');
  expect((await person(server, 'X9')).name).toBe('Nina New');

  // The same file a second time.
  await m.button('Load another file').click();
  await choose(m, 'people.csv', await peopleFile(server));
  await m.see(`${rows} rows: 0 new, 0 changed, ${rows - 1} unchanged, 1 wrong.`);
  expect(await m.button('Nothing to save').isDisabled()).toBe(true);
});

test('a file names the posted schedules that it breaks, before it is saved and afterwards', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const { today } = await server.get('/api/dashboard');
  const { items } = await server.get<{ items: Schedule[] }>(`/api/schedules?from=${dayAfter(today, 1)}&to=${dayAfter(today, 14)}`);
  const [{ employee_id, employee_name, schedule_datetime }] = items;
  const day = schedule_datetime.slice(0, 10);
  await m.open('#/import?kind=time_off');
  await choose(m, 'off.csv', `Employee ID,First Day,Last Day\n${employee_id},${day},${day}\n`);
  const broken = m.page.locator('section', { has: m.page.getByRole('heading', { name: /can no longer stand$/ }) });
  expect(await broken.innerText()).toContain('Nothing is saved yet.');
  expect(await broken.innerText()).toContain(`${employee_name}, `);
  await m.button('Save 1 row').click();
  await m.see('The file is loaded');
  expect(await broken.innerText()).not.toContain('Nothing is saved yet.');
  expect(await broken.locator('a').count()).toBeGreaterThan(0);
});

test('a club that changed meanwhile is not overwritten: the differences are named, and a new preview is shown', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/import?kind=employees');
  await choose(m, 'people.csv', await peopleFile(server));
  await m.button('Save 2 rows').waitFor();
  const { name: _, ...one } = await person(server, 'E03');
  const { job_title, juicer_trained, active, termination_date, rep_id, version } = one;
  await server.put('/api/employees/E03', { name: 'Robin Renamed', job_title, juicer_trained, active, termination_date, rep_id, version });
  await m.button('Save 2 rows').click();
  await m.see(/The club changed since you looked/);
  await m.see(/1 new, 0 changed/);
  expect(await person(server, 'X9')).toBeUndefined();
  await m.button('Save 1 row').click();
  await m.see(/^1 of \d+ rows saved: 1 new, 0 changed/);
});

test('a missing column is chosen by hand, and the choice is remembered', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/import?kind=time_off');
  const content = 'Days off,,\nEmp #,Away on,Until\nE01,2026-12-24,2026-12-26\n';
  await choose(m, 'off.csv', content);
  await m.see('No row of the file has the headings Employee ID and First Day.');
  expect(await m.button('Show what would change').isDisabled()).toBe(true);
  await m.page.getByLabel('Employee ID').selectOption('Emp #');
  await m.page.getByLabel('First Day').selectOption('Away on');
  expect(await m.page.getByLabel('Last Day').inputValue()).toBe('Until');
  await m.button('Show what would change').click();
  await m.see('1 row: 1 new, 0 changed, 0 unchanged, 0 wrong.');
  expect(await rowsText(m, 'New')).toContain('24 Dec to 26 Dec');
  await m.button('Save 1 row').click();
  await m.see(/^1 of 1 row saved/);
  expect((await person(server, 'E01')).time_off.some((off) => off.start === '2026-12-24' && off.end === '2026-12-26')).toBe(true);

  await m.button('Load another file').click();
  await choose(m, 'off.csv', content.replace('E01', 'E02'));
  await m.see('1 row: 1 new, 0 changed, 0 unchanged, 0 wrong.');
  // A file with the usual headings is read although another mapping is remembered.
  await m.button('Another file').click();
  await choose(m, 'off.csv', 'Employee ID,First Day\nE03,2026-12-24\n');
  await m.see('1 row: 1 new, 0 changed, 0 unchanged, 0 wrong.');
});

test('the headings of a workbook are offered for choice', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/import?kind=time_off');
  const workbook = Buffer.from(await (await fetch(`${server.url}/api/exports/lost?format=xlsx`)).arrayBuffer());
  await m.page.locator('input[type=file]').setInputFiles({ name: 'lost.xlsx', mimeType: '', buffer: workbook });
  await m.see(/^No row of the file has the headings/);
  expect(await m.page.getByLabel('Employee ID').locator('option').allInnerTexts()).toContain('Project Reference Number');
});

test('an interrupted load continues in another tab, and a large file is sent compressed', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/import?kind=visits');
  const events = (await text(server, '/api/exports/events')).trimEnd().split('\n');
  const [first, ...rest] = events;
  const longer = rest.map((line) => line.replace(/,(\d+),([A-Za-z ]+),/, (_, minutes, type) => `,${Number(minutes) + 5},${type},`));
  const changed = longer.filter((line, n) => line !== rest[n]).length;
  // More than 1 MB, so that the file is compressed. Empty rows do not count.
  const padded = [first, ...longer].join('\n') + '\n' + `${','.repeat(9)}\n`.repeat(110_000);
  let sent: Buffer | null = null;
  await m.page.route('**/api/imports/visits*', (route) => {
    sent = route.request().postDataBuffer();
    return route.request().url().includes('save=') ? route.abort() : route.continue();
  });
  await choose(m, 'events.csv', padded);
  await m.button(`Save ${changed} rows`).waitFor();
  const bytes = sent as unknown as Buffer;
  expect(bytes.length).toBeLessThan(200_000);
  expect(gunzipSync(bytes).toString()).toBe(padded);

  await m.button(`Save ${changed} rows`).click();
  await m.see(/cannot be reached/);
  await m.page.unroute('**/api/imports/visits*');
  await m.page.goto('about:blank');
  await m.open('#/import?kind=visits');
  await m.see(/events\.csv was not loaded completely/);
  await m.button('Go on').click();
  await m.button(`Save ${changed} rows`).click();
  await m.see(new RegExp(`^${changed} of ${rest.length} rows saved: 0 new, ${changed} changed`));
  await m.page.goto('about:blank');
  await m.open('#/import?kind=visits');
  await m.page.locator('input[type=file]').waitFor({ state: 'attached' });
  expect(await m.page.getByText('was not loaded completely').count()).toBe(0);
});

test('a load continues while somebody is on another page, which shows its result', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/import?kind=employees');
  await choose(m, 'people.csv', await peopleFile(server));
  await m.button('Save 2 rows').waitFor();
  let go = () => undefined as void;
  const held = new Promise<void>((done) => (go = done));
  await m.page.route('**/api/imports/employees*save=*', async (route) => {
    await held;
    await route.continue();
  });
  await m.button('Save 2 rows').click();
  await m.see('Saving 2 rows');
  await m.page.evaluate(() => (location.hash = '#/team'));
  await m.page.locator('h1', { hasText: 'Team' }).waitFor();
  go();
  await m.see(/^people\.csv: 2 of \d+ rows saved: 1 new, 1 changed/);
  await m.see('Robin Renamed');
  await m.button('Open').click();
  await m.see('The file is loaded');
});

test('a load whose server stops halfway shows its progress, and continues with the rest', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const ROWS = 3000;
  const content = ['Employee ID,Name', ...Array.from({ length: ROWS }, (_, n) => `P${n},Person ${n}`), ''].join('\n');
  await m.open('#/import?kind=employees');
  await choose(m, 'many.csv', content);
  await m.button('Save 3,000 rows').click();
  const load = async () => {
    const answer = await fetch(`${server.url}/api/imports/employees`, { method: 'POST', body: content });
    return (await answer.json()).interrupted as { done: number } | null;
  };
  await until(async () => ((await load())?.done ?? 0) > 0);
  await server.kill();
  await m.see(/cannot be reached/);
  await server.start();
  await m.button('Look again').click();
  await m.see(/^This file was not loaded completely: at least [\d,]+ of 3,000 rows\s+were saved/);
  const left = Number(/3,000 rows: ([\d,]+) new/.exec(await m.page.locator('.sum').innerText())?.[1].replace(',', ''));
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(ROWS);
  await m.button(`Save ${left.toLocaleString('en-US')} rows`).click();
  await m.see(`${left.toLocaleString('en-US')} of 3,000 rows saved: ${left.toLocaleString('en-US')} new, 0 changed.`);
  expect(await load()).toBeNull();
});

test("if the answer to Save is lost, the server's state is read again", async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/import?kind=employees');
  await choose(m, 'people.csv', await peopleFile(server));
  await m.page.route('**/api/imports/employees*save=*', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await m.button('Save 2 rows').click();
  await m.see('The answer was lost on the way, but everything is saved.');
  await m.see(/: 0 new, 0 changed, /);
  expect((await person(server, 'E03')).name).toBe('Robin Renamed');
});

test('a file that is not a spreadsheet is refused with a reason, and a viewer cannot load files', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/import?kind=schedules');
  await choose(m, 'old.xls', 'x');
  await m.see(/This is the old Excel format/);
  await choose(m, 'plan.xlsx', 'PK\u0003\u0004 nothing');
  await m.see(/The file is damaged/);

  const viewer = await newViewer(server);
  await viewer.open('#/team');
  expect(await viewer.button('Load a file').isDisabled()).toBe(true);
  await viewer.open('#/import?kind=employees');
  await viewer.see('Your role in this club is viewer. Changing needs a manager.');
  expect(await viewer.page.locator('input[type=file]').isDisabled()).toBe(true);
});

test('a file is loaded by keyboard, on a phone', async () => {
  const server = await startServer();
  const m = await newManager(server, PHONE);
  await m.open('#/import?kind=employees');
  await m.page.locator('input[type=file]').focus();
  await choose(m, 'people.csv', await peopleFile(server));
  await m.button('Save 2 rows').waitFor();
  await until(async () => (await m.page.evaluate(() => document.activeElement?.matches('[data-step]'))) === true);
  await m.page.keyboard.press('Tab');
  await m.page.keyboard.press('Enter');
  await m.see(/^2 of \d+ rows saved/);
});

test('each page offers its exports', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const dialog = m.page.locator('dialog[open]');
  const download = async () => {
    const [downloaded] = await Promise.all([m.page.waitForEvent('download'), dialog.getByRole('button', { name: 'Download' }).click()]);
    const bytes = await readFile(await downloaded.path());
    return { name: downloaded.suggestedFilename(), head: bytes.toString('utf8').replace('\ufeff', '').split('\r\n')[0], bytes };
  };
  const take = async (page: string, what: string | null, format = 'CSV') => {
    await m.open(`#/${page}`);
    await m.button('Export').click();
    await dialog.getByLabel(format).waitFor();
    if (what) await dialog.getByLabel(what, { exact: true }).check();
    if (format !== 'CSV') await dialog.getByLabel(format).check();
    return download();
  };
  expect((await take('events', 'Events')).head).toMatch(/^Project Name,Project Reference Number/);
  const hours = await take('team', 'Hours for payroll');
  expect(hours.head).toBe('Employee ID,Name,Week Of,Days,Events,Core Events,Minutes,Hours');
  expect(hours.name).toMatch(/^\w+-payroll-\d{4}-\d\d-\d\d\.csv$/);
  expect((await take('history', 'Run history')).head).toMatch(/^Run,Started/);
  expect((await take('history', 'Lost events')).head).toMatch(/,Reason$/);
  expect((await take('history', 'Weekly report')).head).toMatch(/^Club,Club Name,Week Of/);
  const workbook = await take('calendar', null, 'Excel');
  expect([workbook.name.endsWith('.xlsx'), workbook.bytes.subarray(0, 2).toString()]).toEqual([true, 'PK']);
});

test('an export that is too large asks for fewer days; impossible days are not requested', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const dialog = m.page.locator('dialog[open]');
  await m.open('#/team');
  await m.button('Export').click();
  await dialog.getByLabel('First day').fill('2026-11-18');
  await dialog.getByLabel('Last day').fill('2026-11-16');
  await m.see('The last day is before the first.');
  expect(await dialog.getByRole('button', { name: 'Download' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Last day').fill('2026-11-24');
  await m.see('7 days. Weeks run from Sunday to Saturday: not all of these are whole.');
  let query = '';
  await m.page.route('**/api/exports/**', (route) => {
    query = new URL(route.request().url()).search;
    const error = { code: 'EXPORT_TOO_LARGE', message: 'too many', details: null, request_id: '7f3a11c2', timestamp: '' };
    return route.fulfill({ status: 413, json: { success: false, error } });
  });
  await dialog.getByRole('button', { name: 'Download' }).click();
  await m.see('The file would have more than 10,000 rows. Choose a narrower range of days.');
  expect(query).toContain('from=2026-11-18&to=2026-11-24');
});

test('a calendar address is made, shown once, replaced and revoked', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/settings?part=feeds');
  await m.see('The club has none yet.');
  await m.page.getByLabel('Whose schedules').selectOption('The whole club');
  await m.button('Make an address').click();
  const address = m.page.getByLabel('Calendar address', { exact: true });
  await address.waitFor();
  const first = await address.inputValue();
  expect(first.startsWith(`${server.url}/api/calendar/`)).toBe(true);
  expect(await text(server, new URL(first).pathname)).toContain('BEGIN:VCALENDAR');
  await m.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await m.button('Copy').click();
  await m.see('The address is copied.');
  expect(await m.page.evaluate(() => navigator.clipboard.readText())).toBe(first);
  await m.button('Done').click();
  expect(await m.page.content()).not.toContain('.ics');

  await m.button('New address for the whole club').click();
  await m.button('Make a new address').click();
  await address.waitFor();
  const second = await address.inputValue();
  expect(second).not.toBe(first);
  expect((await fetch(first)).status).toBe(404);
  await m.button('Done').click();

  await m.button('Revoke the address of the whole club').click();
  await m.button('Go back').click();
  expect((await fetch(second)).status).toBe(200);
  await m.button('Revoke the address of the whole club').click();
  await m.page.locator('dialog[open]').getByRole('button', { name: 'Revoke' }).click();
  await m.see('The club has none yet.');
  expect((await fetch(second)).status).toBe(404);
});

test('a viewer can make only the address of their own schedules', async () => {
  const server = await startServer();
  const club = (await server.get('/api/me')).clubs[0].club_id;
  await server.post('/api/calendar-feeds', { employee_id: null });
  const m = await newManager(server, as(`dev:vera:${club}:viewer,${club}:employee:E01`));
  await m.open('#/team?who=E03');
  await m.button(/^Show the calendar addresses of /).click();
  await m.see('This person, or a manager, makes the address.');
  await m.page.keyboard.press('Escape');
  await m.open('#/team?who=E01');
  await m.button(/^Show the calendar addresses of /).click();
  await m.see('You have made none.');
  await m.button('Make an address').click();
  await m.page.getByLabel('Calendar address', { exact: true }).waitFor();
  await m.see(/^Made by vera, /);
  await m.open('#/settings?part=feeds');
  await m.see(/You see those that you made/);
  expect(await m.page.locator('.feeds li').count()).toBe(1);
});

test('Find searches events at the server, including posted ones', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const [posted] = (await text(server, '/api/exports/schedules')).split('\n').slice(1);
  const [, ref] = /,(\d{8}),/.exec(posted) ?? ['', ''];
  await m.open('#/today');
  await m.page.keyboard.press('Control+k');
  await m.page.keyboard.type(ref);
  await m.pass(1);
  const hit = m.page.locator('dialog[open] a', { hasText: ref }).first();
  await until(async () => (await hit.innerText()).endsWith('Event'));
  await m.page.keyboard.press('Enter');
  await m.page.locator('main li', { hasText: ref }).first().waitFor();
});
