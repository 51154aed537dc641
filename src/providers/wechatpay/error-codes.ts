import { ApiError, type ComplaintError, type ErrorDetails, NotFoundError, type Operation } from '../../errors.js'
import { errorForStatus } from '../../http/status-error.js'
import { isRecord } from '../../parsing/coerce.js'
import { markPageTooLarge, type WireResponse } from '../../provider.js'
import { type ErrorBody, errorBodySchema } from './wire.js'

const tooLargeText = '数据量过大'
/** WeChat Pay refuses requests whose timestamp is this far from its clock, or further. */
const maxSkewSeconds = 300

/**
 * What an answer other than 2xx means. Gateways answer unsigned, in HTML or not at all, so the status decides and
 * nothing is trusted.
 */
export function toApiError(response: WireResponse, now: number, operation: Operation): ComplaintError {
  const { status, headers } = response
  const { code, message, detail } = parseErrorBody(response)
  const details: ErrorDetails = { providerCode: code, providerMessage: message }
  const text = [`HTTP ${status}`, code, message].filter((part) => part !== undefined && part !== '').join(' ')
  // Both are documented. Under any other status an unverified body does not overrule it.
  if (code === 'RESOURCE_NOT_EXISTS' && (status === 400 || status === 404)) return new NotFoundError(text, details)
  // Neither names a complaint that there might not be: it is the address that there is not.
  if (status === 404 && (operation === 'certificates' || (operation === 'list' && code === undefined)))
    return new ApiError(`${text}; check baseUrl`, details)
  if (status === 400 && message?.includes(tooLargeText)) return markPageTooLarge(new ApiError(text, details))
  return errorForStatus(response, `${text}${hintOf(status, detail, skewSecondsOf(headers.date, now))}`, details, now)
}

function hintOf(status: number, detail: unknown, skewSeconds: number): string {
  if (status === 401)
    return `; ${skewSeconds < maxSkewSeconds ? '' : clockHint(skewSeconds)}${authenticationHint(detail)}`
  if (status === 403) return '; the merchant may not call this: check its permissions in the merchant platform'
  return status === 429 ? '; too many requests' : ''
}

function parseErrorBody(response: WireResponse): ErrorBody {
  try {
    const parsed = errorBodySchema.safeParse(JSON.parse(response.body.toString('utf8')))
    return parsed.success ? parsed.data : {}
  } catch {
    return {}
  }
}

/** How far this host's clock is from the one that dated the answer; 0 where none did. */
function skewSecondsOf(date: string | undefined, now: number): number {
  const at = Date.parse(date ?? '')
  return Number.isNaN(at) ? 0 : Math.abs(Math.round((now - at) / 1000))
}

function clockHint(skewSeconds: number): string {
  return `this host's clock is ${skewSeconds} s off, ${maxSkewSeconds} s are too much; `
}

/** WeChat shows the text that it built to check our signature: it holds no secret, and shows what differs. */
function authenticationHint(detail: unknown): string {
  const information = isRecord(detail) && isRecord(detail.sign_information) ? detail.sign_information : null
  const text = information?.truncated_sign_message ?? information?.sign_message
  const built = typeof text === 'string' ? `; WeChat signed over ${JSON.stringify(text)}` : ''
  return `check that serialNo is the merchant certificate's serial (not the platform's), that privateKey belongs to it, and this host's clock${built}`
}
