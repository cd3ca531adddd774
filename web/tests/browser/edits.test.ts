/** Changing a proposal: rules, other people, and concurrent changes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Approved, DayChoice, Line } from '../../src/lib/api-types';
import { changeAnswers, type Manager, setUp } from './manager';
import { bringTo } from './server-states';
import { generate, type Json, TIGHT, until, type MusterServer } from './server';

const { startServer, newManager, newViewer, as } = setUp();

/** A Core with people who can and people who cannot work it on its day, and with another valid day in its week (Sunday to Saturday). */
async function core(server: MusterServer) {
  const { newly_scheduled } = await server.get('/api/auto-schedule/pending');
  const week = (date: string) => Math.floor((Date.parse(`${date.slice(0, 10)}T00:00Z`) / 86_400_000 + 4) / 7);
  for (const line of newly_scheduled.filter((one: Line) => one.event_type === 'Core' && one.pair)) {
    const { days } = await server.post('/api/auto-schedule/check', { line: line.id });
    const here = days.find((one: DayChoice) => line.schedule_datetime.startsWith(one.date));
    const beside = days.some((one: DayChoice) => one !== here && one.people.length && week(one.date) === week(here.date));
    if (here.people.length > 1 && here.cannot.length && beside) return line;
  }
  throw new Error('no Core of the sample has a choice');
}

const openLine = async (m: Manager, id: string, pane = '') => {
  await m.open(`#/review?tab=all&sel=${id}${pane}`);
  await m.page.locator('aside h2').waitFor();
};

/** Makes a choice that breaks a rule, with a reason. Returns the rule's words. */
async function useAnyway(m: Manager, reason: string): Promise<string> {
  await m.page.getByText('Who cannot, and why').click();
  const cannot = m.page.locator('aside details .person').first();
  expect(await cannot.locator('.rule').innerText()).toMatch(/^H\d+$/);
  const words = await cannot.locator('b + span').innerText();
  await cannot.locator('input').check({ force: true });
  expect(await m.page.locator('aside footer').innerText()).toContain(words);
  await m.button('Use anyway').click();
  const last = m.page.locator('dialog[open] .danger');
  expect(await last.isDisabled(), 'disabled without a reason').toBe(true);
  await m.page.getByLabel('Reason').fill(reason);
  await last.click();
  return words;
}

test('a choice that breaks a rule names the rule; a manager can override it with a reason', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const line = await core(server);
  const places = async () => {
    const { newly_scheduled, failed } = await server.get('/api/auto-schedule/pending');
    return [...newly_scheduled, ...failed].map((one: Line) => `${one.id} ${one.employee_id} ${one.schedule_datetime}`).sort();
  };
  const before = await places();
  await openLine(m, line.id, '&pane=change');
  const summary = m.page.getByRole('region', { name: 'Summary' });
  await until(async () => (await summary.innerText()).includes('every rule kept'));
  const words = await useAnyway(m, 'agreed by phone');
  await m.see(/^Changed by developer.*: agreed by phone\./);
  expect(await m.bar()).toMatch(/[1-9]\d* edited/);

  // The summary no longer says that every rule is kept or that it is the best. It names the rule, and the row is marked.
  await until(async () => (await summary.innerText()).includes(words));
  expect(await summary.innerText()).toMatch(/\d+ rules? set aside/);
  expect(await summary.innerText()).not.toMatch(/every rule kept|best/);
  await until(async () => (await m.page.locator(`li[data-id="${line.id}"] .pill`).innerText()).includes('Rule set aside'));
  const partner = await server.get(`/api/pending-schedule/${line.run_id}.${line.pair}`);
  // On the same day, the Supervisor stays.
  if (!partner.employee_id) await m.see('Its Supervisor loses its place.');
  await m.button(/^Approve \d/).click();
  await m.see('checked again just now');
  const sheet = await m.page.locator('dialog[open]').innerText();
  expect([sheet.includes(words), sheet.includes('No rule is broken')]).toEqual([true, false]);
  await m.button('Go back').click();
  await m.open('#/today');
  await m.see(/set aside: /);
  expect(await m.page.locator('#hero + p').innerText()).not.toContain('every rule kept');
  await openLine(m, line.id);
  await m.button(/^Put back as proposed/).click();
  await until(async () => (await places()).join() === before.join());
});

