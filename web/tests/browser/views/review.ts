/** Views of the proposal. */
import { first, type View } from './view';

export const pages: View[] = [{ name: 'review', hash: '#/review' }];

export const states: View[] = [
  { name: 'review-all', hash: '#/review?tab=all' },
  { name: 'review-why', hash: '#/review?tab=all', go: (m) => m.page.locator('li[data-id] .title').nth(2).click() },
  {
    name: 'review-change',
    hash: '#/review?tab=all',
    go: async (m) => {
      await first(m, 'li[data-id] .who').click();
      await m.page.locator('.person input').nth(1).check({ force: true });
    },
  },
  {
    name: 'review-whynot',
    hash: '#/review',
    state: 'tight',
    go: async (m) => {
      await first(m, 'li.un .title').click();
      await m.see('Ways to place it');
    },
  },
  { name: 'review-score', hash: '#/review', go: (m) => m.button('How the score adds up').click() },
  { name: 'review-person', hash: '#/review?tab=person', go: (m) => m.page.waitForSelector('.item') },
  {
    name: 'review-approve',
    hash: '#/review',
    go: async (m) => {
      await m.button(/^Approve \d/).click();
      await m.see('checked again just now');
    },
  },
  { name: 'review-reject', hash: '#/review', wideOnly: true, go: (m) => m.button('Reject').click() },
  { name: 'review-keys', hash: '#/review', wideOnly: true, go: (m) => m.page.keyboard.press('?') },
  { name: 'review-grace', hash: '#/review?tab=all', ownServer: true, go: (m) => m.approve() },
  { name: 'review-sent', hash: '#/review', state: 'sent' },
  { name: 'review-sent-line', hash: '#/review', state: 'sent', go: (m) => first(m, '#issues li button').click() },
  { name: 'review-stale', hash: '#/review', state: 'stale', go: (m) => m.see('The rotations changed since this run') },
  { name: 'review-rejected', hash: '#/review', state: 'rejected' },
  {
    name: 'review-offline',
    hash: '#/review',
    ownServer: true,
    go: async (m) => {
      await m.context.setOffline(true);
      await m.see('There is no connection to the server.');
    },
  },
  { name: 'review-loading', hash: '#/review', before: (m) => m.hold('**/api/auto-schedule/pending*') },
];
