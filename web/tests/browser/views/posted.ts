/** Views of changes to posted schedules: by hand, fixes, call-outs. */
import type { View } from './view';

export const pages: View[] = [
  { name: 'fix', hash: '#/fix', go: (m) => m.page.locator('.option input:checked').waitFor() },
  {
    name: 'callout',
    hash: '#/team?who=E01',
    ownServer: true,
    go: async (m) => {
      await m.button('Is out…').click();
      await m.button(/find cover$/).click();
      await m.page.getByText('All three ways are tried.').waitFor({ state: 'attached' });
    },
  },
];

export const states: View[] = [
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
];
