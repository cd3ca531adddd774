/**
 * Visits of a person in a browser to the site of the deployed stack.
 *
 *   node browser.mjs VISIT OPTIONS     VISIT is a name in `visits`; OPTIONS is the JSON that `Cloud.browser` of place.py sends
 */
import { chromium } from '../../web/node_modules/playwright-core/index.mjs';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const TIMEOUT_MS = 60_000;
const [visit, text] = process.argv.slice(2);
const options = JSON.parse(text);

// All visits use the same profile, so that the browser has the data of earlier visits.
const context = await chromium.launchPersistentContext(options.profile, { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
const page = await context.newPage();
page.setDefaultTimeout(TIMEOUT_MS);
const faults = [];
page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
// Violations of the content security policy are logged to the console as well.
page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && faults.push(`console: ${message.text()}`));

async function signIn() {
  await page.goto(options.site);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#username').fill(options.person);
  await page.locator('#password').fill(options.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  if (options.next) {
    await page.locator('#new_password').fill(options.next);
    await page.locator('#confirm_password').fill(options.next);
    await page.getByRole('button').click();
  }
  await page.waitForURL(`${options.site}/**`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** What the browser stores: the keys of the tab and those of the stored answers. */
const storedKeys = () =>
  page.evaluate(async () => ({
    tab: Object.keys(sessionStorage),
    answers: await new Promise((resolve) => {
      const request = indexedDB.open('muster');
      request.onerror = () => resolve([]);
      request.onsuccess = () => {
        const db = request.result;
        if (!db.objectStoreNames.contains('answers')) return resolve([]);
        const keys = db.transaction('answers').objectStore('answers').getAllKeys();
        keys.onsuccess = () => resolve(keys.result);
      };
    }),
  }));

const visits = {
  /** Signs in. Returns the token of a request that the page sends. */
  async 'sign in'() {
    const sent = page.waitForRequest((request) => new URL(request.url()).pathname === '/api/me' && !!request.headers().authorization);
    await signIn();
    const token = (await (await sent).allHeaders()).authorization.replace('Bearer ', '');
    return { token };
  },
  /**
   * Signs in, opens the proposal and the pages, and signs out. Returns the pages that have no alert, and what the browser stores
   * before and after signing out.
   */
  async 'open pages and sign out'() {
    await signIn();
    await page.goto(`${options.site}/#/review`);
    await page.locator('li[data-id]').first().waitFor();
    await page.reload();
    await page.locator('li[data-id]').first().waitFor();
    const pages = [];
    for (const name of options.pages) {
      await page.goto(`${options.site}/#/${name}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      if (!(await page.getByRole('alert').count())) pages.push(name);
    }
    const before = await storedKeys();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL((url) => !url.hash.includes('settings'));
    await page.goto(options.site);
    await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).waitFor();
    return { pages, before, after: await storedKeys() };
  },
};

try {
  const found = await visits[visit]();
  if (faults.length) throw new Error(faults.join('\n'));
  console.log(JSON.stringify(found));
} catch (error) {
  await page.screenshot({ path: 'browser.png' }).catch(() => undefined);
  console.error(`${error}\n${faults.join('\n')}\nat ${page.url()}; browser.png shows the page`);
  process.exitCode = 1;
} finally {
  await context.close();
}
