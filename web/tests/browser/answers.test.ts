/** Crossmark's answers, and what a manager then sees and does. */
import { expect, test } from 'vitest';
import type { DayChoice, Line, Pending } from '../../src/lib/api-types';
import { setUp } from './manager';
import { type Fault, type Json, until, type MusterServer } from './server';

const { startServer, newManager } = setUp();
const refusals = (n: number): Fault[] => Array.from({ length: n }, () => ({ call: 'schedule', kind: 'not_ok' }));

/** Approves everything over the API and lets it be sent, with these faults. */
async function sendAll(server: MusterServer, ...faults: Fault[]): Promise<void> {
  const { run } = await server.get('/api/auto-schedule/pending');
  await server.faults(...faults);
  await server.post('/api/auto-schedule/approve', { run_id: run.run_id });
  await server.advance(11);
  await settled(server);
}

async function settled(server: MusterServer) {
  await until(async () => {
    const { counts } = await server.get('/api/submissions');
    return !counts.approved && !counts.submitting;
  });
}

const failedCount = async (server: MusterServer): Promise<number> => (await server.get('/api/submissions')).counts.api_failed ?? 0;

test("a refused line shows Crossmark's words and is retried; an unclear one is read back, without a Retry button", async () => {
  const server = await startServer();
  const m = await newManager(server);
  await server.faults({ call: 'schedule', kind: 'not_ok' }, { call: 'schedule', kind: 'no_id' });
  await m.review();
  await m.approve();
  await server.advance(11);
  const issues = m.page.locator('#issues li');
  const refused = issues.filter({ hasText: 'Refused' });
  const checking = issues.filter({ hasText: 'Checking' });
  await checking.waitFor();
  await refused.waitFor();
  expect(await refused.innerText()).toContain('The request was not accepted');
  expect(await checking.innerText()).toContain('looked up before anything is sent again');
  expect(await checking.getByRole('button', { name: /Retry/ }).count()).toBe(0);
  await m.page.reload();
  await checking.waitFor();
  const { counts } = await server.get('/api/submissions');
  const badge = m.page.getByRole('navigation').getByRole('link', { name: /^Submissions/ });
  await expect.poll(() => badge.innerText()).toMatch(new RegExp(`\\b${counts.api_failed}\\b`));
  await m.open('#/submissions');
  await m.page.getByRole('heading', { name: 'Crossmark refused it' }).waitFor();
  expect(await m.page.getByText('Being checked in Crossmark').count()).toBe(0);
  await m.button(/^Under way/).click();
  await m.page.getByRole('heading', { name: 'Being checked in Crossmark' }).waitFor();
  await m.open('#/today');
  await m.see('1 event is being checked in Crossmark. You need not do anything.');
  await m.open('#/review');
  await checking.waitFor();

  await server.advance(60);
  await checking.waitFor({ state: 'detached', timeout: 20_000 });
  // Other lines may still be sent, including those that waited for the unclear one. No event may be at Crossmark twice.
  const events = (await server.ledger()).filter((booking) => !booking.deleted_at).map((booking) => booking.mPlanID);
  expect(events.length, 'a line that was looked up is not sent again').toBe(new Set(events).size);

  await refused.getByRole('button', { name: /Retry/ }).click();
  await until(async () => (await server.advance(11), (await refused.count()) === 0));
  // Events that needed the refused one were not sent, and can be now.
  const { items } = await server.get('/api/submissions?state=api_failed');
  const lines = items.map((one: Line) => one.id);
  if (lines.length) await server.post('/api/auto-schedule/retry', { lines });
  await until(async () => (await server.advance(11), (await failedCount(server)) === 0));
  await m.see('Everything is answered.');
});

test('events that are not accepted are counted alike on every page', async () => {
  const server = await startServer();
  const { run } = await server.get('/api/auto-schedule/pending');
  await server.faults(...refusals(8), { call: 'schedule', kind: 'no_id' });
  await server.post('/api/auto-schedule/approve', { run_id: run.run_id });
  await server.advance(11);
  // Waits until the counts no longer change. Events that need the one that is being checked wait for it.
  let counts: Json = {};
  await until(async () => {
    const before = counts;
    await new Promise((done) => setTimeout(done, 1_000));
    counts = (await server.get('/api/submissions')).counts;
    return counts.in_doubt && !counts.submitting && JSON.stringify(before) === JSON.stringify(counts);
  });
  const n = counts.api_failed;
  const m = await newManager(server);
  await m.open('#/review');
  const headings = m.page.locator('#issues h2 .count');
  await expect.poll(() => headings.allInnerTexts()).toEqual([`${n} events`, `${counts.in_doubt} being checked`]);
  await m.open('#/today');
  await m.page
    .locator('.badges a', { hasText: `${n}` })
    .getByText('Events not accepted')
    .waitFor();
  await m.see(`and ${n - 4} other events`);
});

