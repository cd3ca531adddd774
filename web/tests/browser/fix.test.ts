/** Findings are fixed by keyboard and sent; a call-out, and who steps in. */
import { expect, test } from 'vitest';
import type { Schedule, Validation } from '../../src/lib/api-types';
import { type Manager, PHONE, setUp } from './manager';
import { bringTo, dayAfter } from './server-states';
import { until, type MusterServer } from './server';

const { startServer, newManager, newViewer } = setUp();

const validation = (server: MusterServer): Promise<Validation> => server.get('/api/validation');
const options = (m: Manager) => m.page.locator('.option');
const chosen = (m: Manager) => m.page.locator('.option input:checked');
const issue = (m: Manager) => m.page.locator('h2[data-step]');

/** Presses Tab until the wanted control has the focus. */
async function tabTo(m: Manager, selector: string) {
  for (let n = 0; n < 40; n++) {
    if (await m.page.evaluate((wanted) => !!document.activeElement?.matches(wanted), selector)) return;
    await m.page.keyboard.press('Tab');
  }
  throw new Error(`${selector} is not reached by keyboard`);
}

/** Uses the first option of `wanted` findings, skips the others, and stops at the end. Returns the number of used ones. */
async function goThrough(m: Manager, wanted: number): Promise<number> {
  let used = 0;
  for (let n = 0; n < 40; n++) {
    await issue(m).waitFor();
    if (!(await m.page.locator('section.issue').count())) return used;
    await options(m).first().waitFor();
    await chosen(m).waitFor();
    await m.page.locator('.acts .btn:enabled').waitFor();
    const before = await issue(m).innerText();
    const isUsed = used < wanted && !/^Leave/.test(await m.page.locator('.option:has(input:checked) b').innerText());
    const clashes = await m.page.locator('.option .pill.warn').count();
    await m.page.keyboard.press(isUsed ? 'Enter' : 's');
    const isNext = async () => (await issue(m).innerText()) !== before;
    await until(async () => (await isNext()) || (await m.page.locator('.option .pill.warn').count()) > clashes);
    // An option that cannot be combined with the earlier fixes is reported, and the next one is selected.
    if (isUsed && (await isNext())) used++;
  }
  throw new Error('the end is not reached');
}

test('two findings are fixed by keyboard alone and sent; fixed and left findings add up', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const before = await validation(server);
  expect(before.items.length).toBeGreaterThan(2);
  await m.open('#/fix');
  await m.see(`Issue 1 of ${before.items.length}`);
  await m.see(`Health ${before.health} of 100`);

  // A digit selects an option but does not use it.
  await chosen(m).waitFor();
  await m.page.keyboard.press('2');
  await until(async () => (await options(m).nth(1).locator('input').isChecked()) === true);
  await m.page.keyboard.press('1');

  expect(await goThrough(m, 2)).toBe(2);
  await until(async () => /^\d+ will be fixed, \d+ left$/.test(await issue(m).innerText()));
  const [fixed, left] = (await issue(m).innerText()).match(/\d+/g)?.map(Number) ?? [];
  expect(fixed).toBeGreaterThanOrEqual(2);
  expect(fixed + left).toBe(before.items.length);
  expect(await m.page.locator('.end li').count()).toBe(2 + left);
  const ledgerBefore = (await server.ledger()).length;

  await tabTo(m, '[data-send]');
  const changes = Number(/\d+/.exec(await m.page.locator('[data-send]').innerText())?.[0]);
  await m.page.keyboard.press('Enter');
  await m.see(/^\d+ events? goe?s? to Crossmark in \d+ s\.$/);
  const queued = Number(/^\d+/.exec(await m.page.locator('.note b').first().innerText())?.[0]);
  expect(queued).toBeLessThanOrEqual(changes);
  const after = await validation(server);
  expect(after.items.length).toBe(left);
  await m.see(left ? `of ${left}` : /Nothing (else )?is wrong/);

  await server.advance(11);
  await server.quiet();
  await until(async () => (await server.ledger()).length === ledgerBefore + queued);
});

test('sent fixes are recalled, and an ignored finding counts again', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const before = await validation(server);
  const ledgerBefore = (await server.ledger()).length;
  await m.open('#/fix');
  await goThrough(m, 1);
  await m.button(/^Send \d/).click();
  await m.button('Recall').click();
  await m.see('Recalled. Nothing was sent.');
  await until(async () => (await validation(server)).items.length === before.items.length);
  await server.advance(11);
  await server.quiet();
  expect((await server.ledger()).length).toBe(ledgerBefore);

  await m.open('#/fix?issue=1');
  await chosen(m).waitFor();
  await m.page.keyboard.press('i');
  await m.page.getByLabel('Why it may stay as it is').fill('agreed with the store');
  await m.page.keyboard.press('Enter');
  await m.see(/^Ignored until /);
  await until(async () => (await validation(server)).ignored === 1);
  await m.see(`of ${before.items.length - 1}`);
  await m.page.getByText('1 issue ignored').click();
  await m.see(/agreed with the store\. Until /);
  await m.button(/^Count it again/).click();
  await m.see(`of ${before.items.length}`);
  expect((await validation(server)).ignored).toBe(0);
});

