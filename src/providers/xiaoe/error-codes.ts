import {
  ApiError,
  AuthenticationError,
  type ComplaintError,
  type ErrorDetails,
  PermissionError,
  RateLimitError,
} from '../../errors.js'

/**
 * What becomes of a call that is answered with a code: `renew` asks for a new token once, `retry` asks again soon,
 * `backOff` asks again later and pauses the account, the others fail at once.
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

/** The token is expired or unknown: renewed once. */
export const tokenDead = 2008

const credentials = { outcome: 'credentials', advice: 'check appId, clientId and secretKey' } as const
const tokenMissingOrDead = 'the access token is missing, expired or unknown'
const wrongAddress = { outcome: 'request', advice: 'Xiaoe offers no such call at this address; check baseUrl' } as const

/**
 * Every documented code but 0, what it leads to and what to do. Any other code is an ApiError: those below 0 are the
 * system's own refusals, the rest are of the business behind the call.
 * @see https://api-doc.xiaoe-tech.com/common_problem/code.html
 */
export const xiaoeCodes: Readonly<Record<string, { readonly outcome: XiaoeOutcome; readonly advice: string }>> = {
  1001: { outcome: 'retry', advice: 'the service is busy' },
  1002: { outcome: 'request', advice: 'the parameters, or what stands behind the call, are not as Xiaoe expects' },
  2001: credentials,
  2002: credentials,
  2003: credentials,
  2004: credentials,
  2005: credentials,
  2006: credentials,
  2007: { outcome: 'noToken', advice: tokenMissingOrDead },
  [tokenDead]: { outcome: 'renew', advice: tokenMissingOrDead },
  2017: { outcome: 'permission', advice: "grant this application 投诉管理-查询 in Xiaoe's console" },
  2020: credentials,
  2051: { outcome: 'permission', advice: "add this host's public IP address to the application's allow-list" },
  2052: wrongAddress,
  2053: { outcome: 'quotaExhausted', advice: 'the quota is used up, ask again in the next period' },
  2054: { outcome: 'backOff', advice: 'too many requests at once' },
  2055: wrongAddress,
}

/**
 * What a code other than 0 means. An older page gives 2001 another meaning, so the number decides and the message is kept.
 * @param tokenAdvice what to tell the user when the access token is refused
 */
export function refusalOfCode(code: number, message: string | undefined, tokenAdvice?: string): ComplaintError {
  const details: ErrorDetails = { status: 200, providerCode: String(code), providerMessage: message }
  const known = xiaoeCodes[String(code)]
  const said = [`code ${code}${message === undefined || message === '' ? '' : ` ${message}`}`, known?.advice]
    .filter((part) => part !== undefined)
    .join('; ')
  switch (known?.outcome) {
    case 'credentials':
      return new AuthenticationError(said, details)
    case 'noToken':
    case 'renew':
      return new AuthenticationError(tokenAdvice === undefined ? said : `${said}; ${tokenAdvice}`, details)
    case 'retry':
      return new ApiError(said, { ...details, retryable: true })
    case 'backOff':
      return new RateLimitError(said, { ...details, retryable: true })
    case 'quotaExhausted':
      return new RateLimitError(said, details)
    case 'permission':
      return new PermissionError(said, details)
    case 'request':
    case undefined:
      return new ApiError(said, details)
  }
}
