/** Brings a server into the state that a view or a test needs. */
import { until, type MusterServer } from './server';

/** The states, and the steps to each. `ready` and `begun` differ only in how their servers are started. */
const SERVER_STATES = {
  ready: async () => undefined,
  begun: async () => undefined,
  tight: (server: MusterServer) => server.run(),
  sent: async (server: MusterServer) => {
    await server.faults(
      { call: 'schedule', kind: 'not_ok' },
      { call: 'schedule', kind: 'no_id' },
      { call: 'schedule', kind: 'reset_after' },
      { call: 'schedule', kind: 'not_ok' },
    );
    await server.post('/api/auto-schedule/approve', { run_id: await currentRun(server) });
    await server.advance(11);
    await server.quiet();
  },
  stale: async (server: MusterServer) => {
    const { date, employee_id } = await anotherLead(server);
    await server.post('/api/rotation-exception', { date, rotation_type: 'primary_lead', employee_id, reason: 'Swapped at the counter' });
  },
  rejected: async (server: MusterServer) => {
    await server.post('/api/auto-schedule/reject', { run_id: await currentRun(server), reasons: ['Too many moves'] });
  },
  twoRuns: async (server: MusterServer) => {
    await SERVER_STATES.stale(server);
    await server.run();
  },
  /** Three proposals: the first was sent with holds and refusals, the second rejected, the third waits. */
  decided: async (server: MusterServer) => {
    const { newly_scheduled } = await server.get('/api/auto-schedule/pending');
    for (const { id } of newly_scheduled.slice(0, 3)) await server.put(`/api/pending-schedule/${id}`, { held: true });
    await SERVER_STATES.sent(server);
    await SERVER_STATES.twoRuns(server);
    await SERVER_STATES.rejected(server);
    await server.run();
  },
  feeds: async (server: MusterServer) => {
    for (const employee_id of [null, 'E01', 'E03']) await server.post('/api/calendar-feeds', { employee_id });
  },
  /** Crossmark was read after changes there. */
  read: async (server: MusterServer) => {
    await readCrossmark(server);
    await changeEventsAtCrossmark(server);
    await readCrossmark(server);
  },
  /** Two events that were sent were taken back at Crossmark. */
  differ: async (server: MusterServer) => {
    const { newly_scheduled } = await server.get('/api/auto-schedule/pending');
    const lines = newly_scheduled.slice(0, 2).map((one: { id: string }) => one.id);
    await server.post('/api/auto-schedule/approve', { run_id: await currentRun(server), lines });
    await server.advance(11);
    await server.quiet();
    const sentRefs = new Set<number>(newly_scheduled.slice(0, 2).map((one: { event_ref_num: number }) => one.event_ref_num));
    await until(async () => (await bookingsOf(server, sentRefs)).length === 2);
    await readCrossmark(server);
    for (const { id } of await bookingsOf(server, sentRefs)) await takeBackAtCrossmark(server, id);
    await readCrossmark(server);
  },
  crashed: async (server: MusterServer) => {
    await crash(server);
    await server.start();
    await server.advance(600);
  },
} satisfies Record<string, (server: MusterServer) => Promise<unknown>>;
export type ServerState = keyof typeof SERVER_STATES;

export const bringTo = (server: MusterServer, state: ServerState) => SERVER_STATES[state](server);

export const currentRun = async (server: MusterServer): Promise<string> => (await server.get('/api/auto-schedule/pending')).run.run_id;

/** Requests a refresh and waits for its end. */
export async function readCrossmark(server: MusterServer): Promise<string> {
  const { refresh_id } = await server.post('/api/refreshes', undefined);
  await until(async () => !['queued', 'running'].includes((await server.get(`/api/refreshes/${refresh_id}`)).status));
  return refresh_id;
}

/** Changes three events at Crossmark: one is canceled, one gets another length, and one is new. */
export async function changeEventsAtCrossmark(server: MusterServer) {
  const { today } = await server.get('/api/dashboard');
  const { items } = await server.get('/api/events?scheduled=open&limit=50');
  const [one, other] = items.filter((event: { left_out: string | null }) => !event.left_out);
  await server.post('/_sim/events', [
    { mPlanID: one.event_ref_num, condition: 'Canceled' },
    { mPlanID: other.event_ref_num, estimated_minutes: 77 },
    { mPlanID: 77_700_001, name: '777001-LKD-AF-Plums (1) - V2-CORE', start: today, due: '2027-01-10' },
  ]);
}

const bookingsOf = async (server: MusterServer, refs: Set<number>) =>
  (await server.ledger()).filter((one) => refs.has(one.mPlanID) && !one.deleted_at);

/** Signs in at Crossmark directly, and returns the cookie of the session. */
export async function crossmarkSession(server: MusterServer): Promise<string> {
  const login = { UserType: 'MVEntityUser', UserID: 'muster', Password: 'local-only', Timezone: 'America/New_York' };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${server.simulator}/login/authenticate`, { method: 'POST', headers, body: JSON.stringify(login) });
  return (answer.headers.get('set-cookie') ?? '').split(';')[0];
}

/** Takes an event back at Crossmark directly. */
async function takeBackAtCrossmark(server: MusterServer, id: number) {
  const cookie = await crossmarkSession(server);
  const body = new URLSearchParams({ id: String(id) });
  await fetch(`${server.simulator}/planningextcontroller/deleteScheduledMplanEvent`, { method: 'POST', headers: { cookie }, body });
}

export const dayAfter = (today: string, days: number) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);

/** The date and the person of a rotation exception: another lead on a planned day. */
async function anotherLead(server: MusterServer): Promise<{ date: string; employee_id: string }> {
  const [{ today }, { items }] = await Promise.all([server.get('/api/dashboard'), server.get('/api/employees?limit=500')]);
  const leads = items.filter((one: { job_title: string; active: boolean }) => one.job_title === 'Lead Event Specialist' && one.active);
  return { date: dayAfter(today, 6), employee_id: leads.at(-1).id };
}

/** Kills the process while its solver runs. */
export async function crash(server: MusterServer) {
  const { run_id } = await server.post('/api/auto-schedule/run', { run_type: 'manual', emergency: false });
  await until(async () => (await server.get(`/api/auto-schedule/status/${run_id}`)).status === 'running');
  await server.kill();
}
