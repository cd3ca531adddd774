/** Facts that a manager keeps by hand: the question before, the save, the message after, undo, and people without the role. */
import type { Route } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Employee, FactChange, Schedule } from '../../src/lib/api-types';
import { type Manager, setUp } from './manager';
import { bringTo, dayAfter } from './server-states';
import { until, type MusterServer } from './server';

const { startServer, newManager, newViewer } = setUp();

const people = async (server: MusterServer): Promise<Employee[]> => (await server.get('/api/employees?limit=500')).items;
const personOf = async (server: MusterServer, id: string) => (await people(server)).find((one) => one.id === id) as Employee;

/** Somebody with a posted schedule after today, and the day and event of that schedule. */
async function postedPerson(server: MusterServer): Promise<{ who: string; name: string; day: string; ref: number }> {
  const { today } = await server.get('/api/dashboard');
  const { items } = await server.get<{ items: Schedule[] }>(
    `/api/schedules?from=${dayAfter(today, 1)}&to=${dayAfter(today, 21)}&limit=500`,
  );
  const [one] = items;
  return { who: one.employee_id, name: one.employee_name ?? '', day: one.schedule_datetime.slice(0, 10), ref: one.event_ref_num };
}

const dialog = (m: Manager) => m.page.locator('dialog[open]');

test('time off that conflicts with schedules asks first, shows the schedules, and is undone', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const { who, name, day } = await postedPerson(server);
  await m.open(`#/team?who=${who}&off=${day}`);
  expect(await m.page.getByLabel('Last day').first().inputValue()).toBe(day);

  await m.button('Add time off').click();
  await dialog(m)
    .getByText(/can no longer stand$/)
    .waitFor();
  expect(await dialog(m).innerText()).toContain(`${name}, `);
  expect(await dialog(m).innerText()).toContain('Nothing is saved yet.');
  expect(await dialog(m).innerText()).not.toContain(`${name} is off`);
  await dialog(m).getByRole('button', { name: 'Cancel' }).click();
  await dialog(m).waitFor({ state: 'detached' });
  expect((await personOf(server, who)).time_off.filter((off) => off.start === day)).toEqual([]);

  // The typed values are still there.
  await m.button('Add time off').click();
  await dialog(m)
    .getByRole('button', { name: /^Save, look at / })
    .click();
  await m.see(/to look at, because (it|they) can no longer stand$/);
  expect(m.page.url()).toMatch(/#\/(calendar\?view=day&day=|review\?)/);
  expect((await personOf(server, who)).time_off.map((off) => off.start)).toContain(day);
  expect(await m.toast()).toContain('can no longer stand');

  await m.button('Put back').click();
  await m.see(/^Put back as it was before/);
  expect((await personOf(server, who)).time_off.filter((off) => off.start === day)).toEqual([]);
  await m.page.getByText(/to look at, because/).waitFor({ state: 'detached' });
});

test('a change without conflicts is saved without a question; a week and a person are saved, with their history', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const { today } = await server.get('/api/dashboard');
  const one = (await people(server)).find((one) => one.active && !one.termination_date && one.job_title === 'Event Specialist') as Employee;
  // A day after everything that is planned.
  await m.open(`#/team?who=${one.id}&off=${dayAfter(today, 60)}`);
  await m.button('Add time off').click();
  await m.see(/ is off /);
  await until(async () => (await personOf(server, one.id)).time_off.some((off) => off.start === dayAfter(today, 60)));
  await m.button(/^Remove time off, /).click();
  await until(async () => !(await personOf(server, one.id)).time_off.some((off) => off.start === dayAfter(today, 60)));

  await m.page.getByLabel('Monday, usually').selectOption('hours');
  await m.page.getByLabel('Monday, from').fill('15:00');
  await m.page.getByLabel('Monday, to').fill('08:00');
  await m.see('The hours must end after they begin.');
  expect(await m.button('Save the usual week').isDisabled()).toBe(true);
  await m.page.getByLabel('Monday, from').fill('07:00');
  await m.page.getByLabel('Monday, to').fill('23:00');
  await m.page.getByLabel('Why the usual week changes').fill('Asked for mornings');
  await m.button('Save the usual week').click();
  await saveAnyway(m);
  await until(async () => typeof (await personOf(server, one.id)).weekly_availability.mon === 'object');
  await m.button(`History of the usual week of ${one.name}`).click();
  await dialog(m)
    .getByText(/^Monday: .* → 7:00 am to 11:00 pm$/)
    .waitFor();
  await dialog(m).getByText('Asked for mornings').waitFor();
  await dialog(m).getByRole('button', { name: 'Put back' }).click();
  await until(async () => typeof (await personOf(server, one.id)).weekly_availability.mon !== 'object');
  await dialog(m).getByRole('button', { name: 'Close' }).click();

  await m.page.getByLabel('Crossmark number').fill('987654');
  await m.button('Save the person').click();
  await saveAnyway(m);
  await until(async () => (await personOf(server, one.id)).rep_id === 987_654);
});

