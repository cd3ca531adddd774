/** The entry point; small, so that it runs while the client is still loading. */
import { loadConfig } from './lib/config';
import { prefetchFirstView } from './lib/prefetch';

// Not awaited at the top level: the client imports from this chunk, and would have to wait for its evaluation.
async function begin() {
  const app = import('./app');
  const config = await loadConfig();
  prefetchFirstView(config, /^#\/(\w+)/.exec(location.hash)?.[1] ?? 'today');
  // The first formatter loads the browser's language data: a tenth of a second on a phone, which is spent while the client arrives.
  new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format();
  await (await app).start(config);
}

void begin();
