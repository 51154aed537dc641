import { z } from 'zod'
import { addContext, ComplaintError, ConfigError } from '../errors.js'
import type { Adapter, ClientOptions } from '../index.js'
import { isRecord } from '../parsing/coerce.js'
import { validateOptions } from '../parsing/validate.js'
import { type ConfiguredAccount, readConfiguration } from './configuration.js'

/** The adapters and options of a client: `new ComplaintClient(adapters, clientOptions)`. */
export interface LoadedConfig {
  /** In the order of the file; without the accounts that `onAccountError` was called for. */
  adapters: Adapter[]
  /** `client` of the file; empty for environment variables. */
  clientOptions: ClientOptions
}

/** Options of `loadConfig()`. */
export interface LoadConfigOptions {
  /**
   * Called with the error of each account that cannot be used; the other accounts are loaded. When absent, the first
   * error is thrown. An async handler is awaited; an error that it throws is thrown.
   */
  onAccountError?: ((error: ConfigError) => void | Promise<void>) | undefined
}

const optionsSchema = z.lazy(() =>
  z.strictObject({
    onAccountError: z
      .custom<LoadConfigOptions['onAccountError']>((value) => typeof value === 'function', {
        error: 'must be a function',
      })
      .exactOptional(),
  }),
)

/**
 * Reads accounts and client options as the command line does. The same files and variables serve both.
 * @param source path of a JSON file or module (`{ accounts, client? }`), or environment variables; default `process.env`
 * @throws ConfigError for an invalid option, when no account is configured, the file is invalid, or an account is
 *   (without `onAccountError`)
 * @example
 * ```ts
 * const { adapters, clientOptions } = await loadConfig('accounts.json')
 * const client = new ComplaintClient(adapters, clientOptions)
 * ```
 */
export async function loadConfig(
  source: string | Readonly<Record<string, string | undefined>> = process.env,
  options: LoadConfigOptions = {},
): Promise<LoadedConfig> {
  validateOptions(optionsSchema, options, 'loadConfig()')
  if (typeof source !== 'string' && !isRecord(source))
    throw new ConfigError('loadConfig() takes the path of a file, or variables such as process.env')
  const { onAccountError } = options
  const { accounts, clientOptions } = await readConfiguration(source)
  const adapters: Adapter[] = []
  for (const { adapter, error } of createAdapters(accounts)) {
    if (adapter !== null) adapters.push(adapter)
    else if (onAccountError === undefined) throw error
    else await onAccountError(error)
  }
  return { adapters, clientOptions }
}

/** An account and its adapter, or why it has none. */
export type CreatedAdapter = Pick<ConfiguredAccount, 'provider' | 'account'> &
  ({ readonly adapter: Adapter; readonly error: null } | { readonly adapter: null; readonly error: ConfigError })

/** Creates the adapter of each account. Of two accounts with one name, the second has an error. */
export function* createAdapters(accounts: readonly ConfiguredAccount[]): Generator<CreatedAdapter> {
  const keys = new Set<string>()
  for (const account of accounts) {
    try {
      const adapter = account.createAdapter()
      const key = `${adapter.provider}:${adapter.account}`
      if (keys.has(key)) throw duplicate(adapter)
      keys.add(key)
      yield { provider: adapter.provider, account: adapter.account, adapter, error: null }
    } catch (error) {
      if (!ComplaintError.isInstance(error)) throw error
      yield { provider: account.provider, account: account.account, adapter: null, error: error as ConfigError }
    }
  }
}

function duplicate({ provider, account }: Adapter): ConfigError {
  const error = new ConfigError('this account is configured twice; give one of them another "account"')
  return addContext(error, { provider, account })
}
