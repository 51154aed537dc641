import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { checkClientOptions } from '../client/options.js'
import { ComplaintError, ConfigError } from '../errors.js'
import type { Adapter, ClientOptions, ProviderName } from '../index.js'
import { isRecord } from '../parsing/coerce.js'
import { locateJsonError } from '../parsing/json-error.js'
import { suggestName } from '../parsing/suggestion.js'
import { safeParse } from '../parsing/validate.js'
import { isContent, isPlainName, quotePath } from '../privacy/key-like.js'
import {
  type AccountDescription,
  accountNameOf,
  accountNameOfAnyProvider,
  createAdapter,
  providerNames,
} from './accounts.js'
import { accountsFromEnvironment, type Environment, exampleVariable, unknownVariables } from './environment.js'
import { createOptionFiles, type OptionFiles } from './option-files.js'

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
  if (typeof source !== 'string') return readEnvironment(source)
  // A key or the file's content in the place of its path is not shown.
  if (isContent(source) || source.trimStart().startsWith('{'))
    throw new ConfigError('the accounts file must be given by its path; this is the content of a file')
  const path = resolve(source)
  return readConfigurationFile(path, quotePath(source) === null ? 'the accounts file' : path)
}

async function readEnvironment(env: Environment): Promise<Configuration> {
  const descriptions = accountsFromEnvironment(env)
  const files = await createOptionFiles(process.cwd(), descriptions)
  const accounts = descriptions.map((description) => describedAccount(description, files, null))
  if (accounts.length > 0) return { file: null, accounts, clientOptions: {} }
  const meant = unknownVariables(env).find(({ suggestion }) => suggestion !== null)
  throw new ConfigError(
    meant === undefined
      ? `no account is configured: give the path of a file, or set variables such as ${exampleVariable}`
      : `no account is configured: ${meant.name} is not a variable of this library; did you mean ${meant.suggestion}?`,
  )
}

/** @param name of the file in messages */
async function readConfigurationFile(path: string, name: string): Promise<Configuration> {
  const parsed = safeParse(schema, await readContent(path, name))
  if (!parsed.success) {
    const { issues } = parsed.error
    // A misspelt name is the reason why the right one is missing.
    const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
    const { path: place, message } = issue ?? { path: [], message: 'invalid' }
    const where = place.length === 0 ? '' : `${place.join('.')}: `
    throw new ConfigError(`${name}: ${where}${message}; expected { "accounts": [{ "provider": … }] }`)
  }
  const { accounts, client = {} } = parsed.data
  checkClientOptions(client)
  const files = await createOptionFiles(dirname(path), accounts.filter(isDescription))
  return {
    file: path,
    accounts: accounts.map((entry, index) => {
      if (isAdapter(entry)) return adapterAccount(entry)
      const place = `${name}: entry ${index + 1} of accounts`
      return isDescription(entry) ? describedAccount(entry, files, place) : invalidAccount(entry, place)
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
async function readContent(path: string, name: string): Promise<unknown> {
  if (['.mjs', '.js', '.cjs'].includes(extname(path))) {
    if (!existsSync(path)) throw new ConfigError(`${name} cannot be read (ENOENT)`)
    try {
      const { default: exported }: { default?: unknown } = await import(pathToFileURL(path).href)
      return typeof exported === 'function' ? await exported() : exported
    } catch (error) {
      throw new ConfigError(`${name} ${describeModuleError(error)}`)
    }
  }
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`${name} cannot be read (${error.code ?? 'unknown error'})`)
  })
  const json = text.replace(/^\ufeff/, '')
  try {
    return JSON.parse(json)
  } catch {
    const { line, column } = locateJsonError(json)
    throw new ConfigError(`${name} is not valid JSON: see line ${line}, column ${column}`)
  }
}

/** Only the name and code of a foreign error: its message may quote a secret, as that of JSON.parse does. */
function describeModuleError(error: unknown): string {
  if (ComplaintError.isInstance(error)) return `threw: ${error.message}`
  const { name = 'something', code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  return `threw ${[name, code].filter((part) => typeof part === 'string' && isPlainName(part)).join(' ')}; run it alone to see why: node <file>`
}

function describedAccount(
  description: AccountDescription,
  files: OptionFiles,
  place: string | null,
): ConfiguredAccount {
  return {
    provider: description.provider,
    account: accountNameOf(description),
    createAdapter: () => createAdapter(description, files, place),
  }
}

function adapterAccount(adapter: Adapter): ConfiguredAccount {
  return { provider: adapter.provider, account: adapter.account, createAdapter: () => adapter }
}

/** `wechat` is `wechatpay`, although it lacks three letters. */
function suggestProvider(misspelt: string): string | null {
  const begun = misspelt.length < 4 ? undefined : providerNames.find((name) => name.startsWith(misspelt.toLowerCase()))
  return begun ?? suggestName(misspelt, providerNames)
}

/** @param place of the entry, for the message */
function invalidAccount(entry: unknown, place: string): ConfiguredAccount {
  const { provider } = isRecord(entry) ? entry : {}
  const suggestion = typeof provider === 'string' ? suggestProvider(provider) : null
  const account = accountNameOfAnyProvider(entry)
  const name = account === null ? '' : ` (${account})`
  const expected = `must have a "provider", one of ${providerNames.join(', ')}, or be an adapter`
  // A provider that resembles none may be a secret.
  const problem =
    suggestion === null
      ? expected
      : `${JSON.stringify(provider)} is not a provider; did you mean ${suggestion}? It ${expected}`
  return {
    provider: null,
    account,
    createAdapter: () => {
      throw new ConfigError(`${place}${name}: ${problem}`, { account: account ?? undefined })
    },
  }
}
