import { defineConfig } from 'vitest/config';

// The scenes in a real browser over the real whole; `npm run browser`.
export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/browser/*.test.ts'],
    globalSetup: 'tests/browser/prepare.ts',
    // Once more, from a whole of its own, where a busy machine made a browser late; the report says so.
    retry: 1,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    maxConcurrency: 3,
    reporters: ['verbose'],
  },
});
