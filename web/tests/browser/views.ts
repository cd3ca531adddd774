/** Every page and every state of it, each over a real whole that was brought there. */
import type { Route } from 'playwright-core';
import { answered, type Manager } from './manager';
import { until, type Whole } from './whole';

export interface View {
  name: string;
  hash: string;
  /** What the whole went through before; views with the same history share one. */
  past?: Past;
  as?: 'viewer' | 'newcomer';
  /** What must stand in the way of a request before the page is opened. */
  before?: (manager: Manager) => Promise<unknown>;
  /** What the manager does after it is open. */
  go?: (manager: Manager) => Promise<unknown>;
  /** Leaves the whole changed, or the page unable to be shared. */
  once?: boolean;
  wideOnly?: boolean;
}

/** How a whole came to where a view needs it. */
const PASTS = {
  ready: async () => undefined,
  begun: async () => undefined,
  tight: (whole: Whole) => whole.run(),
  sent: async (whole: Whole) => {
    await whole.faults(
      { call: 'schedule', kind: 'not_ok' },
      { call: 'schedule', kind: 'no_id' },
      { call: 'schedule', kind: 'reset_after' },
      { call: 'schedule', kind: 'not_ok' },
    );
    await whole.post('/api/auto-schedule/approve', { run_id: await currentRun(whole) });
    await whole.advance(11);
    await whole.quiet();
  },
  stale: async (whole: Whole) => {
    const { date, employee_id } = await anotherLead(whole);
    await whole.post('/api/rotation-exception', { date, rotation_type: 'primary_lead', employee_id, reason: 'Swapped at the counter' });
  },
  rejected: async (whole: Whole) => {
    await whole.post('/api/auto-schedule/reject', { run_id: await currentRun(whole), reasons: ['Too many moves'] });
  },
  twoRuns: async (whole: Whole) => {
    await PASTS.stale(whole);
    await whole.run();
  },
  /** Three proposals: the first sent with holds and refusals, the second rejected, the third waits. */
  decided: async (whole: Whole) => {
    const { newly_scheduled } = await whole.get('/api/auto-schedule/pending');
    for (const { id } of newly_scheduled.slice(0, 3)) await whole.put(`/api/pending-schedule/${id}`, { held: true });
    await PASTS.sent(whole);
    await PASTS.twoRuns(whole);
    await PASTS.rejected(whole);
    await whole.run();
  },
  feeds: async (whole: Whole) => {
    for (const employee_id of [null, 'E01', 'E03']) await whole.post('/api/calendar-feeds', { employee_id });
  },
  /** Crossmark was read, and something had changed there. */
  read: async (whole: Whole) => {
    await readCrossmark(whole);
    const { today } = await whole.get('/api/dashboard');
    const { items } = await whole.get('/api/events?scheduled=open&limit=50');
    const [one, other] = items.filter((event: { left_out: string | null }) => !event.left_out);
    await whole.post('/_sim/events', [
      { mPlanID: one.event_ref_num, condition: 'Canceled' },
      { mPlanID: other.event_ref_num, estimated_minutes: 77 },
      { mPlanID: 77_700_001, name: '777001-LKD-AF-Plums (1) - V2-CORE', start: today, due: '2027-01-10' },
    ]);
    await readCrossmark(whole);
  },
  /** Two events that were sent are with nobody at Crossmark. */
  differ: async (whole: Whole) => {
    const { newly_scheduled } = await whole.get('/api/auto-schedule/pending');
    const lines = newly_scheduled.slice(0, 2).map((one: { id: string }) => one.id);
    await whole.post('/api/auto-schedule/approve', { run_id: await currentRun(whole), lines });
    await whole.advance(11);
    await whole.quiet();
    const sent = new Set<number>(newly_scheduled.slice(0, 2).map((one: { event_ref_num: number }) => one.event_ref_num));
    await until(async () => (await standingOf(whole, sent)).length === 2);
    await readCrossmark(whole);
    for (const { id } of await standingOf(whole, sent)) await takeBackAtCrossmark(whole, id);
    await readCrossmark(whole);
  },
  crashed: async (whole: Whole) => {
    await crash(whole);
    await whole.start();
    await whole.advance(600);
  },
} satisfies Record<string, (whole: Whole) => Promise<unknown>>;
export type Past = keyof typeof PASTS;

