import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { defineConfig } from 'vitest/config';
import type { Plugin } from 'vite';
import { svelte } from '@sveltejs/vite-plugin-svelte';

// In development the API of a running `muster serve` is reached through the same origin, as in production.
const api = process.env.MUSTER_API ?? 'http://127.0.0.1:8080';

/** The modules that pages share. */
const shared = new RegExp(
  [
    '/node_modules/',
    '/src/lib/',
    '/src/ui/[^/]+$',
    '/src/ui/calendar/DayDialog',
    '/src/ui/today/(Emergency|Floor|DaySheet)',
    '/src/ui/submissions/(PausedNote|RetryButton|SubmissionText)',
    '/src/ui/refresh/ReadNow',
    '/src/ui/rotations/ExceptionDialog',
    '/src/ui/review/(LineHistory|SidePanel)',
  ].join('|'),
);
const entriesOf = (...files: string[]) => files.map((file) => fileURLToPath(new URL(`./src/${file}`, import.meta.url)));
const CLIENT = entriesOf('app.ts');
const TODAY = entriesOf('pages/Today.svelte');
const REVIEW = entriesOf('pages/Review.svelte');
/** The large chunks of the first view. */
const FIRST_VIEW = ['base', 'day', 'Today', 'Review'];

interface Graph {
  getModuleInfo(id: string): { importedIds: string[] } | null;
}
/** Cache of `importedBy`, by its entries. */
const importsOf = new Map<string[], Set<string>>();

/** The modules that some modules import, directly or not. */
function importedBy(entries: string[], graph: Graph): Set<string> {
  const before = importsOf.get(entries);
  if (before) return before;
  const seen = new Set<string>();
  const queue = [...entries];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    queue.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  importsOf.set(entries, seen);
  return seen;
}

/** Whether a module belongs to `base`. */
const isBase = (id: string, graph: Graph) => importedBy(CLIENT, graph).has(id) || (shared.test(id) && importedBy(REVIEW, graph).has(id));

const isSharedStyle = (id: string) =>
  id.endsWith('.css') && (shared.test(id.split('?')[0]) || /\/src\/(styles\/|ui\/today\/|pages\/Today)/.test(id));

/**
 * The module of Svelte's constants creates an error object. To show its position, developer tools and Lighthouse read the chunk of that
 * module a second time, so it is in a small chunk.
 */
const inPrefetch = /\/src\/(main|lib\/(prefetch|config|pkce|stored))\.ts|vite\/preload-helper|svelte\/src\/internal\/client\/constants/;

/**
 * There are few chunks, because each request of a slow phone costs a round trip, and a browser has six connections for HTTP/1.1:
 *
 * - `prefetch` runs first: it preloads the page that the address names, and sends the requests of the first view;
 * - `base` has what the client needs and what Review needs of the shared modules;
 * - `day` has the other shared modules that Today needs, `parts` those that neither needs;
 * - `grid` has what the pages with a week need, `trial` what "what if" questions and their answers need.
 *
 * Each page or group of pages (`src/lib/pages.ts`) also has a chunk of its own. The styles of the shared modules and of Today are in one
 * sheet, `styles`, because each file is a request; the other pages or groups have style sheets of their own.
 */
const chunks = [
  { name: 'styles', test: isSharedStyle, priority: 4 },
  { name: 'prefetch', test: inPrefetch, priority: 3 },
  { name: 'grid', test: /\/src\/(ui\/(WeekGrid|GridFrame|PlanLegend)|lib\/(week-grid|review\/plan-drag))/, priority: 2 },
  { name: 'trial', test: /\/src\/(lib\/(what-if|compare|ask-trial|review\/unadopt)|ui\/what-if\/)/, priority: 2 },
  { name: (id: string, graph: Graph) => (isBase(id, graph) ? 'base' : null), debugName: 'base', priority: 1 },
  {
    name: (id: string, graph: Graph) => (importedBy(TODAY, graph).has(id) ? 'day' : 'parts'),
    debugName: 'shared',
    test: shared,
    minShareCount: 2,
    priority: 0,
  },
];

/**
 * Preloads the client and its style sheets beside the entry, and lists the files of each page in the document's `data-pages`, from which
 * the entry preloads those of the page that the address names.
 */
const preloads = (): Plugin => ({
  name: 'preloads',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
      const withSheets = (file: string) => [file, ...(chunks.find((one) => one.fileName === file)?.viteMetadata?.importedCss ?? [])];
      const filesOf = (end: string) => {
        const own = chunks.filter((chunk) => chunk.moduleIds.some((id) => id.endsWith(end)));
        return [...new Set(own.flatMap((chunk) => [chunk.fileName, ...chunk.imports].flatMap(withSheets)))];
      };
      const linked = new Set(html.match(/assets\/[\w.-]+\.(js|css)/g));
      const client = filesOf('/src/app.ts').filter((file) => !linked.has(file));
      const pages = chunks.flatMap(({ moduleIds }) => moduleIds.flatMap((id) => /\/src\/pages\/(\w+)\.svelte$/.exec(id)?.[1] ?? []));
      const lists = pages.map((page) => {
        const files = filesOf(`/src/pages/${page}.svelte`).filter((file) => !linked.has(file) && !client.includes(file));
        return [page.toLowerCase(), ...files].join(' ');
      });
      // A slow phone needs some time to send each request: what takes longest goes first, the style sheets last.
      const sizeOf = (file: string) => chunks.find((one) => one.fileName === file)?.code.length ?? 0;
      const links = client
        .sort((a, b) => sizeOf(b) - sizeOf(a))
        .map((file) => `    <link rel="${file.endsWith('.css') ? 'stylesheet' : 'modulepreload'}" crossorigin href="./${file}">\n`);
      const [entry] = html.match(/ *<script type="module"[^]*?<\/script>\n/) ?? [''];
      // A module script without `async` waits for the style sheets. Nothing is drawn before it has set the theme.
      const early = entry.replace(' crossorigin', ' async blocking="render" crossorigin');
      return html
        .replace(entry, '')
        .replace('<html ', `<html data-pages="${lists.join(';')}" `)
        .replace('</title>\n', `</title>\n${links.splice(0, 1).join('')}${early}${links.join('')}`);
    },
  },
});

/**
 * Lets Chromium compile the functions of the first view in the background, while the rest still arrives, instead of each at its first call:
 * a tenth of a second on a phone. Other browsers ignore the comment.
 */
const compileHints = (): Plugin => ({
  name: 'compile-hints',
  apply: 'build',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk' && FIRST_VIEW.includes(chunk.name)) chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
    },
  },
});

/** Writes a Brotli-compressed copy beside each file that compresses, for `muster serve`. CloudFront compresses by itself. */
const brotli = (): Plugin => ({
  name: 'brotli',
  apply: 'build',
  writeBundle({ dir = 'dist' }) {
    for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' }))
      if (/\.(js|css|html|svg)$/.test(name)) writeFileSync(`${dir}/${name}.br`, brotliCompressSync(readFileSync(`${dir}/${name}`)));
  },
});

export default defineConfig({
  plugins: [svelte(), preloads(), compileHints(), brotli()],
  base: './',
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      preserveEntrySignatures: 'allow-extension',
      output: { codeSplitting: { includeDependenciesRecursively: false, groups: chunks } },
    },
  },
  server: { proxy: { '/api': api } },
  preview: { proxy: { '/api': api } },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : undefined,
  test: { environment: 'node', include: ['tests/*.test.ts'] },
});
