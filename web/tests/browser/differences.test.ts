/** Differences from Crossmark wait for a person: both sides, several at once, broken rules, and the links to them. */
import { expect, test } from 'vitest';
import type { Difference, Schedule } from '../../src/lib/api-types';
import { changeAnswers, type Manager, PHONE, setUp } from './manager';
import { crossmarkSession, currentRun, readCrossmark } from './server-states';
import { type Booking, until, type MusterServer } from './server';

const { startServer, newManager, newViewer } = setUp();

const differences = async (server: MusterServer): Promise<Difference[]> => (await server.get('/api/differences')).items;

type CrossmarkBooking = Booking & { LocationID: number; End: string };
const bookingOf = async (server: MusterServer, ref: number) =>
  ((await server.ledger()) as CrossmarkBooking[]).find((one) => one.mPlanID === ref && !one.deleted_at) as CrossmarkBooking;

/** A person who works at Crossmark directly. */
async function colleague(server: MusterServer) {
  const cookie = await crossmarkSession(server);
  const call = async (path: string, form: Record<string, string>) => {
    const answer = await fetch(server.simulator + path, { method: 'POST', headers: { cookie }, body: new URLSearchParams(form) });
    expect((await answer.json()).ok).toBe(1);
  };
  return {
    takesBack: (one: CrossmarkBooking) => call('/planningextcontroller/deleteScheduledMplanEvent', { id: String(one.id) }),
    gives: (one: CrossmarkBooking, rep: number) =>
      call('/planningextcontroller/scheduleMplanEvent', {
        ClassName: 'MVScheduledmPlan',
        RepID: String(rep),
        mPlanID: String(one.mPlanID),
        LocationID: String(one.LocationID),
        Start: `${one.Start.slice(0, 10)}T10:00:00${one.Start.slice(-6)}`,
        End: one.End,
        hash: '',
        v: '3.0.1',
        PlanningOverride: 'true',
      }),
  };
}

/** Sends some events of the proposal, and takes them back at Crossmark. The first is given to somebody else there. */
async function makeDifferences(server: MusterServer, n: number): Promise<number[]> {
  const run_id = await currentRun(server);
  const { newly_scheduled } = await server.get('/api/auto-schedule/pending');
  const unpaired = newly_scheduled.filter((one: { event_type: string }) =>
    ['Digitals', 'Digital Setup', 'Freeosk', 'Other'].includes(one.event_type),
  );
  const lines = (unpaired.length >= n ? unpaired : newly_scheduled).slice(0, n);
  await server.post('/api/auto-schedule/approve', { run_id, lines: lines.map((one: { id: string }) => one.id) });
  await server.advance(11);
  await server.quiet();
  const refs = lines.map((one: { event_ref_num: number }) => one.event_ref_num) as number[];
  await until(async () => (await Promise.all(refs.map((ref) => bookingOf(server, ref)))).every(Boolean));
  await readCrossmark(server);
  const person = await colleague(server);
  const reps = (await server.ledger()).map((one) => one.RepID);
  for (const [i, ref] of refs.entries()) {
    const one = await bookingOf(server, ref);
    await person.takesBack(one);
    if (!i) await person.gives(one, reps.find((rep) => rep !== one.RepID) ?? 0);
  }
  await readCrossmark(server);
  expect((await differences(server)).length).toBe(n);
  return refs;
}

const card = (m: Manager, ref: number) => m.page.locator(`[data-difference="${ref}"]`);