export const bring = (whole: Whole, past: Past) => PASTS[past](whole);

export const currentRun = async (whole: Whole): Promise<string> => (await whole.get('/api/auto-schedule/pending')).run.run_id;

/** Asks what Crossmark shows, and waits for the end. */
export async function readCrossmark(whole: Whole): Promise<string> {
  const { refresh_id } = await whole.post('/api/refreshes', undefined);
  await until(async () => !['queued', 'running'].includes((await whole.get(`/api/refreshes/${refresh_id}`)).status));
  return refresh_id;
}

const standingOf = async (whole: Whole, refs: Set<number>) =>
  (await whole.ledger()).filter((one) => refs.has(one.mPlanID) && !one.deleted_at);

/** A colleague takes an event back at Crossmark itself. */
async function takeBackAtCrossmark(whole: Whole, id: number) {
  const login = { UserType: 'MVEntityUser', UserID: 'muster', Password: 'local-only', Timezone: 'America/New_York' };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${whole.simulator}/login/authenticate`, { method: 'POST', headers, body: JSON.stringify(login) });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0];
  const body = new URLSearchParams({ id: String(id) });
  await fetch(`${whole.simulator}/planningextcontroller/deleteScheduledMplanEvent`, { method: 'POST', headers: { cookie }, body });
}

const dayAfter = (today: string, days: number) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);

/** A lead for a day that is planned. */
async function anotherLead(whole: Whole): Promise<{ date: string; employee_id: string }> {
  const [{ today }, { items }] = await Promise.all([whole.get('/api/dashboard'), whole.get('/api/employees?limit=500')]);
  const leads = items.filter((one: { job_title: string; active: boolean }) => one.job_title === 'Lead Event Specialist' && one.active);
  return { date: dayAfter(today, 6), employee_id: leads.at(-1).id };
}

/** Kills the process while its solver works. */
export async function crash(whole: Whole) {
  const { run_id } = await whole.post('/api/auto-schedule/run', { run_type: 'manual', emergency: false });
  await until(async () => (await whole.get(`/api/auto-schedule/status/${run_id}`)).status === 'running');
  await whole.kill();
}

const refuse = (status: number, code: string, message: string) => (route: Route) =>
  route.fulfill({ status, json: { success: false, error: { code, message, details: null, request_id: '7f3a11c2', timestamp: '' } } });
const first = (manager: Manager, selector: string) => manager.page.locator(selector).first();

/** A file with a row that is new, one that is changed, two that are wrong. */
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

/** Asks "what if" and waits until a text of the answer is there. */
async function compare(m: Manager, change: unknown, then: string | RegExp = /Placed/) {
  const { trial_id } = await m.whole.post('/api/trials', { base: 'now', change });
  const query = new URLSearchParams({ ask: JSON.stringify(change) });
  await m.page.evaluate((hash) => (location.hash = hash), `#/compare/${trial_id}?${query.toString()}`);
  await m.see(then);
}

const heldUp = (page: Manager['page'], pattern: string) => page.route(pattern, () => undefined);

/** An earlier load that stopped half-way is put into the server's answer. */
const interrupted = async (route: Route) => {
  const answer = await route.fetch();
  const open = { by: 'vera', at: '2026-11-19T12:00:00.000Z', done: 240, rows: 611, same_file: true };
  await route.fulfill({ response: answer, json: { ...(await answer.json()), interrupted: open } });
};

