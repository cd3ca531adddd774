/**
 * Measures when a phone shows the main content of Today and Review, on two slow networks, without any cache:
 *
 *   npm run first-paint -- [--rounds 11] [--requests] SERVER [SERVER]
 *
 * The loads from two servers alternate, so that their clients can be compared. `--requests` also lists the requests of the fastest load of
 * each page from the first server. Times are milliseconds since the navigation. Fails if the median of the first server exceeds a limit.
 */
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const PAGES = { today: 'section[aria-labelledby=hero]', review: 'li[data-id]' };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
/** How much slower the phone's processor is. */
const SLOWDOWN = 4;
const NETWORKS = [
  { name: '1.6 Mbit, 150 ms', bits: 1.6e6, latency: 150, limit: 1_500 },
  { name: 'Slow 4G', bits: 1.44e6, latency: 562, limit: 4_000 },
];

const { values, positionals: servers } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '11' }, requests: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
if (!servers.length || !(rounds > 0)) throw new Error('usage: npm run first-paint -- [--rounds N] [--requests] SERVER [SERVER]');

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });

/** Loads a page in a new browser session: when its main content was shown, and what was requested until then. */
async function load(server, page, { bits, latency, limit }) {
  const context = await browser.newContext(PHONE);
  const tab = await context.newPage();
  const devtools = await context.newCDPSession(tab);
  const requests = await record(devtools);
  const rates = { downloadThroughput: bits / 8, uploadThroughput: bits / 16 };
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency, ...rates });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  await tab.addInitScript((selector) => {
    const look = () => {
      if (document.querySelector(selector)) requestAnimationFrame(() => performance.mark('main'));
      else requestAnimationFrame(look);
    };
    look();
  }, PAGES[page]);
  await tab.goto(`${server}/#/${page}`, { waitUntil: 'commit' });
  // Playwright's own waits run scripts in the page, which take time from it.
  await setTimeout(2 * limit);
  const at = Math.round(await tab.evaluate(() => performance.getEntriesByName('main')[0]?.startTime ?? Infinity));
  await context.close();
  return { at, requests: requests.filter((one) => one.sent <= at) };
}

/** The requests of a page, which are added as they are sent. */
async function record(devtools) {
  const requests = [];
  const byId = new Map();
  let first;
  const since = (time) => Math.round((time - first) * 1000);
  devtools.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
    first ??= timestamp;
    const { pathname, search } = new URL(request.url);
    byId.set(requestId, { address: pathname + search, sent: since(timestamp) });
    requests.push(byId.get(requestId));
  });
  devtools.on('Network.loadingFinished', ({ requestId, timestamp, encodedDataLength }) =>
    Object.assign(byId.get(requestId) ?? {}, { ended: since(timestamp), bytes: encodedDataLength }),
  );
  await devtools.send('Network.enable');
  return requests;
}

let isLate = false;
for (const network of NETWORKS) {
  const rows = [];
  const listed = [];
  for (const page of Object.keys(PAGES)) {
    const loads = servers.map(() => []);
    for (let round = 0; round < rounds; round++)
      for (const [n, server] of servers.entries()) loads[n].push(await load(server, page, network));
    for (const [n, server] of servers.entries()) {
      const sorted = loads[n].sort((a, b) => a.at - b.at);
      const median = sorted[Math.floor(rounds / 2)].at;
      rows.push({ page, server, best: sorted[0].at, median, limit: network.limit });
      isLate ||= n === 0 && median > network.limit;
    }
    listed.push(...loads[0][0].requests);
  }
  console.log(`${network.name}, a processor ${SLOWDOWN} times slower`);
  console.table(rows);
  if (values.requests) console.table(listed);
}
await browser.close();
process.exit(isLate ? 1 : 0);
