import type { SimulatedResponse } from '../simulator.js'
import type { Paging } from './query.js'
import { type ResponseSigner, signedResponse } from './responses.js'

export interface PageRules {
  /** A page with more rows than this is refused. */
  readonly packetRows: number
  /** Leaves `data` out of an empty page instead of sending `[]`. */
  readonly isEmptyAbsent: boolean
}

/** One page of a list or history; only the page at offset 0 has the total. A refused page serves nothing. */
export function pageResponse(
  { rows, total }: { readonly rows: readonly unknown[]; readonly total: number },
  { sent, limit, offset }: Paging,
  { packetRows, isEmptyAbsent }: PageRules,
  signer: ResponseSigner,
): SimulatedResponse {
  if (rows.length > packetRows) return { ...packetTooLarge(signer), query: sent, served: [] }
  const data = rows.length === 0 && isEmptyAbsent ? undefined : rows
  const body = { data, limit, offset, total_count: offset === 0 ? total : undefined }
  return { ...signedResponse(200, body, signer), query: sent }
}

export function packetTooLarge(signer: ResponseSigner): SimulatedResponse {
  return signedResponse(400, { code: 'INVALID_REQUEST', message: '当前查询结果数据量过大，请缩小limit后重试' }, signer)
}

export function badParameter(message: string, signer: ResponseSigner): SimulatedResponse {
  return signedResponse(400, { code: 'PARAM_ERROR', message }, signer)
}
