/** Findings on the calendar, Team and History; "Look further"; a call-out without a replacement; and the undo of a whole fix. */
import { expect, test } from 'vitest';
import type { Employee, Finding, Validation, WaysOut } from '../../src/lib/api-types';
import { changeAnswers, type Manager, setUp } from './manager';
import { dayAfter } from './server-states';
import { until, type MusterServer } from './server';

const { startServer, newManager } = setUp();

const findingsOf = async (server: MusterServer, week = ''): Promise<Finding[]> =>
  (await server.get<Validation>(`/api/validation${week ? `?week=${week}` : ''}`)).items;
const issue = (m: Manager) => m.page.locator('h2[data-step]');
const sunday = (day: string) => new Date(Date.parse(day) - new Date(day).getUTCDay() * 86_400_000).toISOString().slice(0, 10);

test('the calendar marks entries and days, and each mark links to its finding', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const markedFindings = (await findingsOf(server)).filter((one) => one.severity !== 'info');
  const one = markedFindings.find((one) => one.date && one.event_ref_nums.length) as Finding;
  const ofDay = markedFindings.filter((other) => other.date === one.date);
  await m.open('#/calendar?show=posted');
  const days = m.page.locator('thead a.mark');
  await days.first().waitFor();
  expect(await days.count()).toBe(new Set(markedFindings.map((one) => one.date).filter(Boolean)).size);
  const mark = m.page.locator(`thead a.mark[href*="${sunday(one.date ?? '')}"]`).first();
  expect(await mark.getAttribute('title')).toMatch(/^\d+ issues?: /);

  // The details of an entry name its findings.
  await m.page.locator('td .item:has(.mark)').first().click();
  const flag = m.page.locator('.flag', { hasText: /issue/ });
  await flag.getByRole('link', { name: 'Fix' }).click();
  await issue(m).waitFor();
  expect(m.page.url()).toContain('finding=');

  await m.open(`#/calendar?view=day&day=${one.date}`);
  await m.see(new RegExp(`^${ofDay.length} issues?: `));
  await m.page
    .locator('.note', { hasText: /issues?: / })
    .getByRole('link', { name: 'Fix' })
    .click();
  await issue(m).waitFor();
  await m.open(`#/calendar?view=month&day=${one.date}`);
  await m.page.locator('td .mark').first().waitFor();

  await m.open(`#/fix?finding=nothing-like-it`);
  await m.see('The issue in the address is gone or ignored.');
});

test('the team shows somebody who is posted on a day off', async () => {
  const server = await startServer();
  const { today } = await server.get('/api/dashboard');
  const end = dayAfter(sunday(today), 13);
  const { items } = await server.get(`/api/schedules?from=${today}&to=${end}&limit=500`);
  const one = items.find((one: { schedule_datetime: string }) => one.schedule_datetime.slice(0, 10) > today);
  const day = one.schedule_datetime.slice(0, 10);
  await server.post('/api/time-off', { employee_id: one.employee_id, start: day, end: day });
  const m = await newManager(server);
  await m.open('#/team');
  const name = ((await server.get('/api/employees?limit=500')).items as Employee[]).find((person) => person.id === one.employee_id)?.name;
  const pill = m.page.locator('tr', { hasText: name }).getByRole('link', { name: /^cannot work what is posted/ });
  await pill.waitFor();
  await m.page.locator('tr', { hasText: name }).locator('button').click();
  await m.page.getByRole('heading', { name: 'To fix' }).waitFor();
  await m.button('Close details').click();
  await pill.click();
  await issue(m).waitFor();
  const id = new URL(m.page.url().replace('#/', '')).searchParams.get('finding');
  const shownFinding = (await findingsOf(server, sunday(day))).find((finding) => finding.id === id);
  expect([shownFinding?.rule, shownFinding?.employee_id]).toEqual(['H2', one.employee_id]);
  expect(await issue(m).innerText()).toContain('Issue');
});

test('the chart of health has a point after the morning message', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.page.route('**/api/validation/health*', (route) => route.fulfill({ json: { items: [] } }));
  await m.open('#/history');
  await m.page.getByRole('heading', { name: 'Placed', exact: true }).waitFor();
  expect(await m.page.getByRole('heading', { name: 'Health of the week' }).count()).toBe(0);
  await m.page.unroute('**/api/validation/health*');
  const { items } = await server.get('/api/validation/health');
  expect(items.length).toBeGreaterThan(0);
  await m.page.reload();
  const chart = m.page.locator('section', { has: m.page.getByRole('heading', { name: 'Health of the week' }) });
  await chart.waitFor();
  await chart.getByRole('button', { name: 'Show as table' }).click();
  const last = items.at(-1);
  expect(await chart.locator('tbody tr').count()).toBeGreaterThanOrEqual(items.length);
  expect(await chart.locator('tbody tr').first().innerText()).toContain(`${last.this_week.health} of 100`);
});

