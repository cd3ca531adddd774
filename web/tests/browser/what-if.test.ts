/** "What if" before approval: ask, compare, adopt, undo; and obstacles. */
import { expect, test } from 'vitest';
import type { Line, Pending } from '../../src/lib/api-types';
import { type Manager, PHONE, setUp } from './manager';
import { bringTo, currentRun } from './server-states';
import { until, type MusterServer } from './server';

const { startServer, newManager, newViewer } = setUp();

const proposal = (server: MusterServer): Promise<Pending> => server.get('/api/auto-schedule/pending');
const placesOf = ({ newly_scheduled, swaps, failed }: Pending) =>
  Object.fromEntries(
    [...newly_scheduled, ...swaps, ...failed].map((line) => [line.event_ref_num, `${line.employee_id} ${line.schedule_datetime}`]),
  );
const field = (m: Manager, n: number) => m.page.locator('#what-if select').nth(n);
const summary = (m: Manager) => m.page.locator('.means');

/** The first Core of the proposal. */
async function firstCore(server: MusterServer): Promise<Line> {
  return (await proposal(server)).newly_scheduled.find((line) => line.event_type === 'Core') as Line;
}

/** Asks what happens if this event is not given to its person. */
async function askNotWith(m: Manager, line: Line) {
  await m.review(`?tab=all&sel=${line.id}`);
  await m
    .button(/^What if….* were different$/)
    .last()
    .click();
  await field(m, 0).selectOption('not_given');
  await field(m, 1).selectOption(String(line.event_ref_num));
  await field(m, 2).selectOption(line.employee_id);
  await m.button('Try it').click();
  await summary(m).waitFor();
}

test('a question about a line is compared, adopted and undone', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const before = await proposal(server);
  const line = await firstCore(server);
  await askNotWith(m, line);

  expect(new URL(m.page.url()).hash).toMatch(/^#\/compare\/[\w-]+\?ask=/);
  await m.see(new RegExp(`^What if .* is not with ${line.employee_name?.split(' ')[0]}`));
  expect(await summary(m).innerText()).toMatch(/^\d+ events? moves?/);
  await m.see('This is the best schedule there can be.');
  await m.see(/Kept until Fri 20 Nov 7:0\d am/);
  const rows = await m.page.locator('tbody tr').count();
  expect(rows).toBeGreaterThan(0);
  expect(await m.page.locator('.groups section').first().innerText()).toMatch(/differs?/);
  await m.button('By person').click();
  await m.see(/\d+ events?, .* h, .*\d+ days?/);
  expect(m.page.url()).toContain('by=person');

  // The address has the question, so a reload shows the comparison again.
  await m.page.reload();
  await summary(m).waitFor();
  await m.see(/^What if .* is not with /);

  await m.button('Adopt this plan').click();
  await m.page.waitForSelector('li[data-id]');
  await m.see(/edited as in the comparison/);
  // A toast stays while the pointer is over it.
  await m.page.locator('.toast').last().hover();
  const adopted = await proposal(server);
  expect(adopted.run?.run_type).toBe('trial');
  expect(adopted.run?.run_id).not.toBe(before.run?.run_id);
  const edited = adopted.newly_scheduled.filter((one) => one.status === 'user_edited');
  expect(edited.length).toBeGreaterThan(0);
  expect(edited.find((one) => one.event_ref_num === line.event_ref_num)?.employee_id).not.toBe(line.employee_id);
  await until(async () => (await m.page.locator('.approve').innerText()).includes(`${edited.length} edited`));

  await m.page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await m.see(/^Undone: \d+ events?/);
  await m.pass(30);
  expect(await m.page.getByText('Another tab or person changed').count()).toBe(0);
  expect(placesOf(await proposal(server))).toEqual(placesOf(before));
  expect((await proposal(server)).newly_scheduled.every((one) => !one.overridden && !one.original)).toBe(true);
});

