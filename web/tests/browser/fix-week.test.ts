/** Fixes a bad week from its first finding to the last with only the keyboard, within the time that a person may take. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Validation } from '../../src/lib/api-types';
import { badWeek } from './bad-week';
import { type Manager, setUp } from './manager';
import { until } from './server';

const { startServer, newManager } = setUp();

/** Assumed seconds to read a finding with its options, and for a key press. */
const READ_S = 8;
const KEY_S = 0.5;
const MAX_S = 240;

/** A keyboard user, whose time is counted. */
class Typist {
  keys = 0;
  read = 0;
  readonly #since = Date.now();

  constructor(readonly m: Manager) {}

  async press(key: string) {
    this.keys++;
    await this.m.page.keyboard.press(key);
  }

  async tabTo(selector: string) {
    for (let n = 0; n < 40; n++) {
      if (await this.m.page.evaluate((wanted) => !!document.activeElement?.matches(wanted), selector)) return;
      await this.press('Tab');
    }
    throw new Error(`${selector} is not reached by keyboard`);
  }

  /** The time of a person: the page's own time, plus reading and typing. */
  seconds = () => (Date.now() - this.#since) / 1000 + this.read * READ_S + this.keys * KEY_S;
}

const heading = (m: Manager) => m.page.locator('h2[data-step]');
const issueCount = (m: Manager) => m.page.locator('section.issue').count();

test('a bad week with a dozen findings is fixed within four minutes, by keyboard alone', async () => {
  const snapshot = join(tmpdir(), `muster-bad-week-${process.pid}.json`);
  writeFileSync(snapshot, JSON.stringify(badWeek()));
  const server = await startServer({ snapshot });
  const m = await newManager(server);
  const validation = () => server.get<Validation>('/api/validation');
  const before = await validation();
  expect(before.items.length).toBeGreaterThanOrEqual(12);
  expect(new Set(before.items.map((one) => one.rule)).size).toBeGreaterThanOrEqual(9);
  await m.open('#/today');
  await m.see(/This week: health \d+ of 100/);

  const typist = new Typist(m);
  await typist.press('g');
  await typist.press('f');
  for (let round = 0; round < 3 && (await validation()).health < 100; round++) {
    await heading(m).waitFor();
    while (await issueCount(m)) {
      await m.page.locator('.option input:checked').waitFor();
      await m.page.locator('.acts .btn:enabled').waitFor();
      typist.read++;
      const seen = await heading(m).innerText();
      const isLeave = /^Leave/.test(await m.page.locator('.option:has(input:checked) b').innerText());
      await typist.press(isLeave ? 's' : 'Enter');
      // The preselected option can be combined with the chosen ones, so the next finding is shown.
      await until(async () => (await heading(m).innerText()) !== seen);
    }
    await until(async () => /\d+ left$/.test(await heading(m).innerText()));
    typist.read++;
    await typist.tabTo('[data-send]');
    await typist.press('Enter');
    await m.see(/to Crossmark in \d+ s\.$|Nothing goes to Crossmark/);
  }
  await m.see(/^Nothing is wrong$/);
  await m.see('Health 100 of 100');
  const after = await validation();
  expect([after.health, after.items.map((one) => one.text), after.ignored]).toEqual([100, [], 0]);
  const took = typist.seconds();
  console.log(`${before.items.length} findings, ${typist.read} read, ${typist.keys} keys: ${took.toFixed(0)} s at a person's pace`);
  expect(took).toBeLessThan(MAX_S);

  // No event is at Crossmark twice, and nothing is wrong once everything was sent.
  await server.advance(30);
  await server.quiet();
  const booked = (await server.ledger()).filter((booking) => !booking.deleted_at).map((booking) => booking.mPlanID);
  expect(new Set(booked).size).toBe(booked.length);
  expect((await validation()).health).toBe(100);
});