test('the start of a Core is chosen among the free shifts, and undone', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const line = await core(server);
  const startOf = async () => (await server.get(`/api/pending-schedule/${line.id}`)).schedule_datetime;
  const place = { line: line.id, employee_id: line.employee_id, schedule_datetime: line.schedule_datetime.slice(0, 10) };
  const { starts } = await server.post('/api/auto-schedule/check', place);
  const later = starts.find((one: string) => one !== line.schedule_datetime);
  await openLine(m, line.id, '&pane=change');
  const start = m.page.locator('aside select');
  await start.locator('option').nth(1).waitFor({ state: 'attached' });
  expect(await start.inputValue()).toBe(line.schedule_datetime);
  expect(await m.button('Use this').isDisabled()).toBe(true);
  await start.selectOption(later);
  await m.see(/^Starts .* instead of /);
  await m.button('Use this').click();
  await m.see(/ starts at \d+:\d\d [ap]m/);
  await until(async () => (await startOf()) === later);
  await m.page.keyboard.press('u');
  await until(async () => (await startOf()) === line.schedule_datetime);
});

test('an event without a place has a reason for each of its days; a manager places it with an override, and takes it back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-club-'));
  const server = await startServer({ snapshot: generate(join(folder, 'tight.json'), ...TIGHT) });
  rmSync(folder, { recursive: true });
  await server.run();
  const { failed } = await server.get('/api/auto-schedule/pending');
  const line = failed.find((one: Line) => one.event_type === 'Freeosk');
  const m = await newManager(server);
  await m.open('#/today');
  await m.page.locator('main').getByRole('link', { name: 'Review', exact: true }).click();
  await m.page.locator(`li[data-id="${line.id}"] .title`).click();
  await m.see('Each of its days');
  await m.see('No person and day keeps every rule.');
  const before = await m.toSend();
  await m.button('Choose someone myself').click();
  await useAnyway(m, 'comes in for an hour');
  await until(async () => (await m.toSend()) === before + 1);
  await until(async () => (await server.get(`/api/pending-schedule/${line.id}`)).employee_id !== null);
  await m.page.keyboard.press('u');
  await until(async () => (await server.get(`/api/pending-schedule/${line.id}`)).employee_id === null);
  await until(async () => (await m.toSend()) === before);
});

test('two people edit one line: the second sees the other version, and can repeat the edit with one press', async () => {
  const server = await startServer();
  const m = await newManager(server, as('dev:ana:9818:manager'));
  const line = await core(server);
  await openLine(m, line.id);
  const other = await newManager(server, as('dev:ben:9818:manager'));
  await openLine(other, line.id);

  await other.page.keyboard.press('x');
  await until(async () => (await server.get(`/api/pending-schedule/${line.id}`)).held);
  await m.page.keyboard.press('e');
  const choice = m.page.locator('aside .person:not(.on):not(.off)').first();
  const name = await choice.locator('b').innerText();
  await choice.locator('input').check({ force: true });
  await m.button('Use this').click();
  await m.see('Another tab or person changed this event first. That change is shown.');
  expect((await m.page.locator(`li[data-id="${line.id}"] .pill`).textContent())?.trim()).toBe('Held back');
  await m.button('Use mine').click();
  await until(async () => (await server.get(`/api/pending-schedule/${line.id}`)).employee_name === name);

  // The other manager sees it without a reload.
  await other.pass(25);
  await other.see(/^Another tab or person changed/);
  await until(async () => (await other.page.locator(`li[data-id="${line.id}"] .who`).innerText()).includes(name));
});

