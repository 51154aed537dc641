import { randomUUID } from 'node:crypto'
import { createSingleFlight } from '../../../async/single-flight.js'
import type { AdapterRuntime, CallOptions } from '../../../provider.js'
import { createFetchLimit, createTokenCall, type TokenCredentials } from './fetch.js'
import type { TokenStore } from './safe-store.js'
import { createTokenSharing } from './shared-refresh.js'
import type { Token } from './stored-token.js'

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

export const officialBaseUrl = 'https://api.xiaoe-tech.com'
const earliestRenewalMs = 5 * 60_000
const earliestRenewalShare = 0.1
/** How many refused tokens are remembered: a store that cannot be written to may offer them again. */
const refusedKept = 20

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
  const fetches = createFetchLimit()
  const tokenCall = createTokenCall(credentials, baseUrl, fetches, runtime)
  const join = createSingleFlight<Token>()
  let cached: Token | null = null
  let refused: readonly string[] = []
  runtime.protect(secretKey)

  const isGood = (token: Token): boolean => runtime.now() < token.renewAt
  const isRefused = ({ fetchId }: Token): boolean => refused.includes(fetchId)

  const fetchToken = async (options: CallOptions): Promise<Token> => {
    const asked = runtime.now()
    // Out here, where no attempt of the token call's own is made of it: the call that needs the token waits and retries.
    fetches.check(asked)
    const { access_token: value, expires_in: seconds } = await runtime.send(tokenCall, options)
    runtime.protect(value)
    const lifeMs = seconds * 1000
    const renewAt = asked + lifeMs - Math.min(earliestRenewalMs, lifeMs * earliestRenewalShare)
    return { value, renewAt, fetchId: randomUUID() }
  }

  // Of a test environment the ids may be the same, the tokens are not.
  const place = baseUrl === officialBaseUrl ? '' : `:${baseUrl}`
  const key = `unified-complaints:xiaoe-token:${appId}:${clientId}${place}`
  const sharing = store === undefined ? null : createTokenSharing(store, key, { isGood, isRefused }, runtime)

  return {
    advice:
      'a new one was fetched and refused too; does another process fetch tokens without sharing them (tokenStore)?',
    async current({ signal: caller, timeoutMs, maxRetries }) {
      if (cached !== null && isGood(cached)) return cached
      return join(async (signal) => {
        const fetchOnce = (): Promise<Token> => fetchToken({ signal, timeoutMs, maxRetries })
        const token = await (sharing === null ? fetchOnce() : sharing(fetchOnce, signal))
        signal.throwIfAborted()
        cached = token
        return token
      }, caller)
    },
    drop(token) {
      // Another call may have renewed it meanwhile: only the one that was refused is dropped.
      if (cached !== null && cached === token) {
        refused = [...refused, cached.fetchId].slice(-refusedKept)
        cached = null
      }
      return true
    },
  }
}
