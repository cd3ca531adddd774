/** Lighthouse on the two pages that a manager uses every day. Every audit of accessibility and best practices must pass. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { CHROMIUM } from './manager';
import { MusterServer } from './server';

const LIGHTHOUSE = 'lighthouse@12.8.2';

test.runIf(process.env.MUSTER_FULL)(
  'Today and Review have all points for accessibility and best practices',
  { timeout: 300_000 },
  async () => {
    const server = await MusterServer.start({ from: inject('ready') });
    for (const page of ['today', 'review']) {
      const args = [
        '--yes',
        LIGHTHOUSE,
        `${server.url}/#/${page}`,
        '--quiet',
        '--output=json',
        '--preset=desktop',
        '--only-categories=accessibility,best-practices',
        '--chrome-flags=--headless=new --no-sandbox --disable-gpu',
      ];
      const { stdout } = await promisify(execFile)('npx', args, { env: { ...process.env, CHROME_PATH: CHROMIUM }, maxBuffer: 1 << 26 });
      const { categories, audits } = JSON.parse(stdout) as {
        categories: Record<string, { score: number; auditRefs: { id: string; weight: number }[] }>;
        audits: Record<string, { score: number | null; title: string }>;
      };
      const lost = Object.values(categories)
        .flatMap(({ auditRefs }) => auditRefs)
        .filter(({ id, weight }) => weight && audits[id].score !== null && audits[id].score! < 1)
        .map(({ id }) => audits[id].title);
      expect({ page, lost, ...Object.fromEntries(Object.entries(categories).map(([name, { score }]) => [name, score])) }).toEqual({
        page,
        lost: [],
        accessibility: 1,
        'best-practices': 1,
      });
    }
    await server.end();
  },
);
