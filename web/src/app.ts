/** The client. `main.ts` has already sent the requests of its first view. */
import './styles/tokens.css';
import './styles/app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { configureApi } from './lib/api';
import { auth, startAuth } from './lib/auth.svelte';
import type { Config } from './lib/config';
import { session } from './lib/session.svelte';

export async function start(config: Config) {
  configureApi(config.api);
  await startAuth(config);
  if (auth.state !== 'out') void session.start();
  mount(App, { target: document.getElementById('app') as HTMLElement });
}
