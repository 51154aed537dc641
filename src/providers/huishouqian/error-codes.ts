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

/** The complaint asked for does not exist. */
const unknownComplaint = '130003'

/**
 * What a business code means. The merchant's own number being wrong is a matter of credentials; another's, of permission.
 * @param verified whether the platform's signature covers it; a failure is reported as one in any case
 * @param operation an unknown complaint is no matter of a list, which names none
 */
export function refusalOfCode(
  code: string | undefined,
  message: string | undefined,
  verified: boolean,
  operation: 'list' | 'get' | 'history' | 'media',
): ComplaintError {
  const details: ErrorDetails = {
    status: 200,
    providerCode: code,
    providerMessage: message,
    verified,
  }
  const said = [code === undefined ? 'refused without a code' : `code ${code}`, message].filter(Boolean).join(' ')
  switch (code) {
    case '000001':
    case '130001':
      return new ApiError(`${said}; the service is busy`, { ...details, retryable: true })
    case unknownComplaint:
      return operation === 'list' ? new ApiError(said, details) : new NotFoundError(said, details)
    case '130004':
    case '130006':
      return new PermissionError(
        `${said}; check merchantNo and agentMerchantNo, and whether one belongs to the other`,
        details,
      )
    case '130005':
      return new AuthenticationError(`${said}; check merchantNo, and whether environment is the right one`, details)
    case '130011':
      return new AuthenticationError(`${said}; have the merchant's keys set up by Huishouqian`, details)
    default:
      return new ApiError(said, details)
  }
}

/**
 * What an HTTP status other than 2xx means. A 404 says that the address is wrong: an unknown complaint has a code of
 * its own, and an answer that nobody signed must not make one disappear.
 * @param now milliseconds since 1970
 */
export function refusalOfStatus(response: WireResponse, now: number): ComplaintError {
  const { status } = response
  const said = `HTTP ${status} from Huishouqian`
  return status === 404 ? new ApiError(`${said}; check baseUrl`, { status }) : errorForStatus(response, said, {}, now)
}
