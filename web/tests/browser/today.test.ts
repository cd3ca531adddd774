/** Today: first steps, a swap, the floor, what a viewer reads; also the navigation, notes, a locked day and the search of events. */
import { expect, test } from 'vitest';
import type { Dashboard, Line, Submissions } from '../../src/lib/api-types';
import { changeAnswers, PHONE, setUp } from './manager';
import type { Json } from './server';

const { startServer, newManager, newViewer } = setUp();

test('a new club sees its first steps; a swap is made on Today and saved', async () => {
  const server = await startServer({});
  const m = await newManager(server);
  await m.open('#/today');
  await m.see('First steps');
  await m.see('3. Start the first run');
  await m.button(/^Swap Juicer/).click();
  const dialog = m.page.locator('dialog[open]');
  await dialog.getByLabel('Person').waitFor();
  await m.pass(61);
  await m.page.waitForTimeout(300);
  await dialog.getByLabel('Person').selectOption({ index: 1 });
  await dialog.getByRole('button', { name: 'Add' }).click();
  await m.see(/ is juicer on .*\. Nightly runs plan from .* on and leave that day as it is\.$/);
  await dialog.waitFor({ state: 'detached' });
  await m.see('exception');
  expect((await server.get('/api/dashboard')).rotation.juicer.exception).toBe(true);
  await m.button('Undo').click();
  await expect.poll(async () => (await server.get('/api/dashboard')).rotation.juicer.exception).toBe(false);

  const viewer = await newViewer(server);
  for (const page of ['#/today', '#/review', '#/submissions']) {
    await viewer.open(page);
    await viewer.see('You can look, but not change.');
  }
});

test('long names neither widen the page nor cover each other', async () => {
  const m = await newManager(await startServer());
  const long = { employee_id: 'E01', employee_name: 'Wolfeschlegelsteinhausenbergerdorffvoralternwaren Featherstonehaugh' };
  await changeAnswers<Json>(m.page, /\/api\/dashboard(\?|$)/, (found) => {
    for (const duty of [found.rotation.juicer, found.rotation.primary_lead])
      Object.assign(duty, { exception: false, named: long, on_duty: long, backup: long });
    return found;
  });
  await m.open('#/today');
  const panel = m.page.locator('section[aria-labelledby=rotation]');
  await panel.locator('li').first().waitFor();
  for (const width of [1440, 1130, 390]) {
    await m.page.setViewportSize({ width, height: 900 });
    const measured = await panel.evaluate((panel) => {
      const boxesOf = (one: Element) => {
        const range = document.createRange();
        range.selectNodeContents(one);
        return [...range.getClientRects()].filter((box) => box.width > 0);
      };
      const rows = [...panel.querySelectorAll('li')];
      const count = (isWrong: (row: HTMLElement) => boolean) => rows.filter(isWrong).length;
      const { right } = panel.getBoundingClientRect();
      return {
        rows: rows.length,
        wide: Math.max(0, document.documentElement.scrollWidth - innerWidth),
        /** The text of two neighbours in one place. */
        covered: count((row) => {
          const parts = [...row.children].map(boxesOf);
          const meet = (a: DOMRect, b: DOMRect) =>
            Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
          return parts.some((some, at) => parts.slice(at + 1).some((others) => some.some((a) => others.some((b) => meet(a, b)))));
        }),
        over: count((row) => [...row.children].some((one) => one.getBoundingClientRect().right > right + 1)),
        /** A name that is squeezed into a column of letters. */
        narrow: count((row) => (row.querySelector('.grow') as Element).clientWidth < 100),
      };
    });
    expect(measured, `${width} px`).toEqual({ rows: 2, wide: 0, covered: 0, over: 0, narrow: 0 });
  }
});

const DASHBOARD = /\/api\/dashboard(\?|$)/;

/** The floor of today: one person with short events at these times and a Core at 10:15. */
function busyFloor(found: Dashboard, times: string[]): Dashboard {
  const shift = (event_ref_num: number, event_type: string, estimated_minutes: number, time: string) => ({
    event_ref_num,
    event_type,
    estimated_minutes,
    project_name: `Pie ${event_ref_num}`,
    schedule_datetime: `${found.today}T${time}:00`,
    block: null,
  });
  const shifts = [shift(1, 'Core', 390, '10:15'), ...times.map((time, n) => shift(n + 2, 'Supervisor', 5, time))];
  return { ...found, on_floor: [{ employee_id: 'E01', employee_name: 'Sage Brook', shifts }] };
}

