import { raceAbort } from '../async/abort.js'
import { addContext, ComplaintError, type ResponseError } from '../errors.js'
import type { AccountInfo, AdapterRuntime } from '../provider.js'
import type { PassSettings } from './pass.js'
import type { ChangeOptions } from './types.js'

interface FailedAccount {
  readonly info: AccountInfo
  emit: AdapterRuntime['emit']
}

/** Reports failures to the user and remembers the first of them. */
export interface Failures {
  /** A failed account. Rethrows what does not belong to the account: an abort, a failed store, a bug. */
  account(account: FailedAccount, error: unknown, signal: AbortSignal): Promise<ComplaintError>
  row(error: ResponseError, signal: AbortSignal): Promise<void>
  /** @throws the first error for which the user gave no handler */
  throwFirst(): void
}

export function createFailures({ onAccountError, onRowError }: ChangeOptions): Failures {
  let first: ComplaintError | null = null
  return {
    async account({ info: { provider, account }, emit }, error, signal) {
      signal.throwIfAborted()
      if (!ComplaintError.isInstance(error) || error.code === 'STORE') throw error
      addContext(error, { provider, account })
      // A list has emitted its own.
      if (error.operation !== 'list') emit({ type: 'accountError', failure: error.code, message: error.message })
      // changes() and follow() take no cursor.
      error.cursor = null
      if (onAccountError === undefined) first ??= error
      else await raceAbort(Promise.resolve(onAccountError(error)), signal)
      return error
    },
    async row(error, signal) {
      if (onRowError === undefined) first ??= error
      else await raceAbort(Promise.resolve(onRowError(error)), signal)
    },
    throwFirst() {
      if (first !== null) throw first
    },
  }
}

/** The settings of a pass whose failures are reported. */
export function passSettings(
  settings: Pick<PassSettings, 'lookBackDays' | 'dueWithinMs'>,
  failures: Failures,
  account: FailedAccount,
  signal: AbortSignal,
): PassSettings {
  return {
    ...settings,
    onRowError: (error) => failures.row(error, signal),
    async onComplaintError(error) {
      await failures.account(account, error, signal)
    },
  }
}
