import { everyDay, isWithin } from '../dates.js'
import { parseBeijingText } from '../time.js'
import { type Check, defaultPageSize, findWrong, isPage, isPageSize, isTime, isWord } from './fields.js'
import type { GatewayCall } from './gateway.js'
import type { ListQuery } from './product.js'
import { type RiskFacts, riskStatus } from './risk.js'

interface Fields {
  readonly current_page_num?: number
  readonly page_size?: number
  readonly gmt_complaint_start?: string
  readonly gmt_complaint_end?: string
  readonly gmt_process_start?: string
  readonly gmt_process_end?: string
  readonly status_list?: readonly string[]
  readonly trade_no?: string
  readonly task_id?: string
  readonly task_id_list?: readonly string[]
  readonly upgrade?: boolean
}

const areWords: Check = (value) => Array.isArray(value) && value.length > 0 && value.every(isWord)

const checks: Readonly<Record<keyof Fields, Check>> = {
  current_page_num: isPage,
  page_size: isPageSize,
  gmt_complaint_start: isTime,
  gmt_complaint_end: isTime,
  gmt_process_start: isTime,
  gmt_process_end: isTime,
  status_list: areWords,
  trade_no: isWord,
  task_id: isWord,
  task_id_list: areWords,
  upgrade: (value) => typeof value === 'boolean',
}

/** The fields of `alipay.security.risk.complaint.info.batchquery`. No bound of a span is documented. */
export function parseRiskList(
  sent: Readonly<Record<string, unknown>>,
  end: 'included' | 'excluded',
): ListQuery<RiskFacts> | string {
  const wrong = findWrong(sent, checks)
  if (wrong !== undefined) return wrong
  const fields: Fields = sent
  const span = (begin: string | undefined, last: string | undefined): typeof everyDay => {
    const to = parseBeijingText(last ?? '')
    return {
      from: parseBeijingText(begin ?? '') ?? everyDay.from,
      // All times are whole seconds.
      to: to === null ? everyDay.to : to + (end === 'included' ? 1 : 0),
    }
  }
  const made = span(fields.gmt_complaint_start, fields.gmt_complaint_end)
  const processed = span(fields.gmt_process_start, fields.gmt_process_end)
  if (made.to < made.from) return 'gmt_complaint_end'
  if (processed.to < processed.from) return 'gmt_process_end'
  const { status_list: statuses, trade_no: tradeNo, task_id: taskId, task_id_list: taskIds, upgrade } = fields
  const asksProcessed = processed.from !== everyDay.from || processed.to !== everyDay.to
  return {
    page: fields.current_page_num ?? 1,
    pageSize: fields.page_size ?? defaultPageSize,
    span: made,
    timeOf: ({ createdAt }) => createdAt,
    matches: (facts) =>
      (!asksProcessed || (facts.processedAt !== null && isWithin(facts.processedAt, processed))) &&
      (statuses === undefined || statuses.includes(riskStatus(facts))) &&
      (tradeNo === undefined || facts.trades.some((trade) => trade.tradeNo === tradeNo)) &&
      (taskId === undefined || facts.taskId === taskId) &&
      (taskIds === undefined || taskIds.includes(facts.taskId)) &&
      (upgrade === undefined || facts.isUpgraded === upgrade),
  }
}

/** `complain_id` is an integer in one SDK and a text in another. */
export function parseRiskQuery({ business, businessText }: GatewayCall): string | undefined {
  const { complain_id: id, ...others } = business
  if (Object.keys(others).length > 0) return undefined
  if (typeof id === 'string') return /^\d{1,64}$/.test(id) ? id : undefined
  // The number itself has lost digits by now.
  return typeof id === 'number' ? /:\s*(\d{1,19})\s*\}\s*$/.exec(businessText)?.[1] : undefined
}
