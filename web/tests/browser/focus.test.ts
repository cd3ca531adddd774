/** What opens a dialog, a panel or another page gets the focus back. */
import { expect, test } from 'vitest';
import { type Manager, setUp } from './manager';
import { bringTo, type ServerState } from './server-states';

const { startServer, newManager } = setUp();

/** The page, what is pressed there, and what that opens. Another page can only be left with Back. */
const OPENERS: Partial<Record<ServerState, [hash: string, opener: string, opens: 'dialog[open]' | 'aside' | `#/${string}`][]>> = {
  ready: [
    ['#/today', 'section[aria-labelledby=hero] a.btn', '#/review'],
    ['#/today', 'main a[href="#/submissions"]', '#/submissions'],
    ['#/today', 'button:has-text("Swap")', 'dialog[open]'],
    ['#/today', 'nav button:has-text("Find")', 'dialog[open]'],
    ['#/review', 'button[aria-label="What if…"]', 'dialog[open]'],
    ['#/review', '.approve .primary', 'dialog[open]'],
    ['#/review', '.approve button:has-text("Reject")', 'dialog[open]'],
    ['#/review', 'li[data-id] .title', 'aside'],
    ['#/review?tab=all', 'li[data-id] .who', 'aside'],
    ['#/review?tab=person', '[data-item]', 'aside'],
    ['#/calendar', '[data-item]', 'aside'],
    ['#/calendar', 'thead button', 'dialog[open]'],
    ['#/calendar', 'tbody th button', 'dialog[open]'],
    ['#/calendar?view=day', '[data-item]', 'aside'],
    ['#/calendar?view=day', 'button[aria-label="Lock day"]', 'dialog[open]'],
    ['#/calendar?view=day', 'a[aria-label="What is wrong"]', '#/fix'],
    ['#/fix', 'main a:has-text("Open the day")', '#/calendar'],
    ['#/fix', 'main button:has-text("Ignore")', 'dialog[open]'],
    ['#/events', 'li .menu', 'dialog[open]'],
    ['#/events', 'main button:has-text("Export")', 'dialog[open]'],
    ['#/events', 'main a[href="#/refresh"]', '#/refresh'],
    ['#/team', 'button[data-person=new]', 'aside'],
    ['#/team', 'tbody button[data-person]', 'aside'],
    ['#/team', 'main a[href="#/fairness"]', '#/fairness'],
    ['#/team?who=E01', 'aside button:has-text("Is out")', 'dialog[open]'],
    ['#/rotations', 'main button:has-text("Exception")', 'dialog[open]'],
    ['#/rotations', 'main button[title=History]', 'dialog[open]'],
    ['#/fairness', 'main a[href="#/team"]', '#/team'],
    ['#/history', 'main a[href="#/numbers"]', '#/numbers'],
    ['#/settings?part=closed', 'main button[title=History]', 'dialog[open]'],
  ],
  sent: [['#/submissions', 'main li a:has-text("Change")', '#/review']],
  differ: [['#/differences', '[data-difference] a:has-text("Event")', '#/events']],
};

const focused = (m: Manager) =>
  m.page.evaluate(() => {
    const at = document.activeElement;
    return at && at !== document.body
      ? `${at.tagName} ${at.getAttribute('href') ?? ''} ${at.getAttribute('aria-label') ?? at.textContent?.trim()}`
      : 'nothing';
  });

/** Waits until an element has the focus; says what has it instead. */
async function expectFocus(m: Manager, wanted: string, after: string) {
  await expect.poll(() => focused(m), { timeout: 8_000, message: after }).toBe(wanted);
}

test.each(Object.entries(OPENERS) as [ServerState, NonNullable<(typeof OPENERS)[ServerState]>][])(
  'what was opened gives the focus back (%s)',
  async (state, rows) => {
    const server = await startServer();
    await bringTo(server, state);
    const m = await newManager(server);
    for (const [hash, opener, opens] of rows) {
      for (const way of opens.startsWith('#/') ? ['Back'] : ['Escape', 'Back']) {
        await m.page.goto('about:blank');
        await m.open(hash);
        await m.page.locator(opener).and(m.page.locator('a, :enabled')).first().focus();
        const name = await focused(m);
        await m.page.keyboard.press('Enter');
        if (opens.startsWith('#/')) await m.page.waitForURL(`**/${opens}*`);
        else await m.page.locator(opens).last().waitFor();
        // The page that was opened draws itself, and a dialog takes the focus.
        await m.page.locator('h1, dialog[open] h2').last().waitFor();
        await m.page.waitForTimeout(250);
        if (way === 'Escape') await m.page.keyboard.press('Escape');
        else await m.page.goBack();
        await expectFocus(m, name, `${hash}: ${opener}, ${way}`);
      }
    }
  },
);

test('a row that goes with what was done in its dialog leaves the focus to its neighbour', async () => {
  const server = await startServer();
  await bringTo(server, 'sent');
  const m = await newManager(server);
  await m.open('#/submissions');
  await m.page.locator('main li .open').first().click();
  await m.page.locator('main li .danger').first().click();
  await m.page.locator('dialog[open] .danger').press('Enter');
  await m.see(/is dropped/);
  await expect.poll(() => m.page.evaluate(() => !!document.activeElement?.closest('main'))).toBe(true);
  expect(await m.page.evaluate(() => document.activeElement?.id)).not.toBe('main');
});

test('an event that is changed from Submissions leads back to its row', async () => {
  const server = await startServer();
  await bringTo(server, 'sent');
  const m = await newManager(server);
  await m.open('#/submissions');
  const change = m.page.locator('main li a:has-text("Change")').first();
  await change.focus();
  const name = await focused(m);
  await m.page.keyboard.press('Enter');
  await m.page.locator('aside').waitFor();
  await m.page.keyboard.press('Escape');
  await m.page.waitForFunction(() => !!document.activeElement?.closest('li[data-id]'));
  await m.page.goBack();
  await expectFocus(m, name, 'after Escape in Review');
});

test('a question that the message of a save opened leaves the focus on a control of the page', async () => {
  const server = await startServer();
  const { newly_scheduled } = await server.get('/api/auto-schedule/pending');
  await server.put(`/api/pending-schedule/${newly_scheduled[0].id}`, { held: true });
  const m = await newManager(server);
  await m.open('#/rotations');
  const select = m.page.locator('main select').first();
  const other = await select.evaluate((it) => [...(it as HTMLSelectElement).options].find((one) => one.value && !one.selected)?.value);
  await select.selectOption(other ?? '');
  await m.button('Save').press('Enter');
  await m.page.locator('.toast .act').press('Enter');
  await m.page.locator('dialog[open]', { hasText: 'Start a new run?' }).waitFor();
  await m.page.locator('.toast').waitFor({ state: 'detached' });
  await m.button('Go back').press('Enter');
  await expect.poll(() => m.page.evaluate(() => !!document.activeElement?.matches('main button, main a, main select'))).toBe(true);
});
