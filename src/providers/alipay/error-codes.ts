import {
  ApiError,
  AuthenticationError,
  type ComplaintError,
  type ErrorDetails,
  NotFoundError,
  PermissionError,
  RateLimitError,
} from '../../errors.js'
import { errorForStatus } from '../../http/status-error.js'
import { isRecord, toNonEmptyText } from '../../parsing/coerce.js'
import type { WireResponse } from '../../provider.js'

export const successCode = '10000'

/** What an error of the gateway is classified by besides its codes. */
export interface ErrorFacts {
  /** Whether Alipay's signature covers the error. */
  readonly verified: boolean
  /** A list names no complaint, so its "not found" is an ApiError. */
  readonly operation: 'list' | 'get' | 'history'
  /** The capability that the application needs, for the message of a missing permission. */
  readonly capability: string
  /** What to do about a rejected app_auth_token. */
  readonly tokenHint: string
}

/** `code` of a response's member as text; null when it has none. */
export function codeOf(member: unknown): string | null {
  return isRecord(member) ? toNonEmptyText(member.code) : null
}

/**
 * The error for a member whose code is not that of success. `providerCode` is the sub_code where there is one. The
 * gateway's texts never decide.
 * @see https://opendocs.alipay.com/common/02km9f
 */
export function errorForMember(member: unknown, facts: ErrorFacts): ComplaintError {
  const { code, sub_code, msg, sub_msg } = isRecord(member) ? member : {}
  const main = toNonEmptyText(code)
  const sub = toNonEmptyText(sub_code)
  const providerMessage = withoutSignedText(toNonEmptyText(sub_msg) ?? toNonEmptyText(msg))
  const details: ErrorDetails = {
    status: 200,
    providerCode: sub ?? main ?? undefined,
    providerMessage: providerMessage ?? undefined,
    verified: facts.verified,
  }
  const text = [main === null ? 'failed without a code' : `code ${main}`, sub, providerMessage]
    .filter((part) => part !== null)
    .join(' ')
  return classify(main, sub ?? main ?? '', text, details, facts)
}

function classify(
  code: string | null,
  detail: string,
  text: string,
  details: ErrorDetails,
  { operation, capability, tokenHint }: ErrorFacts,
): ComplaintError {
  const busy = { ...details, retryable: true }
  if (code === '20001') return new AuthenticationError(`${text}; ${tokenHint}`, details)
  if (code === '40002') {
    const hint = credentialHint(detail)
    return hint === null ? new ApiError(text, details) : new AuthenticationError(`${text}; ${hint}`, details)
  }
  if (code === '40003')
    return new PermissionError(
      `${text}; check in Alipay's console that the application has its keys and is authorised`,
      details,
    )
  if (code === '40005') return new RateLimitError(`${text}; too many requests`, busy)
  if (code === '40006' || detail === 'AUTHORITY_ILLEGAL')
    return new PermissionError(
      `${text}; add the capability ${capability} to the application in Alipay's console, or have the merchant authorise it`,
      details,
    )
  if (code === '20000' || detail === 'SYSTEM_ERROR') return new ApiError(`${text}; the service is busy`, busy)
  if (operation !== 'list' && /NOT_?(?:EXIST|FOUND)/.test(detail))
    return new NotFoundError(`${text}; check the id and appId`, details)
  const isUnclear = operation !== 'list' && detail === 'PARAM_ILLEGAL'
  return new ApiError(isUnclear ? `${text}; check the id: Alipay has no code for an unknown complaint` : text, details)
}

/** Null: the code is not about credentials. */
function credentialHint(code: string): string | null {
  if (/cert/.test(code)) return 'check that appCert, alipayCert and alipayRootCert are current and belong to appId'
  if (/signature/.test(code))
    return "check that privateKey belongs to appId: its public key, or certificate, must be the one in Alipay's console"
  if (/app-id/.test(code)) return 'check appId and baseUrl'
  if (/timestamp/.test(code)) return "set this host's clock (NTP)"
  return null
}

/** A parameter of a request, as the gateway repeats it. */
const signedParameter =
  /\b(?:app_id|app_auth_token|app_cert_sn|alipay_root_cert_sn|biz_content|charset|format|method|sign_type|timestamp|version)=/

/**
 * For a wrong signature the gateway repeats the text that it verified, with the app_auth_token in it, and writes `&` as
 * `&amp;`. Nothing of that text is kept.
 */
function withoutSignedText(message: string | null): string | null {
  if (message === null) return null
  const at = message.search(signedParameter)
  return at < 0 ? message : `${message.slice(0, at)}[…]`
}

/**
 * The error for an HTTP status other than 2xx. The gateway itself always responds with 200, so the response is a proxy's
 * or a load balancer's, and a 404 means a wrong address, never an unknown complaint.
 * @param now milliseconds since 1970
 */
export function toApiError(response: WireResponse, now: number): ComplaintError {
  const { status } = response
  const message = `HTTP ${status} from Alipay's gateway`
  return status === 404
    ? new ApiError(`${message}; check baseUrl`, { status })
    : errorForStatus(response, message, {}, now)
}
