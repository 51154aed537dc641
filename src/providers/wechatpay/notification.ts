import { parseJsonBody } from '../../adapter-kit/json-body.js'
import { requireRecord, requireText } from '../../adapter-kit/rows.js'
import { withTimeout } from '../../async/abort.js'
import { decryptAesGcm } from '../../crypto/aead.js'
import { ConfigError, QueryError, ResponseError, TimeoutError } from '../../errors.js'
import { toNonEmptyText } from '../../parsing/coerce.js'
import { safeParse, toErrorIssues } from '../../parsing/validate.js'
import type { ParsedNotification, ReceivedNotification } from '../../provider.js'
import { parseInstant } from '../../time.js'
import type { SignedMessage } from './auth.js'
import type { Session } from './request.js'
import { notificationSchema } from './wire.js'

type Message = ReceivedNotification

/** WeChat Pay expects the response to its callback within 5 s, so a certificate download gets one attempt. */
const certificateTimeoutMs = 4_000
const certificateOptions = { timeoutMs: certificateTimeoutMs, maxRetries: 0 }

/**
 * Verifies a complaint callback (投诉通知回调), then decrypts it.
 * @throws QueryError when headers or body are not as received, or the callback is not about a complaint
 * @throws SignatureError when verification fails; respond with a 4xx or 5xx status then
 * @throws TimeoutError when the download of the certificate takes longer than 4 s
 * @throws ConfigError when apiV3Key is missing or wrong
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012459284
 */
export async function parseNotification(session: Session, message: Message): Promise<ParsedNotification> {
  const { account, apiV3Key } = session.config
  const signed = toSignedMessage(message)
  if (apiV3Key === null)
    throw new ConfigError('callbacks are encrypted with the APIv3 key (APIv3密钥); set apiV3Key in wechatpay()')
  await withTimeout(certificateTimeoutMs, undefined, onTimeout, (signal) =>
    session.verify(signed, 'callback', { ...certificateOptions, signal }),
  )
  const envelope = safeParse(notificationSchema, parseJsonBody(signed.body))
  if (!envelope.success)
    throw new ResponseError('the callback does not have the documented form', {
      issues: toErrorIssues(envelope.error),
    })
  const { id, create_time: createdAt, event_type: eventType, resource } = envelope.data
  if (resource.algorithm !== 'AEAD_AES_256_GCM')
    throw new ResponseError('the callback is not encrypted with AEAD_AES_256_GCM, the only supported algorithm')
  const plaintext = decryptAesGcm(
    {
      ciphertext: Buffer.from(resource.ciphertext, 'base64'),
      nonce: resource.nonce,
      associatedData: resource.associated_data ?? '',
    },
    apiV3Key,
  )
  if (plaintext === null)
    throw new ConfigError(
      'apiV3Key does not decrypt the callback; use the APIv3 key set in the merchant platform (APIv3密钥)',
    )
  if (eventType != null && !eventType.startsWith('COMPLAINT.'))
    throw new QueryError(`the callback is not about a complaint (event_type ${eventType.slice(0, 60)})`)
  const content = requireRecord(parseJsonBody(plaintext))
  return {
    provider: 'wechatpay',
    account,
    id: toNonEmptyText(id),
    complaintId: requireText(content, 'complaint_id'),
    action: requireText(content, 'action_type'),
    createdAt: createdAt == null ? null : parseInstant(createdAt),
    raw: { ...envelope.data, resource: content },
  }
}

function onTimeout(): TimeoutError {
  return new TimeoutError(
    `the certificate for the callback's signature was not downloaded within ${certificateTimeoutMs} ms; respond with a 5xx status, and WeChat Pay sends the callback again`,
    { retryable: true },
  )
}

/** @throws QueryError when headers or body are not as received */
function toSignedMessage(message: Message): SignedMessage {
  const { headers, body } = message
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw invalidInput(
      'needs the body as text or bytes exactly as received, since the signature covers them; a parsed object cannot be verified, so read the raw body (express.raw({ type: "*/*" }))',
    )
  }
  return { headers: signatureHeaders(headers), body: Buffer.from(body) }
}

/** WeChat Pay's headers. */
function signatureHeaders(headers: Message['headers']): SignedMessage['headers'] {
  const selected: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('wechatpay-') || value === undefined) continue
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (!texts.every((text) => typeof text === 'string'))
      throw invalidInput(`needs the header ${name} as text, as received`)
    selected[name] = texts.join(', ')
  }
  return selected
}

function invalidInput(what: string): QueryError {
  return new QueryError(`parseNotification() ${what}`)
}
