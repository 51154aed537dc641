import type { AccountInfo, ComplaintRef } from '../index.js'
import { quoteValue } from '../privacy/key-like.js'
import { isProviderName } from './account-name.js'
import { UsageError } from './exit-codes.js'

/**
 * Parses `[provider:[account:]]id`. Provider and account may be left out if only one configured account matches.
 * @throws UsageError listing the accounts if none or several match
 */
export function parseReference(text: string, accounts: readonly AccountInfo[]): ComplaintRef {
  const parts = text.split(':')
  const id = parts.pop() ?? ''
  const [provider, ...account] = parts
  const name = account.join(':')
  const matches = accounts.filter(
    (info) =>
      (provider === undefined || isProviderName(provider, info.provider)) && (name === '' || info.account === name),
  )
  const [match] = matches
  if (id !== '' && match !== undefined && matches.length === 1)
    return { provider: match.provider, account: match.account, id }
  const names = accounts.map((info) => `${info.provider}:${info.account}`).join(', ')
  throw new UsageError({
    zh: `${quoteValue(text)} 应写成 provider:account:id，账号是以下之一：${names}`,
    en: `${quoteValue(text)} must be provider:account:id of one of these accounts: ${names}`,
  })
}
