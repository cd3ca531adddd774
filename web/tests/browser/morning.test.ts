/** The morning of a manager, from an empty day to the last accepted line. */
import { expect, test } from 'vitest';
import { setUp } from './manager';
import { until, type MusterServer } from './server';

const { startServer, newManager } = setUp();

interface RecordedRequest {
  method: string;
  path: string;
  status: number;
  /** Whether the answer had an ETag, and whether the request named one. */
  hasTag: boolean;
  conditional: boolean;
  at: number;
  body: string | null;
}

test('a morning: run by hand, review, reasons, another person, a hold, recall, approval, live progress, all accepted', async () => {
  const server = await startServer({});
  const m = await newManager(server);
  const asked: RecordedRequest[] = [];
  m.page.on('response', (answer) => {
    const url = new URL(answer.url());
    if (url.pathname.startsWith('/api/'))
      asked.push({
        method: answer.request().method(),
        path: url.pathname + url.search,
        status: answer.status(),
        hasTag: 'etag' in answer.headers(),
        conditional: 'if-none-match' in answer.request().headers(),
        at: Date.now(),
        body: answer.request().postData(),
      });
  });

  await m.open('#/today');
  await m.see('The night run has not begun');
  await m.button('Run now').click();
  await m.see(/^The proposal for .* is ready$/);
  await m.page.locator('main').getByRole('link', { name: 'Review', exact: true }).click();
  await m.page.waitForSelector('li[data-id]');

  // Looks at the reasons of a line.
  await m.button(/^All (placed|changes)/).click();
  const core = m.page.locator('li[data-id]', { hasText: 'with Supervisor' });
  const title = await core.nth(1).locator('.name').innerText();
  await core.nth(1).locator('.title').click();
  await m.see('Total');
  expect(await m.page.locator('aside table').innerText()).toMatch(/Placed[\s\S]*\+1,000/);

  // Gives a line to another person; the server checks every choice.
  const before = await m.toSend();
  await m.page.keyboard.press('e');
  const other = m.page.locator('aside .person:not(.on):not(.off)').first();
  const name = await other.locator('b').innerText();
  await other.locator('input').check({ force: true });
  await m.see(/^Keeps every rule, /);
  await m.button('Use this').click();
  await m.see(`${title} goes to ${name}`);
  expect(await m.bar()).toContain('1 edited');
  await m.page.keyboard.press('Escape');

  // Holds one line back.
  const held = await core.nth(3).getAttribute('data-id');
  const heldRow = m.page.locator(`li[data-id="${held}"]`);
  await heldRow.locator('input').uncheck();
  await until(async () => (await m.toSend()) < before);
  expect(await m.bar()).toMatch(/[1-9]\d* held back/);
  const sending = await m.toSend();

  // Approves, and recalls within the ten seconds.
  await m.approve();
  await m.see(/^Sending \d+ events in \d+ s$/);
  await m.see('Nothing has left yet.');
  await m.button('Recall').click();
  await m.see('Recalled. Nothing was sent.');
  expect(await m.toSend()).toBe(sending);
  expect((await server.ledger()).filter((booking) => !booking.deleted_at).length).toBe(await posted(server));

  // Approves without a recall. Nothing is sent before its time, then the page follows by itself.
  const events = await m.approve();
  await m.see(/^Sending \d+ events in/);
  const ledgerBefore = (await server.ledger()).length;
  await server.advance(11);
  await m.see(/^\d+ accepted$/);
  await until(async () => (await server.ledger()).length === ledgerBefore + events);
  expect(await m.bar()).toContain(`${sending} accepted`);

  // Then the line that was held back is sent alone.
  await heldRow.locator('input').check();
  await m.button(/^Approve \d/).waitFor();
  await until(async () => (await m.page.locator('.approve .primary').innerText()).includes(`Approve ${before - sending}`));
  await m.approve();
  await m.see(/^Sending \d+ event/);
  await server.advance(11);
  await until(async () => (await m.bar()).includes(`${before} accepted`));
  await m.see('Everything is answered.');

  // The ledger agrees: every line is there once, with its person and day.
  const { newly_scheduled, swaps, failed } = await server.get('/api/auto-schedule/pending');
  const ledger = (await server.ledger()).filter((booking) => !booking.deleted_at);
  for (const line of [...newly_scheduled, ...swaps]) {
    const booked = ledger.filter((booking) => booking.id === line.scheduled_event_id);
    expect(
      booked.map((booking) => booking.Start.slice(0, 16)),
      line.project_name,
    ).toEqual([line.schedule_datetime.slice(0, 16)]);
  }
  expect(failed).toEqual([]);

  await m.page.keyboard.press('g');
  await m.page.keyboard.press('t');
  await m.see('The proposal is sent');
  await m.see(`${newly_scheduled.length + swaps.length} events accepted.`);

  // All requests of the test.
  const gets = asked.filter((one) => one.method === 'GET');
  const repeated = gets.filter((one, i) => gets.slice(0, i).some((earlier) => earlier.path === one.path && earlier.hasTag));
  expect(
    repeated.filter((one) => !one.conditional).map((one) => one.path),
    'requests for what came with an ETag, without If-None-Match',
  ).toEqual([]);
  expect(gets.filter((one) => one.status === 304).length).toBeGreaterThan(0);
  expect(
    asked.filter((one) => one.path.includes('/approve') && !one.body?.includes('dry_run')).length,
    'the approval that was recalled, the next one, and that of the held line',
  ).toBe(3);
  const twice = gets.filter((one, i) => gets.slice(0, i).some((earlier) => earlier.path === one.path && one.at - earlier.at < 60));
  expect(
    twice.map((one) => one.path),
    'requests that were repeated within 60 ms',
  ).toEqual([]);

  // If nothing is in flight, there are no requests except Today's poll every 60 s.
  await m.page.waitForTimeout(500);
  const requestsBefore = asked.length;
  await m.pass(59);
  await m.page.waitForTimeout(500);
  const polls = asked.slice(requestsBefore).map((one) => one.path);
  expect(polls.filter((path) => !/dashboard|history|pending/.test(path))).toEqual([]);
  expect(polls).toEqual([...new Set(polls)]);
});

async function posted(server: MusterServer): Promise<number> {
  const { items } = await server.get('/api/schedules?from=2026-01-01&to=2027-12-31&limit=500');
  return items.length;
}
