import { randomUUID } from 'node:crypto'
import { createSingleFlight } from '../../../async/single-flight.js'
import type { AdapterRuntime, CallOptions } from '../../../provider.js'
import { officialBaseUrl } from '../options.js'
import { createFetchLimit, createTokenCall, type FetchLimit, type TokenCredentials } from './fetch.js'
import type { TokenStore } from './safe-store.js'
import { createSharedRefresh } from './shared-refresh.js'
import type { Token } from './stored-token.js'

/** Compared by identity: a renewed token may have the same text. */
export interface AccessToken {
  readonly value: string
}

/** Where access tokens come from. */
export interface TokenSource {
  /** What to do when the token is rejected for good. */
  readonly hint: string
  /** A token that is not known to be expired or rejected. */
  current(options: CallOptions): Promise<AccessToken>
  /** The provider rejected this token. Returns whether `current` may return another one. */
  reject(token: AccessToken): boolean
}

const maxEarlyRenewalMs = 5 * 60_000
const maxEarlyRenewalShare = 0.1
/** How many rejected tokens are remembered: a store that cannot be written to may return them again. */
const maxRejected = 20

/** What is kept of a shop's tokens when its adapter is replaced. */
interface TokenState {
  readonly fetchLimit: FetchLimit
  cached: Token | null
  /** `fetchId` of tokens that the provider rejected. */
  rejected: readonly string[]
}

function createTokenState(): TokenState {
  return { fetchLimit: createFetchLimit(), cached: null, rejected: [] }
}

/**
 * Fetches tokens with the secret: one fetch at a time for all callers, renewed a little before `expires_in`, and shared
 * between processes through a store, if there is one.
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_list.html
 */
export function fetchedTokenSource(
  credentials: TokenCredentials,
  baseUrl: string,
  store: TokenStore | undefined,
  runtime: AdapterRuntime,
): TokenSource {
  const { appId, clientId, secretKey } = credentials
  // A test environment may have the same ids, but has other tokens.
  const keySuffix = baseUrl === officialBaseUrl ? '' : `:${baseUrl}`
  const key = `unified-complaints:xiaoe-token:${appId}:${clientId}${keySuffix}`
  const kept = runtime.keep(key, createTokenState)
  const { fetchLimit } = kept
  const tokenCall = createTokenCall(credentials, baseUrl, fetchLimit, runtime)
  const singleFlight = createSingleFlight<Token>()
  runtime.protect(secretKey)

  const isFresh = (token: Token): boolean => runtime.now() < token.renewAt
  const isRejected = ({ fetchId }: Token): boolean => kept.rejected.includes(fetchId)

  const fetchToken = async (options: CallOptions): Promise<Token> => {
    const startedAt = runtime.now()
    // Outside the token call, so that the call that needs the token waits and retries, not the token call.
    fetchLimit.check(startedAt)
    const { access_token: value, expires_in: seconds } = await runtime.send(tokenCall, options)
    runtime.protect(value)
    const lifeMs = seconds * 1000
    const renewAt = startedAt + lifeMs - Math.min(maxEarlyRenewalMs, lifeMs * maxEarlyRenewalShare)
    return { value, renewAt, fetchId: randomUUID() }
  }

  const sharedRefresh = store === undefined ? null : createSharedRefresh(store, key, { isFresh, isRejected }, runtime)

  return {
    hint: 'a new token was rejected too; does another process fetch tokens without sharing them (tokenStore)?',
    async current({ signal: callerSignal, timeoutMs, maxRetries }) {
      const { cached } = kept
      if (cached !== null && isFresh(cached)) {
        // The connection before this one may have fetched it.
        runtime.protect(cached.value)
        return cached
      }
      return singleFlight(async (signal) => {
        const fetchOnce = (): Promise<Token> => fetchToken({ signal, timeoutMs, maxRetries })
        const token = await (sharedRefresh === null ? fetchOnce() : sharedRefresh(fetchOnce, signal))
        signal.throwIfAborted()
        kept.cached = token
        return token
      }, callerSignal)
    },
    reject(token) {
      // Another call may have renewed the token meanwhile: only the rejected one is discarded.
      if (kept.cached !== null && kept.cached === token) {
        kept.rejected = [...kept.rejected, kept.cached.fetchId].slice(-maxRejected)
        kept.cached = null
      }
      return true
    },
  }
}
