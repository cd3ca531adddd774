/** A person confirms a draft, with a reason if it breaks a rule, or discards it. The server's answers are mocked. */
import { expect, test } from 'vitest';
import type { Draft } from '../../src/lib/api-types';
import { BREAKS, draft, withDraft } from './drafts';
import { type Manager, setUp } from './manager';
import { until } from './server';

const { startServer, newManager, newViewer } = setUp();

/** Mocks the route of a decision; after a request, the server returns `then` as the draft. Returns the bodies of the requests. */
async function mockDecision(m: Manager, act: 'confirm' | 'discard', then: Draft): Promise<unknown[]> {
  const bodies: unknown[] = [];
  await m.page.route(`**/api/drafts/draft-1/${act}*`, async (route) => {
    bodies.push(route.request().postDataJSON());
    await withDraft(m.page, then);
    await route.fulfill({ json: { success: true, ...then } });
  });
  return bodies;
}

test('a draft that breaks a rule is confirmed with a reason, and shows its outcome', async () => {
  const m = await newManager(await startServer());
  const effect = { ...draft().effect, breaks: BREAKS };
  await withDraft(m.page, draft({ breaks: 1, effect }));
  const decided = { decided_by: 'developer', decided_at: new Date().toISOString() };
  const outcome = { run_id: 'r', approval_id: 'a1', trial_id: null, fact: null, finding_id: null, line_ids: [] };
  const bodies = await mockDecision(m, 'confirm', draft({ breaks: 1, effect, status: 'confirmed', ...decided, outcome }));
  await m.open('#/drafts/draft-1');
  await m.button('Confirm').waitFor();
  expect(await m.button('Confirm').isDisabled()).toBe(true);
  await m.page.getByLabel('Why you confirm it all the same').fill(' agreed by phone ');
  await m.button('Confirm').focus();
  await m.page.keyboard.press('Enter');
  await m.see(/developer confirmed it/);
  expect(bodies).toEqual([{ override: { reason: 'agreed by phone' } }]);
  await m.see(/2 events go to Crossmark in \d+ s/);
  expect(await m.button('Confirm').count()).toBe(0);
});

test('the confirmation of a stale draft is refused and the page says why; the draft can still be discarded', async () => {
  const m = await newManager(await startServer());
  await withDraft(m.page, draft());
  await m.page.route('**/api/drafts/draft-1/confirm*', async (route) => {
    await withDraft(m.page, draft({ is_stale: true }));
    const error = {
      code: 'DRAFT_STALE',
      message: 'the club has changed since the draft was made: ask again',
      details: {},
      request_id: 'r1',
    };
    await route.fulfill({ status: 409, json: { success: false, error } });
  });
  const decided = { decided_by: 'developer', decided_at: new Date().toISOString() };
  const bodies = await mockDecision(m, 'discard', draft({ status: 'discarded', ...decided }));
  await m.open('#/drafts/draft-1');
  await m.button('Confirm').click();
  await m.see('The club has changed since it was made.');
  await until(() => m.button('Confirm').isDisabled());
  await m.button('Discard').click();
  await m.see(/developer discarded it/);
  expect(bodies).toHaveLength(1);
});

test('a viewer sees why a draft cannot be decided', async () => {
  const server = await startServer();
  const m = await newViewer(server);
  await withDraft(m.page, draft());
  await m.open('#/drafts/draft-1');
  for (const name of ['Confirm', 'Discard']) {
    await m.button(name).waitFor();
    expect(await m.button(name).isDisabled()).toBe(true);
    expect(await m.button(name).getAttribute('title')).toMatch(/viewer/);
  }
});

test('a sentence in Find that asks for a change opens its draft; no question is sent while somebody types', async () => {
  const m = await newManager(await startServer());
  await withDraft(m.page, draft({ through: 'find' }));
  let questions = 0;
  const answer = { understood: null, answer: {}, draft_id: 'draft-1', address: '#/drafts/draft-1', question: null, not_understood: null };
  await m.page.route('**/api/ask*', (route) => {
    questions++;
    return route.fulfill({ json: answer });
  });
  await m.open('#/today');
  await m.page.keyboard.press('Control+k');
  await m.page.keyboard.type('avery out tomorrow');
  await m.pass(2);
  expect(questions).toBe(0);
  await m.page.keyboard.press('Enter');
  await m.see('asked for it in Find');
  expect(questions).toBe(1);
});

test('text typed into Find before it is loaded is kept and triggers no keyboard shortcut of the page', async () => {
  const m = await newManager(await startServer());
  let load = () => {};
  const held = new Promise<void>((resolve) => (load = resolve));
  await m.page.route('**/assets/Found-*.js', async (route) => {
    await held;
    await route.continue();
  });
  await m.review();
  await m.page.keyboard.press('Control+k');
  // On Review, "a" opens the approval.
  await m.page.keyboard.type('calendar');
  await m.page.keyboard.press('Enter');
  await m.page.getByText('Loading Find').waitFor({ state: 'attached' });
  expect(await m.page.getByRole('searchbox', { name: 'Page, person' }).inputValue()).toBe('calendar');
  expect(await m.page.locator('dialog[open]').count()).toBe(1);
  load();
  await m.page.waitForURL('**/#/calendar');
});
