/** Views of the list of events. */
import { first, type View } from './view';

export const pages: View[] = [{ name: 'events', hash: '#/events' }];

export const states: View[] = [
  { name: 'events-lost', hash: '#/events?only=lost', go: (m) => m.see('Nothing was lost') },
  { name: 'events-due-soon', hash: '#/events?only=due_soon', go: (m) => m.see(/their last day is within a week/) },
  { name: 'events-none', hash: '#/events?q=nothinglikethis' },
  {
    name: 'events-correct',
    hash: '#/events',
    go: async (m) => {
      await first(m, 'li .menu').click();
      await m.button('Correct type or length').click();
    },
  },
];
