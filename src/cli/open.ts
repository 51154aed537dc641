import { type Configuration, readConfiguration } from '../config/configuration.js'
import { accountsFromEnvironment, unknownVariables } from '../config/environment.js'
import { type CreatedAdapter, createAdapters } from '../config/load-config.js'
import { ComplaintClient, type ComplaintEvent, type ConfigError } from '../index.js'
import { isProviderName } from './account-name.js'
import { UsageError } from './exit-codes.js'
import { formatError } from './format-error.js'
import { type Io, writeNote } from './io.js'
import { type Language, resolveLanguage, type Text } from './language.js'

export interface ConfigFlags {
  readonly config?: string
  readonly lang?: string | undefined
  /** Accounts with an invalid configuration are reported; the others are used. */
  readonly keepGoing?: boolean
  /** The accounts that are read: a wrong configuration of the others does not matter. Absent: all. */
  readonly account?: readonly string[]
  readonly provider?: readonly string[]
}

/**
 * Loads the configuration. Warns of unknown variables first: a misspelt one may be the reason of a later error or of a
 * wrong address.
 * @throws ConfigError
 * @throws UsageError if no account is configured
 */
export async function openConfiguration(flags: ConfigFlags, io: Io): Promise<Configuration> {
  // With a file, variables are not read.
  if (flags.config !== undefined) return readConfiguration(flags.config)
  const language = resolveLanguage(flags.lang, io.env)
  for (const variable of unknownVariables(io.env)) writeNote(io, unknownVariableText(variable)[language])
  if (accountsFromEnvironment(io.env).length === 0) throw new UsageError(noAccount)
  return readConfiguration(io.env)
}

/** For display: the file's path, or that the environment was read. */
export function sourceText({ file }: Configuration, language: Language): string {
  const environment: Text = { zh: '环境变量', en: 'environment' }
  return file ?? environment[language]
}

/**
 * @param onAccountError called with `keepGoing` for each account that cannot be used
 * @throws ConfigError for the first account that cannot be used; with `keepGoing` only if no account is left
 */
export async function openClient(
  flags: ConfigFlags,
  io: Io,
  onEvent?: (event: ComplaintEvent) => void,
  onAccountError?: (error: ConfigError) => void,
): Promise<ComplaintClient> {
  const { accounts, clientOptions } = await openConfiguration(flags, io)
  const created = [...createAdapters(accounts)]
  // The configuration of an account that is not asked for does not matter.
  const errors = created.flatMap((account) =>
    account.error !== null && isSelected(account, flags) ? account.error : [],
  )
  const adapters = created.flatMap(({ adapter }) => adapter ?? [])
  const [first] = errors
  if (first !== undefined && (flags.keepGoing !== true || adapters.length === 0))
    throw flags.keepGoing === false && adapters.length > 0 ? unusable(first, errors.length - 1, adapters.length) : first
  for (const error of errors) {
    writeNote(io, formatError(error, resolveLanguage(flags.lang, io.env)))
    onAccountError?.(error)
  }
  return new ComplaintClient(adapters, { ...clientOptions, ...(onEvent === undefined ? {} : { onEvent }) })
}

function isSelected(
  { provider, account }: Pick<CreatedAdapter, 'provider' | 'account'>,
  { account: accounts, provider: providers }: ConfigFlags,
): boolean {
  return (
    (accounts === undefined || accounts.some((name) => name === account || name === `${provider}:${account}`)) &&
    (providers === undefined || providers.some((name) => provider !== null && isProviderName(name, provider)))
  )
}

/** For commands with `--keep-going`, which lists the accounts that can be used. */
function unusable(first: ConfigError, more: number, usable: number): UsageError {
  return new UsageError({
    zh: `${formatError(first, 'zh')}${more === 0 ? '' : `；另有 ${more} 个账号配置有误`}；加上 --keep-going 可先读取其余 ${usable} 个账号`,
    en: `${formatError(first, 'en')}${more === 0 ? '' : `; ${more} more cannot be used`}; --keep-going reads the other ${usable === 1 ? 'account' : `${usable} accounts`}`,
  })
}

const noAccount: Text = {
  zh: '没有配置任何账号：请使用 --config <文件>，或设置 WECHATPAY_MCHID 等环境变量（见 --help）；没有密钥也想试用，请运行 npx unified-complaints demo',
  en: 'no account is configured: use --config <file>, or set variables such as WECHATPAY_MCHID (see --help); to try without keys, run: npx unified-complaints demo',
}

function unknownVariableText({ name, suggestion }: ReturnType<typeof unknownVariables>[number]): Text {
  return suggestion === null
    ? {
        zh: `环境变量 ${name} 不是本工具使用的变量，请检查拼写（可用变量见 --help）`,
        en: `${name} is not a variable of this tool; check its spelling (see --help)`,
      }
    : {
        zh: `环境变量 ${name} 不是本工具使用的变量，是否应为 ${suggestion}？`,
        en: `${name} is not a variable of this tool; did you mean ${suggestion}?`,
      }
}
