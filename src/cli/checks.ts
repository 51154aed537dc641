import { X509Certificate } from 'node:crypto'
import { optionsOf } from './accounts.js'
import type { ConfiguredAccount } from './configuration.js'
import type { Text } from './language.js'

/** One thing that `doctor` looked at. */
export interface Finding {
  readonly verdict: 'good' | 'doubtful' | 'bad'
  readonly text: Text
}

const dayMs = 86_400_000
const expiresSoonDays = 30
/** WeChat Pay refuses what is 300 s off. */
const worryingSkewMs = 60_000
const fatalSkewMs = 300_000
const clockTimeoutMs = 5000

export const both = (text: string): Text => ({ zh: text, en: text })

/** How long each certificate of an account is still valid. */
export function certificateFindings(account: ConfiguredAccount, now: number): Finding[] {
  if (account.description === null) return []
  const options = optionsOf(account.description, account.folder)
  const given = ['certificate', 'certificates', 'platformCertificate'].flatMap((option) =>
    [options[option]].flat().flatMap((value) => (isCertificate(value) ? [{ option, value }] : [])),
  )
  return given.map(({ option, value }) => expiryOf(option, new X509Certificate(value), now))
}

function isCertificate(value: unknown): value is string | Buffer {
  return (typeof value === 'string' && value.includes('BEGIN CERTIFICATE')) || Buffer.isBuffer(value)
}

function expiryOf(option: string, certificate: X509Certificate, now: number): Finding {
  const end = new Date(certificate.validTo)
  const day = end.toISOString().slice(0, 10)
  const days = Math.floor((end.getTime() - now) / dayMs)
  if (days < 0) {
    return {
      verdict: 'bad',
      text: { zh: `${option} 已于 ${day} 过期,请更换`, en: `${option} expired on ${day}: replace it` },
    }
  }
  return {
    verdict: days < expiresSoonDays ? 'doubtful' : 'good',
    text: {
      zh: `${option} 有效期至 ${day}(剩余 ${days} 天)`,
      en: `${option} is valid until ${day}, ${days} days more`,
    },
  }
}

/**
 * This host's clock beside the one that dates the answers of an address. The answer itself is not looked at.
 * @returns null where none could be had; the signed call will then say more
 */
export async function clockFinding(baseUrl: string, signal: AbortSignal, now: () => number): Promise<Finding | null> {
  try {
    const before = now()
    const { headers } = await fetch(baseUrl, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(clockTimeoutMs)]),
    })
    const theirs = Date.parse(headers.get('date') ?? '')
    if (Number.isNaN(theirs)) return null
    // The header tells whole seconds only.
    return skewFinding((before + now()) / 2 - (theirs + 500))
  } catch {
    return null
  }
}

function skewFinding(skewMs: number): Finding {
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  const [zh, en] = skewMs > 0 ? ['快', 'ahead'] : ['慢', 'behind']
  if (Math.abs(skewMs) < worryingSkewMs)
    return { verdict: 'good', text: { zh: '本机时钟准确', en: "this host's clock is right" } }
  return {
    verdict: Math.abs(skewMs) < fatalSkewMs ? 'doubtful' : 'bad',
    text: {
      zh: `本机时钟${zh}了 ${seconds} 秒,请校准(NTP):相差 300 秒以上的请求会被拒绝`,
      en: `this host's clock is ${seconds} s ${en}: set it (NTP); requests that are 300 s off are refused`,
    },
  }
}
