import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SOURCES = join(import.meta.dirname, '../src');
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.svelte'));
const text = (file: string) => readFileSync(join(SOURCES, file), 'utf8');

const partsOf = (template: string) => [...template.matchAll(/<([A-Z]\w+)/g)].map(([, name]) => name);
const templateOf = (source: string) => source.replace(/<script[^]*?<\/script>/g, '');
/** Components that a row shows only once it is opened; one row is open at a time. */
const SHOWN_IN_OPEN_ROWS = ['FactHistory', 'RefreshNote'];

/** The components that another one draws once for each entry of a list. */
function repeatedIn(source: string): string[] {
  const lists = [...source.matchAll(/\{#each\b/g)].map(({ index }) => source.slice(index, endOf(source, index)));
  return lists.flatMap(partsOf);
}

/** The index of the end of a list, which may contain others. */
function endOf(source: string, from: number): number {
  let depth = 0;
  for (const { 0: tag, index } of source.slice(from).matchAll(/\{#each\b|\{\/each\}/g)) {
    depth += tag === '{/each}' ? -1 : 1;
    if (!depth) return from + index;
  }
  return source.length;
}

it('no row of a list observes a query, because its page does so once for all rows', () => {
  const sourceOf = new Map(files.map((file) => [file.replace(/^.*\/|\.svelte$/g, ''), text(file)]));
  const rows = new Set(files.flatMap((file) => repeatedIn(templateOf(text(file)))));
  // The parts of a row are drawn for each row too.
  for (const row of rows) for (const part of partsOf(templateOf(sourceOf.get(row) ?? ''))) rows.add(part);
  expect(rows.has('SubmissionText')).toBe(true);
  const observing = [...rows].filter(
    (row) => !SHOWN_IN_OPEN_ROWS.includes(row) && /= (create\w*Query|\w+Query)\(/.test(sourceOf.get(row) ?? ''),
  );
  expect(observing).toEqual([]);
});
