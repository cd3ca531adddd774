/** Corrections of what the club owes somebody and of the outcome of an entry; and the replay of a run. The answers are mocked. */
import { expect, test } from 'vitest';
import { setUp } from './manager';
import { FAIRNESS } from './numbers';
import { until } from './server';

const { startServer, newManager } = setUp();

test('a debt is corrected with a reason, by keyboard', async () => {
  const m = await newManager(await startServer());
  await m.page.route(/\/api\/fairness(\?|$)/, (route) => route.fulfill({ json: FAIRNESS }));
  const bodies: unknown[] = [];
  await m.page.route('**/api/fairness/E02*', (route) => {
    bodies.push(route.request().postDataJSON());
    return route.fulfill({ json: { success: true, person: FAIRNESS.people[1] } });
  });
  await m.open('#/fairness');
  await m.page.locator('summary').nth(1).focus();
  await m.page.keyboard.press('Enter');
  await m.button(/^Correct… what is owed to Somebody/).focus();
  await m.page.keyboard.press('Enter');
  const core = m.page.getByLabel('Core that are owed in addition');
  expect(await core.inputValue()).toBe('1');
  expect(await m.page.getByLabel('Why').inputValue()).toBe('helped at another club');
  await core.fill('-0.5');
  await m.page.getByLabel('Why').fill('worked one that is not here');
  await m.page.keyboard.press('Enter');
  await m.page.locator('dialog[open]').waitFor({ state: 'detached' });
  expect(bodies).toEqual([{ core: -0.5, reason: 'worked one that is not here', week: '2026-11-15', version: 3 }]);
});

test('a past entry is corrected: somebody else worked it', async () => {
  const server = await startServer();
  const m = await newManager(server);
  const { today } = await server.get('/api/dashboard');
  const { items } = await server.get(`/api/schedules?from=${today}&to=${today}&limit=500`);
  const core = items.find((one: { event_type: string }) => one.event_type === 'Core');
  const outcome = {
    line_id: 'run-1.7',
    event_ref_num: core.event_ref_num,
    event_type: 'Core',
    date: today,
    label: 'completed',
    holder_id: core.employee_id,
    holder_name: core.employee_name,
    holder_date: today,
    end: 'completed',
    done_by_id: null,
    done_by_name: null,
    corrected_by_hand: false,
    version: 4,
  };
  await m.page.route('**/api/outcomes?*', (route) => route.fulfill({ json: { items: [outcome], next: null, time_zone: 'UTC' } }));
  const bodies: { employee_id?: string }[] = [];
  await m.page.route('**/api/outcomes/run-1.7*', (route) => {
    bodies.push(route.request().postDataJSON());
    return route.fulfill({ json: { success: true, outcome } });
  });
  await m.open(`#/calendar?view=day&day=${today}&show=posted`);
  await m.page.locator('[data-t=core]').first().click();
  await m.see('worked it.');
  const who = m.page.getByLabel('Somebody else did it');
  await who.selectOption({ index: 1 });
  const chosen = await who.inputValue();
  expect(bodies).toEqual([]);
  await m.button('Save').click();
  await until(() => Promise.resolve(bodies.length === 1));
  await m.button('Did not come').click();
  await until(() => Promise.resolve(bodies.length === 2));
  expect(bodies).toEqual([
    { what: 'somebody_else', employee_id: chosen, version: 4 },
    { what: 'did_not_come', version: 4 },
  ]);
});

test('a run is replayed: the request changes nothing, and the page says that the result is identical', async () => {
  const m = await newManager(await startServer());
  const replay = {
    verdict: 'identical',
    text: 'Identical: every line and the score are the same.',
    confirms: true,
    score_then: 10,
    score_now: 10,
    lines_differ: 0,
    versions: [],
    erasures: 0,
    breaches: [],
  };
  const bodies: { base: { replay: string }; change: object }[] = [];
  await m.page.route(/\/api\/trials(\?|$)/, (route) => {
    bodies.push(route.request().postDataJSON());
    return route.fulfill({ json: { trial_id: 'again' } });
  });
  await m.page.route('**/api/trials/again*', (route) =>
    route.fulfill({ json: { trial_id: 'again', status: 'done', error: null, result: { replay } } }),
  );
  await m.open('#/history');
  const replayButton = m.page.locator('[id^=again-]').first();
  const run = (await replayButton.getAttribute('id'))?.replace('again-', '');
  await replayButton.focus();
  await m.page.keyboard.press('Enter');
  await m.see('Confirmed');
  await m.see('Identical: every line and the score are the same.');
  expect(bodies).toEqual([{ base: { replay: run }, change: {} }]);
  await m.button('Close').click();
  await until(() => replayButton.evaluate((element) => element === document.activeElement));
});
