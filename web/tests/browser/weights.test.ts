/** Weights from words: shown in the fields, tried, and only then saved. */
import { expect, test } from 'vitest';
import { PHONE, setUp } from './manager';
import { until } from './server';

const { startServer, newManager, newViewer } = setUp();

test('words change the fields before anything is saved, and words that are not understood get suggestions', async () => {
  const server = await startServer();
  const m = await newManager(server, PHONE);
  await m.open('#/settings');
  const field = m.page.getByLabel('Say it in words');
  const rotation = m.page.getByRole('slider', { name: /^Rotation/ });
  const fairness = m.page.getByRole('slider', { name: /^Fair spread/ });
  await field.fill("follow the rotation more, and don't care about fairness");
  await m.button('Show in the fields').click();
  await m.see('1.0 → 1.5');
  await m.see('1.0 → 0.0');
  expect(await rotation.inputValue()).toBe('1.5');
  expect(await fairness.inputValue()).toBe('0');
  expect((await server.get('/api/settings')).weights.rotation).toBe(1);

  await m.button('Take it back').click();
  expect(await rotation.inputValue()).toBe('1');
  await field.fill('folow the rotaton');
  await m.button('Show in the fields').click();
  await m.see('“folow the rotaton” is not understood.');
  await m.button('Rotation').first().click();
  expect(await field.inputValue()).toMatch(/rotation.* more$/);
  await m.page.keyboard.press('Enter');
  await until(async () => (await rotation.inputValue()) === '1.5');
  await m.button(/^Save/).last().click();
  await until(async () => (await server.get('/api/settings')).weights.rotation === 1.5);
});

test('a weight without effect in a trial is named, and a trial links to its comparison', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/settings');
  // The words are read slowly. The trial uses the resulting weights.
  await m.page.route('**/api/settings/words', async (route) => {
    await new Promise((done) => setTimeout(done, 1500));
    await route.continue();
  });
  await m.page.getByLabel('Say it in words').fill('stability a bit less');
  await m.button('Show in the fields').click();
  await m.button('Try on the last run').click();
  await m.see('Nothing would change');
  await m.see('“Moves a posted one” at 0.8 changes nothing in this plan.');
  await m.page.getByLabel('Say it in words').fill("don't care about the rotation");
  await m.button('Show in the fields').click();
  await m.see('The weights were changed since');
  await m.button('Try on the last run').click();
  await m.see(/^\d+ events would differ/);
  await m.see('“Moves a posted one” at 0.8 has the same points before and after.');
  await m.page.getByRole('link', { name: 'Compare by day and by person' }).click();
  await m.page.locator('.means').waitFor();
  await m.see('Tried on a run as it was');
  await m.see('The plan of a past run cannot be adopted.');
  expect(await m.button('Adopt this plan').count()).toBe(0);
});

test('a viewer sees why the words cannot be used', async () => {
  const server = await startServer();
  const m = await newViewer(server);
  await m.open('#/settings');
  const field = m.page.getByLabel('Say it in words');
  expect(await field.isDisabled()).toBe(true);
  expect(await field.getAttribute('title')).toMatch(/viewer/);
});
