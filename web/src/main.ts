/** The entry point; small, so that it runs while the client is still loading. */
import { config } from './lib/config';
import { prefetchFirstView } from './lib/prefetch';

// Not awaited at the top level: the client imports from this chunk, and would have to wait for its evaluation.
async function begin() {
  const client = import('./app');
  prefetchFirstView(await config(), /^#\/(\w+)/.exec(location.hash)?.[1] ?? 'today');
  // The first formatter loads the browser's language data: a tenth of a second on a phone, which is spent while the client arrives.
  new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format();
  await client;
}

begin().catch(() => {
  const text = Object.assign(document.createElement('p'), {
    textContent: 'Muster could not be loaded. The connection may be interrupted.',
  });
  const again = Object.assign(document.createElement('button'), { textContent: 'Try again', onclick: () => location.reload() });
  document.getElementById('app')?.replaceChildren(text, again);
});
