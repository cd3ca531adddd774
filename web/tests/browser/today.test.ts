/** Today: first steps, a swap, and why a viewer cannot press buttons. */
import { expect, test } from 'vitest';
import { answered, stage } from './manager';
import type { Json } from './whole';

const { startServer, newManager, newViewer } = stage();

test('a new club sees its first steps; a swap is made on Today and saved', async () => {
  const whole = await startServer({});
  const m = await newManager(whole);
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
  expect((await whole.get('/api/dashboard')).rotation.juicer.exception).toBe(true);
  await m.button('Undo').click();
  await expect.poll(async () => (await whole.get('/api/dashboard')).rotation.juicer.exception).toBe(false);

  const viewer = await newViewer(whole);
  for (const page of ['#/today', '#/review', '#/submissions']) {
    await viewer.open(page);
    await viewer.see('You can look, but not change.');
  }
});

test('long names neither widen the page nor cover each other', async () => {
  const m = await newManager(await startServer());
  const long = { employee_id: 'E01', employee_name: 'Wolfeschlegelsteinhausenbergerdorffvoralternwaren Featherstonehaugh' };
  await answered<Json>(m.page, /\/api\/dashboard(\?|$)/, (found) => {
    for (const duty of [found.rotation.juicer, found.rotation.primary_lead])
      Object.assign(duty, { exception: false, named: long, on_duty: long, backup: long });
    return found;
  });
  await m.open('#/today');
  const panel = m.page.locator('section[aria-labelledby=rotation]');
  await panel.locator('li').first().waitFor();
  for (const width of [1440, 1130, 390]) {
    await m.page.setViewportSize({ width, height: 900 });
    const found = await panel.evaluate((panel) => {
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
    expect(found, `${width} px`).toEqual({ rows: 2, wide: 0, covered: 0, over: 0, narrow: 0 });
  }
});
