/** No part of the client says that nothing was done if it cannot know: see `errorWords`. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const SRC = new URL('../src/', import.meta.url);
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(svelte|ts)$/.test(name));

it.each(['Not saved.', 'Nothing was sent.', 'Not put back.'])('%s never stands before the text of an error', (words) => {
  const pattern = new RegExp(`${words.replace('.', '\\.')}(</b>)? *\\$?\\{(problem|error)`);
  expect(files.filter((name) => pattern.test(readFileSync(new URL(name, SRC), 'utf8')))).toEqual([]);
});