test('changes are combined on a phone, one is removed again, and a comparison without differences says so', async () => {
  const server = await startServer();
  const m = await newManager(server, PHONE);
  await m.review();
  await m.button('What if…').first().click();
  const line = await firstCore(server);
  await field(m, 0).selectOption('given');
  await field(m, 1).selectOption(String(line.event_ref_num));
  await field(m, 2).selectOption(line.employee_id);
  await field(m, 3).selectOption(line.schedule_datetime?.slice(0, 10) ?? '');
  await m.button('Add another change').click();
  await field(m, 0).selectOption('buffer');
  await m.see(/^What if .* is with [A-Z]\w+ on .*, and planning begins today\?$/);
  await m.button('Add another change').click();
  expect(await m.page.locator('.pieces li').count()).toBe(2);
  await m.button(/^Leave out: planning begins today$/).click();
  expect(await m.page.locator('.pieces li').count()).toBe(1);
  await m.button('Try it').click();
  await m.see('Nothing differs: the plan would be the same.');
  expect(await m.button('Adopt this plan').count()).toBe(0);

  // Another change can be added to the question.
  await m.button('Add or change').click();
  await m.page.locator('.pieces li').waitFor();
  await field(m, 0).selectOption('unlock');
  await m.button('Try it').click();
  await m.see(/events? moves?/);
  await m.see(/is unlocked, and .*\?$/);
  await m.button('Adopt this plan').click();
  await m.see('Save them first');
  expect(await m.page.getByRole('link', { name: / in the calendar$/ }).count()).toBe(1);
});

test('a question is tried again on a changed plan with one press', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const line = await firstCore(server);
  await askNotWith(m, line);
  const first = m.page.url();
  const adopt = m.button('Adopt this plan');
  await adopt.waitFor();
  await bringTo(server, 'stale');
  await adopt.click();
  await m.see('The plan changed since this was tried.');
  expect(await currentRun(server)).toBe(line.run_id);
  await m.button("Try again on today's plan").click();
  await m.page.waitForFunction((url) => location.href !== url, first);
  await summary(m).waitFor();
  await adopt.click();
  await m.see(/edited as in the comparison/);
});

test('slow, expired and refused trials have their messages', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const { trial_id } = await server.post('/api/trials', { base: 'now', change: { buffer_days: 0 } });
  const address = `#/compare/${trial_id}?ask=${encodeURIComponent('{"buffer_days":0}')}`;
  await until(async () => (await server.get(`/api/trials/${trial_id}`)).status === 'done');
  const running = { ...(await server.get(`/api/trials/${trial_id}`)), status: 'running', result: null };
  await m.page.route('**/api/trials/*', (route) => route.fulfill({ json: running }));
  await m.open(address);
  await m.see('Search for the best plan');
  await m.see('Trying it');
  await m.pass(16);
  await m.see('Not ready yet');
  await m.see(/There was no answer within 15 seconds/);
  await m.page.unroute('**/api/trials/*');
  await m.button('Look again').click();
  await summary(m).waitFor();

  const next_at = new Date(Date.parse((await server.get('/api/trials/' + trial_id)).created_at) + 60_000).toISOString();
  const tooMany = { code: 'TOO_MANY_TRIALS', message: 'so many', details: { next_at }, request_id: 'x', timestamp: '' };
  await m.page.route('**/api/trials', (route) => route.fulfill({ status: 429, json: { success: false, error: tooMany } }));
  await m.button('Add or change').click();
  await m.button('Try it').click();
  await m.see(/Try again at 7:0\d am\./);
  await m.page.unroute('**/api/trials');
  await m.button('Cancel').click();

  await server.advance(25 * 3600);
  await m.page.reload();
  await m.see('This comparison is gone');
  await m.see('kept for 24 hours');
  await m.button("Try again on today's plan").click();
  await summary(m).waitFor();

  await m.open('#/compare/nothing-like-it');
  await m.see('This comparison is gone');
  await m.open('#/compare');
  await m.see('This address is not complete');
});

test('questions about a day and about a person open from that day and that person; a viewer sees why they cannot ask', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.review('?tab=all');
  await m.button('What if Sun 22 Nov were different…').click();
  expect(await field(m, 0).inputValue()).toBe('lock');
  await m.see('What if Sun 22 Nov is locked?');
  await m.page.keyboard.press('Escape');
  await m.open('#/review?tab=person');
  const pick = m.page.locator('tbody .pick').first();
  const name = await pick.innerText();
  await pick.click();
  expect(await field(m, 1).locator('option:checked').innerText()).toBe(name);
  await m.page.keyboard.press('Escape');
  await m.page.waitForFunction(() => !!document.activeElement?.matches('tbody .pick'));

  const vera = await newViewer(server);
  await vera.review();
  const askButton = vera.button('What if…').first();
  expect(await askButton.isDisabled()).toBe(true);
  expect(await askButton.getAttribute('title')).toMatch(/viewer/);
  const { trial_id } = await server.post('/api/trials', { base: 'now', change: { buffer_days: 0 } });
  await vera.open(`#/compare/${trial_id}`);
  await vera.page.locator('.means').waitFor();
  expect(await vera.button('Adopt this plan').isDisabled()).toBe(true);
  await vera.see(/Changing needs a manager/);
});
