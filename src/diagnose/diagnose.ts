import { z } from 'zod'
import { isAbortSignal } from '../async/abort.js'
import { selectAccounts } from '../client/accounts.js'
import { connectedAccountsOf } from '../client/connected-accounts.js'
import { ConfigError, QueryError } from '../errors.js'
import type { ComplaintClient } from '../index.js'
import { validateOptions } from '../parsing/validate.js'
import { checkAccounts } from './check-accounts.js'
import type { Finding } from './finding.js'

/** Options of `diagnose()`. */
export interface DiagnoseOptions {
  /** Only these accounts: the account's name or `provider:account`. Default: all. */
  accounts?: readonly string[] | undefined
  /** On abort, all requests stop and the iteration rejects with `signal.reason`. */
  signal?: AbortSignal | undefined
}

const schema = z.lazy(() =>
  z.strictObject({
    accounts: z.array(z.string()).exactOptional(),
    signal: z.custom<AbortSignal>(isAbortSignal, { error: 'must be an AbortSignal' }).exactOptional(),
  }),
)

/**
 * Checks each account of a client: certificates, this host's clock, one signed request, the key of notifications.
 * Sixteen accounts are checked at once; their findings come in the order of the accounts. An account that cannot be used
 * is a finding, not an error. Each iteration starts again.
 * @throws QueryError at once for an invalid option or an account that is not configured
 * @example
 * ```ts
 * for await (const { provider, account, check, status, message, advice } of diagnose(client)) {
 *   if (status === 'failed') console.error(provider, account, check, message, advice?.zh)
 * }
 * ```
 */
export function diagnose(client: ComplaintClient, options: DiagnoseOptions = {}): AsyncIterable<Finding> {
  const connected = connectedAccountsOf(client)
  if (connected === null) throw new ConfigError('diagnose() takes a ComplaintClient of this package')
  validateOptions(schema, options, 'diagnose()', QueryError)
  const { signal } = options
  const selected = selectAccounts(connected, options.accounts)
  return { [Symbol.asyncIterator]: () => findings(selected, signal, connected) }
}

async function* findings(
  accounts: NonNullable<ReturnType<typeof connectedAccountsOf>>,
  signal: AbortSignal | undefined,
  all: NonNullable<ReturnType<typeof connectedAccountsOf>>,
): AsyncGenerator<Finding> {
  for await (const { account, results } of checkAccounts(accounts, signal, Date.now, all)) {
    const { provider, account: name } = account.info
    for (const { check, status, text, advice } of results) {
      signal?.throwIfAborted()
      yield { provider, account: name, check, status, message: text.en, advice }
    }
  }
}
