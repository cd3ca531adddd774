/**
 * Random sequences of edits, holds, overrides, rejections, undos and reloads. After each step Review shows what the server has: places,
 * overridden rules, and every count. `functions/review/tests/whole/sequences.rs` tests that the server's places, rules and score are the
 * checker's.
 */
import { expect, test } from 'vitest';
import type { Choices, DayChoice, Line, Pending } from '../../src/lib/api-types';
import { type Manager, setUp } from './manager';
import { until, type MusterServer } from './server';

const { startServer, newManager } = setUp();

const SEQUENCES = process.env.MUSTER_FULL ? 40 : 4;
const STEPS = 6;
const SETTLED_MS = 8_000;
const ACTIONS = ['edit', 'edit', 'overrule', 'overrule', 'hold', 'hold', 'reject', 'reload'];

/** A seeded generator of numbers between 0 and 1 (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface ProposalState {
  placed: number;
  events: number;
  toSend: number;
  /** Events that an approval would refuse. */
  stuck: number;
  held: number;
  edited: number;
  notPlaced: number;
  rulesSetAside: number;
  eventsWithRulesSetAside: number;
  /** By line: the person and the day. */
  places: Record<string, string>;
}

const isSendable = (line: Line) => line.employee_id !== null || line.kind === 'dropped';

/** Whether a line has a row and a pane of its own. A Supervisor and a Survey are shown with the event that they follow. */
const hasRow = ({ pair, event_type }: Line) => pair === null || !['Supervisor', 'Juicer Survey'].includes(event_type);

/** The server's state, counted without the client's code. */
async function ofServer(server: MusterServer): Promise<ProposalState> {
  const { newly_scheduled, swaps, failed, run_id } = await server.get<Pending>('/api/auto-schedule/pending');
  const lines = [...newly_scheduled, ...swaps, ...failed].filter(({ status }) => status !== 'rejected');
  const dry = await server.post('/api/auto-schedule/approve', { run_id, dry_run: true });
  const placed = lines.filter(isSendable).length;
  const [toSend, stuck] = [dry.queued, dry.refused.length];
  const rules = lines.flatMap((line) => line.overridden?.rules ?? []);
  const edited = lines.filter((line) => line.original !== null || (line.employee_id !== null && line.kind === 'not_placed'));
  return {
    placed,
    events: lines.length,
    toSend,
    stuck,
    held: placed - toSend - stuck,
    edited: edited.filter(isSendable).length,
    notPlaced: lines.length - placed,
    rulesSetAside: new Set(rules).size,
    eventsWithRulesSetAside: lines.filter((line) => line.overridden?.rules.length).length,
    places: Object.fromEntries(lines.map((line) => [line.id, `${line.employee_name ?? ''} ${line.schedule_datetime?.slice(0, 10) ?? ''}`])),
  };
}

const numberIn = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);

/** What Review shows. A line without a row on the page counts as at its place in `of`. */
async function onPage(m: Manager, of: ProposalState): Promise<ProposalState> {
  const summary = await m.page.getByRole('region', { name: 'Summary' }).innerText();
  const bar = await m.bar();
  const rows = await m.page.locator('li[data-id]').evaluateAll((all) =>
    all.map((row) => ({
      id: (row as HTMLElement).dataset.id ?? '',
      day: row.closest('section')?.querySelector('h2, h3')?.textContent ?? '',
      who: row.querySelector('.names .clip')?.textContent ?? '',
    })),
  );
  const decisions = numberIn(summary, /(\d+) decisions?:/);
  const figures = [...summary.matchAll(/^(\d+)\n(?:not placed|with rules set aside|moves?|unusual|routine)$/gm)].map(([, n]) => Number(n));
  expect(
    figures.reduce((sum, n) => sum + n, 0),
    summary,
  ).toBe(decisions);
  const places = { ...of.places };
  for (const { id, who } of rows) {
    const day = of.places[id]?.slice(-10) ?? '';
    places[id] = `${who} ${day}`;
  }
  const rulesSetAside = numberIn(summary, /(\d+) rules? set aside/);
  return {
    placed: numberIn(summary, /(\d+) of \d+ events? placed/),
    events: numberIn(summary, /\d+ of (\d+) events? placed/),
    toSend: numberIn(bar, /^(\d+) of/),
    stuck: numberIn(bar, /(\d+) cannot be sent/),
    held: numberIn(bar, /(\d+) held back/),
    edited: numberIn(bar, /(\d+) edited/),
    notPlaced: numberIn(bar, /(\d+) not placed/),
    rulesSetAside,
    eventsWithRulesSetAside: numberIn(summary, /set aside for (\d+) events/) || Math.min(1, rulesSetAside),
    places,
  };
}

/** Asserts that the page shows what the server has, once both are settled, and does not claim kept rules or the best schedule wrongly. */
async function assertPageShowsServer(m: Manager, steps: string) {
  let expected = await ofServer(m.server);
  let page = await onPage(m, expected);
  const end = Date.now() + SETTLED_MS;
  while (JSON.stringify(page) !== JSON.stringify(expected) && Date.now() < end) {
    await m.page.waitForTimeout(150);
    expected = await ofServer(m.server);
    page = await onPage(m, expected);
  }
  expect(page, steps).toEqual(expected);
  const summary = await m.page.getByRole('region', { name: 'Summary' }).innerText();
  if (expected.rulesSetAside || expected.stuck) expect(summary, steps).not.toMatch(/every rule kept/);
  if (expected.edited) expect(summary, steps).not.toMatch(/the best (schedule )?there can be/);
}