test('the confirmation of an approval names both refused events of a pair, and its counts add up', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const { newly_scheduled } = await server.get('/api/auto-schedule/pending');
  const lines: Line[] = newly_scheduled;
  const core = lines.find((one) => one.event_type === 'Core' && lines.some(({ event_ref_num }) => event_ref_num === one.pair));
  const pair = lines.filter((one) => one.id === core?.id || one.event_ref_num === core?.pair);
  const refusal = { code: 'NO_CROSSMARK_NUMBER', reason: 'its person or the club has no number at Crossmark', rules: [] };
  await changeAnswers<Approved>(m.page, '**/api/auto-schedule/approve*', (answer) => ({
    ...answer,
    queued: answer.queued - pair.length,
    refused: pair.map(({ id }) => ({ ...refusal, line: id })),
  }));
  await m.review();
  const toSend = await m.toSend();
  await m.button(/^Approve \d/).click();
  await m.see('2 events will stay here:');
  const dialog = m.page.locator('dialog[open]');
  const reasons = await dialog.locator('li').allInnerTexts();
  expect(reasons).toHaveLength(1);
  expect(reasons[0]).toMatch(/^2 events, (.+) and \1 \(Supervisor\): /);
  expect(reasons[0]).toContain(refusal.reason);
  expect(await dialog.locator('h2').innerText()).toBe(`Send ${toSend - 2} events to Crossmark?`);
  const figure = async (name: string) => Number(await dialog.locator('dl div', { hasText: name }).locator('dd').innerText());
  expect([await figure('Events'), await figure('Cannot be sent')]).toEqual([toSend - 2, 2]);
});

test('the confirmation sends what it names: if another person changes that meanwhile, nothing is sent until it was looked at again', async () => {
  const server = await startServer();
  const line = await core(server);
  const m = await newManager(server);
  await m.review();
  const toSend = await m.toSend();
  await m.button(/^Approve \d/).click();
  await m.see('checked again just now');
  const dialog = m.page.locator('dialog[open]');
  const { held_with } = await server.put(`/api/pending-schedule/${line.id}`, { held: true });
  await m.button('Approve and send').click();
  // The sheet says it itself: it covers a message below it.
  await dialog.getByRole('alert').getByText('Nothing was sent: another tab or person changed what would be sent.').waitFor();
  const left = toSend - 1 - held_with.length;
  await dialog.getByRole('heading', { name: `Send ${left} events to Crossmark?` }).waitFor();
  expect((await server.get('/api/submissions')).items).toEqual([]);
  await m.button('Approve and send').click();
  await m.see(new RegExp(`^Sending ${left} events in \\d+ s`));
});

test('a viewer sees what an approval would send, and why they cannot approve', async () => {
  const server = await startServer();
  const run_id = (await server.get('/api/auto-schedule/pending')).run.run_id;
  const line = await core(server);
  await server.put(`/api/pending-schedule/${line.id}`, { held: true });
  const { queued } = await server.post('/api/auto-schedule/approve', { run_id, dry_run: true });
  const m = await newViewer(server);
  await m.open('#/review');
  await m.see(new RegExp(`^${queued} of \\d+ events to send$`));
  const approve = m.button(new RegExp(`^Approve ${queued}`));
  expect(await approve.isDisabled()).toBe(true);
  expect(await approve.getAttribute('title')).toContain('Your role in this club is viewer');
});

test('a plan that changed after the run has a note with the events that no longer fit; a new run replaces the proposal', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.review();
  await bringTo(server, 'stale');
  await m.page.reload();
  await m.see(/changed since this run\./);
  await m.page.locator('.note').getByRole('button', { name: 'Run again' }).click();
  await m.see(/^Run by hand, /);
  await m.page.getByText(/changed since this run\./).waitFor({ state: 'detached' });
  expect((await server.get('/api/auto-schedule/history?limit=5')).items.length).toBe(2);
});