export const PAGES: View[] = [
  { name: 'today', hash: '#/today' },
  { name: 'review', hash: '#/review' },
  { name: 'submissions', hash: '#/submissions', past: 'sent' },
  { name: 'rotations', hash: '#/rotations' },
  { name: 'history', hash: '#/history', past: 'decided' },
  { name: 'calendar', hash: '#/calendar' },
  { name: 'calendar-day', hash: '#/calendar?view=day' },
  { name: 'calendar-month', hash: '#/calendar?view=month' },
  { name: 'fix', hash: '#/fix', go: (m) => m.page.locator('.option input:checked').waitFor() },
  {
    name: 'callout',
    hash: '#/team?who=E01',
    once: true,
    go: async (m) => {
      await m.button('Is out…').click();
      await m.button(/find cover$/).click();
      await m.page.locator('.rung label').nth(2).waitFor();
    },
  },
  {
    name: 'compare',
    hash: '#/review',
    go: (m) => compare(m, { buffer_days: 0, lock: [], unlock: ['2026-11-25'] }),
  },
  { name: 'refresh', hash: '#/refresh', past: 'read', go: (m) => m.page.locator('section li').first().waitFor() },
  {
    name: 'refresh-report',
    hash: '#/refresh',
    past: 'read',
    go: async (m) => {
      await m.page.locator('section li', { hasText: '3 events' }).locator('a').click();
      await m.see('3 events changed for Muster');
    },
  },
  { name: 'differences', hash: '#/differences', past: 'differ', go: (m) => m.page.locator('[data-difference]').nth(1).waitFor() },
  { name: 'setup', hash: '#/setup', past: 'begun' },
  { name: 'setup-new', hash: '#/setup', as: 'newcomer' },
  { name: 'events', hash: '#/events' },
  { name: 'team', hash: '#/team' },
  { name: 'settings', hash: '#/settings' },
  { name: 'import', hash: '#/import?kind=visits' },
  { name: 'import-preview', hash: '#/import?kind=employees', go: (m) => load(m, 'people.csv', PEOPLE, /^Save 2 rows/) },
  { name: 'export', hash: '#/team', go: openExport },
  { name: 'settings-feeds', hash: '#/settings?part=feeds', past: 'feeds', go: (m) => m.see('Made by developer') },
];

