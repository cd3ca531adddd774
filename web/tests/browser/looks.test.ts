/**
 * Every page, light, dark and on a phone, and every state, light: no page error, no overflow, and no serious or critical violation found by
 * axe. MUSTER_FULL=1 draws all of them in every variant, SHOTS=folder keeps the pictures.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { DESKTOP, launch, Manager, PHONE } from './manager';
import { bringTo, type ServerState } from './server-states';
import { PAGES, STATES, type View } from './views/index';
import { generate, TIGHT, MusterServer } from './server';

const VARIANTS: [string, BrowserContextOptions, (view: View) => boolean][] = [
  ['light', DESKTOP, () => true],
  ['dark', { ...DESKTOP, colorScheme: 'dark' }, isDrawn],
  ['phone', { ...PHONE, colorScheme: 'light' }, (view) => isDrawn(view) && !view.wideOnly],
  ['phone-dark', { ...PHONE, colorScheme: 'dark' }, (view) => !!process.env.MUSTER_FULL && isDrawn(view) && !view.wideOnly],
];
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = process.env.SHOTS;
if (folder) mkdirSync(folder, { recursive: true });

function isDrawn(view: View): boolean {
  return PAGES.includes(view) || !!process.env.MUSTER_FULL;
}

/** Elements that overflow the page on the right, except inside a box that scrolls. */
const overflow = () => {
  const width = document.documentElement.clientWidth;
  const inBox = (element: Element) => {
    for (let up = element.parentElement; up; up = up.parentElement)
      if (/auto|scroll|hidden/.test(getComputedStyle(up).overflowX)) return true;
    return false;
  };
  const out = [...document.querySelectorAll('body *')].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && box.right > width + 1 && !inBox(element);
  });
  return out.slice(0, 4).map((element) => `${element.tagName}.${element.className} sticks out`);
};

/** The serious and critical accessibility violations that axe finds. */
async function barriers(page: Page, onPaper: boolean): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    ([standards, checksTargetSize]) =>
      (window as unknown as { axe: typeof Axe }).axe.run(document, {
        runOnly: standards,
        rules: { 'target-size': { enabled: checksTargetSize } },
      }),
    [STANDARDS, !onPaper] as const,
  );
  const serious = violations.filter((found) => ['serious', 'critical'].includes(found.impact ?? ''));
  return serious.map(
    (found) =>
      `axe ${found.impact} ${found.id} ×${found.nodes.length}: ${found.nodes[0].html.slice(0, 160)} ${(found.nodes[0].any[0] ?? found.nodes[0].all[0] ?? found.nodes[0].none[0])?.message ?? ''}`,
  );
}

const clubs = mkdtempSync(join(tmpdir(), 'muster-club-'));
let browser: Browser;
const shared = new Map<ServerState, Promise<MusterServer>>();
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  rmSync(clubs, { recursive: true });
  await Promise.all([...shared.values()].map(async (server) => (await server).end()));
});

async function startIn(state: ServerState): Promise<MusterServer> {
  const beginning =
    state === 'begun'
      ? {}
      : state === 'tight'
        ? { snapshot: process.env.MUSTER_SNAPSHOT ?? generate(join(clubs, 'tight.json'), ...TIGHT) }
        : { from: inject('ready') };
  const server = await MusterServer.start(beginning);
  await bringTo(server, state);
  return server;
}

function serverFor({ state = 'ready', ownServer }: View): Promise<MusterServer> {
  if (ownServer) return startIn(state);
  const server = shared.get(state) ?? startIn(state);
  shared.set(state, server);
  return server;
}

const variants = VARIANTS.map(([suffix, options, has]) => ({ suffix, options, views: [...PAGES, ...STATES].filter(has) })).filter(
  ({ views }) => views.length,
);
describe.each(variants)('on $suffix', ({ suffix, options, views }) => {
  test.concurrent.each(views)('$name', async (view) => {
    const server = await serverFor(view);
    const club = view.as ? (await server.get('/api/me')).clubs[0].club_id : '';
    const identities = { viewer: `vera:${club}:viewer`, newcomer: 'ada:9001:admin', stranger: 'pat:' };
    const manager = await Manager.at(browser, server, {
      ...options,
      ...(view.as ? { extraHTTPHeaders: { authorization: `Bearer dev:${identities[view.as]}` } } : {}),
    });
    try {
      await view.before?.(manager);
      await manager.open(view.hash);
      if (!view.name.endsWith('-loading')) await manager.page.locator('.skel').first().waitFor({ state: 'detached' });
      await manager.page.waitForTimeout(300);
      await view.go?.(manager);
      await manager.page.waitForTimeout(300);
      if (folder) await manager.page.screenshot({ path: join(folder, `${view.name}-${suffix}.png`) });
      const onPaper = view.name.endsWith('-print');
      const overflowing = onPaper ? [] : await manager.page.evaluate(overflow);
      expect([...manager.pageErrors, ...overflowing, ...(await barriers(manager.page, onPaper))]).toEqual([]);
    } finally {
      await manager.close();
      if (view.ownServer) await server.end();
    }
  });
});
