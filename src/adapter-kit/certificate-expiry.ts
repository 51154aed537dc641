import type { Certificate } from '../crypto/keys.js'
import type { AdapterRuntime } from '../provider.js'
import { beijingDay, dayMs } from '../time.js'

const warningMs = 30 * dayMs

/** What to do about a certificate that expires soon, or has; each follows a semicolon. */
export interface ExpiryAdvice {
  readonly soon: string
  readonly expired: string
}

/**
 * Warns of platform certificates that were given as options: nobody but the user can replace those. Of several only the
 * last to expire is of concern: it replaces the others.
 * @returns to be called at each use: a client that lives long is warned in time too, of each thing once
 */
export function createExpiryWarning(
  certificates: readonly Certificate[],
  runtime: Pick<AdapterRuntime, 'now' | 'emit'>,
  advice: ExpiryAdvice,
): () => void {
  const told = new Set<string>()
  const lastEnd = Math.max(...certificates.map(({ validTo }) => validTo.getTime()))
  const last = certificates.filter(({ validTo }) => validTo.getTime() === lastEnd)
  return () => {
    for (const { serialNo, validTo } of last) {
      const leftMs = validTo.getTime() - runtime.now()
      if (leftMs > warningMs) continue
      const warning = leftMs > 0 ? 'certificateExpiresSoon' : 'certificateExpired'
      const key = `${warning} ${serialNo} ${validTo.getTime()}`
      if (told.has(key)) continue
      told.add(key)
      const day = beijingDay(validTo)
      const message =
        warning === 'certificateExpired'
          ? `platform certificate ${serialNo} expired on ${day}; ${advice.expired}`
          : `platform certificate ${serialNo} expires on ${day}; ${advice.soon}`
      runtime.emit({ type: 'warning', warning, message })
    }
  }
}
