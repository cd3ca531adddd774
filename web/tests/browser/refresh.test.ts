/** Refreshes on demand: progress, the report, failures, and people without the role. */
import { expect, test } from 'vitest';
import type { RefreshReport } from '../../src/lib/api-types';
import { type Manager, PHONE, setUp } from './manager';
import { changeEventsAtCrossmark, readCrossmark } from './server-states';
import { until, type MusterServer } from './server';

const { startServer, newManager, newViewer } = setUp();

const report = (server: MusterServer, id: string) => server.get<RefreshReport>(`/api/refreshes/${id}`);
const isOver = async (server: MusterServer, id: string) => !['queued', 'running'].includes((await report(server, id)).status);

/** Requests a refresh and moves the page's clock until the page shows the given text. */
async function readNow(m: Manager, then: string | RegExp) {
  await m.button('Read Crossmark now').click();
  await m.passUntil(then);
}

test('changes at Crossmark are counted, named and linked', async () => {
  const server = await startServer();
  await readCrossmark(server);
  await changeEventsAtCrossmark(server);

  const m = await newManager(server);
  await m.open('#/today');
  await m.see(/^Events as of /);
  await readNow(m, 'Crossmark was read.');
  await m.see(/^3 events: 1 new, 1 changed, 1 canceled\.|3 events: 1 new, 1 changed, 1 canceled/);
  await m.page.getByRole('link', { name: 'Report' }).click();
  await m.page.getByRole('heading', { name: 'News of 3 events' }).waitFor();
  const id = /#\/refresh\/([\w-]+)$/.exec(m.page.url())?.[1] ?? '';
  const refreshReport = await report(server, id);
  await m.see(`Crossmark lists ${refreshReport.counts.listed} events`);
  const numbers = (await m.page.locator('dl dd').allInnerTexts()).map(Number);
  expect(numbers).toEqual([1, 1, 1, 3]);
  expect(await m.page.locator('section[aria-labelledby=events] li').count()).toBe(3);
  await m.see(/^Length: .*1\.3 h$/);
  await m.see('Plums');

  // The address has the report's id, so a reload shows the report again. It is also among the latest refreshes.
  await m.page.reload();
  await m.see('News of 3 events');
  await m.see(/^Asked for by developer, /);
  await m.page.getByRole('link', { name: 'Latest refreshes' }).click();
  await m.see(/^3 events: 1 new, 1 changed, 1 canceled\.$/);
  await m.open('#/refresh/nothing-like-it');
  await m.see('This refresh is gone');
  await m.open('#/refresh/x/y');
  await m.see('There is no such page');
});

test('two requests at once are one refresh, and a long refresh continues', async () => {
  const server = await startServer();
  const m = await newManager(server, PHONE);
  await m.open('#/events');
  await server.post('/_sim/faults', { next: [{ call: 'planning', kind: 'hold_before' }] });
  const { refresh_id } = await server.post('/api/refreshes', undefined);
  await m.button('Read Crossmark now').click();
  await m.see(/^A refresh was already under way/);
  await m.see('It takes seconds.');
  await m.see('Read the list of events');
  await m.pass(17);
  await m.see(/^It takes longer than usual and goes on\./);
  // Other pages follow the refresh too.
  await m.page.evaluate(() => (location.hash = '#/today'));
  await m.see(/^It takes longer than usual and goes on\./);
  await server.post('/_sim/release', {});
  await until(() => isOver(server, refresh_id));
  await m.pass(2);
  await m.see('Crossmark was read.');
});

test('too many refreshes within an hour: the time of the next one is shown; a failed refresh says what to do', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/refresh');
  await server.faults({ call: 'login', kind: 'bad_credentials' });
  await readNow(m, 'Crossmark was not read.');
  const { items } = await server.get('/api/refreshes');
  const words: Record<string, RegExp> = {
    login_refused: /Tell your administrator/,
    crossmark_unreadable: /does not answer as it should/,
    internal: /failed in Muster itself/,
  };
  await m.see(words[items[0].failure]);
  expect(items[0].failure).toBe('login_refused');
  await m.button('Close this note').click();
  for (let n = 1; n < 12; n++) await readCrossmark(server);
  await m.button('Read Crossmark now').click();
  await m.see(/^Crossmark was read too often within the hour\. The next refresh may begin at 8:\d\d am\.$/);
  // The reasons of failure that the simulator cannot cause.
  const failed = await report(server, items[0].refresh_id);
  for (const [failure, said] of [
    ['location', /which of Crossmark's locations/],
    ['out_of_time', /took too long/],
  ] as const) {
    await m.page.route('**/api/refreshes/*', (route) => route.fulfill({ json: { ...failed, failure } }));
    await m.open(`#/refresh/${items[0].refresh_id}`);
    await m.page.reload();
    await m.see(said);
    await m.page.unroute('**/api/refreshes/*');
  }
  await m.page.route('**/api/refreshes/*', (route) => route.fulfill({ json: { ...failed, status: 'lost', failure: null } }));
  await m.page.reload();
  await m.see(/counts as lost/);
});

test('a viewer sees the report and why the button is disabled', async () => {
  const server = await startServer();
  const id = await readCrossmark(server);
  const m = await newViewer(server);
  await m.open(`#/refresh/${id}`);
  await m.see(/News of|Nothing changed/);
  const button = m.button('Read Crossmark now');
  expect(await button.isDisabled()).toBe(true);
  expect(await button.getAttribute('title')).toMatch(/viewer/);
});