test('a trial looks further if a finding can only be left as it is', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const [one] = (await findingsOf(server)).filter((one) => one.employee_id && one.date);
  await m.page.route('**/api/validation/*/options', async (route) => {
    const answer = await route.fetch();
    const ways = (await answer.json()) as WaysOut;
    const leave = ways.options.filter((option) => option.kind === 'leave');
    await route.fulfill({ json: { ...ways, options: leave, nearest: { text: 'works a 7th day', rules: ['H9'] } } });
  });
  let begun = '';
  await m.page.route('**/api/trials', (route) => {
    begun = route.request().postData() ?? '';
    return route.continue();
  });
  await m.open(`#/fix?finding=${one.id}`);
  await m.see('Nothing puts it right without making something else wrong.');
  await m.button('Look further').click();
  await m.page.waitForURL(/#\/compare\/[\w-]+\?ask=/);
  await m.see(/^What if .+ is out on .+ while any others may move\?$/);
  expect(await m.page.getByText('cannot be read').count()).toBe(0);
  expect(JSON.parse(begun)).toEqual({
    base: 'now',
    change: { callout: { employee_id: one.employee_id, from: one.date, to: one.date, moves: 'any' } },
  });
  const id = /compare\/([\w-]+)/.exec(m.page.url())?.[1];
  await until(async () => ['done', 'failed'].includes((await server.get(`/api/trials/${id}`)).status));
});

test('a call-out without a replacement says what would have to change', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const { items } = (await server.get('/api/employees?limit=500')) as { items: Employee[] };
  const [one, other] = items.filter((person) => person.active);
  const text = `${other.name} could take it, if it starts at 12:00`;
  const date = (await server.get('/api/dashboard')).today;
  const fits = { employee_id: other.id, date, rule: null, schedule_datetime: `${date}T12:00:00`, text };
  await changeAnswers(m.page, '**/api/trials/*', (trial: { result: { open: unknown[] } | null }) => {
    if (trial.result) trial.result.open = [{ event_ref_num: 7, reason: 'nobody is free', rules: ['H2'], fits_if: [fits] }];
    return trial;
  });
  await m.open(`#/team?who=${one.id}`);
  await m.button('Is out…').click();
  const dialog = m.page.locator('dialog[open]');
  await dialog.getByRole('button', { name: /find cover$/ }).click();
  await dialog.getByText('All three ways are tried.').waitFor({ state: 'attached' });
  await dialog.getByText('Nobody can. It would fit with one change:').first().waitFor();
  expect(await dialog.locator('.fit').first().innerText()).toBe(`${other.name} could take it, if it starts at 12:00 pm.`);
});

test('a fix is undone completely: its events are recalled, and its rotation is restored', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const exceptions = async () => (await server.get(`/api/rotation-exception?from=2026-01-01`)).items;
  const before = await exceptions();
  let found: { finding: Finding; option: WaysOut['options'][number] } | undefined;
  for (const finding of await findingsOf(server)) {
    const ways = await server.get<WaysOut>(`/api/validation/${finding.id}/options`);
    const option = ways.options.find((one) => one.changes.some((change) => change.kind === 'rotation'));
    if (option) {
      found = { finding, option };
      break;
    }
  }
  if (!found) throw new Error('no finding of the sample club has a rotation among its options');
  const { finding, option } = found;
  await m.open(`#/fix?finding=${finding.id}`);
  await m.page.locator('.option').first().waitFor();
  const n = (await server.get<WaysOut>(`/api/validation/${finding.id}/options`)).options.findIndex((one) => one.id === option.id) + 1;
  await m.page.keyboard.press(String(n));
  await m.button(new RegExp(`^Use option ${n}`)).click();
  await m.see(/would be fixed, by/);
  await m.page.locator('.options .option').first().waitFor();
  await m.button('Look and send').click();
  await m.button(/^Send \d/).click();
  await until(async () => (await exceptions()).length !== before.length || JSON.stringify(await exceptions()) !== JSON.stringify(before));
  await m.page
    .getByRole('button', { name: /^(Recall|Undo)$/ })
    .first()
    .click();
  await m.see(/^(Recalled\. Nothing was sent\.|Undone\. Rotations and blocks are as they were\.)$/);
  expect(await exceptions()).toEqual(before);
  await until(async () => (await findingsOf(server)).some((one) => one.id === finding.id));
});
