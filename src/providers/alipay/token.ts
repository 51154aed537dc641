import { callTokenFunction } from '../../adapter-kit/option-function.js'
import type { ComplaintError } from '../../errors.js'
import type { AdapterRuntime, CallOptions } from '../../provider.js'

/** The service provider's token of one merchant (app_auth_token), as given or from a function. */
export type AppAuthTokenOption = string | (() => Promise<string>)

export interface AppAuthTokens {
  /** What to do when the token is rejected. */
  readonly hint: string
  /** The token of the next request; null: the application asks for itself. */
  current(options: Pick<CallOptions, 'signal' | 'timeoutMs'>): Promise<string | null>
  /** Whether another attempt may have a token that is not expired. */
  mayRenew(error: ComplaintError): boolean
}

/** A token lives for a year; a function may return a renewed one. */
const expired = /token-time-out$/

export function createAppAuthTokens(option: AppAuthTokenOption | undefined, runtime: AdapterRuntime): AppAuthTokens {
  const protect = (token: string): string => {
    runtime.protect(token)
    // As the gateway repeats it in the message of a wrong signature.
    runtime.protect(escapeHtml(token))
    return token
  }
  if (typeof option === 'function')
    return {
      hint: 'appAuthToken() was called again, and the token that it returned was rejected too',
      current: async (options) => protect(await callTokenFunction('appAuthToken', option, options)),
      mayRenew: ({ providerCode }) => providerCode !== null && expired.test(providerCode),
    }
  const token = option === undefined ? null : protect(option)
  return {
    hint:
      token === null
        ? 'the call needs the token of a merchant: set appAuthToken'
        : 'have the merchant authorise the application again, and pass the new appAuthToken, or a function that returns one',
    current: async () => token,
    mayRenew: () => false,
  }
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
