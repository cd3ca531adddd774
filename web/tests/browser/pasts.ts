/** Brings a server into the state that a view or a test needs. */
import { until, type Whole } from './whole';

/** The states, and the steps to each. */
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
  /** Three proposals: the first was sent with holds and refusals, the second rejected, the third waits. */
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
  /** Crossmark was read after changes there. */
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
  /** Two events that were sent were taken back at Crossmark. */
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

/** Requests a refresh and waits for its end. */
export async function readCrossmark(whole: Whole): Promise<string> {
  const { refresh_id } = await whole.post('/api/refreshes', undefined);
  await until(async () => !['queued', 'running'].includes((await whole.get(`/api/refreshes/${refresh_id}`)).status));
  return refresh_id;
}

const standingOf = async (whole: Whole, refs: Set<number>) =>
  (await whole.ledger()).filter((one) => refs.has(one.mPlanID) && !one.deleted_at);

/** Signs in at Crossmark directly, and returns the cookie of the session. */
export async function crossmarkSession(whole: Whole): Promise<string> {
  const login = { UserType: 'MVEntityUser', UserID: 'muster', Password: 'local-only', Timezone: 'America/New_York' };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${whole.simulator}/login/authenticate`, { method: 'POST', headers, body: JSON.stringify(login) });
  return (answer.headers.get('set-cookie') ?? '').split(';')[0];
}

/** Takes an event back at Crossmark directly. */
async function takeBackAtCrossmark(whole: Whole, id: number) {
  const cookie = await crossmarkSession(whole);
  const body = new URLSearchParams({ id: String(id) });
  await fetch(`${whole.simulator}/planningextcontroller/deleteScheduledMplanEvent`, { method: 'POST', headers: { cookie }, body });
}

export const dayAfter = (today: string, days: number) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);

/** A rotation exception: another lead for a planned day. */
async function anotherLead(whole: Whole): Promise<{ date: string; employee_id: string }> {
  const [{ today }, { items }] = await Promise.all([whole.get('/api/dashboard'), whole.get('/api/employees?limit=500')]);
  const leads = items.filter((one: { job_title: string; active: boolean }) => one.job_title === 'Lead Event Specialist' && one.active);
  return { date: dayAfter(today, 6), employee_id: leads.at(-1).id };
}

/** Kills the process while its solver runs. */
export async function crash(whole: Whole) {
  const { run_id } = await whole.post('/api/auto-schedule/run', { run_type: 'manual', emergency: false });
  await until(async () => (await whole.get(`/api/auto-schedule/status/${run_id}`)).status === 'running');
  await whole.kill();
}
