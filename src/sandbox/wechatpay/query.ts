import { readSpan, type Span } from '../dates.js'
import { readPairs, repeated } from '../pairs.js'

export interface Paging {
  /** As sent, numbers as numbers. */
  readonly sent: Readonly<Record<string, unknown>>
  readonly limit: number
  readonly offset: number
}

export interface ListQuery extends Paging {
  readonly span: Span
  readonly merchantId: string | null
}

type Values = Readonly<Record<string, string>>

const maxListLimit = 50
const maxHistoryLimit = 300

/**
 * Reads a list's query; a text says what is wrong. Stricter than the service: `limit` must stand, since the default is
 * documented on an old page only.
 */
export function readListQuery(search: string | null): ListQuery | string {
  const values = readValues(search, ['limit', 'offset', 'begin_date', 'end_date', 'complainted_mchid'])
  if (typeof values === 'string') return values
  const paging = readPaging(values, maxListLimit)
  if (typeof paging === 'string') return paging
  const span = readSpan(values.begin_date ?? '', values.end_date ?? '')
  if (typeof span === 'string') return span
  const merchantId = values.complainted_mchid ?? null
  if (merchantId !== null && !/^\d{8,64}$/.test(merchantId)) return '输入源“/query/complainted_mchid”规则校验失败'
  return { ...paging, span, merchantId }
}

/** Reads a history's query, as strictly. */
export function readHistoryQuery(search: string | null): Paging | string {
  const values = readValues(search, ['limit', 'offset'])
  return typeof values === 'string' ? values : readPaging(values, maxHistoryLimit)
}

function readValues(search: string | null, known: readonly string[]): Values | string {
  const pairs = readPairs(search ?? '', 'literal')
  if (pairs === null) return '输入源“/query”格式错误'
  const names = pairs.map(([name]) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) return `输入源“/query/${unknown}”不是已知的参数`
  const twice = repeated(names)
  if (twice !== undefined) return `输入源“/query/${twice}”重复`
  const empty = pairs.find(([, value]) => value === '')
  if (empty !== undefined) return `输入源“/query/${empty[0]}”映射到字段规则校验失败,值不能为空`
  return Object.fromEntries(pairs)
}

function readPaging(values: Values, maxLimit: number): Paging | string {
  const limit = readInteger(values.limit)
  if (limit === null || limit < 1 || limit > maxLimit) return '输入源“/query/limit”映射到数值字段“分页大小”规则校验失败'
  const offset = readInteger(values.offset ?? '0')
  if (offset === null) return '输入源“/query/offset”映射到数值字段“分页开始位置”规则校验失败'
  return { sent: { ...values, limit, ...(values.offset === undefined ? {} : { offset }) }, limit, offset }
}

function readInteger(text: string | undefined): number | null {
  return text !== undefined && /^(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : null
}
