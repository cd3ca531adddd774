/** A phone, upright and on its side. */
import { expect, test } from 'vitest';
import { PHONE, setUp } from './manager';

const SIDEWAYS = { ...PHONE, viewport: { width: 844, height: 390 } };
const { startServer, newManager } = setUp();

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
  await m.see(/^\d+ held back · \d+ edited · \d+ not placed$/);
  expect(
    await page.locator('.approve .left > *').evaluateAll((parts) => parts.filter((one) => one.scrollWidth > one.clientWidth).length),
  ).toBe(0);
  // The longest day.
  const cutOff = await page
    .locator('.day header')
    .first()
    .evaluate((header) => {
      const [day, counts] = header.children;
      day.textContent = 'Wednesday 28 Sep';
      counts.textContent = '24 decisions, 48 events';
      return header.scrollWidth - header.clientWidth;
    });
  expect(cutOff).toBe(0);

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

test('Back closes every dialog, and a closed dialog leaves nothing for Back', async () => {
  const m = await newManager(await startServer(), PHONE);
  const { page } = m;
  const dialogs = page.locator('dialog[open]');
  const address = () => new URL(page.url()).hash;
  /** Waits until no dialog is open, and none has a step in the browser's history. */
  async function untilClosed() {
    await expect.poll(() => dialogs.count()).toBe(0);
    await expect.poll(() => page.evaluate(() => (history.state as { dialogs?: number } | null)?.dialogs ?? 0)).toBe(0);
  }

  await m.open('#/team');
  await m.review('?tab=all');
  for (const name of [/^Approve \d/, 'Reject', 'What if…']) {
    await m.button(name).click();
    await dialogs.waitFor();
    await page.goBack();
    await untilClosed();
    expect(address()).toBe('#/review?tab=all');
  }
  // Closed on the page instead: the next Back leaves Review.
  await m.button(/^Approve \d/).click();
  await m.button('Go back').click();
  await untilClosed();
  await m.button(/^Approve \d/).click();
  await dialogs.waitFor();
  await page.keyboard.press('Escape');
  await untilClosed();
  await page.goBack();
  await expect.poll(address).toBe('#/team');

  // A dialog over another one: first the inner one is closed.
  await m.open('#/events');
  await m
    .button(/^Actions for/)
    .first()
    .click();
  await m.button(/^History of/).click();
  await expect.poll(() => dialogs.count()).toBe(2);
  await page.goBack();
  await expect.poll(() => dialogs.count()).toBe(1);
  await page.goBack();
  await untilClosed();
  expect(address()).toBe('#/events');

  // A dialog that leads to another page: Back returns to the page under it.
  await m.open('#/calendar?view=week');
  await page.locator('thead .pick').first().click();
  await page.getByRole('link', { name: 'Open the day' }).click();
  await expect.poll(address).toContain('view=day');
  await untilClosed();
  await page.goBack();
  await expect.poll(address).toBe('#/calendar?view=week');
  await untilClosed();
  await page.goBack();
  await expect.poll(address).toBe('#/events');
});

test('in landscape nothing is cut off, and what matters is on the first screen', async () => {
  const m = await newManager(await startServer(), SIDEWAYS);
  const { page } = m;
  const cutOffBars = () =>
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
    expect(await cutOffBars(), hash).toEqual([]);
  }
  const edge = (selector: string, side: 'top' | 'bottom') =>
    page
      .locator(selector)
      .first()
      .evaluate((element, side) => element.getBoundingClientRect()[side], side);
  for (const tab of ['', '?tab=all']) {
    await m.review(tab);
    await page.locator('.approve').waitFor();
    expect(await edge('li[data-id] .title', 'top'), `a line at ${tab || 'needs a look'}`).toBeLessThan(await edge('.approve', 'top'));
    const areReached = await page.locator('.tools .seg button').evaluateAll((buttons) =>
      buttons.map((one) => {
        const { left, top, width, height } = one.getBoundingClientRect();
        return one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
      }),
    );
    expect(areReached, `the tabs at ${tab}`).toEqual([true, true, true]);
  }
  await m.button(/^Approve \d/).click();
  await m.see('checked again just now');
  expect(await edge('dialog[open] h2', 'top')).toBeGreaterThan(0);
  await page.keyboard.press('Escape');
  await page.waitForTimeout(200);
  await m.open('#/fix');
  await m.button(/^Use option/).waitFor();
  expect(await edge('.acts', 'bottom')).toBeLessThanOrEqual((await edge('.tabs', 'top')) + 1);

  await m.review('?tab=all');
  await page.locator('li[data-id] .title').first().click();
  await page.locator('aside h2').waitFor();
  expect(await cutOffBars()).toEqual([]);
});

test('the day in the heading of the calendar is one line', async () => {
  const m = await newManager(await startServer(), PHONE);
  for (const day of ['2026-06-09', '2027-11-24']) {
    await m.open(`#/calendar?view=day&day=${day}`);
    const height = () => m.page.locator('h1').evaluate((h1) => h1.clientHeight / parseFloat(getComputedStyle(h1).fontSize));
    await m.page.locator('h1', { hasText: Number(day.slice(8)).toString() }).waitFor();
    expect(await height(), day).toBeLessThan(2);
    expect(await m.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }
});
