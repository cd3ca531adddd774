// The ways of a manager through the client, in a real browser: each step says what must be true after it.
// It needs the prepared data of the stand-in API.
import { DESKTOP, open } from './browser.mjs';

const { browser, url, mock, reset, act, close } = await open();
let failed = 0;

const expect = (what, truth, found = '') => {
  if (!truth) failed++;
  console.log(`${truth ? 'ok  ' : 'FAIL'} ${what}${truth || found === '' ? '' : `: found ${JSON.stringify(found)}`}`);
};

async function scene(name, options, play, more = {}) {
  await reset(options);
  const context = await browser.newContext({ ...DESKTOP, colorScheme: 'light', ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  console.log(`\n${name}`);
  try {
    await play(page, context);
  } catch (error) {
    expect(`the scene ran to its end`, false, error.message.split('\n').slice(0, 3).join(' '));
  }
  expect('no page error', !errors.length, errors[0] ?? '');
  await context.close();
}

const bar = async (page) => (await page.locator('.approve .left').innerText()).replaceAll('\n', ' | ');
const toast = (page) => page.locator('.toast').last().innerText();
const row = (page, title) => page.locator('li[data-id]', { hasText: title }).first();
const goto = async (page, hash) => {
  await page.goto(`${url}/${hash}`);
  await page.waitForSelector('h1');
};
const review = async (page, hash = '#/review') => {
  await goto(page, hash);
  await page.waitForSelector('li[data-id]');
};
const numberIn = (text) => Number(/\d+/.exec(text)?.[0]);
const approve = async (page) => {
  await page.getByRole('button', { name: /^Approve \d/ }).click();
  await page.getByText('checked again just now').waitFor();
  await page.getByRole('button', { name: 'Approve and send' }).click();
};

await scene('Holding a line back takes what depends on it along; undo takes both back', {}, async (page) => {
  await review(page, '#/review?tab=all');
  const before = numberIn(await bar(page));
  const lead = page.locator('li[data-id]', { hasText: 'Freeosk' }).first();
  const day = page.locator('section.day', { has: lead }).first();
  const who = await lead.locator('.names').innerText();
  await day.locator('li[data-id]', { hasText: who }).filter({ hasText: 'with Supervisor' }).first().locator('input').uncheck();
  await page.locator('.toast').first().waitFor();
  expect('the dependants are named', /Also held back/.test(await toast(page)), await toast(page));
  const held = numberIn(await bar(page));
  expect('more than one line stays', before - held >= 2, [before, held]);
  await page.keyboard.press('u');
  await page.waitForTimeout(400);
  expect('undo sends all again', numberIn(await bar(page)) === before, await bar(page));
  await page.reload();
  await page.waitForSelector('li[data-id]');
  expect('the server agrees after a reload', numberIn(await bar(page)) === before, await bar(page));
});

await scene('Keys: next line, change, why, hold, close; focus comes back to the row', {}, async (page) => {
  await review(page, '#/review?tab=all');
  for (const key of ['j', 'j', 'e']) await page.keyboard.press(key);
  await page.waitForSelector('[role=tab][aria-selected=true]');
  expect('e opens the change', (await page.locator('[role=tab][aria-selected=true]').innerText()) === 'Change');
  await page.keyboard.press('w');
  expect('w opens the reasons', (await page.locator('[role=tab][aria-selected=true]').innerText()) === 'Why this');
  const before = numberIn(await bar(page));
  await page.keyboard.press('x');
  await page.waitForTimeout(300);
  expect('x holds the line back', numberIn(await bar(page)) < before, await bar(page));
  await page.keyboard.press('Escape');
  await page.waitForTimeout(200);
  expect('focus is on the row again', await page.evaluate(() => document.activeElement.className.includes('title')));
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.waitForTimeout(400);
  expect('g t goes to Today', page.url().endsWith('#/today'), page.url());
});

await scene('An unplaced event is placed by the server\'s ranked ways, and put back', {}, async (page) => {
  await review(page);
  await row(page, 'Walnut Loaf').locator('.title').click();
  await page.getByRole('heading', { name: 'Ways to place it' }).waitFor();
  const before = numberIn(await bar(page));
  await page.getByRole('button', { name: 'Use', exact: true }).first().click();
  await page.locator('.toast').first().waitFor();
  expect('one more line is sent', numberIn(await bar(page)) === before + 1, await bar(page));
  expect('it is marked as edited', (await bar(page)).includes('1 edited'), await bar(page));
  await page.keyboard.press('u');
  await page.waitForTimeout(400);
  expect('undo leaves it open again', numberIn(await bar(page)) === before, await bar(page));
});

await scene('A change is checked by the server; who cannot work it is said with the rule', {}, async (page) => {
  await review(page);
  await page.locator('.who').first().click();
  await page.locator('.person').first().waitFor();
  await page.getByText('Who cannot, and why').click();
  expect('a rule is named', /H\d+/.test(await page.locator('.rule').first().innerText()));
  await page.locator('.person:not(.off) input').nth(1).check({ force: true });
  expect('the verdict is in words', /Keeps every rule/.test(await page.locator('aside footer').innerText()));
  await page.getByRole('button', { name: 'Use this' }).click();
  await page.waitForTimeout(400);
  expect('the line is edited', (await bar(page)).includes('1 edited'), await bar(page));
});

await scene('Approve, then recall within the ten seconds', {}, async (page) => {
  await review(page);
  const before = await bar(page);
  await approve(page);
  await page.getByText(/^Sending \d+ lines in/).waitFor();
  expect('nothing has left yet', (await bar(page)).includes('Nothing has left yet'));
  await page.getByRole('button', { name: 'Recall' }).click();
  await page.getByText('Recalled. Nothing was sent.').waitFor();
  expect('the proposal is as before', (await bar(page)) === before, await bar(page));
});

await scene('Approve, live progress, a refused line is retried, a doubtful one has no Retry', { recallMs: 200, stepMs: 40 }, async (page) => {
  await review(page);
  await approve(page);
  await page.getByText(/being checked$/).first().waitFor({ timeout: 30_000 });
  const issues = page.locator('#issues');
  expect('refused and checking lines are listed', (await issues.innerText()).includes('Checking') && (await issues.innerText()).includes('Refused'), await issues.innerText());
  const checking = issues.locator('li', { hasText: 'Checking' });
  expect('a line that is checked cannot be sent again', (await checking.getByRole('button', { name: /Retry/ }).count()) === 0);
  const refused = issues.locator('li', { hasText: 'Refused' });
  const n = await refused.count();
  await refused.getByRole('button', { name: /Retry/ }).first().click();
  await page.waitForTimeout(2500);
  expect('the retried line is accepted', (await refused.count()) === n - 1, await refused.count());
  await page.reload();
  await page.waitForSelector('li[data-id]');
  expect('a reload loses nothing', (await bar(page)).includes('accepted'), await bar(page));
});

await scene('A refused submission is retried from Today', {}, async (page) => {
  await goto(page, '#/today');
  const retry = page.getByRole('button', { name: /^Retry/ });
  await retry.first().waitFor();
  const n = await retry.count();
  await retry.first().click();
  await page.waitForTimeout(1500);
  expect('it no longer waits', (await retry.count()) === n - 1, await retry.count());
});

await scene('Offline: what was read stays, writing waits; back online it goes on', {}, async (page, context) => {
  await review(page);
  await context.setOffline(true);
  await page.getByText('You are offline.').waitFor();
  expect('lines can still be read', (await page.locator('li[data-id]').count()) > 5);
  expect('approval is off and says why', await page.getByRole('button', { name: /^Approve \d/ }).isDisabled());
  await context.setOffline(false);
  await page.getByText('You are offline.').waitFor({ state: 'detached' });
  expect('approval is on again', await page.getByRole('button', { name: /^Approve \d/ }).isEnabled());
});

await scene('Rotations: a person in the wrong role is refused and marked; then saved whole', {}, async (page) => {
  await goto(page, '#/rotations');
  const juicer = page.getByLabel('Juicer, Monday');
  await juicer.waitFor();
  // The list offers nobody who may not hold it, so the refusal is made by the server: somebody lost the training meanwhile.
  await page.route('**/api/rotations?*', (route) => (route.request().method() === 'POST' ? route.fulfill({ status: 400, contentType: 'application/json', body: JSON.stringify({ success: false, error: { code: 'INVALID_EMPLOYEE_ROLE', message: 'Imani Crest may not hold juicer', details: { faults: [{ path: '$.juicer.monday', code: 'INVALID_EMPLOYEE_ROLE', employee_id: 'E07', message: 'Imani Crest may not hold juicer' }] }, request_id: 'r', timestamp: '' } }) }) : route.continue()));
  await juicer.selectOption('E07');
  expect('the change is counted', (await page.locator('.save').innerText()).includes('1 unsaved change'));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Not saved: 1 place').waitFor();
  expect('the place is marked', (await page.locator('.issue').allInnerTexts()).some((text) => text.includes('may not hold juicer')));
  await page.unroute('**/api/rotations?*');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Rotations saved.').waitFor();
  expect('nothing is unsaved', (await page.locator('.save').count()) === 0);
});

await scene('A draft of the rotations outlives a reload', {}, async (page) => {
  await goto(page, '#/rotations');
  await page.getByLabel('Juicer, Monday').selectOption('E07');
  await page.reload();
  await page.locator('.save').waitFor();
  expect('the change is still there', (await page.locator('.save').innerText()).includes('1 unsaved change'));
});

await scene('An exception is added and removed, with undo', {}, async (page) => {
  await goto(page, '#/rotations');
  await page.getByRole('button', { name: 'Exception', exact: true }).click();
  await page.getByRole('textbox', { name: 'Date' }).fill('2026-12-02');
  await page.getByRole('combobox', { name: 'Person' }).selectOption('E15');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const entry = page.locator('li', { hasText: 'Wed 2 Dec' });
  await entry.waitFor();
  await entry.getByRole('button').click();
  await entry.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await entry.waitFor();
  expect('it is back', true);
});

await scene('A run started by hand shows its phases and ends in a new proposal', {}, async (page) => {
  await review(page);
  await page.getByRole('button', { name: 'Run again' }).click();
  await page.getByRole('heading', { name: 'Making a new proposal' }).waitFor();
  await page.waitForSelector('li[data-id]', { timeout: 20_000 });
  expect('the new one is shown', (await page.locator('header .muted').first().innerText()).startsWith('Run by hand'), await page.locator('header .muted').first().innerText());
});

await scene('A viewer looks and changes nothing', { role: 'viewer' }, async (page) => {
  await review(page);
  expect('approval is off', await page.getByRole('button', { name: /^Approve \d/ }).isDisabled());
  expect('and says why', (await page.getByRole('button', { name: /^Approve \d/ }).getAttribute('title'))?.includes('viewer'));
});

await scene('Somebody else changes a line: it is said, the list follows', {}, async (page) => {
  await review(page);
  await act('other', { held: true });
  await page.getByText('Somebody else changed a line').waitFor({ timeout: 30_000 });
  expect('one line is held back', (await bar(page)).includes('held back') && !(await bar(page)).includes(' 0 held'), await bar(page));
});

if (mock) {
  // The page's own policy would keep the invented issuer out.
  await scene('Signing in with an issuer, an expired session, signing out', {}, async (page) => {
    const issuer = 'https://id.example';
    let token = 'first';
    let seen = null;
    await page.route('**/config.json', (route) => route.fulfill({ json: { issuer, client_id: 'web' } }));
    await page.route(`${issuer}/**`, (route) => {
      const at = new URL(route.request().url());
      const cors = { 'access-control-allow-origin': '*' };
      if (at.pathname.endsWith('openid-configuration')) return route.fulfill({ headers: cors, json: { authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` } });
      if (at.pathname === '/token') return route.fulfill({ headers: cors, json: { access_token: token, expires_in: 3600 } });
      return route.fulfill({ status: 302, headers: { location: `${at.searchParams.get('redirect_uri')}?code=abc&state=${at.searchParams.get('state')}` } });
    });
    await page.route('**/api/**', (route) => { seen = route.request().headers().authorization; return route.continue(); });
    await page.goto(`${url}/#/review`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForSelector('li[data-id]');
    expect('the token goes with every request', seen === 'Bearer first', seen);
    expect('the place is kept over the sign-in', page.url().endsWith('#/review'), page.url());
    token = 'second';
    await page.route('**/api/auto-schedule/pending*', (route) => route.fulfill({ status: 401, json: { message: 'Unauthorized' } }), { times: 1 });
    await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
    await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).waitFor({ timeout: 40_000 });
    await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
    await page.waitForSelector('li[data-id]');
    await page.waitForTimeout(500);
    expect('the new token is used', seen === 'Bearer second', seen);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('dialog').getByText('Sign in to plan').waitFor();
    expect('nothing of the club stays in this tab', await page.evaluate(() => sessionStorage.getItem('muster.tokens') === null && !document.querySelector('li[data-id]')));
  }, { bypassCSP: true });
}

await close();
console.log(failed ? `\n${failed} failed` : '\nall held');
process.exit(failed ? 1 : 0);
