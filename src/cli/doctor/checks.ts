import { X509Certificate } from 'node:crypto'
import { resolveOptions } from '../config/accounts.js'
import type { ConfiguredAccount } from '../config/configuration.js'
import type { Text } from '../language.js'

/** The result of one check of `doctor`. */
export interface CheckResult {
  /** `skipped`: could not be checked. */
  readonly verdict: 'ok' | 'skipped' | 'warning' | 'error'
  readonly text: Text
}

const dayMs = 86_400_000
const expiresSoonDays = 30

export const untranslated = (text: string): Text => ({ zh: text, en: text })

/** Checks the expiry of each certificate of an account. */
export function checkCertificates(account: ConfiguredAccount, now: number): CheckResult[] {
  if (account.description === null) return []
  const options = resolveOptions(account.description, account.folder)
  const certificates = ['certificate', 'certificates', 'platformCertificate'].flatMap((option) =>
    [options[option]].flat().flatMap((value) => (isCertificate(value) ? [{ option, value }] : [])),
  )
  return certificates.map(({ option, value }) => expiryResult(option, new X509Certificate(value), now))
}

function isCertificate(value: unknown): value is string | Buffer {
  return (typeof value === 'string' && value.includes('BEGIN CERTIFICATE')) || Buffer.isBuffer(value)
}

function expiryResult(option: string, certificate: X509Certificate, now: number): CheckResult {
  const end = new Date(certificate.validTo)
  const day = end.toISOString().slice(0, 10)
  const days = Math.floor((end.getTime() - now) / dayMs)
  if (days < 0) {
    return {
      verdict: 'error',
      text: { zh: `${option} 已于 ${day} 过期，请更换`, en: `${option} expired on ${day}; replace it` },
    }
  }
  return {
    verdict: days < expiresSoonDays ? 'warning' : 'ok',
    text: {
      zh: `${option} 有效期至 ${day}（剩余 ${days} 天）`,
      en: `${option} is valid until ${day} (${days} days left)`,
    },
  }
}