/** Rejects a line with its pair, for a reason that does not matter to the next runs. */
async function reject(m: Manager, id: string) {
  const { page } = m;
  await page.evaluate((id) => (location.hash = `#/review?tab=all&sel=${encodeURIComponent(id)}`), id);
  await page
    .locator('aside')
    .getByRole('button', { name: /^Reject / })
    .click();
  await page.locator('dialog[open] fieldset label').last().click();
  await m.button(/^Reject (both )?placements?$/).click();
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
}

/** Gives a line to somebody: within the rules, or with an override and its reason. Returns whether that was possible. */
async function give(m: Manager, id: string, random: () => number, overruling: boolean): Promise<boolean> {
  const { page } = m;
  const { days } = await m.server.post<Choices>('/api/auto-schedule/check', { line: id });
  const picks = days.flatMap((day: DayChoice) =>
    (overruling ? day.cannot : day.people.filter((one) => !one.is_present)).map((one) => ({ day: day.date, who: one.employee_id })),
  );
  if (!picks.length) return false;
  const { day, who } = picks[Math.floor(random() * picks.length)];
  await page.evaluate((id) => (location.hash = `#/review?tab=all&sel=${encodeURIComponent(id)}&pane=change`), id);
  const pane = page.locator('aside [role=tabpanel], aside .pane').first();
  const press = (one: Element) => (one as HTMLElement).click();
  await pane.locator(`input[value="${day}"]`).evaluate(press);
  // Until the answer for the current plan arrives, the pane shows the earlier choices.
  const person = pane.locator(`${overruling ? 'details' : 'fieldset'} input[value="${who}"]`);
  const isShown = await person.waitFor({ state: 'attached', timeout: 5_000 }).then(
    () => true,
    () => false,
  );
  if (!isShown) return false;
  await person.evaluate(press);
  if (!overruling) {
    await m.button('Use this').click();
    return true;
  }
  await m.button('Use anyway').click();
  await page.getByLabel('Reason').fill('it is meant');
  // A place that the server cannot check is not offered.
  const use = page.locator('dialog[open] .danger:enabled');
  await use.or(page.locator('dialog[open] [role=alert]')).waitFor();
  if (!(await use.count())) return false;
  await use.click();
  return true;
}

test("after every step of random sequences Review shows the server's state", { timeout: 900_000 }, async () => {
  const server = await startServer();
  const m = await newManager(server);
  const random = seededRandom(20_261_129);
  const done: Record<string, number> = {};
  for (let n = 0; n < SEQUENCES; n++) {
    // Loads the page again, because the previous sequence was reverted at the server.
    await m.page.goto('about:blank');
    await m.review('?tab=all');
    let steps = `sequence ${n}`;
    let undoable = 0;
    for (let step = 0; step < STEPS; step++) {
      const lines = (await server.get<Pending>('/api/auto-schedule/pending')).newly_scheduled
        .filter(({ status }) => status !== 'rejected')
        .filter(hasRow);
      const { id } = lines[Math.floor(random() * lines.length)];
      const what = undoable && random() < 0.3 ? 'undo' : ACTIONS[Math.floor(random() * ACTIONS.length)];
      steps = `${steps}, ${what} ${id}`;
      let did = true;
      if (what === 'edit' || what === 'overrule') did = await give(m, id, random, what === 'overrule');
      else if (what === 'hold') {
        const box = m.page.locator(`li[data-id="${id}"] input:not([disabled])`);
        did = (await box.count()) > 0;
        if (did) await box.click();
      } else if (what === 'reject') await reject(m, id);
      else if (what === 'undo') {
        did = await m.page.locator('.approve .undo').isEnabled();
        if (did) await m.page.locator('.approve .undo').click();
      } else {
        await m.page.reload();
        await m.page.waitForSelector('li[data-id]');
      }
      if (did) done[what] = (done[what] ?? 0) + 1;
      if (what === 'reload') undoable = 0;
      else if (did && what !== 'reject') undoable += what === 'undo' ? -1 : 1;
      await m.page.keyboard.press('Escape');
      await assertPageShowsServer(m, steps);
    }
    // Takes back the edits and holds at the server.
    const { newly_scheduled, failed, swaps } = await server.get<Pending>('/api/auto-schedule/pending');
    for (const line of [...newly_scheduled, ...failed, ...swaps]) {
      if (line.held) await server.put(`/api/pending-schedule/${line.id}`, { held: false });
      if (line.original || line.status === 'user_edited')
        await server.put(`/api/pending-schedule/${line.id}`, { revert: true, override: { reason: 'back' } });
    }
    await until(async () => (await ofServer(server)).edited === 0);
  }
  for (const what of ['edit', 'overrule', 'hold', 'reject', 'undo', 'reload'])
    expect(done[what] ?? 0, `${what} in ${JSON.stringify(done)}`).toBeGreaterThan(0);
});
