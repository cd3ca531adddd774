// What every browser script needs: the browser, an address, and the stand-in for the API where no other address is given.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const dist = fileURLToPath(new URL('../dist', import.meta.url));

/** MUSTER_URL names a running whole; without it the built client is tried over the stand-in. */
export async function open(options = {}) {
  let server = null;
  let url = process.env.MUSTER_URL;
  if (!url) {
    if (!existsSync(dist)) throw new Error('build the client first: npm run build');
    const { start } = await import('../tests/mock/server.mjs');
    server = await start({ dist, options });
    url = server.url;
  }
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  const reset = (more = {}) => (server ? fetch(`${url}/_mock/reset`, { method: 'POST', body: JSON.stringify(more) }) : null);
  const act = (what, body = {}) => fetch(`${url}/_mock/${what}`, { method: 'POST', body: JSON.stringify(body) });
  return { browser, url: url.replace(/\/$/, ''), mock: !!server, server, reset, act, close: async () => { await browser.close(); await server?.close(); } };
}

export const DESKTOP = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
