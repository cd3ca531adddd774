/** Views of people and rotations. */
import type { Affinity } from '../../../src/lib/api-types';
import { dayAfter } from '../server-states';
import { first, type View } from './view';

const AFFINITY: Affinity = {
  club: 'on',
  people_off: ['E02'],
  version: 2,
  used: false,
  judged_on: '2026-11-19',
  gate: { open: false, outcomes: 320, outcomes_needed: 500, z: 0.41, z_needed: 1.64, windows: [] },
  brier: 0.081,
  log_loss: 0.291,
  calibration: [0.3, 0.5, 0.7, 0.85, 0.95].map((predicted, n) => ({ predicted, observed: n ? predicted - 0.02 : null, n: 20 * n })),
  rates: [
    {
      employee_id: 'E01',
      event_type: 'Core',
      kept: 14,
      of: 15,
      score: 0.93,
      low: 0.86,
      high: 0.97,
      usual: 0.9,
      text: 'kept 14 of 15; usual 9 of 10',
    },
  ],
};

export const pages: View[] = [
  { name: 'rotations', hash: '#/rotations' },
  { name: 'team', hash: '#/team' },
];

export const states: View[] = [
  {
    name: 'rotations-edit',
    hash: '#/rotations',
    go: async (m) => {
      await m.page.getByLabel('Juicer, Monday').selectOption({ index: 2 });
      await m.page.getByLabel('Primary lead, Tuesday').selectOption({ index: 2 });
    },
  },
  { name: 'rotations-exception', hash: '#/rotations', go: (m) => m.button('Exception').click() },
  { name: 'team-person', hash: '#/team', go: (m) => first(m, 'tbody button').click() },
  {
    name: 'team-week',
    hash: '#/team?who=E01',
    go: async (m) => {
      await m.page.getByLabel('Monday, usually').selectOption('hours');
      await m.button('Save the usual week').scrollIntoViewIfNeeded();
    },
  },
  { name: 'team-off', hash: '#/team?who=E01&off=2026-12-24', go: (m) => m.button('Add time off').waitFor() },
  {
    name: 'team-question',
    hash: '#/team',
    go: async (m) => {
      const { today } = await m.server.get('/api/dashboard');
      const { items } = await m.server.get(`/api/schedules?from=${today}&to=${dayAfter(today, 21)}&limit=500`);
      const { employee_id, schedule_datetime } = items.at(-1);
      await m.page.evaluate((hash) => (location.hash = hash), `#/team?who=${employee_id}&off=${schedule_datetime.slice(0, 10)}`);
      await m.button('Add time off').click();
      await m.button(/^Save, leave /).waitFor();
    },
  },
  { name: 'team-new', hash: '#/team?who=new' },
  { name: 'team-viewer', hash: '#/team?who=E01', as: 'viewer' },
  {
    name: 'team-feeds',
    hash: '#/team?who=E01',
    state: 'feeds',
    go: async (m) => {
      await m.button(/^Show the calendar addresses of /).click();
      await m.see('Made by developer');
    },
  },
  {
    name: 'team-affinity',
    hash: '#/team?who=E01',
    before: ({ page }) => page.route('**/api/affinity*', (route) => route.fulfill({ json: AFFINITY })),
    go: async (m) => {
      await m.button(/^Show how often lines are kept/).click();
      await m.page.getByText('How it was judged').click();
      await m.see('kept 14 of 15; usual 9 of 10');
    },
  },
];