/** Confirms the question before a save, if there is one. */
async function saveAnyway(m: Manager) {
  const leave = dialog(m).getByRole('button', { name: /^Save, leave / });
  await until(async () => (await leave.isVisible()) || (await m.page.locator('.toast').count()) > 0);
  if (await leave.isVisible()) await leave.click();
}

test('a new person is added to the team', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/team');
  await m.button('New person').click();
  await m.page.getByLabel('Name').fill('Sam Reed');
  await m.page.getByLabel('Job title').selectOption('Juicer Barista');
  await m.button('Save the new person').click();
  await m.see('Sam Reed is in the team.');
  await until(async () => (await people(server)).some((one) => one.name === 'Sam Reed' && one.job_title === 'Juicer Barista'));
  await m.page.locator('aside h2', { hasText: 'Sam Reed' }).waitFor();
});

test('a note says that somebody else saved meanwhile, and typed values are kept', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const [one] = await people(server);
  await m.open(`#/team?who=${one.id}`);
  await m.page.getByLabel('Crossmark number').fill('555001');
  const { name, job_title, juicer_trained, active, termination_date, rep_id, version } = one;
  await server.put(`/api/employees/${one.id}`, {
    name: `${name} Junior`,
    job_title,
    juicer_trained,
    active,
    termination_date,
    rep_id,
    version,
  });
  await m.button('Save the person').click();
  await m.see(/Another tab or person changed this meanwhile/);
  expect(await m.page.getByLabel('Crossmark number').inputValue()).toBe('555001');
  await until(async () => (await m.page.getByLabel('Name', { exact: true }).inputValue()) === `${name} Junior`);
  await m.button('Save the person').click();
  await saveAnyway(m);
  await until(async () => (await personOf(server, one.id)).rep_id === 555_001);
  expect((await personOf(server, one.id)).name).toBe(`${name} Junior`);
});

