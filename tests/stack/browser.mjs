/** A person's visits in a browser to the deployed stack: signs in with a first password, opens pages, signs out. */
import { chromium } from '../../web/node_modules/playwright-core/index.mjs';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const PATIENCE_MS = 60_000;
const [what, text] = process.argv.slice(2);
const said = JSON.parse(text);

/** All visits use one profile: the person comes back to the same browser. */
const context = await chromium.launchPersistentContext(said.profile, { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
const page = await context.newPage();
page.setDefaultTimeout(PATIENCE_MS);
const faults = [];
page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
// Violations of the content security policy are logged to the console as well.
page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && faults.push(`console: ${message.text()}`));

async function signIn() {
  await page.goto(said.site);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#username').fill(said.person);
  await page.locator('#password').fill(said.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  if (said.next) {
    await page.locator('#new_password').fill(said.next);
    await page.locator('#confirm_password').fill(said.next);
    await page.getByRole('button').click();
  }
  await page.waitForURL(`${said.site}/**`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

const kept = () =>
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
  /** The first visit. Returns the token of a request that the page sends. */
  async 'sign in'() {
    const sent = page.waitForRequest((request) => new URL(request.url()).pathname === '/api/me' && !!request.headers().authorization);
    await signIn();
    const token = (await (await sent).allHeaders()).authorization.replace('Bearer ', '');
    return { token };
  },
  /** Opens the proposal and the pages, and signs out. Returns what the browser stores before and after that. */
  async 'look and leave'() {
    await signIn();
    await page.goto(`${said.site}/#/review`);
    await page.locator('li[data-id]').first().waitFor();
    await page.reload();
    await page.locator('li[data-id]').first().waitFor();
    const pages = [];
    for (const one of said.pages) {
      await page.goto(`${said.site}/#/${one}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      if (!(await page.getByRole('alert').count())) pages.push(one);
    }
    const before = await kept();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL((url) => !url.hash.includes('settings'));
    await page.goto(said.site);
    await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).waitFor();
    return { pages, before, after: await kept() };
  },
};

try {
  const found = await visits[what]();
  if (faults.length) throw new Error(faults.join('\n'));
  console.log(JSON.stringify(found));
} catch (error) {
  await page.screenshot({ path: 'browser.png' }).catch(() => undefined);
  console.error(`${error}\n${faults.join('\n')}\nat ${page.url()}; browser.png shows the page`);
  process.exitCode = 1;
} finally {
  await context.close();
}