test('every event of a busy person stands on the floor at its hour, in full', async () => {
  const times = ['10:00', '10:30', '10:30', '11:00', '11:30', '12:00', '12:00', '12:00', '12:00', '18:50'];
  for (const viewport of [
    { width: 390, height: 844 },
    { width: 844, height: 390 },
    { width: 1440, height: 900 },
  ]) {
    const m = await newManager(await startServer(), { ...PHONE, viewport });
    await changeAnswers<Dashboard>(m.page, DASHBOARD, (found) => busyFloor(found, times));
    await m.open('#/today');
    await m.page.locator('.floor .job').nth(times.length).waitFor();
    const measured = await m.page.locator('.floor').evaluate((floor) => {
      const lane = (floor.querySelector('.lane') as Element).getBoundingClientRect();
      const ticks = [...floor.querySelectorAll('.axis span')].map((one) => Number(one.textContent));
      const hour = lane.width / ticks.length;
      const boxes = [...floor.querySelectorAll('.job')].map((job) => ({
        title: job.getAttribute('title') ?? '',
        box: job.getBoundingClientRect(),
      }));
      const meet = (a: DOMRect, b: DOMRect) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
      return {
        cut: boxes.filter(({ box }) => box.right > lane.right + 1 || box.bottom > lane.bottom + 1).map(({ title }) => title),
        covered: boxes.filter(({ box }, n) => boxes.slice(n + 1).some((other) => meet(box, other.box))).map(({ title }) => title),
        misplaced: boxes
          .filter(({ title, box }) => {
            const [, h, min, half] = /(\d+):(\d+) ([ap]m)/.exec(title) ?? [];
            const at = (Number(h) % 12) + (half === 'pm' ? 12 : 0) + Number(min) / 60;
            return Math.abs((box.left - lane.left) / hour - (at - ticks[0])) > 0.02;
          })
          .map(({ title }) => title),
        wide: Math.max(0, document.documentElement.scrollWidth - innerWidth),
      };
    });
    expect(measured, `${viewport.width} px`).toEqual({ cut: [], covered: [], misplaced: [], wide: 0 });
  }
});

test('what is not sent yet is not called posted, and a call-out begins on Today and in the Calendar', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const name = (await server.get('/api/employees?limit=500')).items.find((one: { id: string }) => one.id === 'E01').name as string;
  await changeAnswers<Dashboard>(m.page, DASHBOARD, (found) => busyFloor(found, ['12:00']));
  await changeAnswers<Submissions>(m.page, /\/api\/submissions(\?|$)/, (found) => {
    const line = {
      id: 'by-hand.1',
      event_ref_num: 1,
      status: 'approved',
      kind: 'moved',
      project_name: 'Pie 1',
      attempts: [],
      depends_on: [],
    };
    return { ...found, items: [...found.items, line as unknown as Line] };
  });
  await m.open('#/today');
  const jobs = m.page.locator('.floor .job');
  await m.page.getByText('Dashed: Crossmark does not have it yet.').waitFor();
  expect(await jobs.first().innerText()).toMatch(/Core, 10:15 am, not sent yet$/);
  expect(await jobs.last().innerText()).toMatch(/Supervisor, 12:00 pm, posted$/);

  const dialog = m.page.locator('dialog[open]');
  await m.page.locator('.floor .name button').click();
  await m.button('Is out…').click();
  await dialog.getByRole('heading', { name: `${name} is out` }).waitFor();
  await dialog.getByRole('button', { name: /find cover$/ }).waitFor();
  await m.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await m.open('#/calendar');
  await m.page.locator('th .pick', { hasText: name }).click();
  await m.button('Is out…').click();
  await dialog.getByRole('heading', { name: `${name} is out` }).waitFor();
});

test('a number of three digits leaves the names of the pages whole', async () => {
  const m = await newManager(await startServer());
  await changeAnswers<Dashboard>(m.page, DASHBOARD, (found) => ({ ...found, submissions: { ...found.submissions, failed: 106 } }));
  await m.open('#/today');
  await m.page.locator('nav .count', { hasText: '106' }).waitFor();
  const rows = await m.page.locator('nav.side li a').evaluateAll((links) =>
    links.map((link) => {
      const [name, count] = ['.grow', '.count'].map((part) => link.querySelector(part)?.getBoundingClientRect());
      return {
        height: link.clientHeight,
        room: link.clientWidth - link.scrollWidth,
        covered: !!name && !!count && name.right > count.left + 1,
      };
    }),
  );
  expect(new Set(rows.map((row) => JSON.stringify(row)))).toEqual(new Set([JSON.stringify({ height: 36, room: 0, covered: false })]));
});

