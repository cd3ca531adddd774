import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default defineConfig(
  { ignores: ['dist', 'shots', 'src/lib/api-schema.ts'] },
  js.configs.recommended,
  ts.configs.recommended,
  svelte.configs.recommended,
  // Prettier checks the formatting.
  svelte.configs.prettier,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { files: ['src/**', 'scripts/first-paint.mjs'], languageOptions: { globals: globals.browser } },
  { files: ['scripts/**', 'tests/**', '*.{js,ts}'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  // TypeScript itself reports undefined names.
  { files: ['**/*.ts', '**/*.svelte'], rules: { 'no-undef': 'off' } },
  {
    rules: {
      // A parameter or loop variable named `_` is unused on purpose.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_$', varsIgnorePattern: '^_$' }],
      // The client's maps, sets and URLs are local values or private bookkeeping; everything that a page renders is in `$state`.
      'svelte/prefer-svelte-reactivity': 'off',
      // Svelte trims white space at the edges of an element; a mustache such as {' '} keeps it.
      'svelte/no-useless-mustaches': 'off',
    },
  },
);
