/** Hash routes: `#/review?tab=all&day=2026-12-01`, `#/compare/<trial id>`. Every filter and selection is in the address. */
import type { Parameter } from './addresses';
import { giveBack, placeOfFocus, stopGivingBack, type Place } from './focus';

function read() {
  const { hash } = location;
  // A second question mark belongs to a value.
  const [, path, query] = /^#?\/?([^?]*)\??(.*)$/s.exec(hash) as string[];
  const [page, ...rest] = path.split('/');
  return { hash, page: page || 'today', id: rest.join('/'), query: new URLSearchParams(query) };
}

type Changes = Partial<Record<Parameter, string | null>>;

/** What the browser keeps with an entry of its history: whether an overlay is open there, and how many dialogs. */
interface Entry {
  over?: boolean;
  dialogs?: number;
}

const entry = () => (history.state ?? {}) as Entry;
const dialogsThere = () => entry().dialogs ?? 0;

/** Maximum wait for the browser to go to another entry. If there is no such entry, it does not go. */
const MAX_NAVIGATION_MS = 1000;

/** Maximum entries of the history whose focus is remembered. */
const MAX_FOCUS_PLACES = 10;

/** The Navigation API; some browsers do not have it. */
const navigation = () =>
  (globalThis as { navigation?: { currentEntry: { index: number; key: string } | null; canGoForward: boolean } }).navigation;
const indexNow = () => navigation()?.currentEntry?.index ?? 0;
const keyNow = () => navigation()?.currentEntry?.key ?? '';

class Route {
  #now = $state.raw(read());
  /** The function that closes each open dialog, the innermost last. */
  #dialogs: (() => void)[] = [];
  /** Set while the client itself goes back or forward. */
  #going: Promise<void> | null = null;
  /** The place of the entry in the browser's history; 0 if the browser does not tell. */
  #index = indexNow();
  /** The browser's name for the entry; empty if the browser does not tell. */
  #key = keyNow();
  /** Where the focus was on each entry that was left. */
  readonly #places = new Map<string, Place | null>();

  constructor() {
    addEventListener('hashchange', () => (this.#now = read()));
    addEventListener('popstate', () => {
      const before = this.#index;
      this.#index = indexNow();
      this.#moveFocus();
      if (this.#going) return;
      this.#now = read();
      for (const close of this.#dialogs.splice(dialogsThere()).reverse()) close();
      void (this.#index > before ? this.#passOver() : this.#settle());
    });
    // After a reload, no dialog of the entry is open.
    void this.#settle();
  }

  get page() {
    return this.#now.page;
  }

  /** The id of the item that the page shows, if it shows one of many. */
  get id() {
    return this.#now.id;
  }

  get query() {
    return this.#now.query;
  }

  get(name: Parameter): string | null {
    return this.#now.query.get(name);
  }

  /** Changes parts of the query without a step in the browser's history. */
  set(changes: Changes) {
    history.replaceState(history.state, '', this.#with(changes));
    this.#now = read();
  }

  /** Opens an overlay that the browser's Back closes. An open overlay is replaced. */
  openOverlay(changes: Changes) {
    const going = this.#settle();
    if (going) return void going.then(() => this.openOverlay(changes));
    if (entry().over) return this.set(changes);
    this.#push({ over: true }, this.#with(changes));
    this.#now = read();
  }

  /** Closes the overlay as Back does, so that a later Back leaves the page; resolves when it is closed. */
  async closeOverlay(changes: Changes): Promise<void> {
    await this.#going;
    this.set(changes);
    if (entry().over) await this.#back(1 + dialogsThere());
  }

  /** Closes the details of an entry or a person, if they are open. On a narrow screen they cover the page and its notes. */
  async closeDetails(): Promise<void> {
    if (this.get('sel') || this.get('who')) await this.closeOverlay({ sel: null, pane: null, who: null, off: null });
  }

  /** Lets the browser's Back close a dialog that has opened. Returns what must be called when the dialog has closed. */
  registerDialog(close: () => void): () => void {
    this.#dialogs.push(close);
    void this.#settle();
    return () => {
      this.#dialogs = this.#dialogs.filter((one) => one !== close);
      // Later, because the click that closed the dialog may also follow a link or open the next dialog.
      setTimeout(() => void this.#settle());
    };
  }

  /**
   * Gives each open dialog an entry of its own, and goes back over the entries of closed ones. Resolves when that is done; returns null if
   * there is nothing to wait for.
   */
  #settle(): Promise<void> | null {
    if (this.#going) return this.#going;
    if (dialogsThere() > this.#dialogs.length) return this.#back(dialogsThere() - this.#dialogs.length);
    while (dialogsThere() < this.#dialogs.length) this.#push({ ...entry(), dialogs: dialogsThere() + 1 });
    return null;
  }

  #push(next: Entry, address?: string) {
    // Gives this entry a state: an entry that a link opened has none, so the two can be told apart.
    history.replaceState(entry(), '');
    this.#leave();
    history.pushState(next, '', address);
    this.#index = indexNow();
    this.#key = keyNow();
  }

  #leave() {
    if (!this.#key) return;
    this.#places.set(this.#key, placeOfFocus());
    if (this.#places.size > MAX_FOCUS_PLACES) this.#places.delete(this.#places.keys().next().value as string);
  }

  /** On an entry that was left before, the focus returns to where it was; on any other entry, nothing gets it back. */
  #moveFocus() {
    if (this.#key !== keyNow()) this.#leave();
    this.#key = keyNow();
    const place = this.#places.get(this.#key);
    this.#places.delete(this.#key);
    const { page, id } = read();
    if (place) giveBack(place, page !== this.page || id !== this.id);
    else stopGivingBack();
  }

  /** Goes forward over the entries of closed dialogs, or back over them if no other entry follows. */
  #passOver(): Promise<void> | null {
    if (dialogsThere() <= this.#dialogs.length || !navigation()?.canGoForward) return this.#settle();
    return this.#go(1, () => {
      this.#now = read();
      void this.#passOver();
    });
  }

  /** Goes back some entries of this page, which keeps its query. */
  #back(by: number): Promise<void> {
    return this.#go(-by, () => {
      if (history.state) history.replaceState(history.state, '', this.#now.hash);
      void this.#settle();
    });
  }

  #go(by: number, then: () => void): Promise<void> {
    let timer: ReturnType<typeof setTimeout>;
    this.#going = new Promise<boolean>((done) => {
      addEventListener('popstate', () => done(true), { once: true });
      timer = setTimeout(() => done(false), MAX_NAVIGATION_MS);
    }).then((isThere) => {
      clearTimeout(timer);
      this.#going = null;
      if (!isThere) history.replaceState({ dialogs: this.#dialogs.length }, '');
      then();
    });
    history.go(by);
    return this.#going;
  }

  #with(changes: Changes): string {
    const query = new URLSearchParams(this.#now.query);
    for (const [name, value] of Object.entries(changes)) {
      if (value) query.set(name, value);
      else query.delete(name);
    }
    const text = query.toString();
    const { page, id } = this.#now;
    return `#/${page}${id ? '/' + id : ''}${text ? '?' + text : ''}`;
  }
}

export const route = new Route();

export type Query = Partial<Record<Parameter, string>>;

/** The address of a page. An empty value would be a wrong one, so it is left out. */
export const link = (page: string, query: Query = {}) => {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  return `#/${page}${text ? '?' + text : ''}`;
};