test('the notes above a page stand beside the open details', async () => {
  const m = await newManager(await startServer());
  await m.open('#/team?who=E01');
  await m.page.locator('aside.beside').waitFor();
  await m.context.setOffline(true);
  const note = m.page.locator('main .note', { hasText: 'There is no connection to the server.' });
  await note.waitFor();
  const [{ right }, { left }] = await Promise.all(
    [note, m.page.locator('aside.beside')].map((one) => one.evaluate((it) => it.getBoundingClientRect())),
  );
  expect(right).toBeLessThan(left);
});

test('an entry of a locked day offers nothing that would be refused', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const { today } = await server.get('/api/dashboard');
  const { items } = await server.get(`/api/schedules?from=${today}&to=2027-12-31&limit=500`);
  const { event_ref_num: ref, schedule_datetime: at } = items[items.length - 1];
  const day = at.slice(0, 10);
  await server.post('/api/locked-days', { date: day, reason: 'day sheet handed out' });
  await m.open(`#/calendar?view=day&day=${day}&sel=posted.${ref}`);
  await m.see('This day is locked, so what is posted on it stays. Unlock the day to change it.');
  expect(await m.button(/^Take back/).count()).toBe(0);
});

test('a recall in Review corrects Today and the bar at once', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/today');
  const due = m.page.locator('.badges a[href="#due"] b');
  const before = await due.innerText();
  await m.review();
  await m.approve();
  await m.open('#/today');
  await expect.poll(() => due.innerText(), { timeout: 5_000 }).not.toBe(before);
  await m.open('#/review');
  await m.button('Recall').click();
  await m.see('Recalled. Nothing was sent.');
  await m.open('#/today');
  await expect.poll(() => due.innerText(), { timeout: 5_000 }).toBe(before);
});

test('a search whose result the tab hides says so, and offers to show it', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const { items } = await server.get('/api/schedules?from=2026-01-01&to=2027-12-31&limit=500');
  const ref = String(items[0].event_ref_num);
  await m.open('#/events');
  await m.page.getByLabel('Find an event').fill(ref);
  await m.see(`No event here has "${ref}".`);
  await m.button('Show 1 of all events').click();
  await m.page.locator('section[aria-label=Events] li', { hasText: ref }).waitFor();
  expect(m.page.url()).toContain('cond=all');
  await m.page.getByLabel('Find an event').fill('walnut');
  await m.see('No event here has "walnut".');
  expect(await m.button(/of all events$/).count()).toBe(0);
});

test('Today claims kept rules only after it knows what an approval would refuse', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.hold('**/api/auto-schedule/approve*');
  await m.open('#/today');
  await m.see(/events placed, not checked yet\./);
  const { newly_scheduled } = await server.get('/api/auto-schedule/pending');
  const other = await newManager(server);
  await changeAnswers<Json>(other.page, /\/api\/auto-schedule\/approve(\?|$)/, (found) => ({
    ...found,
    refused: [{ line: newly_scheduled[0].id, code: 'RULES_BROKEN', reason: 'The day is not planned', rules: ['H1'] }],
  }));
  await other.open('#/today');
  await other.see(/events placed; 1 of them cannot be sent as it is\./);
  const third = await newManager(server);
  await third.open('#/today');
  await third.see(/events placed, every rule kept\./);
});

test('Review counts what other approvals have on their way, in words and per day', async () => {
  const server = await startServer();
  const { newly_scheduled } = await server.get('/api/auto-schedule/pending');
  const core = newly_scheduled.find((line: Line) => line.event_type === 'Core');
  const m = await newManager(server);
  await changeAnswers<Dashboard>(m.page, DASHBOARD, (found) => ({ ...found, submissions: { ...found.submissions, under_way: 1 } }));
  await changeAnswers<Submissions>(m.page, /\/api\/submissions(\?|$)/, (found) => ({
    ...found,
    items: [{ ...core, id: 'by-hand.1', run_id: 'by-hand', event_ref_num: 1, status: 'approved' }],
  }));
  await m.review();
  await m.see('Of other approvals, 1 event is on its way.');
  await m.page.getByText(/Core, \d+ new, \d+ moved, 1 on the way to Crossmark/).waitFor({ state: 'attached' });
});
