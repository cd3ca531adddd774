/** Posted schedules are changed by hand: given to somebody, swapped, taken back, placed; with a dry run first, then sent as an approval. */
import { expect, test } from 'vitest';
import type { Line, Pending, Schedule } from '../../src/lib/api-types';
import { type Manager, PHONE, setUp } from './manager';
import { bringTo, dayAfter } from './server-states';
import { until, type MusterServer } from './server';

const { startServer, newManager, newViewer } = setUp();

async function postedCores(server: MusterServer): Promise<Schedule[]> {
  const { today } = await server.get('/api/dashboard');
  const { items } = await server.get<{ items: Schedule[] }>(
    `/api/schedules?from=${dayAfter(today, 4)}&to=${dayAfter(today, 28)}&limit=500`,
  );
  return items.filter((one) => one.event_type === 'Core');
}
const dayOf = (one: Schedule) => one.schedule_datetime.slice(0, 10);
const entryAddress = (one: Schedule) => `#/calendar?day=${dayOf(one)}&sel=posted.${one.event_ref_num}`;
const dialog = (m: Manager) => m.page.locator('dialog[open]');
const field = (m: Manager, n: number) => m.page.locator('#posted select').nth(n);
const effect = (m: Manager) => m.page.locator('#posted .effect');
/** Waits until the dialog is closed and the note counts the seconds until the change is sent. */
async function untilSent(m: Manager) {
  await m.page.locator('dialog[open]').waitFor({ state: 'detached' });
  await m.see(/goe?s? to Crossmark in \d+ s\.$/);
}

/** The first person who is offered. */
async function firstOffered(m: Manager): Promise<string> {
  const firstOption = field(m, 1).locator('optgroup option').first();
  await firstOption.waitFor({ state: 'attached' });
  return (await firstOption.getAttribute('value')) ?? '';
}

/** Somebody who may not get a posted event, because of a rule. */
async function barredFrom(server: MusterServer, one: Schedule): Promise<string> {
  const { items } = await server.get<{ items: { id: string; active: boolean }[] }>('/api/employees?limit=500');
  for (const { id } of items.filter((person) => person.active)) {
    const changes = [{ event_ref_num: one.event_ref_num, employee_id: id }];
    const { body } = await server.send('POST', '/api/schedules/changes', { changes, dry_run: true });
    if (body.error?.code === 'RULES_BROKEN') return id;
  }
  throw new Error('everybody may work it');
}

const postedSchedule = async (server: MusterServer, ref: number): Promise<Schedule | undefined> =>
  (await postedCores(server)).find((one) => one.event_ref_num === ref);

test('an entry of the calendar is given to somebody, recalled, given again and sent', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const one = (await postedCores(server))[2];
  const ledgerBefore = (await server.ledger()).length;
  await m.open(entryAddress(one));
  await m.button(/^Give to…/).click();
  const id = await firstOffered(m);
  expect(await m.button('Change it').isDisabled()).toBe(true);
  await field(m, 1).selectOption(id);
  await effect(m)
    .getByText(/Crossmark is told of \d+ events?\..* Keeps every rule\./)
    .waitFor();
  expect(await effect(m).innerText()).toMatch(/becomes/);
  await m.button('Change it').click();
  await untilSent(m);
  await m.button('Recall').click();
  await m.see('Recalled. Nothing was sent.');
  await server.advance(11);
  await server.quiet();
  expect((await server.ledger()).length).toBe(ledgerBefore);
  expect((await postedSchedule(server, one.event_ref_num))?.employee_id).toBe(one.employee_id);

  await m.open('#/today');
  await m.open(entryAddress(one));
  await m.button(/^Give to…/).click();
  await field(m, 1).selectOption(id);
  await m.button('Change it').click();
  await untilSent(m);
  await server.advance(11);
  await server.quiet();
  await until(async () => (await postedSchedule(server, one.event_ref_num))?.employee_id === id);
  expect((await server.ledger()).length).toBeGreaterThan(ledgerBefore);
  // The note is about these events, which are accepted.
  await m.page.locator('.note', { hasText: /Crossmark|recall/ }).waitFor({ state: 'detached' });
});

test('a posted event gets another start; a start that is not a shift is refused with the free ones', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const one = (await postedCores(server))[2];
  await m.open(entryAddress(one));
  await m.button(/^Give to…/).click();
  const start = dialog(m).getByLabel('Start');
  await start.locator('option').nth(1).waitFor({ state: 'attached' });
  const currentStart = one.schedule_datetime.slice(11, 16);
  const others = await start.locator('option').evaluateAll((all) => all.map((option) => (option as HTMLOptionElement).value));
  for (const other of others.filter((at) => at && at !== currentStart)) {
    await start.selectOption(other);
    const free = effect(m).getByText('Crossmark is told of 1 event.');
    const refusal = dialog(m).getByText(/cannot start at that time/);
    await free.or(refusal).first().waitFor();
    if (!(await free.count())) continue;
    await m.button('Change it').click();
    await untilSent(m);
    await server.advance(11);
    await server.quiet();
    await until(async () => (await postedSchedule(server, one.event_ref_num))?.schedule_datetime.slice(11, 16) === other);
    expect((await postedSchedule(server, one.event_ref_num))?.employee_id).toBe(one.employee_id);
    return;
  }
  throw new Error('no shift of that day is free');
});

