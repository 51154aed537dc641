import { decryptAesGcm } from '../../crypto/aead.js'
import { ConfigError, QueryError, ResponseError } from '../../errors.js'
import type { ComplaintNotification } from '../../model.js'
import { issuesOf } from '../../options.js'
import type { CallOptions, Connection } from '../../provider.js'
import { readFilledText } from '../../read.js'
import { requireRecord, requireText } from '../../rows.js'
import { parseInstant } from '../../time.js'
import { parseAnswer } from './answer.js'
import type { Signed } from './auth.js'
import type { Wire } from './call.js'
import { notificationSchema } from './wire.js'

type Message = Parameters<NonNullable<Connection<never>['parseNotification']>>[0]

/** WeChat Pay wants its answer within 5 s: a certificate that must be fetched gets one attempt. */
const certificateOptions: CallOptions = { signal: undefined, timeoutMs: 4_000, maxRetries: 0 }

/**
 * Verifies a complaint callback (投诉通知回调), then decrypts it.
 * @throws QueryError when the body is not what was received
 * @throws SignatureError when it is not proven to come from WeChat Pay; answer with a 4xx or 5xx status then
 * @throws ConfigError without the right apiV3Key
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012459284
 */
export async function readNotification({ settings, verifier }: Wire, message: Message): Promise<ComplaintNotification> {
  const { account, apiV3Key } = settings
  const signed = signedOf(message)
  if (apiV3Key === null)
    throw new ConfigError('callbacks are encrypted with the APIv3 key (APIv3密钥); give apiV3Key to wechatpay()')
  await verifier.verify(signed, certificateOptions)
  const envelope = notificationSchema.safeParse(parseAnswer(signed.body))
  if (!envelope.success)
    throw new ResponseError('the callback has not the form that is documented', { issues: issuesOf(envelope.error) })
  const { id, create_time: createdAt, event_type: eventType, resource } = envelope.data
  if (resource.algorithm !== 'AEAD_AES_256_GCM')
    throw new ResponseError('the callback is encrypted in a way that is not supported')
  const plain = decryptAesGcm(
    {
      ciphertext: Buffer.from(resource.ciphertext, 'base64'),
      nonce: resource.nonce,
      associatedData: resource.associated_data ?? '',
    },
    apiV3Key,
  )
  if (plain === null)
    throw new ConfigError(
      'apiV3Key does not open the callback; give the APIv3 key that is set in the merchant platform (APIv3密钥)',
    )
  if (eventType != null && !eventType.startsWith('COMPLAINT.'))
    throw new QueryError(`the callback is about something else than a complaint (event_type ${eventType.slice(0, 60)})`)
  const content = requireRecord(parseAnswer(plain))
  return {
    provider: 'wechatpay',
    account,
    id: readFilledText(id),
    complaintId: requireText(content, 'complaint_id'),
    action: requireText(content, 'action_type'),
    createdAt: createdAt == null ? null : parseInstant(createdAt),
    raw: { ...envelope.data, resource: content },
  }
}

/** Frameworks write header names in their own ways, and some give every value as a list. */
function signedOf({ headers, body }: Message): Signed {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw new QueryError(
      'parseNotification(): the body must be the text or bytes exactly as received, since the signature covers those; an object that a JSON parser made cannot be verified, so read the raw body (express.raw({ type: "*/*" }))',
    )
  }
  const plain: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value !== undefined) plain[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ')
  }
  return { headers: plain, body: Buffer.from(body) }
}
