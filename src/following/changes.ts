import { forEach } from '../async/for-each.js'
import type { Complaint } from '../model.js'
import type { AccountRun } from './account-run.js'
import { createFailures, passSettings } from './failures.js'
import { createChanges, type Iteration } from './iteration.js'
import { readAccount } from './pass.js'
import type { FollowSettings } from './settings.js'
import type { ComplaintChanges } from './types.js'

/** One pass over all accounts for each iteration; see `ComplaintClient.changes`. */
export function createOnePass<C extends Complaint>(settings: FollowSettings<C>): ComplaintChanges<C> {
  const { options, maxAccounts, lookBackDays } = settings
  return createChanges(options, async ({ offer, signal, storeSignal }: Iteration<C>) => {
    const failures = createFailures(options)
    const runs: AccountRun<C>[] = settings.accounts().map((account) => settings.startRun(account, storeSignal))
    await forEach(runs, maxAccounts, signal, async (run, stop) => {
      const { dueWithinMs } = options
      const pass = passSettings({ lookBackDays, dueWithinMs }, failures, run.account, stop)
      try {
        await readAccount(run, options.depth ?? 'all', pass, offer, stop)
      } catch (error) {
        await failures.account(run.account, error, stop)
      }
    })
    failures.throwFirst()
  })
}
