/** Views of "What if" questions before approval, and of the comparison of both plans. */
import { changeAnswers, type Manager } from '../manager';
import type { View } from './view';

/** Asks "what if" and waits until a text of the answer is there. */
async function compare(m: Manager, change: unknown, then: string | RegExp = /Placed/) {
  const { trial_id } = await m.server.post('/api/trials', { base: 'now', change });
  const query = new URLSearchParams({ ask: JSON.stringify(change) });
  await m.page.evaluate((hash) => (location.hash = hash), `#/compare/${trial_id}?${query.toString()}`);
  await m.see(then);
}

export const pages: View[] = [
  {
    name: 'compare',
    hash: '#/review',
    go: (m) => compare(m, { buffer_days: 0, lock: [], unlock: ['2026-11-25'] }),
  },
];

export const states: View[] = [
  {
    name: 'compare-person',
    hash: '#/review',
    go: async (m) => {
      await compare(m, { buffer_days: 0 });
      await m.button('By person').click();
    },
  },
  { name: 'compare-nothing', hash: '#/review', go: (m) => compare(m, { weights: { affinity: 1 } }) },
  { name: 'compare-gone', hash: '#/compare/nothing-like-it', go: (m) => m.see('This comparison is gone') },
  {
    name: 'compare-waiting',
    hash: '#/review',
    go: async (m) => {
      await changeAnswers(m.page, '**/api/trials/*', (trial: object) => ({ ...trial, status: 'running', result: null }));
      await compare(m, { buffer_days: 0 }, 'Search for the best plan');
    },
  },
  {
    name: 'what-if',
    hash: '#/review?tab=all',
    go: async (m) => {
      await m.button('What if…').first().click();
      await m.page.locator('#what-if select').first().selectOption('given');
      await m.page.locator('#what-if select').nth(1).selectOption({ index: 3 });
      await m.page.locator('#what-if select').first().selectOption('buffer');
      await m.button('Add another change').click();
    },
  },
];
