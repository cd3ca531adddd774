/** Views of the calendar. */
import type { Manager } from '../manager';
import { first, type View } from './view';

/** Mocks the outcomes of today's posted entries, all with this `end`. */
async function withOutcomes({ page, server }: Manager, end: string | null) {
  const { today } = await server.get('/api/dashboard');
  const { items } = await server.get(`/api/schedules?from=${today}&to=${today}&limit=500`);
  const outcomes = items.map((one: { event_ref_num: number; employee_id: string; employee_name: string; event_type: string }) => ({
    line_id: `run-1.${one.event_ref_num}`,
    event_ref_num: one.event_ref_num,
    event_type: one.event_type,
    date: today,
    label: end,
    holder_id: one.employee_id,
    holder_name: one.employee_name,
    holder_date: today,
    end,
    done_by_id: null,
    done_by_name: null,
    corrected_by_hand: end === 'no_show',
    version: 1,
  }));
  await page.route('**/api/outcomes*', (route) => route.fulfill({ json: { items: outcomes, next: null, time_zone: 'UTC' } }));
}

const TODAY = '#/calendar?view=day&day=2026-11-19&show=posted';
const openEntry = (m: Manager) => m.page.locator('[data-t=core]').first().click();

export const pages: View[] = [
  { name: 'calendar', hash: '#/calendar' },
  { name: 'calendar-day', hash: '#/calendar?view=day' },
  { name: 'calendar-month', hash: '#/calendar?view=month' },
];

export const states: View[] = [
  { name: 'calendar-differ', hash: '#/calendar', state: 'differ', go: (m) => first(m, '.item:has(.mark)').click() },
  { name: 'calendar-item', hash: '#/calendar', go: (m) => first(m, '.item').click() },
  { name: 'calendar-print', hash: '#/calendar', wideOnly: true, go: ({ page }) => page.emulateMedia({ media: 'print' }) },
  { name: 'calendar-lock', hash: '#/calendar', go: (m) => m.page.locator('thead .pick').last().click() },
  { name: 'calendar-who', hash: '#/calendar', go: (m) => first(m, 'tbody .pick').click() },
  {
    name: 'calendar-ended',
    hash: TODAY,
    before: (m) => withOutcomes(m, 'no_show'),
    go: async (m) => {
      await openEntry(m);
      await m.see('did not come.');
      await m.page.getByLabel('Somebody else did it').selectOption({ index: 2 });
    },
  },
  {
    name: 'calendar-ended-viewer',
    hash: TODAY,
    as: 'viewer',
    before: (m) => withOutcomes(m, 'completed'),
    go: async (m) => {
      await openEntry(m);
      await m.see('worked it.');
    },
  },
  {
    name: 'calendar-ended-unknown',
    hash: TODAY,
    before: (m) => withOutcomes(m, null),
    go: async (m) => {
      await openEntry(m);
      await m.see(/No outcome of it is recorded/);
    },
  },
];
