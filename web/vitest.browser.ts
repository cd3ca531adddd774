import { defineConfig } from 'vitest/config';

// Tests in a real browser against a real `muster serve`; `npm run browser` runs them.
export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/browser/*.test.ts'],
    globalSetup: 'tests/browser/prepare.ts',
    // A failed test runs once more, with a new server, because a busy machine can make a browser slow. The report names it.
    retry: 1,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    maxConcurrency: 3,
    reporters: ['verbose'],
  },
});
