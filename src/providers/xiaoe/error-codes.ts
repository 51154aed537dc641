import {
  ApiError,
  AuthenticationError,
  type ComplaintError,
  type ErrorDetails,
  PermissionError,
  RateLimitError,
} from '../../errors.js'
import { errorForStatus } from '../../http/status-error.js'
import type { WireResponse } from '../../provider.js'

/**
 * What a code does to its call:
 * - `credentials`: AuthenticationError, not retried; the application's credentials are wrong.
 * - `noToken`: AuthenticationError, not retried; the request had no access token.
 * - `renew`: fetches a new token once and repeats the call; if that fails, AuthenticationError.
 * - `retry`: ApiError, retried soon.
 * - `backOff`: RateLimitError, retried later; the account pauses.
 * - `quotaExhausted`: RateLimitError, not retried.
 * - `permission`: PermissionError, not retried.
 * - `request`: ApiError, not retried; the request itself is wrong.
 */
export type XiaoeOutcome =
  | 'credentials'
  | 'noToken'
  | 'renew'
  | 'retry'
  | 'backOff'
  | 'quotaExhausted'
  | 'permission'
  | 'request'

/** The access token is expired or unknown. */
export const expiredToken = 2008

const credentials = { outcome: 'credentials', hint: 'check appId, clientId and secretKey' } as const
const tokenRejected = 'the access token is missing, expired or unknown'
const wrongAddress = { outcome: 'request', hint: 'Xiaoe has no such call at this address; check baseUrl' } as const

/**
 * Every documented code but 0. Any other code is an ApiError: codes below 0 are the system's, the rest those of the
 * backend service. A `hint` ends the message of an error; `labels.ts` says in two languages what a code means, and
 * `advice.ts` what to do about it.
 * @see https://api-doc.xiaoe-tech.com/common_problem/code.html
 */
export const xiaoeCodes: Readonly<Record<string, { readonly outcome: XiaoeOutcome; readonly hint: string }>> = {
  1001: { outcome: 'retry', hint: 'the service is busy' },
  1002: { outcome: 'request', hint: 'wrong parameters, or a malformed response from the backend service' },
  2001: credentials,
  2002: credentials,
  2003: credentials,
  2004: credentials,
  2005: credentials,
  2006: credentials,
  2007: { outcome: 'noToken', hint: tokenRejected },
  [expiredToken]: { outcome: 'renew', hint: tokenRejected },
  2017: { outcome: 'permission', hint: "grant this application 投诉管理-查询 in Xiaoe's console (云服务控制台)" },
  2020: credentials,
  2051: { outcome: 'permission', hint: "add this host's public IP address to the application's allow-list" },
  2052: wrongAddress,
  2053: { outcome: 'quotaExhausted', hint: 'the quota is used up until the next period' },
  2054: { outcome: 'backOff', hint: 'too many requests at once' },
  2055: wrongAddress,
}

/**
 * The error for a code other than 0. Its message never decides: older documentation gives 2001 another meaning.
 * @param tokenHint what to do when the access token is rejected
 */
export function errorForCode(code: number, providerMessage: string | undefined, tokenHint?: string): ComplaintError {
  const details: ErrorDetails = { status: 200, providerCode: String(code), providerMessage }
  const documented = xiaoeCodes[String(code)]
  const suffix = providerMessage === undefined || providerMessage === '' ? '' : ` ${providerMessage}`
  const message = [`code ${code}${suffix}`, documented?.hint].filter((part) => part !== undefined).join('; ')
  switch (documented?.outcome) {
    case 'credentials':
      return new AuthenticationError(message, details)
    case 'noToken':
    case 'renew':
      return new AuthenticationError(tokenHint === undefined ? message : `${message}; ${tokenHint}`, details)
    case 'retry':
      return new ApiError(message, { ...details, retryable: true })
    case 'backOff':
      return new RateLimitError(message, { ...details, retryable: true })
    case 'quotaExhausted':
      return new RateLimitError(message, details)
    case 'permission':
      return new PermissionError(message, details)
    case 'request':
    case undefined:
      return new ApiError(message, details)
  }
}

/**
 * The error for an HTTP status other than 2xx. Xiaoe itself always responds with 200, so the response is a gateway's,
 * and its 404 means a wrong address, never an unknown complaint.
 * @param now milliseconds since 1970
 */
export function toApiError(response: WireResponse, now: number): ComplaintError {
  const { status } = response
  const message = `HTTP ${status} from Xiaoe's gateway`
  return status === 404
    ? new ApiError(`${message}; check baseUrl`, { status })
    : errorForStatus(response, message, {}, now)
}