test('settings: each part is saved by itself, a fault is named, and a saved part can be put back', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const read = () => server.get('/api/settings');
  await m.open('#/settings');
  await m.page.getByLabel('Fair spread').fill('2.5');
  await m.button('Save what matters').click();
  await m.see(/^What matters is saved\./);
  await until(async () => (await read()).weights.fairness === 2.5);
  // The read after the undo is slow. The next save waits for it instead of naming the earlier version.
  const slowly = async (route: Route) => {
    if (route.request().method() === 'GET') await new Promise((go) => setTimeout(go, 1500));
    await route.continue();
  };
  await m.page.route('**/api/settings*', slowly);
  await m.button('Put back').click();
  await until(async () => (await read()).weights.fairness === 1);

  await m.page.evaluate(() => (location.hash = '#/settings?part=planning'));
  await m.page.getByLabel('First planned day').fill('4');
  await m.page.getByLabel('Time zone').fill('Mars/Olympus');
  await m.button('Save planning').click();
  await m.see(/Time zone is "Mars\/Olympus"/);
  expect((await read()).buffer_days).not.toBe(4);
  await m.page.unroute('**/api/settings*', slowly);
  await m.page.getByLabel('Time zone').fill('America/Chicago');
  await m.button('Save planning').click();
  await until(async () => (await read()).time_zone === 'America/Chicago');
  expect((await read()).buffer_days).toBe(4);

  await m.page.getByLabel('Too much from hours a week').fill('30');
  await m.see('More than "High from".');
  expect(await m.button('Save the workload').isDisabled()).toBe(true);
  await m.page.getByLabel('High from hours a week').fill('27.5');
  await m.page.getByLabel('High from days a week').fill('5');
  await m.button('Save the workload').click();
  await until(async () => (await read()).workload.high_days === 5);
  expect((await read()).workload).toEqual({ high_minutes: 1650, too_much_minutes: 1800, high_days: 5, too_much_days: 7 });

  await m.open('#/settings?part=times');
  await m.page.getByLabel('Block 2').fill('08:00');
  await m.see(/^Block 2 has no arrival/);
  await m.page.getByLabel('Block 2').fill('10:20');
  await m.page.getByLabel('Juicer Survey').fill('16:30');
  // The response is delayed after the server has saved: a save that is started meanwhile must wait for it.
  const lateAnswer = async (route: Route) => {
    const response = await route.fetch();
    await new Promise((go) => setTimeout(go, 1000));
    // The page may have given the request up.
    await route.fulfill({ response }).catch(() => undefined);
  };
  await m.page.route('**/api/settings*', lateAnswer);
  await m.button('Save the times').click();
  await until(async () => (await read()).starts['Juicer Survey'] === '16:30');
  expect((await read()).arrivals[1]).toBe('10:20');
  await m.button('Back to the usual times').click();
  await until(async () => (await read()).starts['Juicer Survey'] === '17:00');
  await m.page.unroute('**/api/settings*', lateAnswer);

  await m.open('#/settings?part=types');
  await m.page.getByLabel('As the rulebook has it').first().uncheck();
  await m.page.getByLabel('Freeosk').uncheck();
  await m.button('Save types and codes').click();
  await until(async () => Array.isArray((await read()).fixed_day_types));
  expect((await read()).fixed_day_types).not.toContain('Freeosk');
});

test('tried weights are saved with the result of the trial', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/settings');
  await m.page.getByLabel('Fair spread').fill('3');
  await m.button('Try on the last run').click();
  await m.page.getByRole('region', { name: 'Points before and after' }).waitFor({ timeout: 60_000 });
  await m.button('Save what matters').click();
  await m.see(/^What matters is saved\./);
  const { items } = await server.get<{ items: FactChange[] }>('/api/facts/history?fact=settings:');
  expect(items.at(-1)?.why).toMatch(/^Tried on the run of .+: (nothing changes|\d+ events? differs?), \d+ placed/);
  // Without a trial of exactly these weights, the reason does not mention one.
  await m.page.getByLabel('Fair spread').fill('2');
  await m.button('Save what matters').click();
  await until(async () => (await server.get('/api/settings')).weights.fairness === 2);
  const after = await server.get<{ items: FactChange[] }>('/api/facts/history?fact=settings:');
  expect(after.items.at(-1)?.why).toBe('settings saved');
});

