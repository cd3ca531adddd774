import './styles/tokens.css';
import './styles/app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { configureApi } from './lib/api';
import { startAuth } from './lib/auth.svelte';
import { loadConfig } from './lib/config';

const config = await loadConfig();
configureApi(config.api);
await startAuth(config);
mount(App, { target: document.getElementById('app') as HTMLElement });
