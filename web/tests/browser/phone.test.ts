/** A phone, upright and on its side. */
import { expect, test } from 'vitest';
import { PHONE, stage } from './manager';

const SIDEWAYS = { ...PHONE, viewport: { width: 844, height: 390 } };
const { startServer, newManager } = stage();

test('Back closes the details, four lines are visible, and Reject is offered', async () => {
  const m = await newManager(await startServer(), PHONE);
  const { page } = m;
  for (const tab of ['', '?tab=all']) {
    await m.review(tab);
    const bottom = await page.locator('.approve').evaluate((bar) => bar.getBoundingClientRect().top);
    const ends = await page
      .locator('li[data-id]')
      .evaluateAll((rows) => rows.slice(0, 4).map((row) => row.getBoundingClientRect().bottom + scrollY));
    expect(ends.filter((end) => end <= bottom).length, `lines in sight at ${tab || 'needs a look'}`).toBe(4);
  }
  await m.button('Reject').waitFor();

  const before = page.url();
  await page.locator('li[data-id] .title').first().click();
  await page.locator('aside h2').waitFor();
  await page.goBack();
  await page.locator('aside').waitFor({ state: 'detached' });
  expect(page.url()).toBe(before);

  // The button that closes the details restores the address too.
  await page.locator('li[data-id] .title').first().click();
  await page.locator('aside').getByRole('button', { name: 'Close details' }).click();
  await page.locator('aside').waitFor({ state: 'detached' });
  expect(page.url()).toBe(before);

  await m.open('#/calendar');
  await page.locator('[data-item]').first().click();
  await page.locator('aside h2').waitFor();
  await page.goBack();
  await page.locator('aside').waitFor({ state: 'detached' });
  expect(page.url()).toContain('#/calendar');
});

test('in landscape nothing is cut off', async () => {
  const m = await newManager(await startServer(), SIDEWAYS);
  const { page } = m;
  const cut = () =>
    page.evaluate(() => {
      const { clientWidth, scrollWidth } = document.documentElement;
      const bars = [...document.querySelectorAll<HTMLElement>('.approve, .tabs, aside')].filter(
        (bar) => bar.offsetParent !== null || getComputedStyle(bar).position === 'fixed',
      );
      const out = bars.filter((bar) => {
        const box = bar.getBoundingClientRect();
        return box.height && (box.bottom > innerHeight + 1 || box.right > innerWidth + 1 || box.top < 0);
      });
      return [...(scrollWidth > clientWidth ? [`wider by ${scrollWidth - clientWidth}`] : []), ...out.map((bar) => bar.className)];
    });
  for (const hash of [
    '#/today',
    '#/review',
    '#/review?tab=all',
    '#/calendar',
    '#/events',
    '#/team',
    '#/rotations',
    '#/submissions',
    '#/history',
    '#/settings',
  ]) {
    await m.open(hash);
    await page.waitForTimeout(200);
    expect(await cut(), hash).toEqual([]);
  }
  await m.review('?tab=all');
  await page.locator('li[data-id] .title').first().click();
  await page.locator('aside h2').waitFor();
  expect(await cut()).toEqual([]);
});
