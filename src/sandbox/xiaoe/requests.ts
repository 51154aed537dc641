import { parseObject } from '../json.js'
import type { IncomingRequest, SimulatedResponse } from '../simulator.js'
import type { SandboxRequest } from '../types.js'
import { imagesPath } from './images.js'
import { badParameter, errorResponse } from './responses.js'
import type { Tokens } from './tokens.js'

export const tokenPath = '/token' as const
export const listPath = '/xe.pay_through.complaint_record.xe.b_complaints.list/1.0.0' as const
export const detailPath = '/xe.complaint.info.get/1.0.0' as const

/** The detail call counts as `history`: only it has the replies. */
export function classify({ path, body }: IncomingRequest): SandboxRequest['operation'] {
  if (path === tokenPath) return 'token'
  if (path === detailPath) return 'history'
  if (path.startsWith(imagesPath)) return 'media'
  if (path !== listPath) return 'unknown'
  return parseObject(body)?.complaint_id === undefined ? 'list' : 'get'
}

/** The fields of a call without its token, or the response that refuses it. */
export function openCall(
  { method, search, headers, body, at }: IncomingRequest,
  tokens: Tokens,
): { readonly sent: Readonly<Record<string, unknown>> } | { readonly refusal: SimulatedResponse } {
  if (method !== 'POST') return { refusal: errorResponse(2055) }
  if (search !== null) return { refusal: badParameter('query') }
  if (!/^application\/json(?:; ?charset=utf-8)?$/i.test(headers['content-type'] ?? ''))
    return { refusal: badParameter('Content-Type') }
  if (headers.access_token !== undefined || headers.authorization !== undefined)
    return { refusal: badParameter('access_token') }
  const fields = parseObject(body)
  if (fields === null) return { refusal: badParameter('JSON') }
  const { access_token: token, ...sent } = fields
  if (token === undefined || token === '') return { refusal: errorResponse(2007) }
  if (typeof token !== 'string' || !tokens.isAlive(token, at)) return { refusal: errorResponse(2008) }
  return { sent }
}
