/** Views of past runs and their replays. */
import type { Page } from 'playwright-core';
import { first, type View } from './view';

/** Mocks the result of a replay. */
async function withReplay(page: Page, replay: object) {
  const trial = { trial_id: 'again', status: 'done', error: null, base_run_id: null, adopted_run_id: null, result: { replay } };
  await page.route('**/api/trials', (route) => route.fulfill({ json: { trial_id: 'again' } }));
  await page.route('**/api/trials/again*', (route) => route.fulfill({ json: trial }));
}

export const pages: View[] = [{ name: 'history', hash: '#/history', state: 'decided' }];

export const states: View[] = [
  {
    name: 'history-table',
    hash: '#/history',
    state: 'decided',
    go: async (m) => {
      for (const n of [3, 2, 1, 0]) await m.page.getByText('Show as table').nth(n).click();
    },
  },
  {
    name: 'history-compare',
    hash: '#/history',
    state: 'twoRuns',
    go: async (m) => {
      await m.page.locator('input[type=checkbox]').nth(0).check();
      await m.page.locator('input[type=checkbox]').nth(1).check();
      await m.page.getByRole('heading', { name: 'What changed' }).waitFor();
    },
  },
  {
    name: 'history-again',
    hash: '#/history',
    before: ({ page }) =>
      withReplay(page, {
        verdict: 'other_lines',
        text: 'Same score, other lines: 3 differ. HiGHS changed from 1.15.0 to 1.16.0.',
        confirms: true,
        score_then: 21_345.125,
        score_now: 21_345.125,
        lines_differ: 3,
        versions: [{ what: 'highs', then: '1.15.0', now: '1.16.0' }],
        erasures: 0,
        breaches: [],
      }),
    go: async (m) => {
      await first(m, '[id^=again-]').click();
      await m.see('HiGHS, the solver');
    },
  },
  {
    name: 'history-again-refused',
    hash: '#/history',
    before: ({ page }) =>
      withReplay(page, {
        verdict: 'rejudged',
        text: 'The run stopped on time, so it cannot be repeated exactly. Its answer was checked again and is not right: H3 is broken.',
        confirms: false,
        score_then: 20_000,
        score_now: null,
        lines_differ: 0,
        versions: [],
        erasures: 1,
        breaches: ['H3: somebody is off on Tuesday 24 November'],
      }),
    go: async (m) => {
      await first(m, '[id^=again-]').click();
      await m.see('Not confirmed');
    },
  },
];
