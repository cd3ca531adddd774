/** Runs once for all tests: a server makes a proposal, and most servers of the tests start with a copy of its data folder. */
import { mkdtempSync, cpSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { Whole } from './whole';

declare module 'vitest' {
  interface ProvidedContext {
    ready: string;
  }
}

export default async function prepare(project: TestProject) {
  const ready = mkdtempSync(join(tmpdir(), 'muster-ready-'));
  const whole = await Whole.start();
  await whole.run();
  await whole.kill('SIGINT');
  cpSync(whole.data, ready, { recursive: true });
  await whole.end();
  project.provide('ready', ready);
  return () => rmSync(ready, { recursive: true, force: true });
}
