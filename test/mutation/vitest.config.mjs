import { defineConfig } from 'vitest/config'

/** What is quick and runs on the source: the suite that mutation testing repeats. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/unit/{core,listing}/**/*.test.ts', 'test/providers/**/*.test.ts'],
    testTimeout: 20_000,
  },
})
