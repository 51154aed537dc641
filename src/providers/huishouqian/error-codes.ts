import {
  ApiError,
  AuthenticationError,
  type ComplaintError,
  type ErrorDetails,
  NotFoundError,
  PermissionError,
} from '../../errors.js'
import { errorForStatus } from '../../http/status-error.js'
import type { WireResponse } from '../../provider.js'

/** The requested complaint does not exist. */
const complaintNotFound = '130003'

/**
 * The error for a business code. A wrong number of the account's own merchant is an AuthenticationError, that of
 * another merchant a PermissionError.
 * @param verified whether the platform's signature covers the failure; an unverified failure is an error all the same
 * @param operation a list names no complaint, so its "not found" is an ApiError
 */
export function errorForCode(
  code: string | undefined,
  providerMessage: string | undefined,
  verified: boolean,
  operation: 'list' | 'get' | 'history' | 'media',
): ComplaintError {
  const details: ErrorDetails = { status: 200, providerCode: code, providerMessage, verified }
  const message = [code === undefined ? 'failed without a code' : `code ${code}`, providerMessage]
    .filter(Boolean)
    .join(' ')
  switch (code) {
    case '000001':
    case '130001':
      return new ApiError(`${message}; the service is busy`, { ...details, retryable: true })
    case complaintNotFound:
      return operation === 'list' ? new ApiError(message, details) : new NotFoundError(message, details)
    case '130004':
    case '130006':
      return new PermissionError(
        `${message}; check merchantNo and agentMerchantNo, and whether the merchant belongs to the agent`,
        details,
      )
    case '130005':
      return new AuthenticationError(`${message}; check merchantNo and environment`, details)
    case '130011':
      return new AuthenticationError(`${message}; have Huishouqian set up the merchant's keys`, details)
    default:
      return new ApiError(`${message}${signatureHint(providerMessage)}`, details)
  }
}

/** A wrong key has no code of its own: it is a wrong parameter, and only the message mentions the signature. */
function signatureHint(providerMessage: string | undefined): string {
  if (providerMessage === undefined || !/验签|签名/.test(providerMessage)) return ''
  return '; check that merchantNo, signType, privateKey and key (商户密钥, RSA2 only) belong together'
}

/**
 * The error for an HTTP status other than 2xx. A 404 means a wrong address: an unknown complaint has a code of its own,
 * and an unsigned response must not make a complaint disappear.
 * @param now milliseconds since 1970
 */
export function toApiError(response: WireResponse, now: number): ComplaintError {
  const { status } = response
  const message = `HTTP ${status} from Huishouqian`
  return status === 404
    ? new ApiError(`${message}; check baseUrl`, { status })
    : errorForStatus(response, message, {}, now)
}