test('on a phone two entries are swapped from Team, and one is taken back', async () => {
  const server = await startServer();
  const m = await newManager(server, PHONE);
  const all = await postedCores(server);
  const one = all.find((a) => all.some((b) => dayOf(a) === dayOf(b) && a.employee_id !== b.employee_id)) as Schedule;
  const other = all.find((b) => dayOf(one) === dayOf(b) && one.employee_id !== b.employee_id) as Schedule;
  await m.open(`#/team?who=${one.employee_id}`);
  await m
    .button(/^Give, swap or take back /)
    .first()
    .waitFor();
  const work = m.page.locator('.person li:has([data-t=core])', { hasText: new RegExp(`${Number(dayOf(one).slice(8))} (Nov|Dec)`) });
  await work.getByRole('button').first().click();
  await m.button('Swap…').click();
  await field(m, 0).selectOption(String(other.event_ref_num));
  await effect(m)
    .getByText(/Crossmark is told of \d+ events\./)
    .waitFor();
  expect(await effect(m).locator('li').count()).toBeGreaterThanOrEqual(2);
  await m.button('Swap').click();
  await untilSent(m);
  await server.advance(11);
  await server.quiet();
  await until(async () => (await postedSchedule(server, one.event_ref_num))?.employee_id === other.employee_id);
  expect((await postedSchedule(server, other.event_ref_num))?.employee_id).toBe(one.employee_id);

  await m.open('#/today');
  await m.open(entryAddress({ ...one, employee_id: other.employee_id }));
  await m.button(/^Take back/).click();
  await effect(m).getByText('taken back, open again').first().waitFor();
  await dialog(m).getByRole('button', { name: 'Take it back' }).click();
  await untilSent(m);
  await server.advance(11);
  await server.quiet();
  await until(async () => !(await postedSchedule(server, one.event_ref_num)));
});

test('a broken rule is named, and overridden only with a reason; after a change of the plan there is a new dry run', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const one = (await postedCores(server))[2];
  await m.open(entryAddress(one));
  await m.button(/^Give to…/).click();
  const id = await barredFrom(server, one);
  await firstOffered(m);
  await field(m, 1).selectOption(id);
  await m.page.locator('#posted .broken li').first().waitFor();
  expect(await m.page.locator('#posted .broken').innerText()).toMatch(/H\d+/);
  const send = m.button('Set aside and send');
  expect(await send.isDisabled()).toBe(true);
  await m.page.getByLabel(/Why the rules? (is|are) set aside/).fill('agreed by phone');
  await bringTo(server, 'stale');
  await send.click();
  await m.see('The plan changed meanwhile, so nothing was sent.');
  await m.page.getByLabel(/Why the rules? (is|are) set aside/).fill('agreed by phone');
  await send.click();
  await untilSent(m);
  await server.advance(11);
  await server.quiet();
  await until(async () => (await postedSchedule(server, one.event_ref_num))?.employee_id === id);
});

test('an open event is placed from Events', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const { newly_scheduled } = await server.get<Pending>('/api/auto-schedule/pending');
  const { proposal: before } = await server.get('/api/dashboard');
  const core = newly_scheduled.find((one) => one.event_type === 'Core') as Line;
  await m.open(`#/events?q=${core.event_ref_num}`);
  await m.page.locator('li .menu').first().click();
  await m.button('Place it…').click();
  // The day with the most people who can work it.
  const { days } = await server.post('/api/auto-schedule/check', { event_ref_num: core.event_ref_num, by_hand: true });
  const most = days.toSorted((a: { people: unknown[] }, b: { people: unknown[] }) => b.people.length - a.people.length)[0];
  await field(m, 0).selectOption(most.date);
  const id = await firstOffered(m);
  await field(m, 1).selectOption(id);
  await effect(m)
    .getByText(/^nobody/)
    .waitFor();
  await m.button('Place it').click();
  await untilSent(m);
  await server.advance(11);
  await server.quiet();
  await until(async () => (await postedSchedule(server, core.event_ref_num))?.employee_id === id);

  // The proposal had the event too: Review says where it is, and neither Review nor Today counts it any more.
  expect((await server.get('/api/dashboard')).proposal).toMatchObject({ lines: before.lines - 1, not_placed: before.not_placed });
  await m.open('#/review');
  const settled = m.page.getByRole('region', { name: /^Not in this proposal any more/ });
  await settled.getByText(/^Posted .*not by this proposal/).waitFor();
  expect(
    await m.page
      .locator('#issues')
      .getByText(/posted, moved or taken back/)
      .count(),
  ).toBe(0);
  await m.open(`#/review?sel=${core.id}`);
  await m.see(/^.*: posted .*not by this proposal/);
});

test('on Today a bar opens its actions, two people swap a day, and a viewer sees why nothing can be changed', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/today');
  const bar = m.page.locator('.floor .job').first();
  await bar.click();
  await dialog(m).getByText('Posted: ').waitFor();
  await m.page.keyboard.press('Escape');
  await m.page.waitForFunction(() => !!document.activeElement?.closest('.floor .job'));

  const all = await postedCores(server);
  const one = all.find((a) => all.some((b) => dayOf(a) === dayOf(b) && a.employee_id !== b.employee_id)) as Schedule;
  const other = all.find((b) => dayOf(one) === dayOf(b) && one.employee_id !== b.employee_id) as Schedule;
  await m.open(`#/calendar?view=day&day=${dayOf(one)}`);
  await m.page.locator(`[data-who="${one.employee_id}"] .name button`).click();
  await m.button('Swap the day…').click();
  await field(m, 0).selectOption(other.employee_id);
  await effect(m).locator('li').first().waitFor();
  expect(await effect(m).innerText()).toMatch(/becomes|H\d+/);
  await m.button('Cancel').click();

  const vera = await newViewer(server);
  await vera.open(entryAddress(one));
  for (const label of [/^Give to…/, /^Swap…/, /^Take back/]) {
    expect(await vera.button(label).isDisabled()).toBe(true);
    expect(await vera.button(label).getAttribute('title')).toMatch(/viewer/);
  }
  await vera.see(/Changing needs a manager/);
});
