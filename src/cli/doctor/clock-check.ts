import { createTransport, type TransportOptions } from '../../http/transport/transport.js'
import type { ProviderName } from '../../model.js'
import { formatError } from '../exit-codes.js'
import type { CheckResult } from './checks.js'

const warningSkewMs = 60_000
/** How far off a clock may be before every request is refused. The others sign without a time, or hardly look at it. */
const rejectedSkewMs: Partial<Record<ProviderName, number>> = { wechatpay: 300_000 }
const timeoutMs = 5000

export interface ClockCheckOptions {
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
export async function checkClock({
  provider,
  baseUrl,
  transport,
  signal,
  now,
}: ClockCheckOptions): Promise<CheckResult> {
  try {
    const sentAt = now()
    const request = { method: 'GET', url: `${baseUrl}/`, headers: {} } as const
    const { headers } = await createTransport(transport)(request, { signal, timeoutMs })
    const serverTime = Date.parse(headers.date ?? '')
    if (Number.isNaN(serverTime)) return clockNotChecked(`no Date from ${baseUrl}`)
    // The header tells whole seconds only.
    return skewResult((sentAt + now()) / 2 - (serverTime + 500), rejectedSkewMs[provider])
  } catch (error) {
    signal.throwIfAborted()
    return clockNotChecked(formatError(error))
  }
}

export function clockNotChecked(reason: string): CheckResult {
  return {
    verdict: 'skipped',
    text: { zh: `本机时钟未能核对(${reason})`, en: `this host's clock was not compared (${reason})` },
  }
}

function skewResult(skewMs: number, rejectedMs: number | undefined): CheckResult {
  const absoluteMs = Math.abs(skewMs)
  const seconds = Math.round(absoluteMs / 1000)
  const [zh, en] = skewMs > 0 ? ['快', 'ahead'] : ['慢', 'behind']
  if (absoluteMs < warningSkewMs)
    return { verdict: 'ok', text: { zh: '本机时钟准确', en: "this host's clock is right" } }
  const consequence =
    rejectedMs === undefined
      ? { zh: '查询到“现在”为止的时间范围由它推算', en: "ranges that end 'now' are counted by it" }
      : {
          zh: `相差 ${rejectedMs / 1000} 秒以上的请求会被拒绝`,
          en: `requests that are ${rejectedMs / 1000} s off are refused`,
        }
  return {
    verdict: rejectedMs !== undefined && absoluteMs >= rejectedMs ? 'error' : 'warning',
    text: {
      zh: `本机时钟${zh}了 ${seconds} 秒,请校准(NTP):${consequence.zh}`,
      en: `this host's clock is ${seconds} s ${en}: set it (NTP); ${consequence.en}`,
    },
  }
}
