import { requireRecord, requireText } from '../../adapter-kit/rows.js'
import { QueryError } from '../../errors.js'
import { decodeUtf8 } from '../../parsing/json.js'
import type { ParsedNotification, ReceivedNotification } from '../../provider.js'
import { type Callback, callbackVerificationFailed } from './auth.js'
import type { Session } from './request.js'

/**
 * Verifies and parses a complaint callback (投诉通知回调). Huishouqian expects the text `SUCCESS` as the response.
 * Callbacks have neither number nor time, so `id` and `createdAt` are null, and a repeated callback looks like a new
 * one: get the complaint rather than count callbacks.
 * @experimental Huishouqian does not document this callback
 * @throws QueryError when the body is not text or bytes, or the callback is not about a complaint of this account
 * @throws SignatureError when verification fails; respond with a 4xx or 5xx status then
 * @throws ResponseError when the verified callback has no complaint or action
 */
export async function parseNotification(
  { config, warnOfExpiry }: Session,
  message: ReceivedNotification,
): Promise<ParsedNotification> {
  const { account, merchantNo, agentMerchantNo, signType, security } = config
  const callback = parseForm(message)
  const { fields } = callback
  // The account decides the mechanism, so that a sender cannot choose the weaker one.
  if (fields.signType !== signType)
    throw callbackVerificationFailed(`is not secured by ${signType}, the signType of this account`)
  warnOfExpiry()
  const content = requireRecord(await security.verifyCallback(callback))
  if (fields.method !== 'CALLBACK' || !('complaintId' in content || 'actionType' in content))
    throw new QueryError('the callback is not about a complaint')
  if (agentMerchantNo === undefined && fields.merchantNo !== merchantNo)
    throw new QueryError('the callback is for another merchant; choose its account with { account }')
  return {
    provider: 'huishouqian',
    account,
    id: null,
    complaintId: requireText(content, 'complaintId'),
    action: requireText(content, 'actionType'),
    createdAt: null,
    raw: content,
  }
}

function parseForm({ body }: ReceivedNotification): Callback {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw new QueryError(
      'parseNotification(): the body must be the text or bytes exactly as received, because the signature covers them; use the raw body (express.raw({ type: "*/*" })), not the object of a form parser',
    )
  }
  const form = new URLSearchParams(decodeBody(body))
  const single = (name: string): string | undefined => {
    const values = form.getAll(name)
    if (values.length > 1) throw callbackVerificationFailed(`has ${name} more than once`)
    return values[0]
  }
  const publicField = (name: string): string => {
    const value = single(name)
    // The signed text is not escaped: with a separator in a field, the same text could be split into other fields.
    if (value === undefined || !/^[\w.-]{1,64}$/.test(value)) throw callbackVerificationFailed(`has no valid ${name}`)
    return value
  }
  const fields = {
    method: publicField('method'),
    version: publicField('version'),
    format: publicField('format'),
    merchantNo: publicField('merchantNo'),
    signType: publicField('signType'),
  }
  return { fields, signContent: single('signContent') ?? '', sign: single('sign') }
}

function decodeBody(body: string | Uint8Array): string {
  if (typeof body === 'string') return body
  try {
    return decodeUtf8(body)
  } catch {
    throw callbackVerificationFailed('is not UTF-8')
  }
}
