import { readSpan, type Span } from '../dates.js'
import { readPairs, repeated } from '../pairs.js'

export interface ListQuery {
  /** As sent, numbers as numbers. */
  readonly sent: Readonly<Record<string, unknown>>
  readonly limit: number
  readonly offset: number
  readonly span: Span
  readonly merchantId: string | null
}

const known = ['limit', 'offset', 'begin_date', 'end_date', 'complainted_mchid']
const maxLimit = 50

/**
 * Reads a list's query; a text says what is wrong. Stricter than the service: `limit` must stand, since the default is
 * documented on an old page only.
 */
export function readListQuery(search: string | null): ListQuery | string {
  const pairs = readPairs(search ?? '', 'literal')
  if (pairs === null) return '输入源“/query”格式错误'
  const names = pairs.map(([name]) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) return `输入源“/query/${unknown}”不是已知的参数`
  const twice = repeated(names)
  if (twice !== undefined) return `输入源“/query/${twice}”重复`
  const empty = pairs.find(([, value]) => value === '')
  if (empty !== undefined) return `输入源“/query/${empty[0]}”映射到字段规则校验失败,值不能为空`
  const values: Readonly<Record<string, string>> = Object.fromEntries(pairs)
  const limit = readInteger(values.limit)
  if (limit === null || limit < 1 || limit > maxLimit) return '输入源“/query/limit”映射到数值字段“分页大小”规则校验失败'
  const offset = readInteger(values.offset ?? '0')
  if (offset === null) return '输入源“/query/offset”映射到数值字段“分页开始位置”规则校验失败'
  const span = readSpan(values.begin_date ?? '', values.end_date ?? '')
  if (typeof span === 'string') return span
  const merchantId = values.complainted_mchid ?? null
  if (merchantId !== null && !/^\d{8,64}$/.test(merchantId)) return '输入源“/query/complainted_mchid”规则校验失败'
  return { sent: sentOf(values, limit, offset), limit, offset, span, merchantId }
}

function sentOf(values: Readonly<Record<string, string>>, limit: number, offset: number): Record<string, unknown> {
  return { ...values, limit, ...(values.offset === undefined ? {} : { offset }) }
}

function readInteger(text: string | undefined): number | null {
  return text !== undefined && /^(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : null
}
