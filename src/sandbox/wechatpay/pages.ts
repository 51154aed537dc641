import type { SimulatedResponse } from '../simulator.js'
import type { Paging } from './query.js'
import { type ResponseSigner, signedResponse } from './responses.js'

export interface PageRules {
  /** No more rows than this, in silence. */
  readonly clamp: number
  /** More rows than this are refused. */
  readonly packetRows: number
  /** An empty page comes without `data` as often as with `[]`. */
  readonly isEmptyAbsent: boolean
}

/** One page of a list or history, from `offset`; the total is told on the first only. */
export function pageResponse<T>(
  all: readonly T[],
  { sent, limit, offset }: Paging,
  rules: PageRules,
  toRow: (item: T) => unknown,
  signer: ResponseSigner,
): { response: SimulatedResponse; page: readonly T[] } {
  const page = all.slice(offset, offset + Math.min(limit, rules.clamp))
  if (page.length > rules.packetRows) return { response: { ...packetTooLarge(signer), query: sent }, page: [] }
  const data = page.length === 0 && rules.isEmptyAbsent ? undefined : page.map(toRow)
  const body = { data, limit, offset, total_count: offset === 0 ? all.length : undefined }
  return { response: { ...signedResponse(200, body, signer), query: sent }, page }
}

export function packetTooLarge(signer: ResponseSigner): SimulatedResponse {
  return signedResponse(400, { code: 'INVALID_REQUEST', message: '当前查询结果数据量过大，请缩小limit后重试' }, signer)
}

export function badParameter(message: string, signer: ResponseSigner): SimulatedResponse {
  return signedResponse(400, { code: 'PARAM_ERROR', message }, signer)
}
