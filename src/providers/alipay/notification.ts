import { requireText } from '../../adapter-kit/rows.js'
import { QueryError, ResponseError } from '../../errors.js'
import { isRecord } from '../../parsing/coerce.js'
import { parseJson } from '../../parsing/json.js'
import { parseOrNull } from '../../parsing/parse-or-null.js'
import { toBytes } from '../../parsing/realm.js'
import type { ParsedNotification, ReceivedNotification } from '../../provider.js'
import { notificationVerificationFailed, verifies } from './auth.js'
import { decodeGbk, decodeText } from './charset.js'
import type { Session } from './request.js'

const method = 'alipay.merchant.tradecomplain.changed'

/** The fields of a form. Values have one character for each byte (latin1): signatures cover bytes of any charset. */
type Form = ReadonlyMap<string, string>

/**
 * Verifies and parses a notification about a trade complaint. It tells that the complaint has changed, and nothing else:
 * get the complaint. Alipay expects the text `success` as the response, and sends the notification again after any other.
 * @experimental written from public descriptions, never tested against the service
 * @throws QueryError when the body is not text or bytes, or the notification is about something else
 * @throws SignatureError when verification fails; do not respond with `success` then
 * @throws ResponseError when the verified notification names no complaint
 * @see https://opendocs.alipay.com/common/02mse7
 */
export async function parseNotification(
  { config, warnOfExpiry }: Session,
  { body }: ReceivedNotification,
): Promise<ParsedNotification> {
  const form = parseForm(body)
  const sign = form.get('sign') ?? ''
  warnOfExpiry()
  if (!isSigned(form, sign, config.alipayKey))
    throw notificationVerificationFailed(
      'fails verification: it was changed, or not received as raw bytes, or alipayPublicKey or alipayCert is not the current one',
    )
  const fields = decodeFields(form)
  if (fields.app_id !== config.appId)
    throw new QueryError('the notification is for another application; choose its account with { account }')
  if (fields.msg_method !== method) throw new QueryError('the notification is not about a trade complaint')
  return {
    provider: 'alipay-trade',
    account: config.account,
    id: fields.notify_id || null,
    complaintId: requireText(parseContent(fields.biz_content), 'complain_event_id'),
    action: method,
    createdAt: parseTimestamp(fields.utc_timestamp),
    raw: fields,
  }
}

/**
 * Percent escapes become bytes, once: decoding them as text would be wrong in GBK, and decoding twice would change what
 * was signed.
 */
function parseForm(body: string | Uint8Array): Form {
  const bytes = typeof body === 'string' ? Buffer.from(body) : toBytes(body)
  if (bytes === null) {
    throw new QueryError(
      'parseNotification(): the body must be the text or bytes exactly as received, because the signature covers them; use the raw body (express.raw({ type: "*/*" })), not the object of a form parser',
    )
  }
  const form = new Map<string, string>()
  for (const pair of bytes.toString('latin1').split('&')) {
    const at = pair.indexOf('=')
    if (at <= 0) continue
    const name = unescapeForm(pair.slice(0, at))
    if (form.has(name)) throw notificationVerificationFailed('has a field more than once')
    form.set(name, unescapeForm(pair.slice(at + 1)))
  }
  return form
}

function unescapeForm(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

/** Most notifications are signed without `sign_type`, some of the platform with it. */
function isSigned(form: Form, sign: string, key: Session['config']['alipayKey']): boolean {
  if (form.get('sign_type') !== 'RSA2') return false
  return [['sign', 'sign_type'], ['sign']].some((unsigned) =>
    verifies(Buffer.from(signedText(form, unsigned), 'latin1'), sign, key),
  )
}

function signedText(form: Form, unsigned: readonly string[]): string {
  return [...form]
    .filter(([name]) => !unsigned.includes(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** The verified fields as text, in the charset that the notification names, without the signature. */
function decodeFields(form: Form): Record<string, string> {
  const decode = /^gb/i.test(form.get('charset') ?? '') ? decodeGbk : decodeText
  try {
    return Object.fromEntries(
      [...form]
        .filter(([name]) => name !== 'sign')
        .map(([name, value]) => [name, decode(Buffer.from(value, 'latin1'))]),
    )
  } catch {
    throw new ResponseError('the verified notification is not text in the charset that it names')
  }
}

function parseContent(content: string | undefined): Record<string, unknown> {
  const parsed = parseOrNull(() => parseJson(content ?? ''))
  if (isRecord(parsed)) return parsed
  throw new ResponseError('the biz_content of the verified notification is not a JSON object', {
    issues: [{ path: ['biz_content'], message: 'expected a JSON object' }],
  })
}

/** Milliseconds since 1970. */
function parseTimestamp(text: string | undefined): Date | null {
  return text !== undefined && /^\d{10,15}$/.test(text) ? new Date(Number(text)) : null
}
