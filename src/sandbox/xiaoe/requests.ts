import type { Answer, Incoming } from '../exchange.js'
import { readObject } from '../json.js'
import type { SandboxRequest } from '../types.js'
import { badParameter, errorAnswer } from './answers.js'
import { imagesPath } from './images.js'
import type { Tokens } from './tokens.js'

export const tokenPath = '/token' as const
export const listPath = '/xe.pay_through.complaint_record.xe.b_complaints.list/1.0.0' as const
export const detailPath = '/xe.complaint.info.get/1.0.0' as const

/** The detail call is known by what it alone tells: the replies. */
export function operationOf({ path, body }: Incoming): SandboxRequest['operation'] {
  if (path === tokenPath) return 'token'
  if (path === detailPath) return 'history'
  if (path.startsWith(imagesPath)) return 'media'
  if (path !== listPath) return 'unknown'
  return readObject(body)?.complaint_id === undefined ? 'list' : 'get'
}

/** What a call sends beside its token; an answer when the call is refused. */
export function readCall(
  { method, search, headers, body, at }: Incoming,
  tokens: Tokens,
): { readonly sent: Readonly<Record<string, unknown>> } | { readonly refused: Answer } {
  if (method !== 'POST') return { refused: errorAnswer(2055) }
  if (search !== null) return { refused: badParameter('query') }
  if (!/^application\/json(?:; ?charset=utf-8)?$/i.test(headers['content-type'] ?? ''))
    return { refused: badParameter('Content-Type') }
  if (headers.access_token !== undefined || headers.authorization !== undefined)
    return { refused: badParameter('access_token') }
  const fields = readObject(body)
  if (fields === null) return { refused: badParameter('JSON') }
  const { access_token: token, ...sent } = fields
  if (token === undefined || token === '') return { refused: errorAnswer(2007) }
  if (typeof token !== 'string' || !tokens.isAlive(token, at)) return { refused: errorAnswer(2008) }
  return { sent }
}