test('failed lines are retried one by one, by cause, and all at once', async () => {
  const server = await startServer();
  await sendAll(server, ...refusals(4));
  const m = await newManager(server);
  await m.open('#/submissions');
  const group = m.page.locator('section.card', { hasText: 'Crossmark refused it' });
  await group.locator('li').nth(3).waitFor();

  await group
    .getByRole('button', { name: /^Retry/ })
    .first()
    .click();
  await m.see(/is sent again\.$/);
  await group.locator('li').nth(3).waitFor({ state: 'detached' });
  await advanceAndSettle(server);

  await server.faults(...refusals(1));
  await group.getByRole('button', { name: /^Try all 3 again$/ }).click();
  await m.button('Send again').click();
  await m.see(/^[1-3] events? (is|are) sent again\./);
  await advanceAndSettle(server);
  await until(async () => (await group.locator('li').count()) === 1);

  // A single failed line has no button for all.
  const rest = m.page
    .locator('main')
    .getByRole('button', { name: /^(Try all \d+ again|Retry.*)$/ })
    .first();
  const several = (await rest.innerText()).startsWith('Try all');
  await rest.click();
  if (several) await m.button('Send again').click();
  await advanceAndSettle(server);
  await m.see('Nothing needs you');
  expect(await failedCount(server)).toBe(0);
  await m.button(/^Accepted today/).click();
  expect(await m.page.locator('main li .pill').first().innerText()).toBe('Accepted');

  async function advanceAndSettle(of: MusterServer) {
    await of.advance(1);
    await settled(of);
  }
});

test('a line is marked as done by hand, another is dropped, and its event is open again', async () => {
  const server = await startServer();
  await sendAll(server, ...refusals(2));
  const m = await newManager(server);
  await m.open('#/submissions');
  const group = m.page.locator('section.card', { hasText: 'Crossmark refused it' });
  await group.locator('li .open').first().click();
  await m.button('Done by hand').click();
  await m.page.getByLabel('Note').fill('scheduled by phone');
  await m.button('Mark as done').click();
  await m.see(/is marked as done by hand\.$/);
  await group.locator('li .open').last().click();
  await group.getByRole('button', { name: 'Drop', exact: true }).last().click();
  await m.page.locator('dialog[open]').getByRole('button', { name: 'Drop', exact: true }).click();
  await m.see(/is dropped\. The event is free/);
  await group.waitFor({ state: 'detached' });
});

test('a failed event is changed in the newer proposal that has it too; without one it is placed only after its line was dropped', async () => {
  const server = await startServer();
  await sendAll(server, ...refusals(2));
  const submissions = await server.get<{ items: Line[] }>('/api/submissions?limit=500');
  const failedRefs = submissions.items.filter((one) => one.status === 'api_failed').map((one) => one.event_ref_num);
  await server.run();
  const { run, newly_scheduled, swaps } = await server.get<Pending>('/api/auto-schedule/pending');
  const proposedAgain = [...newly_scheduled, ...swaps].filter((one) => failedRefs.includes(one.event_ref_num)).map((one) => one.id);
  expect(proposedAgain.length).toBeGreaterThan(0);
  const m = await newManager(server);
  await m.open('#/submissions');
  for (const id of proposedAgain) await m.page.locator(`main li a[href*="sel=${id}&pane=change"]`).waitFor();
  expect(await m.page.getByText('The current proposal has this event too').count()).toBeGreaterThan(0);
  const names = await m.page
    .locator('main li')
    .getByRole('button', { name: /^Retry/ })
    .allInnerTexts();
  expect(new Set(names).size).toBe(names.length);

  await server.post('/api/auto-schedule/reject', { run_id: run?.run_id, reasons: ['not now'], lines: proposedAgain });
  await m.page.reload();
  const change = m.page.locator('main li').getByRole('button', { name: /^Change/ });
  await change.first().waitFor();
  // Somebody else settled the line meanwhile.
  await m.page.route('**/api/auto-schedule/drop', (route) => {
    const [line] = (route.request().postDataJSON() as { lines: string[] }).lines;
    return route.fulfill({ json: { dropped: [], refused: [], not_failed: [{ line, status: 'approved' }] } });
  });
  await change.first().click();
  await m.button('Drop it and choose').click();
  await m.see(/was not dropped: it no longer waits for you$/);
  await m.page.waitForTimeout(300);
  expect(await m.page.locator('dialog[open]').count()).toBe(0);

  await m.page.unroute('**/api/auto-schedule/drop');
  await change.first().click();
  await m.button('Drop it and choose').click();
  await m.page.locator('dialog[open]').waitFor();
  await m.see(/is dropped\. The event is free/);
});

