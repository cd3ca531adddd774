/** Views of imports and exports. */
import type { Route } from 'playwright-core';
import type { Manager } from '../manager';
import { refuse, type View } from './view';

/** A file with a new row, a changed row, and two wrong rows. */
const PEOPLE = [
  'Employee ID,Name,Job Title,Juicer Trained,Active,Termination Date,Rep ID',
  'E01,Somebody With A Rather Long Name,,,,,',
  'E02,,Chief of Everything,perhaps,yes,,',
  'E03,Robin,,,,13/45/2026,',
  'X9,Nina New,Event Specialist,no,yes,2027-03-01,778899',
  '',
].join('\n');

async function load(m: Manager, name: string, content: string, then: RegExp) {
  await m.page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
  await m.button(then).waitFor();
}

async function openExport(m: Manager) {
  await m.button('Export').click();
  await m.button('Download').waitFor();
}

/** Adds an interrupted earlier load to the server's answer. */
const withInterruptedLoad = async (route: Route) => {
  const answer = await route.fetch();
  const open = { by: 'vera', at: '2026-11-19T12:00:00.000Z', done: 240, rows: 611, same_file: true };
  await route.fulfill({ response: answer, json: { ...(await answer.json()), interrupted: open } });
};

export const pages: View[] = [
  { name: 'import', hash: '#/import?kind=visits' },
  { name: 'import-preview', hash: '#/import?kind=employees', go: (m) => load(m, 'people.csv', PEOPLE, /^Save 2 rows/) },
  { name: 'export', hash: '#/team', go: openExport },
];

export const states: View[] = [
  { name: 'import-viewer', hash: '#/import?kind=employees', as: 'viewer' },
  {
    name: 'import-columns',
    hash: '#/import?kind=time_off',
    go: (m) => load(m, 'off.csv', 'Emp #,Away on,Until\nE01,2026-12-24,2026-12-26\n', /^Show what would change/),
  },
  {
    name: 'import-refused',
    hash: '#/import?kind=visits',
    go: async (m) => {
      await m.page.locator('input[type=file]').setInputFiles({ name: 'plan.xlsx', mimeType: '', buffer: Buffer.from('PK\u0003\u0004') });
      await m.see(/The file is damaged/);
    },
  },
  {
    name: 'import-saving',
    hash: '#/import?kind=employees',
    ownServer: true,
    before: (m) => m.hold('**/api/imports/*save=*'),
    go: async (m) => {
      await load(m, 'people.csv', PEOPLE, /^Save 2 rows/);
      await m.page.route('**/api/imports/employees?existing=update', withInterruptedLoad);
      await m.button('Save 2 rows').click();
      await m.pass(4);
      await m.see('Saving: 240 of 611 rows');
    },
  },
  {
    name: 'import-interrupted',
    hash: '#/import?kind=employees',
    before: ({ page }) => page.route('**/api/imports/employees?existing=update', withInterruptedLoad),
    go: (m) => load(m, 'people.csv', PEOPLE, /^Save 2 rows/),
  },
  {
    name: 'import-moved',
    hash: '#/import?kind=employees',
    ownServer: true,
    go: async (m) => {
      await load(m, 'people.csv', PEOPLE, /^Save 2 rows/);
      const { items } = await m.server.get('/api/employees?limit=500');
      const { id, job_title, juicer_trained, active, termination_date, rep_id, version } = items.find(
        (one: { id: string }) => one.id === 'E01',
      );
      await m.server.put(`/api/employees/${id}`, { name: 'Else', job_title, juicer_trained, active, termination_date, rep_id, version });
      await m.button('Save 2 rows').click();
      await m.see(/The club changed since you looked/);
    },
  },
  {
    name: 'import-done',
    hash: '#/import?kind=employees',
    ownServer: true,
    go: async (m) => {
      await load(m, 'people.csv', PEOPLE, /^Save 2 rows/);
      await m.button('Save 2 rows').click();
      await m.see('The file is loaded');
    },
  },
  {
    name: 'export-large',
    hash: '#/history',
    state: 'decided',
    before: ({ page }) => page.route('**/api/exports/**', refuse(413, 'EXPORT_TOO_LARGE', 'too many')),
    go: async (m) => {
      await openExport(m);
      await m.button('Download').click();
      await m.see(/Choose a narrower range/);
    },
  },
];
