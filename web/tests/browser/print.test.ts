/** Printing: sheets of the right shape, with a heading and times, and nothing that covers them. */
import { expect, test } from 'vitest';
import { type Manager, stage } from './manager';

const { startServer, newManager } = stage();

/** Width and height of every page of a PDF, in points. */
const pagesOf = (pdf: Buffer) =>
  [...pdf.toString('latin1').matchAll(/\/MediaBox \[\s*0 0 (\d+) (\d+)/g)].map(([, width, height]) => [Number(width), Number(height)]);

/** The visible text on paper of a width, and the elements that cover it. */
async function onPaper(m: Manager, sheet: string, width: number) {
  await m.page.emulateMedia({ media: 'print' });
  await m.page.setViewportSize({ width, height: 700 });
  const seen = await m.page.evaluate((sheet) => {
    const shown = (one: Element) => one.getClientRects().length > 0;
    const covers = [...document.querySelectorAll('body *')].filter(
      (one) => ['fixed', 'sticky'].includes(getComputedStyle(one).position) && shown(one),
    );
    return {
      text: (document.querySelector(sheet) as HTMLElement).innerText,
      covers: covers.map((one) => `${one.tagName}.${one.className}`),
      wide: document.documentElement.scrollWidth - innerWidth,
      clipped: [...document.querySelectorAll(`${sheet} .clip`)].filter(
        (one) => shown(one) && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).whiteSpace === 'nowrap',
      ).length,
    };
  }, sheet);
  return seen;
}

test('the day prints in portrait, the week in landscape', async () => {
  const w = await startServer();
  const m = await newManager(w);
  await m.open('#/calendar');
  await m.page.locator('[data-item]').first().waitFor();
  const week = pagesOf(await m.page.pdf({ preferCSSPageSize: true }));
  expect(new Set(week.map(String))).toEqual(new Set(['792,612']));
  const grid = await onPaper(m, '.week', 980);
  expect(grid).toMatchObject({ covers: [], wide: 0, clipped: 0 });
  expect(grid.text).toMatch(/^.+, Sun \d+ \w+ to Sat \d+ \w+ \d{4}/);
  expect(grid.text).toMatch(/Printed \w+ \d+ \w+ \d+:\d\d [ap]m/);
  expect(grid.text).toMatch(/10:15 am/);

  const today = await newManager(w);
  await today.open('#/today');
  const day = pagesOf(await today.page.pdf({ preferCSSPageSize: true }));
  expect(new Set(day.map(String))).toEqual(new Set(['612,792']));
  const sheet = await onPaper(today, 'section[aria-hidden=true]', 700);
  expect(sheet).toMatchObject({ covers: [], wide: 0 });
  expect(sheet.text).toMatch(/Primary lead: .+\. Juicer: .+\. Printed .+, plan version \d+\.\s+Off: /);
  expect(sheet.text).toMatch(/Arrive\s+Who\s+What\s+Number\s+Lunch\s+Leave\s+Scanned out/);
});