export const STATES: View[] = [
  {
    name: 'compare-person',
    hash: '#/review',
    go: async (m) => {
      await compare(m, { buffer_days: 0 });
      await m.button('By person').click();
    },
  },
  { name: 'compare-nothing', hash: '#/review', go: (m) => compare(m, { weights: { affinity: 1 } }) },
  { name: 'compare-gone', hash: '#/compare/nothing-like-it', go: (m) => m.see('This comparison is gone') },
  {
    name: 'compare-waiting',
    hash: '#/review',
    go: async (m) => {
      await answered(m.page, '**/api/trials/*', (trial: object) => ({ ...trial, status: 'running', result: null }));
      await compare(m, { buffer_days: 0 }, 'Search for the best plan');
    },
  },
  {
    name: 'what-if',
    hash: '#/review?tab=all',
    go: async (m) => {
      await m.button('What if…').first().click();
      await m.page.locator('#what-if select').first().selectOption('given');
      await m.page.locator('#what-if select').nth(1).selectOption({ index: 3 });
      await m.page.locator('#what-if select').first().selectOption('buffer');
      await m.button('Add another change').click();
    },
  },
  {
    name: 'setup-people',
    hash: '#/setup',
    once: true,
    go: async (m) => {
      const last = await readCrossmark(m.whole);
      const names = ['', 'Avery Quill', 'Blake Moss'];
      const unknown_people = names.map((name, n) => ({ rep_id: 880_001 + n, employee_id: n ? `E9${n}` : null, name }));
      await answered(m.page, `**/api/refreshes/${last}`, (refresh: object) => ({ ...refresh, unknown_people }));
      await m.page.reload();
      await m.button('Take over 2 people').waitFor();
    },
  },
  { name: 'differences-none', hash: '#/differences', go: (m) => m.see('Crossmark and Muster agree') },
  { name: 'differences-viewer', hash: '#/differences', past: 'differ', as: 'viewer' },
  { name: 'today-differ', hash: '#/today', past: 'differ', go: (m) => m.see(/^Crossmark and Muster differ about 2 events/) },
  { name: 'calendar-differ', hash: '#/calendar', past: 'differ', go: (m) => first(m, '.item:has(.mark)').click() },
  {
    name: 'refresh-under-way',
    hash: '#/today',
    once: true,
    go: async (m) => {
      await m.whole.post('/_sim/faults', { next: [{ call: 'planning', kind: 'hold_before' }] });
      await m.button('Read Crossmark now').click();
      await m.see('Reading Crossmark');
      await m.whole.post('/_sim/release', {});
    },
  },
  {
    name: 'refresh-failed',
    hash: '#/refresh',
    once: true,
    go: async (m) => {
      await m.whole.faults({ call: 'login', kind: 'bad_credentials' });
      await readCrossmark(m.whole);
      await m.page.reload();
      await m.see(/Tell your administrator/);
    },
  },
  { name: 'events-lost', hash: '#/events?only=lost', go: (m) => m.see('Nothing was lost') },
  { name: 'events-due-soon', hash: '#/events?only=due_soon', go: (m) => m.see(/their last day is within a week/) },
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
    past: 'tight',
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
  { name: 'review-grace', hash: '#/review?tab=all', once: true, go: (m) => m.approve() },
  { name: 'review-sent', hash: '#/review', past: 'sent' },
  { name: 'review-sent-line', hash: '#/review', past: 'sent', go: (m) => first(m, '#issues li button').click() },
  { name: 'review-stale', hash: '#/review', past: 'stale', go: (m) => m.see('The rotations changed since this run') },
  { name: 'review-rejected', hash: '#/review', past: 'rejected' },
  {
    name: 'review-offline',
    hash: '#/review',
    once: true,
    go: async (m) => {
      await m.context.setOffline(true);
      await m.see('You are offline.');
    },
  },
  { name: 'review-loading', hash: '#/review', before: ({ page }) => page.route('**/api/auto-schedule/pending*', () => undefined) },
  { name: 'submissions-line', hash: '#/submissions', past: 'sent', go: (m) => first(m, 'li .open').click() },
  { name: 'submissions-accepted', hash: '#/submissions?tab=accepted', past: 'sent' },
  { name: 'submissions-none', hash: '#/submissions' },
  {
    name: 'rotations-edit',
    hash: '#/rotations',
    go: async (m) => {
      await m.page.getByLabel('Juicer, Monday').selectOption({ index: 2 });
      await m.page.getByLabel('Primary lead, Tuesday').selectOption({ index: 2 });
    },
  },
  { name: 'rotations-exception', hash: '#/rotations', go: (m) => m.button('Exception').click() },
  {
    name: 'history-table',
    hash: '#/history',
    past: 'decided',
    go: async (m) => {
      for (const n of [3, 2, 1, 0]) await m.page.getByText('Show as table').nth(n).click();
    },
  },
  {
    name: 'history-compare',
    hash: '#/history',
    past: 'twoRuns',
    go: async (m) => {
      await m.page.locator('input[type=checkbox]').nth(0).check();
      await m.page.locator('input[type=checkbox]').nth(1).check();
      await m.page.getByRole('heading', { name: 'What changed' }).waitFor();
    },
  },
  { name: 'calendar-item', hash: '#/calendar', go: (m) => first(m, '.item').click() },
  { name: 'calendar-print', hash: '#/calendar', wideOnly: true, go: ({ page }) => page.emulateMedia({ media: 'print' }) },
  { name: 'events-none', hash: '#/events?q=nothinglikethis' },
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
      const { today } = await m.whole.get('/api/dashboard');
      const { items } = await m.whole.get(`/api/schedules?from=${today}&to=${dayAfter(today, 21)}&limit=500`);
      const { employee_id, schedule_datetime } = items.at(-1);
      await m.page.evaluate((hash) => (location.hash = hash), `#/team?who=${employee_id}&off=${schedule_datetime.slice(0, 10)}`);
      await m.button('Add time off').click();
      await m.button(/^Save, leave /).waitFor();
    },
  },
  { name: 'team-new', hash: '#/team?who=new' },
  { name: 'team-viewer', hash: '#/team?who=E01', as: 'viewer' },
  { name: 'settings-edit', hash: '#/settings', go: (m) => m.page.locator('input[type=range]').first().fill('2.5') },
  {
    name: 'settings-words',
    hash: '#/settings',
    go: async (m) => {
      await m.page.getByLabel('Say it in words').fill('follow the rotation more, fewer moves, cheaper fruit');
      await m.button('Show in the fields').click();
    },
  },
  { name: 'settings-viewer', hash: '#/settings', as: 'viewer' },
  { name: 'settings-planning', hash: '#/settings?part=planning' },
  { name: 'settings-times', hash: '#/settings?part=times' },
  {
    name: 'settings-types',
    hash: '#/settings?part=types',
    go: async (m) => {
      for (const n of [0, 1]) await m.page.getByLabel('As the rulebook has it').nth(n).uncheck();
    },
  },
  {
    name: 'settings-closed',
    hash: '#/settings?part=closed',
    go: async (m) => {
      await m.page.getByLabel('When').selectOption('weekday');
    },
  },
  { name: 'settings-browser', hash: '#/settings?part=browser' },
  {
    name: 'settings-history',
    hash: '#/settings',
    go: async (m) => {
      await m.button('History of the settings').click();
      await m.see('Nobody has changed it by hand');
    },
  },
  {
    name: 'events-correct',
    hash: '#/events',
    go: async (m) => {
      await first(m, 'li .menu').click();
      await m.button('Correct type or length').click();
    },
  },
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
    before: ({ page }) => heldUp(page, '**/api/imports/*save=*'),
    go: async (m) => {
      await load(m, 'people.csv', PEOPLE, /^Save 2 rows/);
      await m.page.route('**/api/imports/employees?existing=update', interrupted);
      await m.button('Save 2 rows').click();
      await m.pass(4);
      await m.see('Saving: 240 of 611 rows');
    },
  },
  {
    name: 'import-interrupted',
    hash: '#/import?kind=employees',
    before: ({ page }) => page.route('**/api/imports/employees?existing=update', interrupted),
    go: (m) => load(m, 'people.csv', PEOPLE, /^Save 2 rows/),
  },
  {
    name: 'import-moved',
    hash: '#/import?kind=employees',
    once: true,
    go: async (m) => {
      await load(m, 'people.csv', PEOPLE, /^Save 2 rows/);
      const { items } = await m.whole.get('/api/employees?limit=500');
      const { id, job_title, juicer_trained, active, termination_date, rep_id, version } = items.find(
        (one: { id: string }) => one.id === 'E01',
      );
      await m.whole.put(`/api/employees/${id}`, { name: 'Else', job_title, juicer_trained, active, termination_date, rep_id, version });
      await m.button('Save 2 rows').click();
      await m.see(/The club changed since you looked/);
    },
  },
  {
    name: 'import-done',
    hash: '#/import?kind=employees',
    once: true,
    go: async (m) => {
      await load(m, 'people.csv', PEOPLE, /^Save 2 rows/);
      await m.button('Save 2 rows').click();
      await m.see('The file is loaded');
    },
  },
  {
    name: 'export-large',
    hash: '#/history',
    past: 'decided',
    before: ({ page }) => page.route('**/api/exports/**', refuse(413, 'EXPORT_TOO_LARGE', 'too many')),
    go: async (m) => {
      await openExport(m);
      await m.button('Download').click();
      await m.see(/Choose a narrower range/);
    },
  },
  {
    name: 'feeds-made',
    hash: '#/settings?part=feeds',
    once: true,
    go: async (m) => {
      await m.page.getByLabel('Whose schedules').selectOption('club');
      await m.button('Make an address').click();
      await m.page.getByLabel('Calendar address', { exact: true }).waitFor();
    },
  },
  {
    name: 'feeds-revoke',
    hash: '#/settings?part=feeds',
    past: 'feeds',
    go: (m) => m.button(/^Revoke the address of the whole club/).click(),
  },
  {
    name: 'team-feeds',
    hash: '#/team?who=E01',
    past: 'feeds',
    go: async (m) => {
      await m.button(/^Show the calendar addresses of /).click();
      await m.see('Made by developer');
    },
  },
  {
    name: 'posted-give',
    hash: '#/calendar?day=2026-11-29&show=posted',
    go: async (m) => {
      await m.page.locator('[data-t=core]').first().click();
      await m.button(/^Give to…/).click();
      const people = m.page.locator('#posted optgroup').last().locator('option');
      await people.first().waitFor({ state: 'attached' });
      const ids = await people.evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
      for (const id of ids) {
        await m.page.locator('#posted select').nth(1).selectOption(id);
        await m.page.locator('#posted .effect li').first().waitFor();
        if (await m.page.locator('#posted .broken li').count()) break;
      }
      await m.page.locator('#posted .broken li').first().waitFor();
    },
  },
  {
    name: 'posted-back',
    hash: '#/calendar?day=2026-11-29&show=posted',
    go: async (m) => {
      await m.page.locator('[data-t=core]').first().click();
      await m.button(/^Take back/).click();
      await m.page.locator('#posted .effect li').first().waitFor();
    },
  },
  { name: 'calendar-lock', hash: '#/calendar', go: (m) => m.page.locator('thead .pick').last().click() },
  { name: 'calendar-who', hash: '#/calendar', go: (m) => first(m, 'tbody .pick').click() },
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
