import { chromium } from 'playwright-core';
const url = process.argv[2], page = process.argv[3] ?? 'today';
const MAIN = { today: 'section[aria-labelledby=hero]', review: 'li[data-id]' };
const FLAGS = ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
const self = new Map(), incl = new Map(); let total = 0; const N = 4;
for (let i = 0; i < N; i++) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  const p = await context.newPage();
  const d = await context.newCDPSession(p);
  await d.send('Profiler.enable'); await d.send('Profiler.setSamplingInterval', { interval: 200 });
  await p.addInitScript((selector) => {
    const look = () => { if (document.querySelector(selector)) requestAnimationFrame(() => performance.mark('main')); else requestAnimationFrame(look); };
    look();
  }, MAIN[page]);
  await d.send('Profiler.start');
  await p.goto(`${url}/#/${page}`, { waitUntil: 'commit' });
  await p.waitForFunction(() => performance.getEntriesByName('main').length);
  const { profile } = await d.send('Profiler.stop');
  const byId = new Map(profile.nodes.map((n) => [n.id, n]));
  const parent = new Map(); for (const n of profile.nodes) for (const c of n.children ?? []) parent.set(c, n.id);
  profile.samples.forEach((id, k) => {
    const dt = profile.timeDeltas[k] / 1000; const n = byId.get(id); const f = n.callFrame;
    const key = `${f.functionName || '(anon)'} ${f.url.split('/').pop()}:${f.lineNumber + 1}`;
    if (f.functionName !== '(idle)') total += dt;
    self.set(key, (self.get(key) ?? 0) + dt);
    const seen = new Set();
    for (let x = id; x; x = parent.get(x)) { const g = byId.get(x).callFrame; const k2 = `${g.functionName || '(anon)'} ${g.url.split('/').pop()}:${g.lineNumber + 1}`; if (!seen.has(k2)) { seen.add(k2); incl.set(k2, (incl.get(k2) ?? 0) + dt); } }
  });
  await context.close();
}
const top = (m, n) => [...m].sort((a, b) => b[1] - a[1]).slice(0, n).map(([k, v]) => `${(v / N).toFixed(1)} ${k}`).join('\n');
console.log('busy ms', (total / N).toFixed(0)); console.log('SELF\n' + top(self, 30)); console.log('INCL\n' + top(incl, 60));
await browser.close();
