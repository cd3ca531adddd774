/** A manager at a browser: the actions and queries that tests share. */
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page, type Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { type Beginning, MusterServer } from './server';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const TIMEOUT_MS = 30_000;
/** MUSTER_LATENCY: extra milliseconds for every request. Reveals races between an action and a pending response. */
const LATENCY_MS = Number(process.env.MUSTER_LATENCY ?? 0);

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1440, height: 900 }, colorScheme: 'light' };
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const launch = () => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

/** Changes the server's answers at an address. */
export async function changeAnswers<T>(page: Page, address: string | RegExp, change: (answer: T) => unknown) {
  await page.route(address, async (route) => {
    const response = await route.fetch({ headers: { ...route.request().headers(), 'if-none-match': '' } });
    await route.fulfill({ json: change((await response.json()) as T) });
  });
}

export class Manager {
  /** Exceptions and errors in the console of the page. */
  readonly pageErrors: string[] = [];
  private readonly held: Route[] = [];

  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    readonly server: MusterServer,
  ) {
    page.setDefaultTimeout(TIMEOUT_MS);
    page.on('pageerror', (error) => this.pageErrors.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.pageErrors.push(`console: ${message.text()}`);
    });
  }

  static async at(browser: Browser, server: MusterServer, options: BrowserContextOptions = {}): Promise<Manager> {
    const context = await browser.newContext({ ...DESKTOP, ...options });
    const page = await context.newPage();
    await page.clock.install();
    if (LATENCY_MS) {
      const devtools = await context.newCDPSession(page);
      await devtools.send('Network.enable');
      const rates = { downloadThroughput: -1, uploadThroughput: -1 };
      await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: LATENCY_MS, ...rates });
    }
    return new Manager(page, context, server);
  }

  /** Leaves requests unanswered until the manager is closed. */
  async hold(pattern: string) {
    await this.page.route(pattern, (route) => void this.held.push(route));
  }

  /**
   * Ends the manager. Goes offline and aborts the held requests first: when a route is removed, the browser sends the
   * requests that it held, and the club may be shared with other tests.
   */
  async close() {
    await this.context.setOffline(true);
    await Promise.all(this.held.splice(0).map((route) => route.abort().catch(() => undefined)));
    await this.page.unrouteAll({ behavior: 'ignoreErrors' });
    await this.context.close();
  }

  async open(hash: string) {
    // A dialog that closes goes back over its history entry, which would undo a navigation of the same moment.
    await this.page.waitForFunction(() => !history.state?.dialogs, undefined, { timeout: 1_000 }).catch(() => undefined);
    await this.page.goto(`${this.server.url}/${hash}`);
    await this.page.waitForSelector('h1');
  }

  async review(query = '') {
    await this.open(`#/review${query}`);
    await this.page.waitForSelector('li[data-id]');
  }

  /** Moves the page's clock forward, so that polls happen now. */
  pass = (seconds: number) => this.page.clock.fastForward(seconds * 1000);
  button = (name: string | RegExp) => this.page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
  see = (text: string | RegExp) => this.page.getByText(text).first().waitFor();
  row = (title: string) => this.page.locator('li[data-id]', { hasText: title }).first();
  bar = async () => (await this.page.locator('.approve .left').innerText()).replaceAll('\n', ' | ');
  toSend = async () => Number(/^\d+/.exec(await this.bar())?.[0]);
  toast = () => this.page.locator('.toast').last().innerText();

  /** Moves the page's clock until a text is shown. */
  async passUntil(text: string | RegExp) {
    for (let n = 0; n < 60 && !(await this.page.getByText(text).count()); n++) {
      await this.pass(1);
      await this.page.waitForTimeout(150);
    }
    await this.see(text);
  }

  /** Approves what the page offers; returns how many events the server will send. */
  async approve(): Promise<number> {
    await this.button(/^Approve \d/).click();
    await this.see('checked again just now');
    const events = Number(await this.page.locator('dialog dd').first().innerText());
    await this.button('Approve and send').click();
    await this.page
      .locator('dialog[open]')
      .waitFor({ state: 'detached' })
      .catch(() => undefined);
    return events;
  }
}

/** The set-up of a file of tests: one browser, and for every test its own servers and managers. */
export function setUp() {
  let browser: Browser;
  const servers: MusterServer[] = [];
  const managers: Manager[] = [];

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
  });
  afterEach(async () => {
    const pageErrors = managers.flatMap((one) => one.pageErrors);
    await Promise.all(managers.splice(0).map((one) => one.close()));
    await Promise.all(servers.splice(0).map((one) => one.end()));
    expect(pageErrors).toEqual([]);
  });

  /** The options for an identity other than the development identity. */
  const as = (who: string): BrowserContextOptions => ({ extraHTTPHeaders: { authorization: `Bearer ${who}` } });

  async function newManager(server: MusterServer, options: BrowserContextOptions = {}): Promise<Manager> {
    const manager = await Manager.at(browser, server, options);
    managers.push(manager);
    return manager;
  }

  return {
    as,
    newManager,
    /** A person with the role of a viewer. */
    async newViewer(server: MusterServer): Promise<Manager> {
      const club = (await server.get('/api/me')).clubs[0].club_id;
      return newManager(server, as(`dev:vera:${club}:viewer`));
    },
    /** A server whose proposal is ready, unless another beginning is given. */
    async startServer(beginning: Beginning = { from: inject('ready') }): Promise<MusterServer> {
      const server = await MusterServer.start(beginning);
      servers.push(server);
      return server;
    },
  };
}
