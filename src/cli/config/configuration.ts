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
import { type AccountDescription, createAdapter, providerNames } from './accounts.js'
import { accountsFromEnvironment } from './environment.js'

/** An account that is configured, well or not. */
export interface ConfiguredAccount {
  /** For people: `provider`, and the account's own name or place. */
  readonly name: string
  /** Null for an adapter that a module made itself. */
  readonly descriptionSchema: AccountDescription | null
  /** What relative paths start from. */
  readonly folder: string
  /** @throws ConfigError naming what is wrong */
  createAdapter(): Adapter
}

export interface Configuration {
  /** For people: the file, or the environment. */
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
 * What is configured: in the file, else in the environment.
 * @throws ConfigError when there is nothing, or the file cannot be understood; never with a value of it
 */
export async function loadConfiguration(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Configuration> {
  if (file !== undefined) return loadFile(resolve(file))
  const accounts = accountsFromEnvironment(env)
  if (accounts.length === 0) {
    throw new ConfigError(
      'no account is configured: give --config <file>, or set variables such as WECHATPAY_MCHID (see --help); to try without keys: unified-complaints demo',
    )
  }
  return {
    source: 'environment',
    accounts: accounts.map((given) => describedAccount(given, process.cwd())),
    client: {},
  }
}

/** @throws ConfigError naming the first account that is wrong */
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
  const parsed = schema.safeParse(await readConfiguration(path))
  if (!parsed.success) {
    const [{ path: place, message } = { path: [], message: 'not understood' }] = parsed.error.issues
    const where = place.length === 0 ? '' : `${place.join('.')}: `
    throw new ConfigError(`${path}: ${where}${message}; a file holds { "accounts": [{ "provider": … }] }`)
  }
  const folder = dirname(path)
  const { accounts, client = {} } = parsed.data
  return {
    source: path,
    accounts: accounts.map((given) =>
      'connect' in given ? adapterAccount(given as Adapter, folder) : describedAccount(given, folder),
    ),
    client: Object.fromEntries(Object.entries(client).filter(([, value]) => value !== undefined)),
  }
}

/** A module may export the configuration, or a function that makes it. */
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
    // The parser's own message quotes what may be a secret.
    throw new ConfigError(`${path} is no JSON`)
  }
}

/** Of errors that are not ours the message may quote a secret, as that of a JSON parser does. */
function describeModuleError(error: unknown): string {
  if (ComplaintError.isInstance(error)) return `threw: ${error.message}`
  const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  return `threw ${[name ?? 'something', code].filter((part) => part !== undefined).join(' ')}; run it by itself to see why: node <file>`
}

function describedAccount(given: AccountDescription, folder: string): ConfiguredAccount {
  const own = [given.account, given.mchid, given.merchantNo, given.appId].find((name) => typeof name === 'string')
  return {
    name: own === undefined ? given.provider : `${given.provider}:${own}`,
    descriptionSchema: given,
    folder,
    createAdapter: () => createAdapter(given, folder),
  }
}

function adapterAccount(given: Adapter, folder: string): ConfiguredAccount {
  return { name: `${given.provider}:${given.account}`, descriptionSchema: null, folder, createAdapter: () => given }
}
