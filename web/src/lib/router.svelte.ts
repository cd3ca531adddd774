/** Hash routes: `#/review?tab=all&day=2026-12-01`, `#/compare/<trial id>`. Every filter and selection is in the address. */

function read() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [page, ...rest] = path.split('/');
  return { page: page || 'today', id: rest.join('/'), query: new URLSearchParams(query) };
}

type Changes = Record<string, string | null>;

const isOver = () => !!(history.state as { over?: boolean } | null)?.over;

class Route {
  #now = $state.raw(read());

  constructor() {
    addEventListener('hashchange', () => (this.#now = read()));
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

  get(name: string): string | null {
    return this.#now.query.get(name);
  }

  /** Changes parts of the query without a step in the browser's history. */
  set(changes: Changes) {
    history.replaceState(history.state, '', this.#with(changes));
    this.#now = read();
  }

  /** Opens an overlay that the browser's Back closes. An open overlay is replaced. */
  over(changes: Changes) {
    if (isOver()) return this.set(changes);
    history.pushState({ over: true }, '', this.#with(changes));
    this.#now = read();
  }

  /** Closes the overlay as Back does, so that a later Back leaves the page; resolves when it is closed. */
  async uncover(changes: Changes): Promise<void> {
    const then = this.#with(changes);
    if (isOver()) {
      const back = new Promise((done) => addEventListener('popstate', done, { once: true }));
      history.back();
      await back;
    }
    // This keeps filters that were changed meanwhile.
    history.replaceState(history.state, '', then);
    this.#now = read();
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

export const link = (page: string, query: Record<string, string> = {}) => {
  const text = new URLSearchParams(query).toString();
  return `#/${page}${text ? '?' + text : ''}`;
};