test('holds and changes are in the newer proposal, with who and when, until they are taken back', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const line = await core(server);
  await openLine(m, line.id);
  await m.page.keyboard.press('x');
  await until(async () => (await server.get(`/api/pending-schedule/${line.id}`)).held);
  const { newly_scheduled } = await server.get('/api/auto-schedule/pending');
  const others = newly_scheduled.filter(
    (one: Line) =>
      one.event_type === 'Core' && one.pair && one.schedule_datetime && one.schedule_datetime.slice(0, 10) > line.schedule_datetime,
  );
  const otherPlace = async (line: Line) => {
    const { days } = await server.post('/api/auto-schedule/check', { line: line.id });
    return days
      .flatMap((day: DayChoice) => day.people.map((person) => ({ employee_id: person.employee_id, schedule_datetime: day.date })))
      .find((one: { employee_id: string }) => one.employee_id !== line.employee_id);
  };
  let third: Json, legal: Json;
  while (!legal) {
    third = others.pop();
    legal = await otherPlace(third);
  }
  const other = others[0];
  await openLine(m, other.id, '&pane=change');
  const broken = await useAnyway(m, 'agreed by phone');
  await until(async () => (await server.get(`/api/pending-schedule/${other.id}`)).status === 'user_edited');
  await server.put(`/api/pending-schedule/${third.id}`, legal);
  const newer = await server.run();
  await m.pass(25);
  await m.see('A newer proposal is ready. It takes account of what you held back and changed.');
  expect(await m.page.locator(`li[data-id="${line.id}"]`).count(), 'the earlier proposal is still shown').toBe(1);
  await m.button('Open it').click();
  await until(async () => ((await m.page.locator('li[data-id]').first().getAttribute('data-id')) ?? '').startsWith(newer));

  const inNewer = (one: Line) => `${newer}.${one.event_ref_num}`;
  const kept = await server.get(`/api/pending-schedule/${inNewer(third)}`);
  expect([kept.employee_id, kept.decision.wish.met]).toEqual([legal.employee_id, true]);
  await m.see('1 change that somebody asked for could not be kept.');
  const unmet = await server.get(`/api/pending-schedule/${inNewer(other)}`);
  expect(unmet.decision.wish.why_not, 'the rule that was set aside for the old proposal').toBeTruthy();
  expect(broken).toBeTruthy();
  await openLine(m, inNewer(line));
  const held = m.page.locator('aside .decided', { hasText: 'Held back' });
  expect(await held.innerText()).toMatch(/developer, .*\d+:\d\d [ap]m/);
  const row = m.page.locator(`li[data-id="${inNewer(line)}"]`);
  // Rows far down are not laid out yet, so only their text content can be read.
  expect(await row.locator('.sub').textContent()).toContain('Held back (developer, ');
  await held.getByRole('button', { name: /^Put back/ }).click();
  await until(async () => !(await server.get(`/api/pending-schedule/${inNewer(line)}`)).held);
  await openLine(m, inNewer(third));
  await m.page
    .locator('aside .decided', { hasText: 'Asked for' })
    .getByRole('button', { name: /^Put back/ })
    .click();
  await until(async () => (await server.get(`/api/pending-schedule/${inNewer(third)}`)).decision === null);
  const last = await server.run();
  const { failed, newly_scheduled: placed } = await server.get('/api/auto-schedule/pending');
  const withDecision = [...failed, ...placed].filter((one: Line) => one.decision !== null).map((one: Line) => one.id);
  expect(withDecision).toEqual([`${last}.${other.event_ref_num}`]);
});

test('a rejected placement is not proposed again for a week, and the page says so', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const line = await core(server);
  await openLine(m, line.id);
  await m.page
    .locator('aside')
    .getByRole('button', { name: /^Reject/ })
    .click();
  await m.page.getByLabel('Wrong people').check();
  await m.button(/^Reject (both )?placements?$/).click();
  await m.see(/(is|are) rejected\. The next runs avoid (this place|these places) for 7 days\.$/);
  await m.page.locator(`li[data-id="${line.id}"]`).waitFor({ state: 'detached' });
  // Today counts the rest as Review does, without waiting for its next poll.
  const placed = async () => /\d+ of \d+ events placed/.exec(await m.page.locator('main').innerText())?.[0];
  const placedBefore = await placed();
  expect(placedBefore).toBeTruthy();
  await m.page.evaluate(() => (location.hash = '#/today'));
  await m.page.locator('#hero').waitFor();
  await expect.poll(placed).toBe(placedBefore);
  const newer = await server.run();
  const newerLine = await server.get(`/api/pending-schedule/${newer}.${line.event_ref_num}`);
  expect([newerLine.employee_id, newerLine.schedule_datetime]).not.toEqual([line.employee_id, line.schedule_datetime]);
  await m.page.reload();
  await openLine(m, newerLine.id);
  await m.see(/^Not .*: Wrong people$/);
});

