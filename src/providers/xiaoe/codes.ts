import {
  ApiError,
  AuthenticationError,
  type ComplaintError,
  type ErrorDetails,
  PermissionError,
  RateLimitError,
} from '../../errors.js'

/** The token is expired or unknown: renewed once. */
export const tokenDead = 2008

/** Codes 2001 to 2006, and 2020: app_id, secret, grant type or client_id. */
const wrongCredentials: ReadonlySet<number> = new Set([2001, 2002, 2003, 2004, 2005, 2006, 2020])

/**
 * What a code other than 0 means. An older page gives 2001 another meaning, so the number decides and the message is kept.
 * @param tokenAdvice what to tell the user when the access token is refused
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_list.html
 */
export function refusalOfCode(code: number, message: string | undefined, tokenAdvice?: string): ComplaintError {
  const details: ErrorDetails = { status: 200, providerCode: String(code), providerMessage: message }
  const said = `code ${code}${message === undefined || message === '' ? '' : ` ${message}`}`
  if (wrongCredentials.has(code))
    return new AuthenticationError(`${said}; check appId, clientId and secretKey`, details)
  switch (code) {
    case 1001:
      return new ApiError(`${said}; the service is busy`, { ...details, retryable: true })
    case 2007:
    case tokenDead:
      return new AuthenticationError(
        `${said}; the access token is missing, expired or unknown${tokenAdvice === undefined ? '' : `; ${tokenAdvice}`}`,
        details,
      )
    case 2017:
      return new PermissionError(`${said}; grant this application 投诉管理-查询 in Xiaoe's console`, details)
    case 2051:
      return new PermissionError(`${said}; add this host's public IP address to the application's allow-list`, details)
    case 2053:
      return new RateLimitError(`${said}; the quota is used up, ask again in the next period`, details)
    case 2054:
      return new RateLimitError(`${said}; too many requests at once`, { ...details, retryable: true })
    default:
      return new ApiError(said, details)
  }
}
