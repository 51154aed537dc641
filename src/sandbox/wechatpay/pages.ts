import type { Answer } from '../exchange.js'
import { type Seal, signedAnswer } from './answers.js'
import type { Paging } from './query.js'

export interface PageRules {
  /** No more rows than this, in silence. */
  readonly clamp: number
  /** More rows than this are refused. */
  readonly packetRows: number
  /** An empty page comes without `data` as often as with `[]`. */
  readonly isEmptyAbsent: boolean
}

/** One page of a list or history, from `offset`; the total is told on the first only. */
export function pageAnswer<T>(
  all: readonly T[],
  { sent, limit, offset }: Paging,
  rules: PageRules,
  rowOf: (item: T) => unknown,
  seal: Seal,
): { answer: Answer; page: readonly T[] } {
  const page = all.slice(offset, offset + Math.min(limit, rules.clamp))
  if (page.length > rules.packetRows) return { answer: { ...packetTooLarge(seal), query: sent }, page: [] }
  const data = page.length === 0 && rules.isEmptyAbsent ? undefined : page.map(rowOf)
  const body = { data, limit, offset, total_count: offset === 0 ? all.length : undefined }
  return { answer: { ...signedAnswer(200, body, seal), query: sent }, page }
}

export function packetTooLarge(seal: Seal): Answer {
  return signedAnswer(400, { code: 'INVALID_REQUEST', message: '当前查询结果数据量过大，请缩小limit后重试' }, seal)
}

export function badParameter(message: string, seal: Seal): Answer {
  return signedAnswer(400, { code: 'PARAM_ERROR', message }, seal)
}
