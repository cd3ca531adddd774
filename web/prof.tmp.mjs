import { chromium } from 'playwright-core';
const url = process.argv[2], page = process.argv[3] ?? 'today', rounds = Number(process.argv[4] ?? 5);
const MAIN = { today: process.env.MAIN_TODAY ?? 'section[aria-labelledby=hero]', review: 'li[data-id]' };
const FLAGS = ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
const all = [];
for (let i = 0; i < rounds; i++) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  const p = await context.newPage();
  const d = await context.newCDPSession(p);
  await d.send('Network.enable');
  await d.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 1.6e6/8, uploadThroughput: 1e5 });
  await d.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await p.addInitScript((selector) => {
    const look = () => { if (document.querySelector(selector)) requestAnimationFrame(() => performance.mark('main')); else requestAnimationFrame(look); };
    look();
    new PerformanceObserver((l)=>{ window.lt=(window.lt??[]).concat(l.getEntries().map(e=>[Math.round(e.startTime),Math.round(e.duration)]))}).observe({entryTypes:['longtask']});
  }, MAIN[page]);
  await p.goto(`${url}/#/${page}`, { waitUntil: 'commit' });
  await p.waitForFunction(() => performance.getEntriesByName('main').length);
  const r = await p.evaluate(() => ({ main: Math.round(performance.getEntriesByName('main')[0].startTime), lt: window.lt,
    res: performance.getEntriesByType('resource').map((e) => `${e.name.split('/').slice(3).join('/').slice(0,60)} ${Math.round(e.startTime)}-${Math.round(e.responseStart)}-${Math.round(e.responseEnd)} ${e.encodedBodySize}`), marks: performance.getEntriesByType("mark").map(m=>m.name+" "+Math.round(m.startTime)), nav: Math.round(performance.getEntriesByType('navigation')[0].responseEnd) }));
  all.push(r.main);
  if (i === rounds - 1) { console.log(r.res.join('\n')); console.log(JSON.stringify(r.marks),"html", r.nav, 'long tasks', JSON.stringify(r.lt)); }
  await context.close();
}
console.log(page, all.sort((a,b)=>a-b).join(' '));
await browser.close();
