import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('text has one of three weights', () => {
  const src = new URL('../src/', import.meta.url);
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(svelte|css)$/.test(name));
  const texts = files.map((name) => readFileSync(new URL(name, src), 'utf8'));
  const weights = texts.flatMap((text) => [...text.matchAll(/font(?:-weight)?: (\d{3})\b/g)].map(([, weight]) => weight));
  expect([...new Set(weights)].sort()).toEqual(['400', '550', '620']);
});
