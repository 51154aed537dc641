import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pfxOptions } from '../adapter-kit/file-options.js'
import { accountOf } from '../adapter-kit/options.js'
import { addContext, ComplaintError, ConfigError } from '../errors.js'
import {
  type Adapter,
  type AlipayOptions,
  alipayRisk,
  alipayTrade,
  type HuishouqianOptions,
  huishouqian,
  type ProviderName,
  type WechatPayOptions,
  wechatpay,
  type XiaoeOptions,
  xiaoe,
} from '../index.js'
import { suggestName } from '../parsing/suggestion.js'
import type { Pfx } from '../pfx.js'
import { configSources } from '../providers/config-sources.js'

/** An account in a configuration file or the environment: adapter options, and paths of files that hold options. */
export type AccountDescription = Readonly<Record<string, unknown>> & { readonly provider: ProviderName }

const factories: Readonly<Record<ProviderName, (options: Readonly<Record<string, unknown>>) => Adapter>> = {
  // Each factory validates its options itself.
  wechatpay: (options) => wechatpay(options as unknown as WechatPayOptions),
  huishouqian: (options) => huishouqian(options as unknown as HuishouqianOptions),
  xiaoe: (options) => xiaoe(options as unknown as XiaoeOptions),
  'alipay-trade': (options) => alipayTrade(options as unknown as AlipayOptions),
  'alipay-risk': (options) => alipayRisk(options as unknown as AlipayOptions),
}

export const providerNames = Object.keys(factories) as readonly ProviderName[]

/** The account's name: that of the adapter. Null: the option that names it is missing or of another form. */
export function accountNameOf(description: AccountDescription): string | null {
  return accountOf(configSources[description.provider].accountOption, description)
}

/** The account's name where the provider is unknown, from the option of whichever provider has it. */
export function accountNameOfAnyProvider(entry: unknown): string | null {
  const names = Object.values(configSources).map(({ accountOption }) => accountOf(accountOption, entry))
  return names.find((name) => name !== null) ?? null
}

/** What the options of accounts are read with. */
export interface OptionFiles {
  /** Base of relative paths. */
  readonly folder: string
  /** Null: no account has a .pfx file, so its reader is not loaded. */
  readonly loadPfx: ((bytes: Uint8Array, passphrase: string) => Pfx) | null
}

/** Loads the reader of .pfx files if an account has one: importing it takes longer than reading a configuration. */
export async function createOptionFiles(
  folder: string,
  descriptions: readonly Readonly<Record<string, unknown>>[],
): Promise<OptionFiles> {
  const hasPfx = descriptions.some(({ pfxFile }) => pfxFile !== undefined)
  return { folder, loadPfx: hasPfx ? (await import('../pfx.js')).loadPfx : null }
}

/**
 * The adapter of an account, with the files of its options read.
 * @throws ConfigError that names the account; its message never contains a value or a file's content
 */
export function createAdapter(description: AccountDescription, files: OptionFiles): Adapter {
  try {
    assertOptionNames(description)
    return factories[description.provider](resolveOptions(description, files))
  } catch (error) {
    if (!ComplaintError.isInstance(error)) throw error
    throw addContext(error, { provider: description.provider, account: accountNameOf(description) })
  }
}

/** Only misspelt names: the factory rejects the others. */
function assertOptionNames({ provider, ...options }: AccountDescription): void {
  const source = configSources[provider]
  const known = [...source.options, ...Object.keys(source.fileOptions), ...pfxOptions]
  for (const name of Object.keys(options)) {
    const suggestion = known.includes(name) ? null : suggestName(name, known)
    if (suggestion !== null)
      throw new ConfigError(`${provider}: ${JSON.stringify(name)} is not an option; did you mean ${suggestion}?`, {
        issues: [{ path: [name], message: `is not an option; did you mean ${suggestion}?` }],
      })
  }
}

function resolveOptions(description: AccountDescription, { folder, loadPfx }: OptionFiles): Record<string, unknown> {
  const { provider, pfxFile, pfxPassphrase, pfxPassphraseFile, ...rest } = description
  const options: Record<string, unknown> = {}
  const { fileOptions } = configSources[provider]
  for (const [name, value] of Object.entries(rest)) {
    const file = fileOptions[name]
    if (file === undefined) {
      options[name] = value
      continue
    }
    if (file.option in rest) throw new ConfigError(`${provider}: set ${file.option} or ${name}, not both`)
    const contents = parsePaths(value, `${provider}: ${name}`).map((path) =>
      readOptionFile(resolve(folder, path), name),
    )
    const [first = Buffer.alloc(0)] = contents
    options[file.option] = file.as === 'list' ? contents : file.as === 'bytes' ? first : decodeText(first)
  }
  if (pfxFile === undefined || loadPfx === null) return options
  const [path = ''] = parsePaths(pfxFile, `${provider}: pfxFile`)
  const [passphrasePath] = pfxPassphraseFile === undefined ? [] : parsePaths(pfxPassphraseFile, 'pfxPassphraseFile')
  const passphrase =
    passphrasePath === undefined
      ? // The default passphrase of WeChat Pay's .p12 is the merchant number.
        String(pfxPassphrase ?? options.mchid ?? '')
      : decodePassphrase(readOptionFile(resolve(folder, passphrasePath), 'pfxPassphraseFile'))
  return { ...loadPfx(readOptionFile(resolve(folder, path), 'pfxFile'), passphrase), ...options }
}

function parsePaths(value: unknown, what: string): string[] {
  const paths = [value].flat()
  if (paths.length > 0 && paths.every((path): path is string => typeof path === 'string' && path !== '')) return paths
  throw new ConfigError(`${what} must be a file path`)
}

function readOptionFile(path: string, option: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(`${option}: ${path} cannot be read (${code ?? 'unknown error'})`)
  }
}

/** Without byte order mark and blanks, which editors add. */
function decodeText(bytes: Buffer): string {
  return bytes.toString('utf8').trim()
}

/** Without byte order mark and the last line end. Blanks of a passphrase count. */
function decodePassphrase(bytes: Buffer): string {
  return bytes.toString('utf8').replaceAll(/^\ufeff|\r?\n$/g, '')
}
