import type { Certificate } from '../crypto/keys.js'
import type { AdapterRuntime } from '../provider.js'
import { beijingDay, dayMs } from '../time.js'

const warningMs = 30 * dayMs

/** What the user can do about a certificate; each text follows a semicolon. */
export interface ExpiryHints {
  /** The certificate expires within 30 days. */
  readonly soon: string
  readonly expired: string
  /** Whose certificate it is, for the message. Default `platform`. */
  readonly owner?: string
}

/**
 * Warns of configured certificates that expire within 30 days or have expired: only the user can replace them.
 * Only the certificates with the latest end date count, since they replace the others.
 * @returns a check to call at each use, so that a long-lived client is warned, too; it emits each warning once
 */
export function createExpiryWarning(
  certificates: readonly Certificate[],
  runtime: Pick<AdapterRuntime, 'now' | 'emit'>,
  hints: ExpiryHints,
): () => void {
  const { owner = 'platform' } = hints
  const warned = new Set<string>()
  const lastValidTo = Math.max(...certificates.map(({ validTo }) => validTo.getTime()))
  const last = certificates.filter(({ validTo }) => validTo.getTime() === lastValidTo)
  return () => {
    for (const { serialNo, validTo } of last) {
      const remainingMs = validTo.getTime() - runtime.now()
      if (remainingMs > warningMs) continue
      const warning = remainingMs > 0 ? 'certificateExpiresSoon' : 'certificateExpired'
      const key = `${warning} ${serialNo} ${validTo.getTime()}`
      if (warned.has(key)) continue
      warned.add(key)
      const day = beijingDay(validTo)
      const message =
        warning === 'certificateExpired'
          ? `${owner} certificate ${serialNo} expired on ${day}; ${hints.expired}`
          : `${owner} certificate ${serialNo} expires on ${day}; ${hints.soon}`
      runtime.emit({ type: 'warning', warning, message })
    }
  }
}
