/** The entry point; small, so that it runs while the client is still loading. */
import { config } from './lib/config';
import { prefetchFirstView } from './lib/prefetch';

const page = /^#\/(\w+)/.exec(location.hash)?.[1] ?? 'today';

/** Sets the chosen theme before anything is drawn. */
function applyTheme() {
  try {
    const theme = localStorage.getItem('muster.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage can be switched off; the system's theme is used then.
  }
}

/** Preloads the chunks and style sheets of the page that the address names, as the build lists them in the document. */
function preloadPage() {
  const files = document.documentElement.dataset.pages?.split(';').find((one) => one.startsWith(`${page} `));
  for (const href of files?.split(' ').slice(1) ?? []) {
    const rel = href.endsWith('.css') ? 'stylesheet' : 'modulepreload';
    document.head.append(Object.assign(document.createElement('link'), { rel, crossOrigin: 'anonymous', href }));
  }
}

// Not awaited at the top level: the client imports from this chunk, and would have to wait for its evaluation.
async function begin() {
  applyTheme();
  preloadPage();
  const client = import('./app');
  prefetchFirstView(await config(), page);
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
