import { defineConfig } from 'vitest/config'

const keys = 'test/support/rsa-key-folder.ts'
/** Tests that need what is shipped: `dist` is built once before them, when it is absent or older than the source. */
const shipped = { globalSetup: [keys, 'test/support/build-once.mjs'] }

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores of CI and one more worker than cores: many tests wait for timers and for child processes.
    maxWorkers: 3,
    reporters: ['default', ['json', { outputFile: '.vitest-report.json' }]],
    setupFiles: ['test/support/rsa-keys.ts'],
    projects: [
      // Source only: an edit has its answer in about a second.
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], globalSetup: [keys] } },
      {
        extends: true,
        // The project of test/platforms runs from the packed package, in a folder of its own.
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: ['test/unit/**', 'test/platforms/**'],
          ...shipped,
        },
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
