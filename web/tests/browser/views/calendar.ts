/** The calendar. */
import { first, type View } from './view';

export const pages: View[] = [
  { name: 'calendar', hash: '#/calendar' },
  { name: 'calendar-day', hash: '#/calendar?view=day' },
  { name: 'calendar-month', hash: '#/calendar?view=month' },
];

export const states: View[] = [
  { name: 'calendar-differ', hash: '#/calendar', past: 'differ', go: (m) => first(m, '.item:has(.mark)').click() },
  { name: 'calendar-item', hash: '#/calendar', go: (m) => first(m, '.item').click() },
  { name: 'calendar-print', hash: '#/calendar', wideOnly: true, go: ({ page }) => page.emulateMedia({ media: 'print' }) },
  { name: 'calendar-lock', hash: '#/calendar', go: (m) => m.page.locator('thead .pick').last().click() },
  { name: 'calendar-who', hash: '#/calendar', go: (m) => first(m, 'tbody .pick').click() },
];
