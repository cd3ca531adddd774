// The bundle budget: the compressed size of the entry, of each further script and of all styles together. Fails if one is exceeded, and
// if index.html has an inline script, which the content security policy forbids.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const KB = 1024;
const BUDGET = { entry: 90 * KB, page: 20 * KB, styles: 20 * KB };
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const sizeOfAll = (files) => gzipSync(Buffer.concat(files.map((file) => readFileSync(dist + file))), { level: 9 }).length;
const size = (file) => sizeOfAll([file]);

const html = readFileSync(dist + 'index.html', 'utf8');
const first = new Set([...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map((m) => m[1]));
// The entry is what index.html loads, with everything that this imports statically.
for (const file of first)
  for (const [, name] of readFileSync(dist + file, 'utf8').matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
    first.add(`assets/${name}`);

const files = readdirSync(dist + 'assets').map((name) => `assets/${name}`);
const scripts = files.filter((name) => name.endsWith('.js'));
const entry = [...first].reduce((sum, file) => sum + size(file), 0);
const styles = sizeOfAll(files.filter((name) => name.endsWith('.css')));
const rows = [
  ['entry', entry, BUDGET.entry],
  ['styles, all', styles, BUDGET.styles],
];
for (const file of scripts.filter((name) => !first.has(name)))
  rows.push([file.replace(/^assets\/(.*)-.{8}\.js$/, '$1'), size(file), BUDGET.page]);

let over = 0;
for (const [name, bytes, limit] of rows.sort((a, b) => b[1] - a[1])) {
  if (bytes > limit) over++;
  console.log(`${bytes > limit ? 'OVER' : 'ok  '} ${(bytes / KB).toFixed(1).padStart(6)} kB of ${limit / KB}  ${name}`);
}
if (/<script(?![^>]*\bsrc=)[^>]*>/.test(html)) {
  over++;
  console.log('OVER an inline script in index.html');
}
process.exit(over ? 1 : 0);
