import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'

/** Those that wait for timers, make keys or run models. */
const slow =
  /property|notification|store|token\/|certificates|json|known-answers|tunnel|official-sample|plan-pieces|failover|history|media|client/

/** Of the files that were asked for, such as `alipay/list.ts`: test/unit mirrors src. */
const own = (process.env.MUTATION_ONLY ?? '')
  .split(',')
  .filter((part) => part.endsWith('.ts'))
  .map((part) => `/${part.replace(/\.ts$/, '.test.ts')}`)

const rank = ({ moduleId }) => (own.some((part) => moduleId.endsWith(part)) ? 0 : slow.test(moduleId) ? 2 : 1)

/** A mutant falls to the first test that sees it: the file's own go first, then the quick ones. */
class QuickFirst extends BaseSequencer {
  async sort(files) {
    return files.toSorted((a, b) => rank(a) - rank(b))
  }
}

/** The tests that run.mjs asks for. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: process.env.MUTATION_TESTS.split(','),
    testTimeout: 20_000,
    // A pair of RSA keys takes longer than most tests.
    globalSetup: ['test/support/rsa-key-folder.ts'],
    setupFiles: ['test/support/rsa-keys.mjs'],
    sequence: { sequencer: QuickFirst },
    // Of the thousands of runs that models get elsewhere, so many: each mutant meets them anew.
    env: { PROPERTY_RUNS: '60' },
  },
})
