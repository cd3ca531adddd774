/** The main action of each page is within reach of Tab, panels take the focus and give it back, and the help lists the keys of the page. */
import { expect, test } from 'vitest';
import { type Manager, setUp } from './manager';
import { bringTo } from './server-states';

const MAX_TABS = 25;
const { startServer, newManager } = setUp();

/** Number of presses of Tab from the beginning of the page until an element has the focus. */
async function tabsTo(m: Manager, selector: string): Promise<number> {
  await m.page.locator(selector).first().waitFor();
  await m.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let tabs = 1; tabs <= MAX_TABS; tabs++) {
    await m.page.keyboard.press('Tab');
    if (await m.page.evaluate((selector) => !!document.activeElement?.matches(selector), selector)) return tabs;
  }
  return Infinity;
}

test('no page needs more than 25 presses of Tab to its main action', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const far: Record<string, number> = {};
  const count = async (pages: [string, string][]) => {
    for (const [hash, act] of pages) {
      await m.page.goto('about:blank');
      await m.open(hash);
      const tabs = await tabsTo(m, act);
      if (tabs > MAX_TABS) far[hash] = tabs;
    }
  };
  await count([
    ['#/today', 'section[aria-labelledby=hero] .btn'],
    ['#/review', '.approve .primary'],
    ['#/review?tab=all', 'li[data-id] .title'],
    ['#/review?tab=person', '[data-item]'],
    ['#/calendar', '[data-item]'],
    ['#/calendar?view=day', '[data-item]'],
    ['#/fix', 'main input[type=radio], main section .btn'],
    ['#/calendar?view=month', 'td button'],
    ['#/events', 'li .menu'],
    ['#/refresh', 'main .btn'],
    ['#/setup', '[data-propose], .steps .btn'],
    ['#/team', '[data-person]'],
    ['#/rotations', 'table select'],
    ['#/history', 'input[type=checkbox]'],
    ['#/compare', 'main select, main .btn'],
    ['#/fairness', 'main .btn, main summary'],
    ['#/numbers', 'main select, main .seg button'],
    ['#/settings', 'input[type=range]'],
    ['#/settings?part=planning', 'main .field'],
    ['#/settings?part=times', 'main .field'],
    ['#/settings?part=types', 'main input'],
    ['#/settings?part=closed', 'form .field'],
    ['#/settings?part=feeds', 'main select'],
    ['#/settings?part=browser', 'input[type=checkbox]'],
    ['#/import?kind=employees', 'input[type=file]'],
  ]);
  await bringTo(server, 'sent');
  await count([['#/submissions', 'main section .btn']]);
  await bringTo(server, 'read');
  await count([['#/refresh', 'main section li a']]);
  expect(far).toEqual({});
});

test('Change moves the focus into its panel and back; days are one tab stop; a key opens the approval', async () => {
  const m = await newManager(await startServer());
  await m.review('?tab=all');
  const { page } = m;
  const focused = () => page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120) ?? '');

  const who = page.locator('li[data-id] .who').first();
  await who.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => !!document.activeElement?.closest('aside'));
  expect(await focused()).toContain('type="radio"');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !!document.activeElement?.closest('li[data-id]'));

  const days = page.locator('.strip button:not([disabled])');
  expect(await page.locator('.strip button[tabindex="0"]').count()).toBe(1);
  await days.first().focus();
  await page.keyboard.press('ArrowRight');
  expect(await days.nth(1).evaluate((one) => one === document.activeElement)).toBe(true);
  expect(await days.nth(1).getAttribute('tabindex')).toBe('0');

  await page.keyboard.press('a');
  await m.see('checked again just now');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await m.see('A block is one of the eight shifts');
});

test('the help on keys has those of the open page, and no longer those of the page before', async () => {
  const m = await newManager(await startServer());
  const help = m.page.locator('dialog[open]');
  await m.open('#/fix');
  await m.page.getByRole('heading', { level: 1 }).waitFor();
  for (const [page, keys] of [
    ['calendar', 'change the entry that has the focus'],
    ['today', 'go to Today; r Review'],
    ['calendar', 'change the entry that has the focus'],
    ['history', 'go to Today; r Review'],
  ]) {
    await m.open(`#/${page}`);
    await m.page.waitForFunction((title) => document.title.toLowerCase().startsWith(title), page);
    await m.page.locator('.skel').first().waitFor({ state: 'detached' });
    await m.page.keyboard.press('?');
    await help.getByText(keys).waitFor();
    expect(
      await help
        .locator('dl')
        .getByText(/change the entry|go to Today; r/)
        .count(),
      page,
    ).toBe(1);
    await m.page.keyboard.press('Escape');
  }
});
