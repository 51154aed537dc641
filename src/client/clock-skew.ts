import type { WarningEvent } from '../events.js'
import type { Complaint } from '../model.js'
import type { ConnectedAccount } from './connect.js'

/** `Date` headers have whole seconds, and a response takes time. */
const toleranceMs = 60_000

/** The clock that differs most from this host's, by the newest response of each account; null: all agree within a minute. */
export function findClockSkew(
  accounts: readonly ConnectedAccount<Complaint>[],
): { aheadMs: number; event: WarningEvent } | null {
  let aheadMs = 0
  let account: ConnectedAccount<Complaint> | null = null
  for (const candidate of accounts) {
    const ahead = candidate.runtime.clockAheadMs() ?? 0
    if (Math.abs(ahead) > Math.abs(aheadMs)) [aheadMs, account] = [ahead, candidate]
  }
  if (account === null || Math.abs(aheadMs) <= toleranceMs) return null
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  const direction = aheadMs > 0 ? 'behind' : 'ahead of'
  const { provider, account: name } = account.info
  const message = `this host's clock is ${seconds} s ${direction} the provider's; set it (NTP). A list without "to" ends at the later of both clocks`
  return { aheadMs, event: { type: 'warning', warning: 'clockSkew', provider, account: name, message } }
}
