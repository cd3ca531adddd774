import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { defineConfig } from 'vitest/config';
import type { Plugin } from 'vite';
import { svelte } from '@sveltejs/vite-plugin-svelte';

// In development the API of a running whole is reached through the same origin, as in production.
const api = process.env.MUSTER_API ?? 'http://127.0.0.1:8080';

/**
 * Few chunks, since each request of a slow phone costs a round trip: `prefetch` runs first and sends what the first view asks
 * for, `base` is what several pages need, `parts` what of it no first view needs, `grid` what the pages with a week need,
 * `trial` what questions and their answers share. Each page or group of pages (`src/lib/pages.ts`) has one of its own.
 */
const base = new RegExp(
  [
    '/node_modules/',
    '/src/lib/',
    '/src/ui/[^/]+$',
    '/src/ui/calendar/DayDialog',
    '/src/ui/today/(Emergency|Floor|DaySheet)',
    '/src/ui/submissions/(PausedNote|RetryButton|SubmissionText)',
    '/src/ui/refresh/ReadNow',
    '/src/ui/rotations/ExceptionDialog',
    '/src/ui/review/(LineHistory|RejectDialog|SidePanel)',
  ].join('|'),
);
/** What a first view shows: the client, Today and Review. */
const FIRST = ['app.ts', 'pages/Today.svelte', 'pages/Review.svelte'].map((file) =>
  fileURLToPath(new URL(`./src/${file}`, import.meta.url)),
);

interface Graph {
  getModuleInfo(id: string): { importedIds: string[] } | null;
}
const firstOf = new WeakMap<Graph, Set<string>>();

/** The modules that a first view imports. */
function firstModules(graph: Graph): Set<string> {
  const known = firstOf.get(graph);
  if (known) return known;
  const seen = new Set<string>();
  const queue = [...FIRST];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    queue.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  firstOf.set(graph, seen);
  return seen;
}

const chunks = [
  { name: 'prefetch', test: /\/src\/(main|lib\/(prefetch|config|pkce|stored))\.ts|vite\/preload-helper/, priority: 3 },
  { name: 'grid', test: /\/src\/(ui\/(WeekGrid|GridFrame|PlanLegend)|lib\/review\/plan-drag)/, priority: 2 },
  { name: 'trial', test: /\/src\/(lib\/(what-if|compare|ask-trial|review\/unadopt)|ui\/what-if\/)/, priority: 2 },
  {
    name: (id: string, graph: Graph) => (id.includes('/node_modules/') || firstModules(graph).has(id) ? 'base' : 'parts'),
    test: base,
    minShareCount: 2,
    priority: 1,
  },
];

/**
 * The client itself is preloaded beside the entry. Which page the address names is known before any module runs:
 * `start.js` reads from the document which chunks that page needs, and asks for them too.
 */
const preloads = (): Plugin => ({
  name: 'preloads',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
      const needed = (chunk: (typeof chunks)[number]): string[] => [chunk.fileName, ...chunk.imports];
      const filesOf = (end: string) => chunks.filter((chunk) => chunk.moduleIds.some((id) => id.endsWith(end))).flatMap(needed);
      const linked = new Set(html.match(/assets\/[\w.-]+\.js/g));
      const client = filesOf('/src/app.ts').filter((file) => !linked.has(file));
      const pages = chunks.flatMap(({ moduleIds }) => moduleIds.flatMap((id) => /\/src\/pages\/(\w+)\.svelte$/.exec(id)?.[1] ?? []));
      const lists = pages.map((page) => {
        const files = filesOf(`/src/pages/${page}.svelte`).filter((file) => !linked.has(file) && !client.includes(file));
        return [page.toLowerCase(), ...files].join(' ');
      });
      const links = client.map((file) => `    <link rel="modulepreload" crossorigin href="./${file}">\n`);
      // Async, because other scripts wait for the style sheet.
      const early = html.replace('<script type="module" crossorigin', '<script type="module" async crossorigin');
      return early.replace('<html ', `<html data-pages="${lists.join(';')}" `).replace('  </head>', `${links.join('')}  </head>`);
    },
  },
});

/** Files with Brotli beside those that compress, for the local whole; CloudFront compresses by itself. */
const brotli = (): Plugin => ({
  name: 'brotli',
  apply: 'build',
  writeBundle({ dir = 'dist' }) {
    for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' }))
      if (/\.(js|css|html|svg)$/.test(name)) writeFileSync(`${dir}/${name}.br`, brotliCompressSync(readFileSync(`${dir}/${name}`)));
  },
});

export default defineConfig({
  plugins: [svelte(), preloads(), brotli()],
  base: './',
  build: {
    target: 'es2022',
    // One sheet compresses better than thirty, and no page waits for its own.
    cssCodeSplit: false,
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
