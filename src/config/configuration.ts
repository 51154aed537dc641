import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { checkClientOptions } from '../client/options.js'
import { ComplaintError, ConfigError } from '../errors.js'
import type { Adapter, ClientOptions, ProviderName } from '../index.js'
import { isRecord } from '../parsing/coerce.js'
import { suggestName } from '../parsing/suggestion.js'
import { safeParse } from '../parsing/validate.js'
import {
  type AccountDescription,
  accountNameOf,
  accountNameOfAnyProvider,
  createAdapter,
  createOptionFiles,
  type OptionFiles,
  providerNames,
} from './accounts.js'
import { accountsFromEnvironment, type Environment, exampleVariable, unknownVariables } from './environment.js'

/** A configured account; its options are not validated yet. */
export interface ConfiguredAccount {
  /** Null: the entry of the file has no valid `provider`. */
  readonly provider: ProviderName | null
  /** Null: the option that names it is missing. */
  readonly account: string | null
  /** @throws ConfigError that names the account */
  createAdapter(): Adapter
}

export interface Configuration {
  /** The file's path; null: the environment. */
  readonly file: string | null
  readonly accounts: readonly ConfiguredAccount[]
  readonly clientOptions: ClientOptions
}

/** Each entry is checked apart, so that a wrong one does not stop the other accounts. */
const schema = z.lazy(() =>
  z.strictObject({
    accounts: z.array(z.unknown()).min(1),
    client: z.record(z.string(), z.unknown()).optional(),
  }),
)

/**
 * Reads the accounts of a file or of environment variables.
 * @throws ConfigError if no account is configured or the file is invalid; its message never contains a value of the file
 */
export async function readConfiguration(source: string | Environment): Promise<Configuration> {
  return typeof source === 'string' ? readConfigurationFile(resolve(source)) : readEnvironment(source)
}

async function readEnvironment(env: Environment): Promise<Configuration> {
  const descriptions = accountsFromEnvironment(env)
  const files = await createOptionFiles(process.cwd(), descriptions)
  const accounts = descriptions.map((description) => describedAccount(description, files))
  if (accounts.length > 0) return { file: null, accounts, clientOptions: {} }
  const meant = unknownVariables(env).find(({ suggestion }) => suggestion !== null)
  throw new ConfigError(
    meant === undefined
      ? `no account is configured: give the path of a file, or set variables such as ${exampleVariable}`
      : `no account is configured: ${meant.name} is not a variable of this library; did you mean ${meant.suggestion}?`,
  )
}

async function readConfigurationFile(path: string): Promise<Configuration> {
  const parsed = safeParse(schema, await readContent(path))
  if (!parsed.success) {
    const { issues } = parsed.error
    // A misspelt name is the reason why the right one is missing.
    const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
    const { path: place, message } = issue ?? { path: [], message: 'invalid' }
    const where = place.length === 0 ? '' : `${place.join('.')}: `
    throw new ConfigError(`${path}: ${where}${message}; expected { "accounts": [{ "provider": … }] }`)
  }
  const { accounts, client = {} } = parsed.data
  checkClientOptions(client)
  const files = await createOptionFiles(dirname(path), accounts.filter(isDescription))
  return {
    file: path,
    accounts: accounts.map((entry, index) => {
      if (isAdapter(entry)) return adapterAccount(entry)
      return isDescription(entry) ? describedAccount(entry, files) : invalidAccount(entry, `${path}: accounts.${index}`)
    }),
    clientOptions: client,
  }
}

function isAdapter(entry: unknown): entry is Adapter {
  return isRecord(entry) && typeof entry.connect === 'function'
}

function isDescription(entry: unknown): entry is AccountDescription {
  return isRecord(entry) && (providerNames as readonly unknown[]).includes(entry.provider)
}

/** A module exports the configuration, or a function that returns it. */
async function readContent(path: string): Promise<unknown> {
  if (['.mjs', '.js', '.cjs'].includes(extname(path))) {
    if (!existsSync(path)) throw new ConfigError(`${path} cannot be read (ENOENT)`)
    try {
      const { default: exported }: { default?: unknown } = await import(pathToFileURL(path).href)
      return typeof exported === 'function' ? await exported() : exported
    } catch (error) {
      throw new ConfigError(`${path} ${describeModuleError(error)}`)
    }
  }
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`${path} cannot be read (${error.code ?? 'unknown error'})`)
  })
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    // The message of JSON.parse quotes the text, which may be a secret.
    throw new ConfigError(`${path} is not valid JSON`)
  }
}

/** Only the name and code of a foreign error: its message may quote a secret, as that of JSON.parse does. */
function describeModuleError(error: unknown): string {
  if (ComplaintError.isInstance(error)) return `threw: ${error.message}`
  const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  return `threw ${[name ?? 'something', code].filter((part) => part !== undefined).join(' ')}; run it alone to see why: node <file>`
}

function describedAccount(description: AccountDescription, files: OptionFiles): ConfiguredAccount {
  return {
    provider: description.provider,
    account: accountNameOf(description),
    createAdapter: () => createAdapter(description, files),
  }
}

function adapterAccount(adapter: Adapter): ConfiguredAccount {
  return { provider: adapter.provider, account: adapter.account, createAdapter: () => adapter }
}

/** @param place of the entry, for the message */
function invalidAccount(entry: unknown, place: string): ConfiguredAccount {
  const { provider } = isRecord(entry) ? entry : {}
  const suggestion = typeof provider === 'string' ? suggestName(provider, providerNames) : null
  const account = accountNameOfAnyProvider(entry)
  const name = account === null ? '' : ` (${account})`
  const message = `${place}${name}: must have a "provider", one of ${providerNames.join(', ')}, or be an adapter`
  return {
    provider: null,
    account,
    createAdapter: () => {
      throw new ConfigError(suggestion === null ? message : `${message}; did you mean ${suggestion}?`, {
        account: account ?? undefined,
      })
    },
  }
}
