import type { TransportOptions } from '../../http/transport/options.js'
import { createTransport } from '../../http/transport/transport.js'
import type { ProviderName } from '../../model.js'
import { formatError } from '../exit-codes.js'
import type { Text } from '../language.js'
import { type CheckResult, untranslated } from './checks.js'

const warningSkewMs = 60_000
/** Clock skew at which the provider rejects requests; absent: requests have no timestamp, or it is hardly checked. */
const rejectedSkewMs: Partial<Record<ProviderName, number>> = { wechatpay: 300_000 }
const timeoutMs = 5000

export interface ClockCheckOptions {
  readonly provider: ProviderName
  /** A response of this address has a Date header, whatever its status. */
  readonly baseUrl: string
  /** Proxy and agents of the account's own requests. */
  readonly transport: TransportOptions
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  now(): number
}

/** Compares this host's clock with the Date header of a response. */
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
    if (Number.isNaN(serverTime))
      return clockNotChecked({ zh: `${baseUrl} 的应答没有 Date 头`, en: `no Date header from ${baseUrl}` })
    // The header has whole seconds only: assume the middle of the second.
    return skewResult((sentAt + now()) / 2 - (serverTime + 500), rejectedSkewMs[provider])
  } catch (error) {
    signal.throwIfAborted()
    return clockNotChecked(untranslated(formatError(error)))
  }
}

export function clockNotChecked(reason: Text): CheckResult {
  return {
    verdict: 'skipped',
    text: { zh: `未能核对本机时钟（${reason.zh}）`, en: `this host's clock was not checked (${reason.en})` },
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
      ? { zh: '以“现在”为终点的查询范围会随之偏移', en: "query ranges that end 'now' depend on it" }
      : {
          zh: `偏差超过 ${rejectedMs / 1000} 秒的请求会被拒绝`,
          en: `requests more than ${rejectedMs / 1000} s off are rejected`,
        }
  return {
    verdict: rejectedMs !== undefined && absoluteMs >= rejectedMs ? 'error' : 'warning',
    text: {
      zh: `本机时钟${zh}了 ${seconds} 秒，请用 NTP 校准：${consequence.zh}`,
      en: `this host's clock is ${seconds} s ${en}; synchronize it (NTP): ${consequence.en}`,
    },
  }
}
