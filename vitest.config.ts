// How the tests run. The suffix before `.test.ts` names the kind of a test: property, oracle,
// golden, meta, e2e, or none for an example.
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const isCi = process.env['CI'] !== undefined && process.env['CI'] !== '';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    // A thread that has started processes was seen not to end; a process can be killed.
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: isCi ? ['default', 'json'] : ['default'],
    outputFile: { json: '.tidemark/vitest.json' },
    coverage: {
      provider: 'v8',
      include: ['src/**', 'scenarios/**', 'harness/**', 'reports/**'],
      reportsDirectory: 'coverage',
    },
  },
});

export default config;
