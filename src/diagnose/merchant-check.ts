import type { ConnectedAccount } from '../client/connect.js'
import type { Complaint } from '../model.js'
import type { CheckResult } from './finding.js'

/** A finding names no more accounts than this. */
const maxNamed = 5

/** A warning if other accounts read the complaints of the same merchant; nothing if no other account does. */
export function checkMerchant(
  account: ConnectedAccount<Complaint>,
  others: readonly ConnectedAccount<Complaint>[],
): CheckResult[] {
  const merchant = merchantOf(account)
  const same = others.filter((other) => other !== account && merchant !== null && merchantOf(other) === merchant)
  if (same.length === 0) return []
  const keys = same.slice(0, maxNamed).map(({ key }) => key)
  const more = same.length - keys.length
  return [
    {
      check: 'options',
      status: 'warning',
      text: {
        zh: `与 ${keys.join('、')}${more === 0 ? '' : ` 等 ${same.length} 个账号`} 是同一商户：每条投诉会列出多次，并共用一份配额`,
        en: `the same merchant as ${keys.join(', ')}${more === 0 ? '' : ` and ${more} more`}: each complaint is listed by each of them, and they share one quota`,
      },
      advice: { zh: '请只保留其中一个账号', en: 'keep one of these accounts' },
    },
  ]
}

/** Null: the adapter does not say whose complaints it reads. */
function merchantOf({ info, connection }: ConnectedAccount<Complaint>): string | null {
  const { diagnostics } = connection
  const merchant = diagnostics?.merchant ?? null
  return diagnostics === undefined || merchant === null ? null : `${info.provider} ${diagnostics.baseUrl} ${merchant}`
}
