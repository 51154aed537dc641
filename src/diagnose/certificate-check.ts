import type { ConfiguredCertificate } from '../adapter-kit/diagnostics.js'
import type { CheckResult } from './finding.js'

const dayMs = 86_400_000
const expiresSoonDays = 30

/** @param now milliseconds since 1970 */
export function checkCertificate({ option, validTo }: ConfiguredCertificate, now: number): CheckResult {
  const day = validTo.toISOString().slice(0, 10)
  const days = Math.floor((validTo.getTime() - now) / dayMs)
  if (days < 0) {
    return {
      check: 'certificate',
      status: 'failed',
      text: { zh: `${option} 已于 ${day} 过期`, en: `${option} expired on ${day}` },
      advice: { zh: '请更换证书', en: 'replace the certificate' },
    }
  }
  const expiresSoon = days < expiresSoonDays
  return {
    check: 'certificate',
    status: expiresSoon ? 'warning' : 'ok',
    text: {
      zh: `${option} 有效期至 ${day}（剩余 ${days} 天）`,
      en: `${option} is valid until ${day} (${days} days left)`,
    },
    advice: expiresSoon ? { zh: '请在到期前更换证书', en: 'replace the certificate before it expires' } : null,
  }
}
