/** Hash routes: `#/review?tab=all&day=2026-12-01`. Every filter and selection is in the address. */

function read() {
  const [page, query] = location.hash.replace(/^#\/?/, '').split('?');
  return { page: page || 'today', query: new URLSearchParams(query) };
}

class Route {
  #now = $state.raw(read());

  constructor() {
    addEventListener('hashchange', () => (this.#now = read()));
  }

  get page() {
    return this.#now.page;
  }

  get(name: string): string | null {
    return this.#now.query.get(name);
  }

  /** Changes parts of the query without a step in the browser's history. */
  set(changes: Record<string, string | null>) {
    const query = new URLSearchParams(this.#now.query);
    for (const [name, value] of Object.entries(changes)) {
      if (value) query.set(name, value);
      else query.delete(name);
    }
    const text = query.toString();
    history.replaceState(history.state, '', `#/${this.#now.page}${text ? '?' + text : ''}`);
    this.#now = read();
  }
}

export const route = new Route();

export const link = (page: string, query: Record<string, string> = {}) => {
  const text = new URLSearchParams(query).toString();
  return `#/${page}${text ? '?' + text : ''}`;
};