test("both sides are shown; one difference takes Crossmark's side, another is sent again and recalled", async () => {
  const server = await startServer();
  const [moved, gone] = await makeDifferences(server, 2);
  const m = await newManager(server);
  await m.open('#/today');
  await m.see('Crossmark and Muster differ about 2 events.');
  await m.page.locator('.note', { hasText: 'differ about' }).getByRole('link', { name: 'Decide' }).click();
  await card(m, moved).waitFor();
  const [one] = (await differences(server)).filter(({ event_ref_num }) => event_ref_num === moved);
  const text = await card(m, moved).innerText();
  expect(text).toContain(one.muster?.employee_name);
  expect(text).toContain(one.crossmark?.employee_name);
  expect(await card(m, gone).innerText()).toContain('Nobody has it');

  await card(m, moved)
    .getByRole('button', { name: /^Take Crossmark's/ })
    .click();
  await m.see("Crossmark's is taken for 1 event.");
  await card(m, moved).waitFor({ state: 'detached' });
  expect((await differences(server)).map(({ event_ref_num }) => event_ref_num)).toEqual([gone]);

  await card(m, gone)
    .getByRole('button', { name: /^Keep and send ours/ })
    .click();
  await until(
    async () => (await m.page.getByText(/to Crossmark in \d+ s\./).count()) > 0 || (await m.page.locator('dialog[open]').count()) > 0,
  );
  if (await m.page.locator('dialog[open]').count()) {
    await m.page.getByLabel('Reason').fill('agreed by phone');
    await m.button('Send ours anyway').click();
  }
  await m.see(/^1 event goes to Crossmark in \d+ s\.$/);
  await m.button('Recall').click();
  await m.see('Recalled. Nothing was sent.');
  // After the recall the difference is open again.
  await card(m, gone).waitFor();
  expect((await differences(server)).map(({ event_ref_num }) => event_ref_num)).toEqual([gone]);
});

test('several differences are decided at once; a broken rule is overridden with a reason', async () => {
  const server = await startServer();
  const refs = await makeDifferences(server, 3);
  const m = await newManager(server, PHONE);
  await m.open(`#/differences?event=${refs[1]}`);
  await card(m, refs[1]).waitFor();
  await m.page.waitForFunction((ref) => (document.activeElement as HTMLElement | null)?.dataset.difference === String(ref), refs[1]);
  await m.page.getByLabel('All 3 differences').check();
  const words = 'Rosa works 7 days in the week of Sun 22 Nov';
  const violations = [
    { rule: 'H9', title: 'At most 6 days a week', words, employee_id: 'E01', date: null, event_ref_nums: refs.slice(0, 1) },
  ];
  const refusal = {
    success: false,
    error: { code: 'RULES_BROKEN', message: 'rules', details: { violations }, request_id: 'x', timestamp: '' },
  };
  let sent: string | null = null;
  await m.page.route('**/api/differences/decide*', async (route) => {
    const body = route.request().postData() ?? '';
    if (!body.includes('override')) return route.fulfill({ status: 422, json: refusal });
    sent = body;
    return route.continue();
  });
  await m.button('Keep and send ours (3)').click();
  const dialog = m.page.locator('dialog[open]');
  await dialog.getByText(words).waitFor();
  expect(await dialog.getByRole('button', { name: 'Send ours anyway' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Reason').fill('agreed by phone');
  await dialog.getByRole('button', { name: 'Send ours anyway' }).click();
  await m.see(/^3 events go to Crossmark in \d+ s\.$/);
  expect(JSON.parse(sent ?? '{}')).toMatchObject({ override: { reason: 'agreed by phone' } });
  // The note leads to Submissions until Crossmark has accepted everything; then it closes by itself.
  await m.pass(12);
  await m.page.locator('.note').getByRole('link', { name: 'Submissions' }).click();
  await m.page.getByRole('heading', { name: 'Submissions' }).waitFor();
  await server.advance(11);
  await server.quiet();
  await until(async () => (await Promise.all(refs.map((ref) => bookingOf(server, ref)))).every(Boolean));
  expect(await differences(server)).toEqual([]);
  await m.open('#/differences');
  await m.see('No difference waits for a decision');
});

test('Events, the calendar and Fix link to a difference; one that cannot be sent says why; a viewer cannot decide', async () => {
  const server = await startServer();
  const [ref] = await makeDifferences(server, 2);
  const m = await newManager(server);
  await m.open('#/events?only=differs');
  await m.see('Crossmark and Muster differ about them, and nobody has decided.');
  expect(await m.page.locator('section[aria-label=Events] li').count()).toBe(2);
  expect(await m.button(/^Differs/).getAttribute('aria-pressed')).toBe('true');
  await m.page.getByRole('link', { name: 'differs', exact: true }).first().click();
  await m.page.locator('[data-difference]').first().waitFor();

  const { items } = await server.get<{ items: Schedule[] }>('/api/schedules?from=2026-11-01&to=2027-03-01&limit=500');
  const posted = items.find((one) => one.event_ref_num === ref) as Schedule;
  const day = posted.schedule_datetime.slice(0, 10);
  await m.open(`#/calendar?view=day&day=${day}&sel=posted.${ref}`);
  await m.see('Crossmark shows something else.');
  await m.page.locator('.flag', { hasText: 'Crossmark shows' }).getByRole('link', { name: 'Decide' }).click();
  await card(m, ref).waitFor();

  const { items: findings } = await server.get(`/api/validation?week=${day}`);
  const w12 = findings.find((one: { rule: string; event_ref_nums: number[] }) => one.rule === 'W12' && one.event_ref_nums.includes(ref));
  expect(w12).toBeTruthy();
  await m.open(`#/fix?week=${day}&finding=${w12.id}`);
  await m.see('Crossmark and Muster differ about it.');
  await m.page.locator('.options').getByRole('link', { name: 'Decide' }).click();
  await card(m, ref).waitFor();

  await changeAnswers(m.page, '**/api/differences*', (found: { items: object[] }) => {
    found.items[0] = { ...found.items[0], can_send_ours: false, crossmark_shows: 'unlisted', crossmark: null };
    return found;
  });
  await m.page.reload();
  const ours = m.page
    .locator('[data-difference]')
    .first()
    .getByRole('button', { name: /^Keep and send ours/ });
  await ours.waitFor();
  expect(await ours.isDisabled()).toBe(true);
  expect(await ours.getAttribute('title')).toMatch(/does not list event/);

  const viewer = await newViewer(server);
  await viewer.open('#/differences');
  await viewer.page.locator('[data-difference]').first().waitFor();
  for (const button of await viewer.page.locator('[data-difference] button').all()) {
    expect(await button.isDisabled()).toBe(true);
    expect(await button.getAttribute('title')).toMatch(/viewer|cannot/);
  }
});