test('a note says that the plan changed, and fixes that are still offered stay chosen', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/fix');
  await goThrough(m, 1);
  await m.button(/^Send \d/).waitFor();
  await bringTo(server, 'stale');
  await m.button(/^Send \d/).click();
  await m.see(/^The plan changed since you looked\. Nothing was sent\./);
  expect(await m.page.locator('.end li b').count()).toBe(1);
  await m.button(/^Send \d/).click();
  await m.see(/to Crossmark in \d+ s\.$/);
});

test('a viewer sees the findings, and cannot choose fixes', async () => {
  const server = await startServer();
  const m = await newViewer(server);
  await m.open('#/fix');
  await options(m).first().waitFor();
  expect(await m.page.locator('.acts .btn').isDisabled()).toBe(true);
  expect(await m.button(/^Ignore/).isDisabled()).toBe(true);
  const choice = options(m).first().locator('input');
  expect(await choice.isDisabled()).toBe(true);
  expect(await choice.getAttribute('title')).toContain('Your role in this club is viewer');
});

/** Somebody with a posted Core on one of the next three days, and its day. */
async function withCoreSoon(server: MusterServer): Promise<{ id: string; name: string; day: string }> {
  const { today } = await server.get('/api/dashboard');
  const { items } = await server.get<{ items: Schedule[] }>(`/api/schedules?from=${dayAfter(today, 1)}&to=${dayAfter(today, 3)}&limit=500`);
  const one = items.find((one) => one.event_type === 'Core') as Schedule;
  return { id: one.employee_id, name: one.employee_name ?? '', day: one.schedule_datetime.slice(0, 10) };
}

test('a call-out on a phone shows three options; a refused choice says why, and the next one is sent', async () => {
  const server = await startServer();
  const m = await newManager(server, PHONE);
  const { id, name, day } = await withCoreSoon(server);
  const ledgerBefore = (await server.ledger()).length;
  await m.open(`#/team?who=${id}`);
  await m.button('Is out…').click();
  const dialog = m.page.locator('dialog[open]');
  await dialog.getByText('From … to …').click();
  await dialog.getByLabel('First day').fill(day);
  await dialog.getByLabel('Last day').fill(day);
  await dialog.getByRole('button', { name: /find cover$/ }).click();
  await dialog.getByText('All three ways are tried.').waitFor({ state: 'attached' });
  expect(await dialog.innerText()).toMatch(/\d+ of \d+ events? refilled/);
  expect(await dialog.innerText()).toMatch(/(gives? the same plan|Saves as much as|refilled, \d)/);
  expect(await dialog.innerText()).toMatch(/To be told: [A-Z]/);
  const { items } = await server.get('/api/employees?limit=500');
  expect(items.find((one: { id: string }) => one.id === id).time_off.map((off: { start: string }) => off.start)).toContain(day);

  const refused = [{ line: 'r.1', code: 'NO_CROSSMARK_NUMBER', reason: 'its person has no number at Crossmark', rules: [] }];
  const changes = { approval_id: null, run_id: null, queued: 0, left: 0, lines: [], held_with: [], refused };
  const answer = { success: true, run_id: null, differ: null, changes };
  await m.page.route('**/api/trials/*/adopt*', (route) => route.fulfill({ json: answer }), { times: 1 });
  await dialog.getByRole('button', { name: /^Choose: / }).click();
  await m.see('Nothing was sent. One event: its person has no number at Crossmark');

  await dialog.getByRole('button', { name: /^Choose: / }).click();
  await m.see(/to Crossmark in \d+ s\.$/);
  await server.advance(11);
  await server.quiet();
  await until(async () => (await server.ledger()).length > ledgerBefore);
  const posted = await server.get<{ items: Schedule[] }>(`/api/schedules?from=${day}&to=${day}&limit=500`);
  expect(posted.items.filter((one) => one.employee_id === id).length, `events of ${name}`).toBe(0);
});

test('a call-out that is closed without a choice says who still has the events', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const { id, name, day } = await withCoreSoon(server);
  await m.open(`#/team?who=${id}`);
  await m.button('Is out…').click();
  const dialog = m.page.locator('dialog[open]');
  await dialog.getByText('From … to …').click();
  await dialog.getByLabel('First day').fill(day);
  await dialog.getByLabel('Last day').fill(day);
  await dialog.getByRole('button', { name: /find cover$/ }).click();
  await dialog.getByText('All three ways are tried.').waitFor({ state: 'attached' });
  await m.button('Leave it for now').click();
  await m.see(new RegExp(`${name} is off .*with ${name.split(' ')[0]} until somebody acts\\.`));
  await m.button('Put back').click();
  await until(async () => {
    const { items } = await server.get('/api/employees?limit=500');
    return !items.find((one: { id: string }) => one.id === id).time_off.some((off: { start: string }) => off.start === day);
  });

  // The remaining events can also be handled one by one.
  await m.button('Is out…').click();
  await dialog.getByText('From … to …').click();
  await dialog.getByLabel('First day').fill(day);
  await dialog.getByLabel('Last day').fill(day);
  await dialog.getByRole('button', { name: /find cover$/ }).click();
  await dialog.getByRole('link', { name: 'Fix them one by one instead' }).click();
  await issue(m).waitFor();
  await m.see(new RegExp(name));
});
