import { type ProviderName, sharedLabels } from '../index.js'
import { quoteValue } from '../privacy/key-like.js'
import { UsageError } from './exit-codes.js'
import type { Language } from './language.js'

interface NamedAccount {
  /** Null: not configured, or not a provider. */
  readonly provider: ProviderName | null
  /** Null: not configured. */
  readonly account: string | null
}

const unknownProvider: Readonly<Record<Language, string>> = { zh: '未知渠道', en: 'unknown provider' }

/** The account for display: `wechatpay:1900000001`, in Chinese `微信支付 1900000001`. */
export function accountName({ provider, account }: NamedAccount, language: Language): string {
  if (provider === null) return account === null ? unknownProvider[language] : `${unknownProvider[language]} ${account}`
  const name = language === 'zh' ? sharedLabels.provider[provider].zh : provider
  return account === null ? name : `${name}${language === 'zh' ? ' ' : ':'}${account}`
}

/** Whether a name that a user typed means this provider: in Chinese, output shows `微信支付` for `wechatpay`. */
export function isProviderName(name: string, provider: ProviderName): boolean {
  return name === provider || name === sharedLabels.provider[provider].zh
}

/**
 * The accounts of `--account`, by `account` or `provider:account`, and of `--provider`; all accounts without them.
 * @throws UsageError for a name that no account has, and if no account is left
 */
export function selectByName<A extends NamedAccount>(
  accounts: readonly A[],
  flags: { readonly account?: readonly string[] | undefined; readonly provider?: readonly string[] | undefined },
): A[] {
  const named = selectByAccount(accounts, flags.account)
  const { provider: providers } = flags
  if (providers === undefined) return named
  const selected = named.filter(({ provider }) =>
    providers.some((name) => provider !== null && isProviderName(name, provider)),
  )
  if (selected.length === 0) throw noAccountSelected(providers, accounts)
  return selected
}

/** @throws UsageError */
export function noAccountSelected(providers: readonly string[], accounts: readonly NamedAccount[]): UsageError {
  const names = accounts.map(({ provider, account }) => `${provider ?? '?'}:${account ?? '?'}`).join(', ')
  return new UsageError({
    zh: `没有选中 ${providers.map(quoteValue).join('、')} 的账号，已配置的账号：${names}`,
    en: `no account of ${providers.map(quoteValue).join(', ')} is selected; the accounts are ${names}`,
  })
}

function selectByAccount<A extends NamedAccount>(accounts: readonly A[], names: readonly string[] | undefined): A[] {
  if (names === undefined) return [...accounts]
  const isNamed = ({ provider, account }: A, name: string): boolean =>
    name === account || name === `${provider}:${account}`
  const unknown = names.find((name) => !accounts.some((account) => isNamed(account, name)))
  if (unknown !== undefined) {
    const configured = accounts.map(({ provider, account }) => `${provider ?? '?'}:${account ?? '?'}`).join(', ')
    throw new UsageError({
      zh: `没有配置账号 ${quoteValue(unknown)}，已配置的账号：${configured}`,
      en: `--account ${quoteValue(unknown)} is not configured; the configured accounts are ${configured}`,
    })
  }
  return accounts.filter((account) => names.some((name) => isNamed(account, name)))
}
