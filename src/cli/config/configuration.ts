import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import {
  type Adapter,
  type ClientOptions,
  ComplaintClient,
  ComplaintError,
  type ComplaintEvent,
  ConfigError,
} from '../../index.js'
import { safeParse } from '../../parsing/validate.js'
import { type AccountDescription, createAdapter, providerNames } from './accounts.js'
import { accountsFromEnvironment } from './environment.js'

/** A configured account; its options are not validated yet. */
export interface ConfiguredAccount {
  /** For display: `provider`, or `provider:account`. */
  readonly name: string
  /** Null if a configuration module exports the adapter itself. */
  readonly description: AccountDescription | null
  /** Base of relative paths. */
  readonly folder: string
  /** @throws ConfigError */
  createAdapter(): Adapter
}

export interface Configuration {
  /** For display: the file's path, or `environment`. */
  readonly source: string
  readonly accounts: readonly ConfiguredAccount[]
  readonly client: ClientOptions
}

const descriptionSchema = z.looseObject({ provider: z.enum(providerNames) })
const adapterSchema = z.custom<Adapter>(
  (value) => typeof (value as { connect?: unknown } | null)?.connect === 'function',
)
const schema = z.strictObject({
  accounts: z
    .array(
      z.union([adapterSchema, descriptionSchema], {
        error: `must have a "provider", one of ${providerNames.join(', ')}, or be an adapter`,
      }),
    )
    .min(1),
  client: z
    .strictObject({
      timeoutMs: z.number().optional(),
      maxRetries: z.number().optional(),
      concurrency: z.number().optional(),
      axios: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
})

/**
 * Loads the accounts from the file, or from the environment if there is none.
 * @throws ConfigError if no account is configured or the file is invalid; its message never contains a value of the file
 */
export async function loadConfiguration(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Configuration> {
  if (file !== undefined) return loadFile(resolve(file))
  const accounts = accountsFromEnvironment(env)
  if (accounts.length === 0) {
    throw new ConfigError(
      'no account is configured: use --config <file>, or set variables such as WECHATPAY_MCHID (see --help); to try without keys, run: unified-complaints demo',
    )
  }
  return {
    source: 'environment',
    accounts: accounts.map((account) => describedAccount(account, process.cwd())),
    client: {},
  }
}

/** @throws ConfigError for the first invalid account */
export function createClient(
  { accounts, client }: Configuration,
  onEvent?: (event: ComplaintEvent) => void,
): ComplaintClient {
  return new ComplaintClient(
    accounts.map((account) => account.createAdapter()),
    { ...client, ...(onEvent === undefined ? {} : { onEvent }) },
  )
}

async function loadFile(path: string): Promise<Configuration> {
  const parsed = safeParse(schema, await readConfiguration(path))
  if (!parsed.success) {
    const [{ path: place, message } = { path: [], message: 'invalid' }] = parsed.error.issues
    const where = place.length === 0 ? '' : `${place.join('.')}: `
    throw new ConfigError(`${path}: ${where}${message}; expected { "accounts": [{ "provider": … }] }`)
  }
  const folder = dirname(path)
  const { accounts, client = {} } = parsed.data
  return {
    source: path,
    accounts: accounts.map((account) =>
      'connect' in account ? adapterAccount(account as Adapter, folder) : describedAccount(account, folder),
    ),
    client: Object.fromEntries(Object.entries(client).filter(([, value]) => value !== undefined)),
  }
}

/** A module exports the configuration, or a function that returns it. */
async function readConfiguration(path: string): Promise<unknown> {
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

function describedAccount(description: AccountDescription, folder: string): ConfiguredAccount {
  const identifier = [description.account, description.mchid, description.merchantNo, description.appId].find(
    (name) => typeof name === 'string',
  )
  return {
    name: identifier === undefined ? description.provider : `${description.provider}:${identifier}`,
    description: description,
    folder,
    createAdapter: () => createAdapter(description, folder),
  }
}

function adapterAccount(adapter: Adapter, folder: string): ConfiguredAccount {
  return { name: `${adapter.provider}:${adapter.account}`, description: null, folder, createAdapter: () => adapter }
}
