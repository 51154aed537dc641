import type { Certificate } from '../../crypto/keys.js'
import type { AdapterRuntime } from '../../provider.js'
import { beijingDay, dayMs } from '../../time.js'

const warningMs = 30 * dayMs

/**
 * Platform certificates live for a year; an expired one is still in force until the platform changes it. Of those given
 * only the last to expire is of concern: it replaces the others.
 * @returns to be called at each use: a client that lives long is warned in time too, of each thing once
 */
export function createExpiryWatch(certificates: readonly Certificate[], runtime: AdapterRuntime): () => void {
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
          ? `platform certificate ${serialNo} expired on ${day}; ask Huishouqian for the new one`
          : `platform certificate ${serialNo} expires on ${day}; give the new one beside it`
      runtime.emit({ type: 'warning', warning, message })
    }
  }
}
