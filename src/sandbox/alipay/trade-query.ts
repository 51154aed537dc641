import { dayMs, parseBeijingText } from '../time.js'
import { type Check, defaultPageSize, findWrong, isPage, isPageSize, isTime, isWord } from './fields.js'
import type { ListQuery } from './product.js'
import { type TradeFacts, tradeStatus } from './trade.js'

interface Target {
  readonly target_id: string
  readonly target_type: string
}

interface Fields {
  readonly begin_time?: string
  readonly end_time?: string
  readonly page_num?: number
  readonly page_size?: number
  readonly status?: string
  readonly target_infos?: readonly Target[]
}

const isTarget: Check = (value) =>
  typeof value === 'object' &&
  value !== null &&
  findWrong(value as Readonly<Record<string, unknown>>, {
    target_id: isWord,
    target_type: (type) => type === 'APPID' || type === 'PUBLICID',
  }) === undefined &&
  Object.keys(value).length === 2

const checks: Readonly<Record<string, Check>> = {
  begin_time: isTime,
  end_time: isTime,
  page_num: isPage,
  page_size: isPageSize,
  status: isWord,
  target_infos: (value) => Array.isArray(value) && value.length > 0 && value.every(isTarget),
}

const maxSpanMs = 365 * dayMs
const defaultSpanMs = 30 * dayMs

/** How the gateway reads what the documentation does not say about the times of a query. */
export interface TimeRules {
  readonly end: 'included' | 'excluded'
  readonly filtered: 'created' | 'modified'
}

/** The fields of `alipay.merchant.tradecomplain.batchquery`. */
export function parseTradeList(
  sent: Readonly<Record<string, unknown>>,
  { end, filtered }: TimeRules,
): ListQuery<TradeFacts> | string {
  const wrong = findWrong(sent, checks)
  if (wrong !== undefined) return wrong
  const fields: Fields = sent
  const to = parseBeijingText(fields.end_time ?? '') ?? Date.now()
  const from = parseBeijingText(fields.begin_time ?? '') ?? to - defaultSpanMs
  if (to < from || to - from > maxSpanMs) return 'end_time'
  const { status, target_infos: targets } = fields
  return {
    page: fields.page_num ?? 1,
    pageSize: fields.page_size ?? defaultPageSize,
    // All times are whole seconds.
    span: { from, to: end === 'included' ? to + 1 : to },
    timeOf: (facts) => (filtered === 'created' ? facts.createdAt : facts.modifiedAt),
    matches: (facts) =>
      (status === undefined || tradeStatus(facts) === status) &&
      (targets === undefined ||
        targets.some(({ target_id: id, target_type: type }) => facts.target.id === id && facts.target.type === type)),
  }
}
