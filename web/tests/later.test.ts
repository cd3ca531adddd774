import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const src = new URL('../src/', import.meta.url);

it('no component is awaited outside Later and LaterDialog, which say if it cannot be loaded', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.svelte'));
  const waiting = files.filter((name) => readFileSync(new URL(name, src), 'utf8').includes('{#await'));
  // LaterDialog is not in the list, because it awaits in its script.
  expect(waiting).toEqual(['ui/Later.svelte']);
});
