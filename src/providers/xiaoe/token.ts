import { createFlight } from '../../http/flight.js'
import type { AdapterRuntime, CallOptions } from '../../provider.js'
import { createSharedToken, type Token, type TokenStore } from './store.js'
import { createTokenCall, type TokenCredentials } from './token-call.js'

/** A token as a call carries it; told from others by identity, since a renewal may yield the same text. */
export interface HeldToken {
  readonly value: string
}

/** Where access tokens come from. */
export interface TokenSource {
  /** What to tell the user whose token is refused for good. */
  readonly advice: string
  /** A token that is good as far as anybody knows. */
  current(options: CallOptions): Promise<HeldToken>
  /** The provider refused this token. Returns whether asking for another makes sense. */
  drop(token: HeldToken): boolean
}

const earliestRenewalMs = 5 * 60_000
const earliestRenewalShare = 0.1

/**
 * Fetches tokens with the secret: one fetch at a time for all callers, each answer believed for as long as it says,
 * renewed a little early, and shared through a store where there is one.
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_list.html
 */
export function createTokenSource(
  credentials: TokenCredentials,
  baseUrl: string,
  store: TokenStore | undefined,
  runtime: AdapterRuntime,
): TokenSource {
  const { appId, clientId, secretKey } = credentials
  const shared = createSharedToken(store, `unified-complaints:xiaoe-token:${appId}:${clientId}`, runtime)
  const tokenCall = createTokenCall(credentials, baseUrl, runtime)
  const join = createFlight<Token>()
  let cached: Token | null = null
  /** The text of the token that was refused last: what the store says of it is out of date. */
  let refused: string | null = null
  runtime.protect(secretKey)

  const isGood = (token: Token | null): token is Token => token !== null && runtime.now() < token.renewAt

  const fetchToken = async (options: CallOptions): Promise<Token> => {
    const asked = runtime.now()
    const { access_token: value, expires_in: seconds } = await runtime.send(tokenCall, options)
    runtime.protect(value)
    const lifeMs = seconds * 1000
    return { value, renewAt: asked + lifeMs - Math.min(earliestRenewalMs, lifeMs * earliestRenewalShare) }
  }

  const obtain = async (options: CallOptions & { signal: AbortSignal }): Promise<Token> => {
    const stored = await shared.load(options.signal)
    if (isGood(stored) && stored.value !== refused) return stored
    if (stored !== null && stored.value === refused) await shared.forget(options.signal)
    const token = await fetchToken(options)
    // What comes back is believed, even if it is the very text that was refused.
    if (token.value === refused) refused = null
    await shared.save(token, options.signal)
    return token
  }

  return {
    advice:
      'a new one was fetched and refused too; does another process fetch tokens without sharing them (tokenStore)?',
    async current({ signal: caller, timeoutMs, maxRetries }) {
      if (isGood(cached)) return cached
      return join(async (signal) => {
        const token = await obtain({ signal, timeoutMs, maxRetries })
        signal.throwIfAborted()
        cached = token
        return token
      }, caller)
    },
    drop(token) {
      // Another call may have renewed it meanwhile: only the one that was refused is dropped.
      if (cached === token) {
        cached = null
        refused = token.value
      }
      return true
    },
  }
}
