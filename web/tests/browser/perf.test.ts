/** Performance with a proposal of about 400 lines: opening all of them, scrolling, and one edit. THROTTLE=4 slows the processor. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { DESKTOP, launch } from './manager';
import { generate, MusterServer } from './server';

const SCRIPT_MS = 200;
const ROUNDS = 3;

/** The number of lines, from the tab's count. */
const lines = async (page: Page) => Number(await page.locator('.seg button .count').nth(1).innerText());

test.runIf(process.env.MUSTER_FULL)('400 lines open, scroll and change within the limits', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-club-'));
  const server = await MusterServer.start({ snapshot: generate(join(folder, 'club.json'), '--events', '680', '--employees', '60') });
  const browser = await launch();
  const rounds = [];
  await server.run();

  for (let round = 0; round < ROUNDS; round++) {
    const context = await browser.newContext(DESKTOP);
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Performance.enable');
    if (process.env.THROTTLE) await devtools.send('Emulation.setCPUThrottlingRate', { rate: Number(process.env.THROTTLE) });
    const measure = async () =>
      Object.fromEntries((await devtools.send('Performance.getMetrics')).metrics.map((one) => [one.name, one.value]));
    const ms = (before: Record<string, number>, after: Record<string, number>, ...names: string[]) =>
      Math.round(names.reduce((sum, name) => sum + after[name] - before[name], 0) * 1000);
    /** Clicks, and returns the time until the next frame is painted. */
    const click = (selector: string, n: number) =>
      page.evaluate(
        ([selector, n]) =>
          new Promise<number>((done) => {
            const began = performance.now();
            document.querySelectorAll<HTMLElement>(selector)[n].click();
            requestAnimationFrame(() => requestAnimationFrame(() => done(Math.round(performance.now() - began))));
          }),
        [selector, n] as const,
      );

    await page.goto(`${server.url}/#/review`);
    await page.waitForSelector('.approve');
    await page.waitForTimeout(1200);
    const boot = await measure();
    const openWall = await click('.seg button', 1);
    const first = await measure();
    await page.waitForFunction((all) => document.querySelectorAll('li[data-id]').length === all, await lines(page));
    const opened = await measure();

    await page.mouse.move(600, 500);
    const frames = page.evaluate(
      () =>
        new Promise<number[]>((done) => {
          const lengths: number[] = [];
          let last = performance.now();
          const end = last + 3000;
          const frame = (now: number) => {
            lengths.push(now - last);
            last = now;
            if (now < end) requestAnimationFrame(frame);
            else done(lengths.slice(1));
          };
          requestAnimationFrame(frame);
        }),
    );
    for (let i = 0; i < 55; i++) {
      await page.mouse.wheel(0, 260);
      await page.waitForTimeout(45);
    }
    const lengths = (await frames).sort((a, b) => a - b);
    const frameLength = (share: number) => Number(lengths[Math.min(lengths.length - 1, Math.floor(lengths.length * share))].toFixed(1));

    await page.evaluate(() => scrollTo(0, 0));
    await page.waitForTimeout(300);
    const before = await measure();
    const editWall = await click('li[data-id] input', 3);
    const after = await measure();
    await click('li[data-id] input', 3);
    rounds.push({
      rows: await page.locator('li[data-id]').count(),
      nodes: await page.evaluate(() => document.querySelectorAll('*').length),
      'first script': ms(boot, first, 'ScriptDuration'),
      'open script': ms(boot, opened, 'ScriptDuration'),
      'open layout': ms(boot, opened, 'LayoutDuration', 'RecalcStyleDuration'),
      'open to paint': openWall,
      'frame p50': frameLength(0.5),
      'frame p95': frameLength(0.95),
      'frame worst': frameLength(1),
      'edit script': ms(before, after, 'ScriptDuration'),
      'edit to paint': editWall,
      'heap MB': Number((after.JSHeapUsedSize / 1e6).toFixed(1)),
    });
    await context.close();
  }
  await browser.close();
  await server.end();
  rmSync(folder, { recursive: true });
  console.table(rounds);
  // The fastest round measures the client; the others include other work of the machine. Only the script time has a limit, the rest is
  // printed.
  const script = Math.min(...rounds.map((round) => round['open script']));
  if (!process.env.THROTTLE) expect(script).toBeLessThan(SCRIPT_MS);
});
