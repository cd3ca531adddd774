/** Slow runs, runs that are started elsewhere, and crashed runs. */
import { expect, test } from 'vitest';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { PastRun } from '../../src/lib/api-types';
import { setUp } from './manager';
import { crash } from './server-states';
import { generate } from './server';

const { startServer, newManager } = setUp();
const folder = mkdtempSync(join(tmpdir(), 'muster-club-'));
/** The file of a club whose runs take seconds. */
const slowClub = () => generate(join(folder, 'club.json'), '--events', '400', '--employees', '40');

test('a run by hand shows its phases, also after leaving the page, and then its proposal', async () => {
  const server = await startServer({ snapshot: slowClub() });
  const m = await newManager(server);
  await m.open('#/review');
  await m.button('Run now').click();
  await m.page.getByRole('heading', { name: /Making a new proposal|A new proposal is queued/ }).waitFor();
  await m.see('Search for the best plan');
  await m.open('#/today');
  await m.see(/A new proposal is (being made|queued)/);
  await m.page.reload();
  await m.see(/^The proposal for .* is ready$/);
  await m.page.locator('main').getByRole('link', { name: 'Review', exact: true }).click();
  await m.page.waitForSelector('li[data-id]');
});

test.each([
  ['#/today', /^(The night run has not begun|Nothing to review)$/, /^The proposal for .* is ready$/],
  ['#/review', /^(The night run has not begun|Nothing to review)$/, /events placed, /],
  ['#/history', 'No run yet', 'Ready'],
])('on %s a run that is started elsewhere is shown within seconds', async (hash, before, after) => {
  const server = await startServer({});
  const m = await newManager(server);
  await m.open(hash);
  await m.see(before);
  await server.run();
  await m.pass(6);
  await m.see(after);
  expect(await m.page.getByText(before).count()).toBe(0);
});

test('a killed run is reported, dismissed, and run again; the earlier proposal stays', async () => {
  const server = await startServer({ snapshot: slowClub() });
  await crash(server);
  await server.start();
  const m = await newManager(server);
  await m.open('#/today');
  await m.see(/A new proposal is being made/);
  // The seconds are those of the run, not of the page.
  await server.advance(60);
  await m.open('#/review');
  await m.see(/^(\d\d s|\d min); the search takes at most /);
  await server.advance(600);
  await m.open('#/today');
  await m.see(/stopped on the way$/);
  await m.button('Dismiss').click();
  await m.page.getByText(/The last run stopped on the way/).waitFor({ state: 'detached' });
  await m.open('#/today');
  await m.button('Run now').click();
  await m.see(/^The proposal for .* is ready$/);
  const { items } = await server.get('/api/auto-schedule/history?limit=9');
  expect(items.filter((run: PastRun) => run.status === 'running' || run.status === 'queued')).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});
