import { requireRecord, requireText } from '../../adapter-kit/rows.js'
import { QueryError } from '../../errors.js'
import type { ComplaintNotification } from '../../model.js'
import { decodeUtf8 } from '../../parsing/json.js'
import type { Connection } from '../../provider.js'
import { type Callback, unprovenCallback } from './auth.js'
import type { Wire } from './request.js'

type Message = Parameters<NonNullable<Connection<never>['parseNotification']>>[0]

/**
 * Verifies a complaint callback (投诉通知回调), then reads it. The answer that Huishouqian wants is the text `SUCCESS`.
 * Callbacks carry neither number nor time of their own, so `id` and `createdAt` are null and one that is sent again
 * looks like a new one: ask for the complaint rather than count callbacks.
 * @experimental Huishouqian publishes no page on this callback
 * @throws QueryError when the body is not what was received, or the callback is about something else
 * @throws SignatureError when it is not proven to come from Huishouqian; answer with a 4xx or 5xx status then
 * @throws ResponseError when it is proven, but lacks the complaint or the action
 */
export async function readNotification(
  { settings, watchExpiry }: Wire,
  message: Message,
): Promise<ComplaintNotification> {
  const { account, merchantNo, agentMerchantNo, signType, mechanism } = settings
  const callback = readForm(message)
  const { fields } = callback
  // Never the sender's choice: one mechanism must not be passed over by naming the other.
  if (fields.signType !== signType)
    throw unprovenCallback(`is not protected by ${signType}, the signType of this account`)
  watchExpiry()
  const content = requireRecord(await mechanism.openCallback(callback))
  if (fields.method !== 'CALLBACK' || !('complaintId' in content || 'actionType' in content))
    throw new QueryError('the callback is about something else than a complaint')
  if (agentMerchantNo === undefined && fields.merchantNo !== merchantNo)
    throw new QueryError('the callback is for another merchant than that of this account; choose with { account }')
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

function readForm({ body }: Message): Callback {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw new QueryError(
      'parseNotification(): the body must be the text or bytes exactly as received, since the signature covers the fields as they were sent; an object that a form parser made may have changed or merged them, so read the raw body (express.raw({ type: "*/*" }))',
    )
  }
  const form = new URLSearchParams(textOf(body))
  const one = (name: string): string | undefined => {
    const values = form.getAll(name)
    if (values.length > 1) throw unprovenCallback(`holds ${name} more than once`)
    return values[0]
  }
  const plain = (name: string): string => {
    const value = one(name)
    // The signed text escapes nothing: a separator within a field would let its parts be moved to another.
    if (value === undefined || !/^[\w.-]{1,64}$/.test(value)) throw unprovenCallback(`holds no ${name}`)
    return value
  }
  const fields = {
    method: plain('method'),
    version: plain('version'),
    format: plain('format'),
    merchantNo: plain('merchantNo'),
    signType: plain('signType'),
  }
  return { fields, signContent: one('signContent') ?? '', sign: one('sign') }
}

function textOf(body: string | Uint8Array): string {
  if (typeof body === 'string') return body
  try {
    return decodeUtf8(body)
  } catch {
    throw unprovenCallback('is no UTF-8')
  }
}
