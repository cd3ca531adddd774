// 400 lines: what opening all of them, scrolling and one edit cost. Fails over the budget. THROTTLE=4 slows the processor.
import { DESKTOP, open } from './browser.mjs';

const BUDGET = { scriptMs: 200, scrollP95Ms: 34 };
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const { browser, url, reset, close } = await open({ n: 400 });
const rounds = [];

for (let round = 0; round < ROUNDS; round++) {
  await reset({ n: 400 });
  const context = await browser.newContext(DESKTOP);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Performance.enable');
  if (process.env.THROTTLE) await devtools.send('Emulation.setCPUThrottlingRate', { rate: Number(process.env.THROTTLE) });
  const measure = async () => Object.fromEntries((await devtools.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value]));
  const ms = (before, after, name) => Math.round((after[name] - before[name]) * 1000);

  await page.goto(`${url}/#/review`);
  await page.waitForSelector('li[data-id]');
  await page.waitForTimeout(1200);
  const boot = await measure();

  const all = await page.evaluate(() => new Promise((done) => {
    const began = performance.now();
    [...document.querySelectorAll('.seg button')].find((button) => button.textContent.includes('All lines')).click();
    requestAnimationFrame(() => requestAnimationFrame(() => done({ wall: Math.round(performance.now() - began), rows: document.querySelectorAll('li[data-id]').length })));
  }));
  const opened = await measure();

  await page.mouse.move(600, 500);
  const frames = page.evaluate(() => new Promise((done) => {
    const lengths = [];
    let last = performance.now();
    const end = last + 3000;
    const frame = (now) => { lengths.push(now - last); last = now; if (now < end) requestAnimationFrame(frame); else done(lengths.slice(1)); };
    requestAnimationFrame(frame);
  }));
  for (let i = 0; i < 55; i++) { await page.mouse.wheel(0, 260); await page.waitForTimeout(45); }
  const lengths = (await frames).sort((a, b) => a - b);

  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForTimeout(300);
  const before = await measure();
  const hold = await page.evaluate(() => new Promise((done) => {
    const began = performance.now();
    document.querySelectorAll('li[data-id] input')[3].click();
    requestAnimationFrame(() => requestAnimationFrame(() => done(Math.round(performance.now() - began))));
  }));
  const after = await measure();

  rounds.push({
    rows: all.rows, nodes: await page.evaluate(() => document.querySelectorAll('*').length), bootScript: Math.round(boot.ScriptDuration * 1000),
    allScript: ms(boot, opened, 'ScriptDuration'), allLayout: ms(boot, opened, 'LayoutDuration') + ms(boot, opened, 'RecalcStyleDuration'), allWall: all.wall,
    p50: Number(lengths[lengths.length >> 1].toFixed(1)), p95: Number(lengths[Math.floor(lengths.length * 0.95)].toFixed(1)), worst: Number(lengths.at(-1).toFixed(1)),
    holdScript: ms(before, after, 'ScriptDuration'), holdWall: hold, heapMB: Number((after.JSHeapUsedSize / 1e6).toFixed(1)),
  });
  await context.close();
}
console.table(rounds);
await close();
const median = (name) => rounds.map((round) => round[name]).sort((a, b) => a - b)[rounds.length >> 1];
const over = [['allScript', BUDGET.scriptMs], ['p95', BUDGET.scrollP95Ms]].filter(([name, limit]) => median(name) > limit);
for (const [name, limit] of over) console.log(`OVER ${name}: ${median(name)} ms of ${limit}`);
process.exit(over.length && !process.env.THROTTLE ? 1 : 0);