test('while Crossmark refuses the login, sending pauses with a note, and continues by itself', async () => {
  const server = await startServer();
  const { run } = await server.get('/api/auto-schedule/pending');
  await server.faults({ call: 'login', kind: 'bad_credentials' }, { call: 'login', kind: 'bad_credentials' });
  await server.post('/api/auto-schedule/approve', { run_id: run.run_id });
  await server.advance(11);
  const m = await newManager(server);
  await m.open('#/submissions');
  for (const page of ['#/submissions', '#/review', '#/calendar', '#/fix', '#/events', '#/team', '#/differences', '#/drafts', '#/today']) {
    await m.open(page);
    await m.see('Muster cannot sign in at Crossmark.');
    const note = await m.page.locator('.note', { hasText: 'cannot sign in' }).innerText();
    expect(note).toMatch(
      /Since (\w{3} \d+ \w{3} )?\d+:\d\d [ap]m nothing can be sent, and nothing is lost\. The next try to sign in is at (\w{3} \d+ \w{3} )?\d+:\d\d [ap]m\. Tell your administrator\.$/,
    );
    expect(await m.page.locator('main').innerText()).not.toMatch(/UTC|within seconds|Sending goes on|on their way/);
  }
  await until(async () => (await server.advance(120), (await server.get('/api/submissions')).paused === null));
  await settled(server);
  await m.page.reload();
  await m.see('The proposal is sent');
  expect(await m.page.getByText('Muster cannot sign in at Crossmark.').count()).toBe(0);
});

test('a refused line gets another person from Submissions, and is sent once it is approved again', async () => {
  const server = await startServer();
  await sendAll(server, ...refusals(8));
  const before = await failedCount(server);
  const { items } = await server.get('/api/submissions?limit=500');
  let id = '';
  for (const line of items.filter((one: Line) => one.status === 'api_failed')) {
    const { days } = await server.post('/api/auto-schedule/check', { line: line.id });
    const here = days.find((one: DayChoice) => line.schedule_datetime.startsWith(one.date));
    if (here?.people.some((one: { is_present: boolean }) => !one.is_present)) id = line.id;
  }
  const m = await newManager(server);
  await m.open('#/submissions');
  await m.page.locator(`main a[href*="sel=${id}&pane=change"]`).click();
  await m.see('Who can work it');
  await m.page.locator('aside .person:not(.on):not(.off) input').first().check({ force: true });
  await m.button('Use this').click();
  await m.see(/It is sent when you approve again\./);
  await m.approve();
  await m.see(/^Sending \d+ events? in/);
  await server.advance(11);
  await settled(server);
  expect(await failedCount(server)).toBeLessThan(before);
});

test('a Core that failed is moved without its failed Supervisor; the pane says so before, and its Supervisor is changed after', async () => {
  const server = await startServer();
  const { run, newly_scheduled } = await server.get('/api/auto-schedule/pending');
  const lines: Line[] = newly_scheduled;
  const cores = lines.filter(
    (one) =>
      one.event_type === 'Core' && lines.some(({ event_ref_num, event_type }) => event_ref_num === one.pair && event_type === 'Supervisor'),
  );
  await sendAll(server, ...refusals(200));
  let core: Line | undefined;
  let other: DayChoice | undefined;
  for (const one of cores) {
    const { days } = await server.post('/api/auto-schedule/check', { line: one.id });
    other = days.find(({ date, people }: DayChoice) => people.length && !one.schedule_datetime?.startsWith(date));
    if (other) core = one;
    if (other) break;
  }
  if (!core || !other) throw new Error('no failed Core can be moved');
  const supervisor = `${run.run_id}.${core.pair}`;
  const m = await newManager(server);
  await m.open(`#/review?tab=all&sel=${core.id}&pane=change`);
  const row = m.page.locator(`li[data-id="${core.id}"]`);
  await row.waitFor();
  const decisions = async () => /(\d+) decisions?:/.exec(await m.page.getByRole('region', { name: 'Summary' }).innerText())?.[1];
  const before = await decisions();
  await m.page.locator(`aside input[value="${other.date}"]`).check({ force: true });
  await m.page.locator(`aside input[value="${other.people[0].employee_id}"]`).check({ force: true });
  await m.page
    .locator('aside')
    .getByText(/^Its Supervisor was not sent either and stays on /)
    .waitFor();
  await m.button('Use this').click();
  await m.see(/It is sent when you approve again\. Its Supervisor was not sent either and stays on .*: change it after that\./);
  expect([await decisions(), await row.count()]).toEqual([before, 1]);
  expect(await row.textContent()).toContain('Core not approved yet, Supervisor not sent');
  expect(await m.page.locator(`li[data-id="${supervisor}"]`).count()).toBe(0);

  // The Supervisor has details of its own, and only the day of its Core.
  await m.button('Change Supervisor').click();
  await m.page.locator('aside', { hasText: 'Supervisor' }).locator(`input[value="${other.date}"]`).waitFor({ state: 'attached' });
  expect(new URL(m.page.url()).hash).toContain(`sel=${supervisor}`);
  await m.page.locator('aside .person:not(.off) input').first().check({ force: true });
  await m.button('Use this').click();
  await until(async () => (await server.get(`/api/pending-schedule/${supervisor}`)).schedule_datetime.startsWith(other.date));
  expect(await row.textContent()).toMatch(/ Edited$/);
  expect(await decisions()).toBe(before);
});
