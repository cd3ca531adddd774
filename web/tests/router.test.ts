import { beforeEach, expect, it, vi } from 'vitest';

/** A stand-in for the browser's history, location and Navigation API. As in a real browser, going back takes effect later. */
class Browser {
  entries = [{ hash: '#/team', state: null as unknown }];
  at = 0;
  private readonly listeners: [string, () => void, boolean][] = [];

  readonly location = Object.defineProperty({ hash: '' }, 'hash', {
    get: () => this.entries[this.at].hash,
    set: (hash: string) => this.navigate(hash),
  });
  readonly history = Object.defineProperty(
    {
      state: null,
      pushState: (state: unknown, _: string, hash = this.location.hash) => this.push(hash, state),
      replaceState: (state: unknown, _: string, hash = this.location.hash) => (this.entries[this.at] = { hash, state }),
      go: (by: number) => void setTimeout(() => this.go(by)),
    },
    'state',
    { get: () => this.entries[this.at].state },
  );

  /** The Navigation API. */
  readonly navigation = Object.defineProperties(
    {},
    {
      currentEntry: { get: () => ({ index: this.at }) },
      canGoForward: { get: () => this.at < this.entries.length - 1 },
    },
  );

  /** Forgets the listeners, as a reload does. */
  forget() {
    this.listeners.length = 0;
  }

  listen = (name: string, run: () => void, { once = false } = {}) => void this.listeners.push([name, run, once]);

  private push(hash: string, state: unknown) {
    this.entries.splice(++this.at, Infinity, { hash, state });
  }

  navigate(hash: string) {
    this.push(hash, null);
    this.tell('popstate');
    this.tell('hashchange');
  }

  go(by: number) {
    if (!this.entries[this.at + by]) return;
    const before = this.location.hash;
    this.at += by;
    this.tell('popstate');
    if (this.location.hash !== before) setTimeout(() => this.tell('hashchange'));
  }

  private tell(name: string) {
    for (const one of this.listeners.filter(([of]) => of === name)) {
      if (one[2]) this.listeners.splice(this.listeners.indexOf(one), 1);
      one[1]();
    }
  }
}

let browser: Browser;
let route: typeof import('../src/lib/router.svelte').route;
let link: typeof import('../src/lib/router.svelte').link;
const settled = () => vi.runAllTimersAsync();
const addresses = () => browser.entries.slice(0, browser.at + 1).map((one) => one.hash);

beforeEach(async () => {
  vi.useFakeTimers();
  browser = new Browser();
  vi.stubGlobal('location', browser.location);
  vi.stubGlobal('history', browser.history);
  vi.stubGlobal('navigation', browser.navigation);
  vi.stubGlobal('addEventListener', browser.listen);
  await load();
  browser.navigate('#/review');
});

async function load() {
  vi.resetModules();
  browser.forget();
  ({ route, link } = await import('../src/lib/router.svelte'));
}

/** A dialog as `Dialog.svelte` opens and closes it. */
function openDialog() {
  const dialog = { open: true, close: () => undefined as void };
  const closed = route.registerDialog(() => dialog.close());
  dialog.close = () => {
    if (!dialog.open) return;
    dialog.open = false;
    closed();
  };
  return dialog;
}

async function forward() {
  browser.go(1);
  await settled();
}

async function back() {
  browser.go(-1);
  await settled();
}

it('Back closes nested dialogs one by one, then leaves the page', async () => {
  const [outer, inner] = [openDialog(), openDialog()];
  await back();
  expect([outer.open, inner.open, route.page]).toEqual([true, false, 'review']);
  await back();
  expect([outer.open, route.page]).toEqual([false, 'review']);
  await back();
  expect(route.page).toBe('team');
});

it('a dialog that is closed on the page leaves nothing for Back', async () => {
  const [outer, inner] = [openDialog(), openDialog()];
  inner.close();
  await settled();
  outer.close();
  await settled();
  expect(addresses()).toEqual(['#/team', '#/review']);
  // Both are closed in the same moment.
  for (const one of [openDialog(), openDialog()].reverse()) one.close();
  await settled();
  expect(addresses()).toEqual(['#/team', '#/review']);
});