test('keys: next, change, why, hold, undo, close; the focus returns to the row', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.review('?tab=all');
  const before = await m.toSend();
  const pane = () => m.page.locator('aside [role=tab][aria-selected=true]').innerText();
  for (const key of ['j', 'j', 'e']) await m.page.keyboard.press(key);
  await until(async () => (await pane()) === 'Change');
  await m.page.keyboard.press('w');
  await until(async () => (await pane()) === 'Why this');
  await m.page.keyboard.press('x');
  await until(async () => (await m.toSend()) < before);
  await m.page.keyboard.press('u');
  await until(async () => (await m.toSend()) === before);
  await m.page.keyboard.press('Escape');
  await m.page.locator('aside').waitFor({ state: 'detached' });
  expect(await m.page.evaluate(() => document.activeElement?.className)).toContain('title');

  // The keys are now for the row with the focus.
  const opened = () => m.page.locator('li[data-id]').evaluateAll((rows) => rows.findIndex((row) => row.querySelector('[aria-current]')));
  await m.page.keyboard.press('x');
  await until(async () => (await m.toSend()) < before);
  await m.page.keyboard.press('u');
  await until(async () => (await m.toSend()) === before);
  for (const [key, index, shown] of [
    ['w', 1, 'Why this'],
    ['e', 1, 'Change'],
    ['j', 2, 'Why this'],
  ] as const) {
    await m.page.keyboard.press(key);
    await until(async () => (await opened()) === index && (await pane()) === shown);
    await m.page.keyboard.press('Escape');
    await m.page.locator('aside').waitFor({ state: 'detached' });
  }
  await m.page.keyboard.press('/');
  expect(await m.page.evaluate(() => document.activeElement?.id)).toBe('find-line');
  await m.page.keyboard.type('core');
  expect(await m.page.locator('li[data-id]').count()).toBeGreaterThan(0);
});

/** Drags an entry to the first place that keeps every rule, and drops it there. */
async function drag(m: Manager, id: string, place: string) {
  await m.page.locator(`[data-item="${id}"]`).hover();
  await m.page.mouse.down();
  await m.page.mouse.move(700, 500, { steps: 4 });
  const free = m.page.locator(`${place}.can:not(:has([data-item="${id}"]))`).first();
  await free.waitFor();
  expect(await m.page.locator(`${place}.cannot`).count()).toBeGreaterThan(0);
  const cell = await free.boundingBox();
  if (!cell) throw new Error('the place is not on screen');
  await m.page.mouse.move(cell.x + cell.width / 2, cell.y + cell.height / 2, { steps: 5 });
  // The first move onto a cell fires dragenter alone; only the next one fires dragover.
  await m.page.mouse.move(cell.x + cell.width / 2 + 1, cell.y + cell.height / 2);
  await m.see('Keeps every rule.');
  await m.page.mouse.up();
  await m.see(new RegExp(` goes to `));
}

test.each([
  ['week', 'td'],
  ['day', '.person'],
])('in the %s of the calendar a line is dragged to a valid cell, and can be changed by key too', async (view, place) => {
  const server = await startServer();
  const m = await newManager(server);
  const line = await core(server);
  const edited = async () => (await server.get(`/api/pending-schedule/${line.id}`)).status === 'user_edited';
  await m.open(`#/calendar?view=${view}&day=${line.schedule_datetime.slice(0, 10)}`);
  const item = m.page.locator(`[data-item="${line.id}"]`);
  await item.waitFor();
  const rowText = () => m.page.locator(`${place === 'td' ? 'tr' : place}:has([data-item="${line.id}"])`).innerText();
  const from = (await rowText()).split('\n')[0];
  await drag(m, line.id, place);
  await until(edited);
  await until(async () => (await rowText()).split('\n')[0] !== from);
  await m.button('Undo').click();
  await until(async () => (await server.get(`/api/pending-schedule/${line.id}`)).employee_id === line.employee_id);

  await item.focus();
  await m.page.keyboard.press('e');
  await m.see('Who can work it');
  await m.page.keyboard.press('Escape');
  await m.page.locator('aside').waitFor({ state: 'detached' });
  expect(await m.page.evaluate(() => (document.activeElement as HTMLElement).dataset.item)).toBe(line.id);
});
