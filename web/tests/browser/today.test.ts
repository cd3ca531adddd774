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
  const [wide, covered] = await panel.evaluate((panel) => [
    document.documentElement.scrollWidth - innerWidth,
    [...panel.querySelectorAll('li')].filter((row) => {
      const names = document.createRange();
      names.selectNodeContents(row.querySelector('.grow') as Node);
      const next = row.querySelector('.grow + *') as Element;
      return [...names.getClientRects()].some((box) => box.right > next.getBoundingClientRect().left + 1);
    }).length,
  ]);
  expect([wide <= 0, covered]).toEqual([true, 0]);
});
