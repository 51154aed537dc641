import { defineConfig } from 'vitest/config'

/** Tests that need what is shipped: `dist` is built once before them, when it is absent or older than the source. */
const shipped = { globalSetup: ['test/support/build-once.ts'] }

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Vitest leaves one core to itself: on two cores that is half of them.
    maxWorkers: '100%',
    reporters: ['default', ['json', { outputFile: '.vitest-report.json' }]],
    projects: [
      // Source only: an edit has its answer in about a second.
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        extends: true,
        test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: ['test/unit/**'], ...shipped },
      },
    ],
    coverage: {
      include: ['src/**/*.ts'],
      // The bin: its tests run what is shipped, in processes of their own.
      exclude: ['src/cli/main.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 95 },
    },
  },
})
