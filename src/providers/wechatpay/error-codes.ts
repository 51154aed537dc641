import { markPageTooLarge } from '../../adapter-kit/page-too-large.js'
import { ApiError, type ComplaintError, type ErrorDetails, NotFoundError, type Operation } from '../../errors.js'
import { errorForStatus } from '../../http/status-error.js'
import { isRecord } from '../../parsing/coerce.js'
import { safeParse } from '../../parsing/validate.js'
import type { WireResponse } from '../../provider.js'
import { type ErrorBody, errorBodySchema } from './wire.js'

const unknownMerchantText = '商户号不存在'
const tooLargeText = '数据量过大'
/** WeChat Pay rejects requests whose timestamp differs from its clock by at least this much. */
const maxSkewSeconds = 300

/**
 * The error for a response other than 2xx. Such a response may be unsigned, or a gateway's HTML, so the status decides
 * and the body only adds details.
 */
export function toApiError(response: WireResponse, now: number, operation: Operation): ComplaintError {
  const { status, headers } = response
  const { code, message, detail } = parseErrorBody(response)
  const details: ErrorDetails = { providerCode: code, providerMessage: message }
  const text = [`HTTP ${status}`, code, message].filter((part) => part !== undefined && part !== '').join(' ')
  // Both statuses are documented. Under any other one, an unverified body must not override the status.
  if (code === 'RESOURCE_NOT_EXISTS' && (status === 400 || status === 404))
    return new NotFoundError(`${text}; check the id, and that the complaint belongs to this merchant`, details)
  // These paths contain no complaint id, so the URL is wrong.
  if (status === 404 && (operation === 'certificates' || (operation === 'list' && code === undefined)))
    return new ApiError(`${text}; check baseUrl`, details)
  if (status === 400 && message?.includes(tooLargeText)) return markPageTooLarge(new ApiError(text, details))
  return errorForStatus(
    response,
    `${text}${serialHint(message)}${createHint(status, message, detail, skewSecondsOf(headers.date, now))}`,
    details,
    now,
  )
}

/** The header of that name holds `publicKeyId`. The merchant's own serial number is in `Authorization`. */
function serialHint(message: string | undefined): string {
  if (message === undefined || !/wechatpay-serial/i.test(message)) return ''
  return '; check publicKeyId: it must be the id of publicKey (微信支付公钥ID, PUB_KEY_ID_…) in the merchant platform of this mchid'
}

function createHint(status: number, message: string | undefined, detail: unknown, skewSeconds: number): string {
  if (message?.includes(unknownMerchantText)) return '; check mchid: WeChat Pay has no merchant of this number (商户号)'
  if (status === 401)
    return `; ${skewSeconds < maxSkewSeconds ? '' : clockHint(skewSeconds)}${authenticationHint(detail)}`
  if (status === 403)
    return '; the merchant is not permitted to call this: check its permissions in the merchant platform'
  return status === 429 ? '; too many requests' : ''
}

function parseErrorBody(response: WireResponse): ErrorBody {
  try {
    const parsed = safeParse(errorBodySchema, JSON.parse(response.body.toString('utf8')))
    return parsed.success ? parsed.data : {}
  } catch {
    return {}
  }
}

/** Difference between this host's clock and the response's Date header; 0 without the header. */
function skewSecondsOf(date: string | undefined, now: number): number {
  const at = Date.parse(date ?? '')
  return Number.isNaN(at) ? 0 : Math.abs(Math.round((now - at) / 1000))
}

function clockHint(skewSeconds: number): string {
  return `this host's clock is ${skewSeconds} s off, the limit is ${maxSkewSeconds} s; `
}

/** Quotes the text over which WeChat Pay checked our signature. The text has no secrets, and shows the difference. */
function authenticationHint(detail: unknown): string {
  const information = isRecord(detail) && isRecord(detail.sign_information) ? detail.sign_information : null
  const text = information?.truncated_sign_message ?? information?.sign_message
  const signedText = typeof text === 'string' ? `; WeChat Pay checked the signature over ${JSON.stringify(text)}` : ''
  return `check that serialNo is the merchant certificate's serial (not the platform's), that privateKey belongs to it, and this host's clock${signedText}`
}
