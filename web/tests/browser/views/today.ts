/** Today, and Find. */
import { refuse, type View } from './view';

export const pages: View[] = [{ name: 'today', hash: '#/today' }];

export const states: View[] = [
  { name: 'today-differ', hash: '#/today', past: 'differ', go: (m) => m.see(/^Crossmark and Muster differ about 2 events/) },
  { name: 'today-begun', hash: '#/today', past: 'begun' },
  { name: 'today-sent', hash: '#/today', past: 'sent' },
  { name: 'today-crashed', hash: '#/today', past: 'crashed' },
  {
    name: 'today-error',
    hash: '#/today',
    before: ({ page }) =>
      page.route('**/api/dashboard*', refuse(500, 'INTERNAL', 'something went wrong on our side; nothing was left half done')),
    go: (m) => m.see('could not be loaded'),
  },
  { name: 'today-loading', hash: '#/today', before: ({ page }) => page.route('**/api/dashboard*', () => undefined) },
  { name: 'today-viewer', hash: '#/today', as: 'viewer' },
  { name: 'today-print', hash: '#/today', wideOnly: true, go: ({ page }) => page.emulateMedia({ media: 'print' }) },
  { name: 'today-lock', hash: '#/today', go: (m) => m.button('Lock day').click() },
  { name: 'today-stale', hash: '#/today', past: 'stale', go: (m) => m.see('The rotations changed since this run') },
  {
    name: 'find',
    hash: '#/today',
    go: async (m) => {
      await m.page.keyboard.press('Control+k');
      await m.page.keyboard.type('av');
      await m.page.locator('dialog[open]').getByText('Event', { exact: true }).first().waitFor();
    },
  },
];
