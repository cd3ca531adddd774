/** Views of fairness and of the counts over weeks, with mocked answers. */
import type { Page } from 'playwright-core';
import type { NumbersBy } from '../../../src/lib/api-types';
import { FAIRNESS, numbers } from '../numbers';
import { refuse, type View } from './view';

const withFairness = (page: Page, answer: object = FAIRNESS) => page.route('**/api/fairness*', (route) => route.fulfill({ json: answer }));
const withCounts = (page: Page, empty = false) =>
  page.route('**/api/analytics*', (route) => {
    const by = new URL(route.request().url()).searchParams.get('by') as NumbersBy;
    return route.fulfill({ json: numbers(by, empty) });
  });

export const pages: View[] = [
  { name: 'fairness', hash: '#/fairness', before: ({ page }) => withFairness(page), go: (m) => m.see('Core by person') },
  { name: 'numbers', hash: '#/numbers?weeks=4', before: ({ page }) => withCounts(page), go: (m) => m.see('Person and day kept') },
];

export const states: View[] = [
  {
    name: 'fairness-how',
    hash: '#/fairness',
    before: ({ page }) => withFairness(page),
    go: async (m) => {
      await m.page.locator('summary').nth(1).click();
      await m.see('helped at another club');
    },
  },
  {
    name: 'fairness-correct',
    hash: '#/fairness',
    before: ({ page }) => withFairness(page),
    go: async (m) => {
      await m.page.locator('summary').first().click();
      await m
        .button(/^Correct…/)
        .first()
        .click();
      await m.page.getByLabel('Why').waitFor();
    },
  },
  {
    name: 'fairness-none',
    hash: '#/fairness',
    before: ({ page }) => withFairness(page, { ...FAIRNESS, people: [] }),
    go: (m) => m.see('Nobody yet'),
  },
  { name: 'fairness-loading', hash: '#/fairness', before: (m) => m.hold('**/api/fairness*') },
  {
    name: 'fairness-error',
    hash: '#/fairness',
    before: ({ page }) => page.route('**/api/fairness*', refuse(500, 'INTERNAL', 'something went wrong on our side')),
    go: (m) => m.see('could not be loaded'),
  },
  {
    name: 'fairness-viewer',
    hash: '#/fairness',
    as: 'viewer',
    before: ({ page }) => withFairness(page),
    go: (m) => m.page.locator('summary').first().click(),
  },
  {
    name: 'numbers-tables',
    hash: '#/numbers?weeks=4',
    before: ({ page }) => withCounts(page),
    go: async (m) => {
      for (const n of [3, 1, 0]) await m.page.getByText('Show as table').nth(n).click();
    },
  },
  {
    name: 'numbers-none',
    hash: '#/numbers',
    before: ({ page }) => withCounts(page, true),
    go: (m) => m.see('Nothing was counted in this period'),
  },
  { name: 'numbers-loading', hash: '#/numbers', before: (m) => m.hold('**/api/analytics*') },
];
