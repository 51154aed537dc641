import { adoptSignal, createAbortController } from '../async/abort.js'
import { createSemaphore } from '../async/semaphore.js'
import type { ConnectedAccount } from '../client/connect.js'
import type { Complaint } from '../model.js'
import { checkAccount } from './check-account.js'
import type { CheckResult } from './finding.js'

/** Accounts that are checked at once. */
const concurrency = 16

interface AccountResults {
  readonly account: ConnectedAccount<Complaint>
  readonly results: readonly CheckResult[]
}

/**
 * Checks accounts side by side; yields them in their order, each when it and those before it are done. Ending the
 * iteration stops all requests.
 * @param all accounts of the client, to find those of the same merchant
 * @throws the reason of `userSignal` on abort
 */
export async function* checkAccounts(
  accounts: readonly ConnectedAccount<Complaint>[],
  userSignal: AbortSignal | undefined,
  now: () => number,
  all: readonly ConnectedAccount<Complaint>[] = accounts,
): AsyncGenerator<AccountResults> {
  const signal = adoptSignal(userSignal)
  signal?.throwIfAborted()
  const controller = createAbortController()
  adoptSignal(controller.signal)
  const onAbort = (): void => controller.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const semaphore = createSemaphore(concurrency)
  const checks = accounts.map(async (account) => {
    const release = await semaphore.acquire(controller.signal)
    try {
      return { account, results: await checkAccount(account, all, controller.signal, now) }
    } finally {
      release()
    }
  })
  // The iteration may end before a check fails.
  for (const check of checks) check.catch(() => {})
  try {
    for (const check of checks) {
      yield await check
      signal?.throwIfAborted()
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    controller.abort()
  }
}
