import { type DaySpan, parseSpan } from '../dates.js'
import { findRepeated, parsePairs } from '../pairs.js'

export interface Paging {
  /** As sent, numbers as numbers. */
  readonly sent: Readonly<Record<string, unknown>>
  readonly limit: number
  readonly offset: number
}

export interface ListQuery extends Paging {
  readonly span: DaySpan
  readonly merchantId: string | null
}

type Values = Readonly<Record<string, string>>

const maxListLimit = 50
const maxHistoryLimit = 300

/**
 * Parses the query of a list, or returns the message of the error. Stricter than the service: `limit` is required,
 * since only an old version of the documentation has a default.
 */
export function parseListQuery(search: string | null): ListQuery | string {
  const values = parseValues(search, ['limit', 'offset', 'begin_date', 'end_date', 'complainted_mchid'])
  if (typeof values === 'string') return values
  const paging = parsePaging(values, maxListLimit)
  if (typeof paging === 'string') return paging
  const span = parseSpan(values.begin_date ?? '', values.end_date ?? '')
  if (typeof span === 'string') return span
  const merchantId = values.complainted_mchid ?? null
  if (merchantId !== null && !/^\d{8,64}$/.test(merchantId)) return '输入源“/query/complainted_mchid”规则校验失败'
  return { ...paging, span, merchantId }
}

/** Parses the query of a history, as strictly. */
export function parseHistoryQuery(search: string | null): Paging | string {
  const values = parseValues(search, ['limit', 'offset'])
  return typeof values === 'string' ? values : parsePaging(values, maxHistoryLimit)
}

function parseValues(search: string | null, allowed: readonly string[]): Values | string {
  const pairs = parsePairs(search ?? '', 'literal')
  if (pairs === null) return '输入源“/query”格式错误'
  const names = pairs.map(([name]) => name)
  const unknown = names.find((name) => !allowed.includes(name))
  if (unknown !== undefined) return `输入源“/query/${unknown}”不是已知的参数`
  const repeated = findRepeated(names)
  if (repeated !== undefined) return `输入源“/query/${repeated}”重复`
  const empty = pairs.find(([, value]) => value === '')
  if (empty !== undefined) return `输入源“/query/${empty[0]}”映射到字段规则校验失败,值不能为空`
  return Object.fromEntries(pairs)
}

function parsePaging(values: Values, maxLimit: number): Paging | string {
  const limit = parseInteger(values.limit)
  if (limit === null || limit < 1 || limit > maxLimit) return '输入源“/query/limit”映射到数值字段“分页大小”规则校验失败'
  const offset = parseInteger(values.offset ?? '0')
  if (offset === null) return '输入源“/query/offset”映射到数值字段“分页开始位置”规则校验失败'
  return { sent: { ...values, limit, ...(values.offset === undefined ? {} : { offset }) }, limit, offset }
}

function parseInteger(text: string | undefined): number | null {
  return text !== undefined && /^(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : null
}