test('yearly holidays and locked days are added and removed', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/settings?part=closed');
  await m.page.getByLabel('When').selectOption('weekday');
  await m.page.getByLabel('Which').selectOption('last');
  await m.page.locator('select:has(option[value="mon"])').selectOption('mon');
  await m.page.locator('select:has(option[value="12"])').selectOption('5');
  await m.page.getByLabel('Name (if you like)').fill('Memorial Day');
  await m.button('Add holiday').click();
  await m.see(/the last Monday of May, every year, next on /);
  expect((await server.get('/api/holidays')).yearly.map((one: { name: string }) => one.name)).toContain('Memorial Day');
  await m.button('Remove the holiday Memorial Day').click();
  await until(async () => !(await server.get('/api/holidays')).yearly.length);

  const { today } = await server.get('/api/dashboard');
  const day = dayAfter(today, 5);
  await m.open(`#/calendar?view=day&day=${day}`);
  await m.button('Lock day').click();
  await dialog(m).getByLabel('Reason (if you like)').fill('Day sheet handed out');
  await dialog(m).getByRole('button', { name: 'Lock day' }).click();
  await until(async () => {
    const leave = dialog(m).getByRole('button', { name: /^Save, leave / });
    if (await leave.isVisible()) await leave.click();
    return (await server.get('/api/locked-days')).items.some((one: { date: string }) => one.date === day);
  });
  await m.see('This day is locked: runs leave it as it is. Day sheet handed out');
  await m.button('Unlock day').click();
  await dialog(m).getByRole('button', { name: 'Unlock day' }).click();
  await until(async () => !(await server.get('/api/locked-days')).items.some((one: { date: string }) => one.date === day));
});

test('an event is corrected and kept out of runs; events are also found by the person in the proposal', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const { items } = await server.get('/api/events?scheduled=open&limit=1');
  const ref = items[0].event_ref_num;
  const event = async () => (await server.get(`/api/events?q=${ref}`)).items[0];
  await m.open(`#/events?q=${ref}`);
  const menu = m.page.locator('li .menu').first();
  await menu.click();
  await m.button('Correct type or length').click();
  await dialog(m).getByLabel('Length in minutes').fill('75');
  await dialog(m).getByRole('button', { name: 'Save correction' }).click();
  await saveAnyway(m);
  await until(async () => (await event()).corrected?.estimated_minutes === 75);
  await m.see('corrected');
  await menu.click();
  await dialog(m).getByText('by hand: length 1.3 h').waitFor();
  await dialog(m).getByText('Length in Crossmark').waitFor();
  await m.button('Keep out of runs').click();
  await until(async () => !(await event()).auto);
  expect((await event()).corrected.estimated_minutes).toBe(75);
  await menu.click();
  await m.button('Let runs place it').click();
  await until(async () => (await event()).auto);

  // The server does not search by the person in the proposal.
  const line = (await server.get('/api/auto-schedule/pending')).newly_scheduled[0];
  await m.open(`#/events?q=${encodeURIComponent(line.employee_name)}`);
  await m.see(new RegExp(`Proposed: ${line.employee_name}`));
});

test('Today names what changed since the run of the proposal; a person on the calendar links to their time off', async () => {
  const server = await startServer();
  await bringTo(server, 'stale');
  const m = await newManager(server);
  await m.open('#/today');
  await m.see('The rotations changed since this run.');
  await m.open('#/calendar');
  await m.page.locator('tbody .pick').first().click();
  await dialog(m).getByRole('link', { name: 'Time off…' }).click();
  await m.page.getByRole('form', { name: 'Add to time off' }).waitFor();
  expect(m.page.url()).toMatch(/#\/team\?who=.+&off=\d{4}-\d\d-\d\d/);
  expect(await m.page.getByLabel('First day').first().inputValue()).not.toBe('');
});

test('a viewer sees all facts, and why nothing can be changed', async () => {
  const server = await startServer();
  const m = await newViewer(server);
  const [one] = await people(server);
  await m.open(`#/team?who=${one.id}`);
  const field = m.page.getByLabel('Job title');
  await field.waitFor();
  expect(await field.isDisabled()).toBe(true);
  for (const name of ['New person', 'Add to time off', 'Add to changes for a while'])
    expect(await m.button(name).getAttribute('title')).toContain('Your role in this club is viewer');
  await m.open('#/settings');
  const slider = m.page.getByLabel('Fair spread');
  await slider.waitFor();
  expect(await slider.isDisabled()).toBe(true);
  expect(await m.page.locator('fieldset').first().getAttribute('title')).toContain('Your role in this club is viewer');
});
