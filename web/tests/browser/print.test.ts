/** Printing: sheets of the right shape, with a heading and times, and nothing that covers them. */
import { expect, test } from 'vitest';
import { changeAnswers, type Manager, setUp } from './manager';
import { pagesOf } from './pdf';
import type { Json } from './server';

const { startServer, newManager } = setUp();

const PORTRAIT = [612, 792];
const LANDSCAPE = [792, 612];

/** The pages of the sheet that is open, in one shape. */
async function printed(m: Manager, shape: number[]) {
  const pages = pagesOf(await m.page.pdf({ preferCSSPageSize: true }));
  for (const { width, height } of pages) expect([width, height]).toEqual(shape);
  return pages.map((one) => one.text.replace(/\s+/g, ' '));
}

/** The text of a sheet on paper of a width, the elements that cover it, and what is too wide, cut off or over an edge. */
async function onPaper(m: Manager, sheet: string, width: number) {
  await m.page.emulateMedia({ media: 'print' });
  await m.page.setViewportSize({ width, height: 700 });
  const onSheet = await m.page.evaluate((sheet) => {
    const isShown = (one: Element) => one.getClientRects().length > 0;
    const covers = [...document.querySelectorAll('body *')].filter(
      (one) => ['fixed', 'sticky'].includes(getComputedStyle(one).position) && isShown(one),
    );
    return {
      text: (document.querySelector(sheet) as HTMLElement).innerText,
      covers: covers.map((one) => `${one.tagName}.${one.className}`),
      wide: document.documentElement.scrollWidth - innerWidth,
      clipped: [...document.querySelectorAll(`${sheet} .clip`)].filter(
        (one) => isShown(one) && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).whiteSpace === 'nowrap',
      ).length,
      /** What reaches over the edge of its cell. */
      over: [...document.querySelectorAll(`${sheet} :is(th, td) *`)]
        .filter((one) => {
          const { left, right } = one.closest('th, td')?.getBoundingClientRect() as DOMRect;
          return !one.closest('.sr') && [...one.getClientRects()].some((box) => box.left < left - 1 || box.right > right + 1);
        })
        .map((one) => one.textContent),
    };
  }, sheet);
  return onSheet;
}

test('the day and the month print in portrait, the week in landscape', async () => {
  const server = await startServer();
  const m = await newManager(server);
  await m.open('#/calendar');
  await m.page.locator('[data-item]').first().waitFor();
  await printed(m, LANDSCAPE);
  const grid = await onPaper(m, '.week', 980);
  expect(grid).toMatchObject({ covers: [], wide: 0, clipped: 0, over: [] });
  expect(grid.text).toMatch(/^.+, Sun \d+ \w+ to Sat \d+ \w+ \d{4}/);
  expect(grid.text).toMatch(/Printed \w+ \d+ \w+ \d+:\d\d [ap]m/);
  expect(grid.text).toMatch(/10:15 am/);

  const today = await newManager(server);
  await today.open('#/today');
  const day = today.page.locator('section[aria-hidden=true]', { hasText: 'plan version' });
  await day.locator('tbody tr').first().waitFor({ state: 'attached' });
  for (const page of await printed(today, PORTRAIT)) expect(page).toMatch(/^.+, \w+ \d+ \w+ \d{4} Primary lead: .+ Arrive Who What Number/);
  const sheet = await onPaper(today, 'section[aria-hidden=true]', 700);
  expect(sheet).toMatchObject({ covers: [], wide: 0 });
  expect(sheet.text).toMatch(/Primary lead: .+\. Juicer: .+\. Printed .+, plan version \d+\.\s+Off: /);
  expect(sheet.text).toMatch(/Arrive\s+Who\s+What\s+Number\s+Lunch\s+Leave\s+Scanned out/);

  const month = await newManager(server);
  await month.open('#/calendar?view=month');
  await month.page.locator('section[aria-label=Month]').waitFor();
  const [first, ...more] = await printed(month, PORTRAIT);
  expect(more).toEqual([]);
  expect(first).toMatch(/^ ?.+, \w+ \d{4} Printed \w+ \d+ \w+ \d+:\d\d [ap]m\. Sun Mon Tue/);
});

test('a week with long names fills its pages, and each has the names of the days', async () => {
  const m = await newManager(await startServer());
  const long = (name: string) => `${name} Wolfeschlegelsteinhausenbergerdorff`;
  await changeAnswers<Json>(m.page, /\/api\/employees(\?|$)/, (answer) => {
    for (const one of answer.items ?? answer) one.name = long(one.name);
    return answer;
  });
  for (const hash of ['#/calendar', '#/review?tab=person']) {
    await m.open(hash);
    await m.page
      .locator('tbody th', { hasText: long('') })
      .first()
      .waitFor();
    await m.page.locator('[data-item]').first().waitFor();
    const pages = await printed(m, LANDSCAPE);
    expect(pages.length, hash).toBeGreaterThan(1);
    expect(pages[0], hash).toMatch(/Wolfe/);
    for (const page of pages) expect(page, hash).toMatch(/Person Sun \d+ .*Mon \d+ .*Tue \d+ .*Wed \d+ .*Thu \d+ .*Fri \d+ .*Sat \d+ /);
    expect(await onPaper(m, 'table', 980), hash).toMatchObject({ wide: 0, clipped: 0, over: [] });
    await m.page.emulateMedia({ media: null });
  }
});
