/** Views of Today and of Find. */
import type { Manager } from '../manager';
import { refuse, type View } from './view';

/** Asks in *Find*, with a mocked answer. */
async function askFind(m: Manager, text: string, answer: object) {
  const none = { understood: null, answer: null, draft_id: null, address: null, question: null, not_understood: null };
  await m.page.route('**/api/ask*', (route) => route.fulfill({ json: { ...none, ...answer } }));
  await m.page.keyboard.press('Control+k');
  await m.page.keyboard.type(text);
  await m.page.keyboard.press('Enter');
  await m.page.locator('.answer p').first().waitFor();
}

export const pages: View[] = [{ name: 'today', hash: '#/today' }];

export const states: View[] = [
  { name: 'today-differ', hash: '#/today', state: 'differ', go: (m) => m.see(/^Crossmark and Muster differ about 2 events/) },
  { name: 'today-begun', hash: '#/today', state: 'begun' },
  { name: 'today-sent', hash: '#/today', state: 'sent' },
  { name: 'today-crashed', hash: '#/today', state: 'crashed' },
  {
    name: 'today-error',
    hash: '#/today',
    before: ({ page }) =>
      page.route('**/api/dashboard*', refuse(500, 'INTERNAL', 'something went wrong on our side; nothing was left half done')),
    go: (m) => m.see('could not be loaded'),
  },
  { name: 'today-loading', hash: '#/today', before: (m) => m.hold('**/api/dashboard*') },
  { name: 'today-viewer', hash: '#/today', as: 'viewer' },
  { name: 'today-print', hash: '#/today', wideOnly: true, go: ({ page }) => page.emulateMedia({ media: 'print' }) },
  { name: 'today-lock', hash: '#/today', go: (m) => m.button('Lock day').click() },
  { name: 'today-stale', hash: '#/today', state: 'stale', go: (m) => m.see('The rotations changed since this run') },
  {
    name: 'find',
    hash: '#/today',
    go: async (m) => {
      await m.page.keyboard.press('Control+k');
      await m.page.keyboard.type('av');
      await m.page.locator('dialog[open]').getByText('Event', { exact: true }).first().waitFor();
    },
  },
  {
    name: 'find-answer',
    hash: '#/today',
    go: (m) =>
      askFind(m, 'who is free friday', {
        understood: { tool: 'who_is_free', arguments: { when: 'friday' }, echo: '2 people have nothing on Friday 27 November.' },
        answer: {
          event: null,
          days: [
            {
              date: '2026-11-27',
              closed: null,
              start: null,
              free: ['Avery Quill', 'Somebody With A Rather Long Name-And-Another'].map((name, n) => ({
                id: `E${n}`,
                name,
                points: null,
                week_hours: n,
              })),
            },
          ],
        },
        address: '#/calendar?view=day&day=2026-11-27',
      }),
  },
  {
    name: 'find-which',
    hash: '#/today',
    go: (m) =>
      askFind(m, 'av out tomorrow', {
        understood: { tool: 'draft_call_out', arguments: {}, echo: null },
        question: {
          about: 'person',
          said: 'av',
          candidates: [
            { id: 'E01', name: 'Avery Quill' },
            { id: 'E02', name: 'Avon Somebody-With-A-Rather-Long-Name', detail: 'Event Specialist' },
          ],
        },
      }),
  },
  {
    name: 'find-not-understood',
    hash: '#/today',
    go: (m) =>
      askFind(m, 'how is the weather', {
        not_understood: { said: 'how is the weather', why: null, nearest: ['what is wrong this week', 'who works tomorrow'] },
      }),
  },
];
