/** Views about Crossmark: a new club, refreshes, differences, submissions. */
import { changeAnswers } from '../manager';
import { readCrossmark } from '../server-states';
import { first, type View } from './view';

export const pages: View[] = [
  { name: 'submissions', hash: '#/submissions', state: 'sent' },
  { name: 'refresh', hash: '#/refresh', state: 'read', go: (m) => m.page.locator('section li').first().waitFor() },
  {
    name: 'refresh-report',
    hash: '#/refresh',
    state: 'read',
    go: async (m) => {
      await m.page.locator('section li', { hasText: '3 events' }).locator('a').click();
      await m.see('News of 3 events');
    },
  },
  { name: 'differences', hash: '#/differences', state: 'differ', go: (m) => m.page.locator('[data-difference]').nth(1).waitFor() },
  { name: 'setup', hash: '#/setup', state: 'begun' },
  { name: 'no-club', hash: '#/today', as: 'stranger', go: (m) => m.see('You have no role in any club yet') },
  { name: 'setup-new', hash: '#/setup', as: 'newcomer' },
];

export const states: View[] = [
  {
    name: 'setup-people',
    hash: '#/setup',
    ownServer: true,
    go: async (m) => {
      const last = await readCrossmark(m.server);
      const names = ['', 'Avery Quill', 'Blake Moss'];
      const unknown_people = names.map((name, n) => ({ rep_id: 880_001 + n, employee_id: n ? `E9${n}` : null, name }));
      await changeAnswers(m.page, `**/api/refreshes/${last}`, (refresh: object) => ({
        ...refresh,
        unknown_people,
        unknown_people_total: 3,
      }));
      await m.page.reload();
      await m.button('Take over 2 people').waitFor();
    },
  },
  { name: 'differences-none', hash: '#/differences', go: (m) => m.see('No difference waits for a decision') },
  { name: 'differences-viewer', hash: '#/differences', state: 'differ', as: 'viewer' },
  {
    name: 'refresh-under-way',
    hash: '#/today',
    ownServer: true,
    go: async (m) => {
      await m.server.post('/_sim/faults', { next: [{ call: 'planning', kind: 'hold_before' }] });
      await m.button('Read Crossmark now').click();
      await m.see('Reading Crossmark');
      await m.server.post('/_sim/release', {});
    },
  },
  {
    name: 'refresh-failed',
    hash: '#/refresh',
    ownServer: true,
    go: async (m) => {
      await m.server.faults({ call: 'login', kind: 'bad_credentials' });
      await readCrossmark(m.server);
      await m.page.reload();
      await m.see(/Tell your administrator/);
    },
  },
  { name: 'submissions-line', hash: '#/submissions', state: 'sent', go: (m) => first(m, 'li .open').click() },
  { name: 'submissions-accepted', hash: '#/submissions?tab=accepted', state: 'sent' },
  { name: 'submissions-none', hash: '#/submissions' },
];
