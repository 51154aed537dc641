import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const keys = 'test/support/rsa-key-folder.ts'
/** Tests that need what is shipped: `dist` is built once before them, when it is absent or older than the source. */
const shipped = { globalSetup: [keys, 'test/support/build-once.mjs'] }

/** Take longest, and mostly wait: begun last, one of them would run alone at the end. */
const long =
  /conformance\/|chaos\/|property|types\.test|readme\.test|wechatpay-whole|listing\/(?:table|mariadb|resumed)|backfill|redis|process\.test/

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => Number(long.test(b.moduleId)) - Number(long.test(a.moduleId)))
  }
}

export default defineConfig({
  // Not in node_modules, which several working trees may share.
  cacheDir: '.vitest-cache',
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Tests allocate much and keep little: fewer collections of young objects.
    execArgv: ['--max-semi-space-size=64', '--min-semi-space-size=16'],
    // One process for many files: a process for each took a fifth of the time of all.
    isolate: false,
    // One file each instead of a hundred: every test file imports them anew, which took a quarter of a second.
    deps: { optimizer: { ssr: { enabled: true, include: ['axios', 'fast-check', 'zod'] } } },
    sequence: { sequencer: LongFirst },
    reporters: ['default', ['json', { outputFile: '.vitest-report.json' }]],
    setupFiles: [
      'test/support/every-process.mjs',
      'test/support/repeated-encryption.ts',
      'test/support/shared-process.ts',
    ],
    projects: [
      // Source only: an edit has its answer in about a second.
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          globalSetup: [keys],
          sequence: { groupOrder: 1 },
          // Twice the two cores of CI: some wait for timers.
          maxWorkers: 4,
        },
      },
      {
        extends: true,
        // The project of test/platforms runs from the packed package, in a folder of its own.
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: ['test/unit/**', 'test/platforms/**'],
          ...shipped,
          sequence: { groupOrder: 0 },
          // They mostly wait, for timers, servers and child processes.
          maxWorkers: 5,
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
