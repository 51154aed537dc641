import { createTransport, type TransportOptions } from '../../http/transport/transport.js'
import type { ProviderName } from '../../model.js'
import { messageOf } from '../exit-codes.js'
import type { Finding } from './checks.js'

const worryingSkewMs = 60_000
/** How far off a clock may be before every request is refused. The others sign without a time, or hardly look at it. */
const refusedSkewMs: Partial<Record<ProviderName, number>> = { wechatpay: 300_000 }
const timeoutMs = 5000

export interface ClockCheck {
  readonly provider: ProviderName
  /** An address of the provider's: whatever it answers is dated. */
  readonly baseUrl: string
  /** The proxy and agents that the account's own requests take. */
  readonly transport: TransportOptions
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  now(): number
}

/** This host's clock beside the one that dates the answers of an address. The answer itself is not looked at. */
export async function clockFinding({ provider, baseUrl, transport, signal, now }: ClockCheck): Promise<Finding> {
  try {
    const before = now()
    const request = { method: 'GET', url: `${baseUrl}/`, headers: {} } as const
    const { headers } = await createTransport(transport)(request, { signal, timeoutMs })
    const theirs = Date.parse(headers.date ?? '')
    if (Number.isNaN(theirs)) return clockUnseen(`no Date from ${baseUrl}`)
    // The header tells whole seconds only.
    return skewFinding((before + now()) / 2 - (theirs + 500), refusedSkewMs[provider])
  } catch (error) {
    signal.throwIfAborted()
    return clockUnseen(messageOf(error))
  }
}

export function clockUnseen(why: string): Finding {
  return {
    verdict: 'unseen',
    text: { zh: `本机时钟未能核对(${why})`, en: `this host's clock was not compared (${why})` },
  }
}

function skewFinding(skewMs: number, refusedMs: number | undefined): Finding {
  const off = Math.abs(skewMs)
  const seconds = Math.round(off / 1000)
  const [zh, en] = skewMs > 0 ? ['快', 'ahead'] : ['慢', 'behind']
  if (off < worryingSkewMs) return { verdict: 'good', text: { zh: '本机时钟准确', en: "this host's clock is right" } }
  const why =
    refusedMs === undefined
      ? { zh: '查询到“现在”为止的时间范围由它推算', en: "ranges that end 'now' are counted by it" }
      : {
          zh: `相差 ${refusedMs / 1000} 秒以上的请求会被拒绝`,
          en: `requests that are ${refusedMs / 1000} s off are refused`,
        }
  return {
    verdict: refusedMs !== undefined && off >= refusedMs ? 'bad' : 'doubtful',
    text: {
      zh: `本机时钟${zh}了 ${seconds} 秒,请校准(NTP):${why.zh}`,
      en: `this host's clock is ${seconds} s ${en}: set it (NTP); ${why.en}`,
    },
  }
}
