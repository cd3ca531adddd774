/** Past runs. */
import type { View } from './view';

export const pages: View[] = [{ name: 'history', hash: '#/history', past: 'decided' }];

export const states: View[] = [
  {
    name: 'history-table',
    hash: '#/history',
    past: 'decided',
    go: async (m) => {
      for (const n of [3, 2, 1, 0]) await m.page.getByText('Show as table').nth(n).click();
    },
  },
  {
    name: 'history-compare',
    hash: '#/history',
    past: 'twoRuns',
    go: async (m) => {
      await m.page.locator('input[type=checkbox]').nth(0).check();
      await m.page.locator('input[type=checkbox]').nth(1).check();
      await m.page.getByRole('heading', { name: 'What changed' }).waitFor();
    },
  },
];
