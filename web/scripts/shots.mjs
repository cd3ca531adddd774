// Draws every page and state, light and dark, wide and on a phone, and holds each to: no page error, no sideways overflow,
// nothing serious or critical found by axe. `SHOTS=folder` keeps the pictures, arguments name single ones, QUICK=1 leaves out
// the states on dark and phone.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DESKTOP, open, PHONE } from './browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const only = process.argv.slice(2);
const folder = process.env.SHOTS;
if (folder) mkdirSync(folder, { recursive: true });
const { browser, url, mock, reset, act, close } = await open();

const row = (page, title) => page.locator('li[data-id] .title', { hasText: title }).first();
const approve = async (page) => {
  await page.getByRole('button', { name: /^Approve \d/ }).click();
  await page.getByRole('button', { name: 'Approve and send' }).click();
};
const PAGES = [
  ['today', '#/today'], ['review', '#/review'], ['submissions', '#/submissions'], ['rotations', '#/rotations'], ['history', '#/history'],
  ['calendar', '#/calendar'], ['calendar-day', '#/calendar?view=day&day=2026-11-27'], ['calendar-month', '#/calendar?view=month'], ['events', '#/events'], ['team', '#/team'], ['settings', '#/settings'],
].map(([name, hash, go]) => ({ name, hash, go, page: true }));
const STATES = [
  { name: 'review-why', hash: '#/review?tab=all', go: (page) => page.locator('li[data-id] .title').nth(2).click() },
  { name: 'review-change', hash: '#/review', go: async (page) => { await page.locator('#group-moved').locator('..').locator('..').locator('.who').first().click(); await page.locator('.person input').nth(1).check({ force: true }); } },
  { name: 'review-whynot', hash: '#/review', go: (page) => row(page, 'Walnut Loaf').click() },
  { name: 'review-score', hash: '#/review', go: (page) => page.getByRole('button', { name: 'How the score adds up' }).click() },
  { name: 'review-person', hash: '#/review?tab=person', go: (page) => page.waitForSelector('.item') },
  { name: 'review-approve', hash: '#/review', go: async (page) => { await page.getByRole('button', { name: /^Approve \d/ }).click(); await page.getByText('checked again just now').waitFor(); } },
  { name: 'review-reject', hash: '#/review', phone: false, go: (page) => page.getByRole('button', { name: 'Reject' }).click() },
  { name: 'review-grace', hash: '#/review?tab=all', go: approve },
  { name: 'review-sending', hash: '#/review?tab=all', options: { recallMs: 200, stepMs: 400 }, go: async (page) => { await approve(page); await page.getByText(/^Sent \d{2,} of/).first().waitFor({ timeout: 20_000 }); } },
  { name: 'review-sent', hash: '#/review', options: { recallMs: 100, stepMs: 20 }, go: async (page) => { await approve(page); await page.getByText(/being checked$/).first().waitFor({ timeout: 20_000 }); } },
  { name: 'review-running', hash: '#/review', options: { scenario: 'running' } },
  { name: 'review-stale', hash: '#/review', options: { scenario: 'stale' } },
  { name: 'review-empty', hash: '#/review', options: { scenario: 'empty' } },
  { name: 'review-offline', hash: '#/review', go: async (page) => { await page.context().setOffline(true); await page.getByText('You are offline.').waitFor({ timeout: 20_000 }); } },
  { name: 'review-newer', hash: '#/review', go: async (page) => { await row(page, 'Walnut Loaf').click(); await act('newer'); await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))); await page.getByText('A newer proposal is ready').waitFor({ timeout: 25_000 }); } },
  { name: 'today-crashed', hash: '#/today', options: { scenario: 'crashed' } },
  { name: 'today-running', hash: '#/today', options: { scenario: 'running' } },
  { name: 'today-empty', hash: '#/today', options: { scenario: 'empty' } },
  { name: 'today-error', hash: '#/today', before: (page) => page.route('**/api/dashboard*', (r) => r.fulfill({ status: 500, contentType: 'application/json', body: JSON.stringify({ success: false, error: { code: 'INTERNAL', message: 'something went wrong on our side; nothing was left half done', details: null, request_id: '7f3a11c2', timestamp: '' } }) })), go: (page) => page.getByText('could not be loaded').waitFor({ timeout: 15_000 }) },
  { name: 'today-loading', hash: '#/today', before: (page) => page.route('**/api/dashboard*', () => {}) },
  { name: 'today-viewer', hash: '#/today', options: { role: 'viewer' } },
  { name: 'today-print', hash: '#/today', phone: false, dark: false, go: (page) => page.emulateMedia({ media: 'print' }) },
  { name: 'submissions-line', hash: '#/submissions', go: (page) => page.locator('li .open').first().click() },
  { name: 'submissions-aside', hash: '#/submissions?tab=aside' },
  { name: 'submissions-empty', hash: '#/submissions', options: { scenario: 'empty' } },
  { name: 'rotations-edit', hash: '#/rotations', go: async (page) => { await page.getByLabel('Juicer, Monday').selectOption('E07'); await page.getByLabel('Primary lead, Tuesday').selectOption('E04'); } },
  { name: 'rotations-exception', hash: '#/rotations', go: (page) => page.getByRole('button', { name: 'Exception', exact: true }).click() },
  { name: 'history-table', hash: '#/history', go: (page) => page.getByText('Show as table').first().click() },
  { name: 'history-compare', hash: '#/history', go: async (page) => { await page.locator('input[type=checkbox]').nth(0).check(); await page.locator('input[type=checkbox]').nth(2).check(); await page.getByRole('heading', { name: 'What changed' }).waitFor(); } },
  { name: 'events-none', hash: '#/events?q=nothinglikethis' },
  { name: 'team-person', hash: '#/team', go: (page) => page.locator('tbody button').first().click() },
  { name: 'find', hash: '#/today', go: async (page) => { await page.keyboard.press('Control+k'); await page.keyboard.type('av'); } },
  { name: 'review-400', hash: '#/review?tab=all', options: { n: 400 }, phone: false, dark: false },
];

