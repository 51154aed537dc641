import { AuthenticationError, RateLimitError } from '../../errors.js'
import { orAbort } from '../../http/wait.js'
import type { AdapterRuntime, Call, CallOptions } from '../../provider.js'
import { isRecord } from '../../read.js'
import { dataOf, refusalOfStatus } from './answer.js'
import { tokenDataSchema } from './wire.js'

/** Where tokens are kept between processes: the shape of Keyv, so that a Keyv over Redis fits as it is. */
export interface TokenStore {
  get(key: string): Promise<unknown>
  /** `ttlMs` in milliseconds. */
  set(key: string, value: unknown, ttlMs?: number): Promise<unknown>
  delete(key: string): Promise<unknown>
}

/** Where access tokens come from. */
export interface TokenSource {
  /** A token that is good as far as anybody knows. */
  current(options: CallOptions): Promise<string>
  /** The provider refused this token. Returns whether asking for another makes sense. */
  drop(token: string): boolean
}

export interface TokenCredentials {
  readonly appId: string
  readonly clientId: string
  readonly secretKey: string
}

interface Token {
  readonly value: string
  /** Milliseconds since 1970: from then on it is renewed. */
  readonly renewAt: number
}

const earliestRenewalMs = 5 * 60_000
const earliestRenewalShare = 0.1
/** Xiaoe's own limit on token calls. */
const maxFetches = 100
const fetchWindowMs = 10 * 60_000

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
  const storeKey = `unified-complaints:xiaoe-token:${credentials.appId}:${credentials.clientId}`
  const fetchedAt: number[] = []
  let dropped: string | null = null
  let cached: Token | null = null
  let flight: { token: Promise<Token>; waiting: number; stop: AbortController } | null = null
  runtime.protect(credentials.secretKey)

  const isGood = (token: Token | null): token is Token => token !== null && runtime.now() < token.renewAt

  const countFetch = (): void => {
    const now = runtime.now()
    while (fetchedAt[0] !== undefined && fetchedAt[0] <= now - fetchWindowMs) fetchedAt.shift()
    const [oldest] = fetchedAt
    if (oldest !== undefined && fetchedAt.length >= maxFetches) {
      throw new RateLimitError(
        `${maxFetches} tokens were fetched within 10 minutes, which is Xiaoe's limit; does another process drop them?`,
        {
          operation: 'token',
          retryAfterMs: oldest + fetchWindowMs - now,
        },
      )
    }
    fetchedAt.push(now)
  }

  const fetchToken = async (options: CallOptions): Promise<Token> => {
    const stored = await fromStore()
    if (isGood(stored) && stored.value !== dropped) return stored
    countFetch()
    const asked = runtime.now()
    const { access_token: value, expires_in: seconds } = await runtime.send(
      tokenCall(credentials, baseUrl, runtime),
      options,
    )
    runtime.protect(value)
    // What comes back is believed, even if it is the very token that failed.
    if (dropped === value) dropped = null
    const lifeMs = seconds * 1000
    const token = { value, renewAt: asked + lifeMs - Math.min(earliestRenewalMs, lifeMs * earliestRenewalShare) }
    await useStore('set', () =>
      store?.set(storeKey, { value, renewAt: token.renewAt }, Math.max(1, token.renewAt - runtime.now())),
    )
    return token
  }

  const fromStore = async (): Promise<Token | null> => {
    const stored = await useStore('get', () => store?.get(storeKey))
    if (!isRecord(stored)) return null
    const { value, renewAt } = stored
    if (typeof value !== 'string' || value === '' || typeof renewAt !== 'number') return null
    runtime.protect(value)
    return { value, renewAt }
  }

  /** A store that fails costs a fetch, never a query. */
  const useStore = async (action: string, use: () => Promise<unknown> | undefined): Promise<unknown> => {
    try {
      return await use()
    } catch {
      runtime.emit({
        type: 'warning',
        warning: 'tokenStoreFailed',
        message: `tokenStore.${action} failed; going on without it`,
      })
      return undefined
    }
  }

  /** One fetch for all who wait; it is stopped when nobody waits any more. */
  const join = async (options: CallOptions): Promise<Token> => {
    if (flight === null) {
      const stop = new AbortController()
      const { timeoutMs, maxRetries } = options
      const token = fetchToken({ signal: stop.signal, timeoutMs, maxRetries })
      const mine = { token, waiting: 0, stop }
      flight = mine
      const land = (): void => {
        if (flight === mine) flight = null
      }
      token.then((fetched) => {
        cached = fetched
        land()
      }, land)
    }
    const joined = flight
    joined.waiting += 1
    try {
      return await orAbort(joined.token, options.signal)
    } finally {
      joined.waiting -= 1
      if (joined.waiting === 0) {
        joined.stop.abort()
        if (flight === joined) flight = null
      }
    }
  }

  return {
    async current(options) {
      if (isGood(cached)) return cached.value
      const { value } = await join(options)
      return value
    },
    drop(token) {
      // Another call may have renewed it meanwhile: only the one that failed is dropped.
      if (cached?.value === token) cached = null
      dropped = token
      return true
    },
  }
}

/** A token that the user brings: a fixed text, or a function that asks a central token server. */
export function givenTokenSource(accessToken: string | (() => Promise<string>), runtime: AdapterRuntime): TokenSource {
  if (typeof accessToken === 'string') runtime.protect(accessToken)
  return {
    async current(options) {
      if (typeof accessToken === 'string') return accessToken
      let token: unknown
      try {
        token = await orAbort(accessToken(), options.signal)
      } catch {
        options.signal?.throwIfAborted()
        // What it threw is not shown: it may hold the secret of a token server.
        throw new AuthenticationError('accessToken() threw instead of returning a token')
      }
      if (typeof token !== 'string' || token === '')
        throw new AuthenticationError('accessToken() must return a token as text')
      runtime.protect(token)
      return token
    },
    drop: () => typeof accessToken !== 'string',
  }
}

/** The URL holds the secret: it is shown nowhere, and no redirect is followed. */
function tokenCall(
  { appId, clientId, secretKey }: TokenCredentials,
  baseUrl: string,
  runtime: AdapterRuntime,
): Call<{ access_token: string; expires_in: number }> {
  const query = new URLSearchParams({
    app_id: appId,
    client_id: clientId,
    secret_key: secretKey,
    grant_type: 'client_credential',
  })
  return {
    operation: 'token',
    quota: null,
    authorise: () => ({ method: 'GET', url: `${baseUrl}/token?${query}`, headers: { Accept: 'application/json' } }),
    read(response) {
      const parsed = tokenDataSchema.safeParse(dataOf(response))
      if (parsed.success) return parsed.data
      throw new AuthenticationError('the token endpoint answered without a usable access_token and expires_in')
    },
    refuse: (response) => refusalOfStatus(response, runtime.now()),
  }
}
