/** Runs once for all tests: a server makes a proposal, and most servers of the tests start with a copy of its data folder. */
import { mkdtempSync, cpSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { MusterServer } from './server';

declare module 'vitest' {
  interface ProvidedContext {
    ready: string;
  }
}

export default async function prepare(project: TestProject) {
  const ready = mkdtempSync(join(tmpdir(), 'muster-ready-'));
  const server = await MusterServer.start();
  await server.run();
  await server.kill('SIGINT');
  cpSync(server.data, ready, { recursive: true });
  await server.end();
  project.provide('ready', ready);
  return () => rmSync(ready, { recursive: true, force: true });
}
