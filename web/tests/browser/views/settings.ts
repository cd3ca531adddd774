/** Views of the settings and of calendar addresses. */
import type { View } from './view';

export const pages: View[] = [
  { name: 'settings', hash: '#/settings' },
  { name: 'settings-feeds', hash: '#/settings?part=feeds', state: 'feeds', go: (m) => m.see('Made by developer') },
];

export const states: View[] = [
  { name: 'settings-edit', hash: '#/settings', go: (m) => m.page.locator('input[type=range]').first().fill('2.5') },
  {
    name: 'settings-words',
    hash: '#/settings',
    go: async (m) => {
      await m.page.getByLabel('Say it in words').fill('follow the rotation more, fairness less');
      await m.button('Show in the fields').click();
      await m.see('1.0 → 1.5');
    },
  },
  {
    name: 'settings-words-unknown',
    hash: '#/settings',
    go: async (m) => {
      await m.page.getByLabel('Say it in words').fill('follow the rotation more, cheaper fruit');
      await m.button('Show in the fields').click();
      await m.see('“cheaper fruit” is not understood.');
    },
  },
  { name: 'settings-viewer', hash: '#/settings', as: 'viewer' },
  { name: 'settings-planning', hash: '#/settings?part=planning' },
  { name: 'settings-times', hash: '#/settings?part=times' },
  {
    name: 'settings-types',
    hash: '#/settings?part=types',
    go: async (m) => {
      for (const n of [0, 1]) await m.page.getByLabel('As the rulebook has it').nth(n).uncheck();
    },
  },
  {
    name: 'settings-closed',
    hash: '#/settings?part=closed',
    go: async (m) => {
      await m.page.getByLabel('When').selectOption('weekday');
    },
  },
  { name: 'settings-browser', hash: '#/settings?part=browser' },
  {
    name: 'settings-history',
    hash: '#/settings',
    go: async (m) => {
      await m.button('History of the settings').click();
      await m.see('No change by hand is recorded');
    },
  },
  {
    name: 'feeds-made',
    hash: '#/settings?part=feeds',
    ownServer: true,
    go: async (m) => {
      await m.page.getByLabel('Whose schedules').selectOption('club');
      await m.button('Make an address').click();
      await m.page.getByLabel('Calendar address', { exact: true }).waitFor();
    },
  },
  {
    name: 'feeds-revoke',
    hash: '#/settings?part=feeds',
    state: 'feeds',
    go: (m) => m.button(/^Revoke the address of the whole club/).click(),
  },
];
