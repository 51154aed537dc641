import type { Label } from '../labels/tables.js'
import type { CheckResult } from './finding.js'

const warningSkewMs = 60_000

/**
 * Judges this host's clock by the time of a response.
 * @param aheadMs milliseconds by which the provider's clock is ahead of this host's; null: no response had a time
 * @param rejectedSkewMs difference at which the provider rejects requests; null: it accepts any
 */
export function checkClock(aheadMs: number | null, rejectedSkewMs: number | null): CheckResult {
  if (aheadMs === null) {
    return {
      check: 'clock',
      status: 'skipped',
      text: {
        zh: '未能核对本机时钟（没有收到带时间的应答）',
        en: "this host's clock was not checked (no response had a time)",
      },
      advice: null,
    }
  }
  // The header has whole seconds only: assume the middle of the second.
  const skewMs = -(aheadMs + 500)
  const absoluteMs = Math.abs(skewMs)
  if (absoluteMs < warningSkewMs)
    return {
      check: 'clock',
      status: 'ok',
      text: { zh: '本机时钟准确', en: "this host's clock is right" },
      advice: null,
    }
  const seconds = Math.round(absoluteMs / 1000)
  const [zh, en] = skewMs > 0 ? ['快', 'ahead'] : ['慢', 'behind']
  return {
    check: 'clock',
    status: rejectedSkewMs !== null && absoluteMs >= rejectedSkewMs ? 'failed' : 'warning',
    text: { zh: `本机时钟${zh}了 ${seconds} 秒`, en: `this host's clock is ${seconds} s ${en}` },
    advice: synchronize(rejectedSkewMs),
  }
}

function synchronize(rejectedSkewMs: number | null): Label {
  if (rejectedSkewMs === null) {
    return {
      zh: '请用 NTP 校准：以“现在”为终点的查询范围会随之偏移',
      en: "synchronize it (NTP): query ranges that end 'now' depend on it",
    }
  }
  const seconds = rejectedSkewMs / 1000
  return {
    zh: `请用 NTP 校准：偏差超过 ${seconds} 秒的请求会被拒绝`,
    en: `synchronize it (NTP): requests more than ${seconds} s off are rejected`,
  }
}
