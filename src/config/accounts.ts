import { pfxOptions } from '../adapter-kit/file-options.js'
import { accountOf } from '../adapter-kit/options.js'
import { replaceMessage } from '../errors/message.js'
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
import { configSources } from '../providers/config-sources.js'
import { type OptionFiles, resolveOptionFiles } from './option-files.js'

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

/**
 * The adapter of an account, with the files of its options read.
 * @param place of the entry in its file, for an account that has no name yet; null: there is no file
 * @throws ConfigError that names the account; its message never contains a value or a file's content
 */
export function createAdapter(description: AccountDescription, files: OptionFiles, place: string | null): Adapter {
  try {
    assertOptionNames(description)
    const { provider, ...options } = description
    const { fileOptions } = configSources[provider]
    // The default passphrase of WeChat Pay's .p12 is the merchant number.
    return factories[provider](resolveOptionFiles(options, fileOptions, files, options.mchid))
  } catch (error) {
    if (!ComplaintError.isInstance(error)) throw error
    const account = accountNameOf(description)
    if (account === null && place !== null) replaceMessage(error, `${error.message} (${place})`)
    throw addContext(error, { provider: description.provider, account })
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
