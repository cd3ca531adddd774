/** The client. `main.ts` has already sent the requests of its first view. */
import './styles/tokens.css';
import './styles/app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { configureApi } from './lib/api';
import { auth, startAuth } from './lib/auth.svelte';
import { config } from './lib/config';
import { hasPage, loadPage } from './lib/pages';
import { readFirst } from './lib/queries';
import { route } from './lib/router.svelte';
import { session } from './lib/session.svelte';

/** Maximum wait for the answers of the first view. If they arrive in time, the view is drawn only once. */
const FIRST_ANSWERS_MS = 300;
/** Maximum wait for the style sheets. One that cannot be loaded does not stop the client. */
const STYLES_MS = 3_000;

/** Waits for work, at most `ms` milliseconds. A failure is ignored here: the part of the page that needs the result shows it. */
const within = (ms: number, work: Promise<unknown>) =>
  Promise.race([work.catch(() => undefined), new Promise((late) => setTimeout(late, ms))]);

async function start() {
  const settings = await config();
  configureApi(settings.api);
  await startAuth(settings);
  if (auth.state !== 'out') await within(FIRST_ANSWERS_MS, firstAnswers());
  await within(STYLES_MS, styles());
  mount(App, { target: document.getElementById('app') as HTMLElement });
}

void start();

/** Reads what the first view shows. */
async function firstAnswers() {
  const page = route.page;
  await Promise.all([session.start(), readFirst(page), hasPage(page) && loadPage(page)]);
}

/** Waits for the style sheets: the script that runs this is async, and does not wait by itself. */
async function styles() {
  const missing = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')].filter((link) => !link.sheet);
  await Promise.all(missing.map((link) => new Promise((done) => (link.onload = link.onerror = done))));
}