it('a dialog that is replaced by another passes on its history entry', async () => {
  openDialog().close();
  const next = openDialog();
  await settled();
  expect([next.open, addresses().length]).toEqual([true, 3]);
  await back();
  expect([next.open, addresses()]).toEqual([false, ['#/team', '#/review']]);
});

it('a dialog that opens while the history goes back over a closed one can be closed with Back', async () => {
  openDialog().close();
  vi.advanceTimersToNextTimer();
  const next = openDialog();
  await settled();
  expect(next.open).toBe(true);
  await back();
  expect([next.open, addresses()]).toEqual([false, ['#/team', '#/review']]);
});

it('a dialog that leads to another page is not there when Back returns', async () => {
  openDialog().close();
  browser.location.hash = '#/calendar';
  await settled();
  expect(route.page).toBe('calendar');
  await back();
  expect(addresses()).toEqual(['#/team', '#/review']);
  await back();
  expect(route.page).toBe('team');
});

it('Forward skips the entries of closed dialogs, and stays on the page if no other entry follows', async () => {
  const [outer, inner] = [openDialog(), openDialog()];
  inner.close();
  outer.close();
  browser.location.hash = '#/calendar';
  await settled();
  for (let n = 0; n < 2; n++) {
    await back();
    expect([route.page, addresses()]).toEqual(['review', ['#/team', '#/review']]);
    await forward();
    expect(route.page).toBe('calendar');
  }
  await back();
  openDialog();
  await back();
  await forward();
  expect([route.page, addresses()]).toEqual(['review', ['#/team', '#/review']]);
});

it('a dialog that stays open while the page changes is closed', async () => {
  const dialog = openDialog();
  browser.navigate('#/compare/t1');
  await settled();
  expect([dialog.open, route.page, route.id]).toEqual([false, 'compare', 't1']);
});

it('over details, Back closes the dialog and then the details', async () => {
  route.openOverlay({ sel: 'L1' });
  const dialog = openDialog();
  await back();
  expect([dialog.open, route.get('sel')]).toEqual([false, 'L1']);
  await back();
  expect([route.page, route.get('sel')]).toEqual(['review', null]);
});

it('closing a dialog and the details under it leaves nothing for Back', async () => {
  route.openOverlay({ sel: 'L1' });
  const dialog = openDialog();
  dialog.close();
  const closed = route.closeOverlay({ sel: null });
  await settled();
  await closed;
  expect(addresses()).toEqual(['#/team', '#/review']);
});

it('details that open as a dialog closes can be closed with Back', async () => {
  openDialog().close();
  await vi.advanceTimersByTimeAsync(0);
  route.openOverlay({ sel: 'L1' });
  await settled();
  expect(route.get('sel')).toBe('L1');
  await back();
  expect([addresses(), route.get('sel')]).toEqual([['#/team', '#/review'], null]);
});

it('a filter that changes under a dialog stays', async () => {
  const dialog = openDialog();
  route.set({ tab: 'all' });
  dialog.close();
  await settled();
  expect([addresses(), route.get('tab')]).toEqual([['#/team', '#/review?tab=all'], 'all']);
});

it('after a reload with an open dialog, Back leaves the page', async () => {
  for (const dialogs of [1, 2]) {
    for (let n = 0; n < dialogs; n++) openDialog();
    await load();
    await settled();
    expect([addresses(), route.page]).toEqual([['#/team', '#/review'], 'review']);
  }
  await back();
  expect(route.page).toBe('team');
});

it('if the browser cannot go back, Back still closes what opens later', async () => {
  // The entry counts more dialogs than the history has entries, as in a duplicated tab.
  browser.entries = [{ hash: '#/review', state: { over: true, dialogs: 2 } }];
  browser.at = 0;
  await load();
  const closed = route.closeOverlay({ sel: null });
  await settled();
  await closed;
  route.openOverlay({ sel: 'L1' });
  const dialog = openDialog();
  await back();
  expect([dialog.open, route.get('sel')]).toEqual([false, 'L1']);
  await back();
  expect([addresses(), route.get('sel')]).toEqual([['#/review'], null]);
});

it('a second question mark belongs to a value, and a link has no empty values', async () => {
  browser.navigate('#/team?show=all?who=E01');
  await settled();
  expect([route.page, route.get('show'), route.get('who')]).toEqual(['team', 'all?who=E01', null]);
  expect(link('team', { who: 'E01', off: '' })).toBe('#/team?who=E01');
});