const VARIANTS = [
  { suffix: 'light', context: { ...DESKTOP, colorScheme: 'light' } },
  { suffix: 'dark', context: { ...DESKTOP, colorScheme: 'dark' } },
  { suffix: 'phone', context: { ...PHONE, colorScheme: 'light' } },
  { suffix: 'phone-dark', context: { ...PHONE, colorScheme: 'dark' }, pagesOnly: true },
];

/** What sticks out of the page on the right, but for what scrolls in a box of its own. */
const overflow = () => {
  const width = document.documentElement.clientWidth;
  const inBox = (element) => {
    for (let up = element.parentElement; up; up = up.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(up).overflowX)) return true;
    return false;
  };
  const out = [...document.querySelectorAll('body *')].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && box.right > width + 1 && !inBox(element);
  });
  return out.slice(0, 4).map((element) => `${element.tagName}.${element.className} to ${Math.round(element.getBoundingClientRect().right)}`);
};

let faults = 0;
let runs = 0;
const fault = (...words) => { faults++; console.log('FAULT', ...words); };

for (const shot of [...PAGES, ...(mock ? STATES : [])]) {
  if (only.length && !only.includes(shot.name)) continue;
  for (const { suffix, context, pagesOnly } of VARIANTS) {
    if ((pagesOnly && !shot.page) || (suffix === 'phone' && shot.phone === false) || (suffix === 'dark' && shot.dark === false)) continue;
    if (!shot.page && process.env.QUICK && suffix !== 'light') continue;
    if (process.env.ONLY && process.env.ONLY !== suffix) continue;
    await reset(shot.options ?? {});
    const tab = await browser.newContext(context);
    const page = await tab.newPage();
    const name = `${shot.name}-${suffix}`;
    page.on('pageerror', (error) => fault(name, 'page error:', error.message));
    page.on('console', (message) => { if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) fault(name, 'console:', message.text()); });
    await shot.before?.(page);
    await page.goto(`${url}/${shot.hash}`);
    await page.waitForSelector('h1', { timeout: 15_000 });
    await page.waitForTimeout(450);
    try {
      await shot.go?.(page);
    } catch (error) {
      fault(name, 'could not be reached:', error.message.split('\n')[0]);
    }
    await page.waitForTimeout(300);
    const out = await page.evaluate(overflow);
    if (out.length && shot.name !== 'today-print') fault(name, 'sticks out:', out.join(' | '));
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
    for (const found of violations) {
      const grave = ['serious', 'critical'].includes(found.impact);
      const where = found.nodes.slice(0, 2).map((node) => `${node.html.slice(0, 140)} (${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''})`).join('\n        ');
      if (grave) fault(name, `axe ${found.impact} ${found.id} ×${found.nodes.length}\n        ${where}`);
      else console.log('note ', name, `axe ${found.impact} ${found.id} ×${found.nodes.length} ${process.env.NOTES ? where : ''}`);
    }
    runs++;
    if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
    await tab.close();
  }
}
await close();
console.log(`${runs} views, ${faults} faults`);
process.exit(faults ? 1 : 0);
