import { RateLimitError, ResponseError } from '../../../errors.js'
import { toErrorIssues } from '../../../parsing/validate.js'
import type { AdapterRuntime, Call } from '../../../provider.js'
import { dataOf, refusalOfStatus } from '../envelope.js'
import { type TokenData, tokenDataSchema } from '../wire.js'

export interface TokenCredentials {
  readonly appId: string
  readonly clientId: string
  readonly secretKey: string
}

/** Xiaoe's own limit on token calls. */
const maxFetches = 100
const fetchWindowMs = 10 * 60_000

/** The call that yields a token. The URL holds the secret: it is shown nowhere, and no redirect is followed. */
export function createTokenCall(
  { appId, clientId, secretKey }: TokenCredentials,
  baseUrl: string,
  fetches: FetchLimit,
  runtime: AdapterRuntime,
): Call<TokenData> {
  const query = new URLSearchParams({
    app_id: appId,
    client_id: clientId,
    secret_key: secretKey,
    grant_type: 'client_credential',
  })
  return {
    operation: 'token',
    quota: null,
    authorise({ now }) {
      fetches.count(now)
      return { method: 'GET', url: `${baseUrl}/token?${query}`, headers: { Accept: 'application/json' } }
    },
    read(response) {
      const parsed = tokenDataSchema.safeParse(dataOf(response))
      if (parsed.success) return parsed.data
      throw new ResponseError('the token endpoint answered without a usable access_token and expires_in', {
        status: response.status,
        issues: toErrorIssues(parsed.error),
      })
    },
    refuse: (response) => refusalOfStatus(response, runtime.now()),
  }
}

/** Every attempt counts, since Xiaoe counts them all. */
export interface FetchLimit {
  /** @throws RateLimitError when no fetch is left */
  check(now: number): void
  /** @throws RateLimitError when no fetch is left */
  count(now: number): void
}

export function createFetchLimit(): FetchLimit {
  const fetchedAt: number[] = []
  const check = (now: number): void => {
    while (fetchedAt[0] !== undefined && fetchedAt[0] <= now - fetchWindowMs) fetchedAt.shift()
    const [oldest] = fetchedAt
    if (oldest !== undefined && fetchedAt.length >= maxFetches) {
      throw new RateLimitError(
        `${maxFetches} tokens were fetched within 10 minutes, which is Xiaoe's limit; does another process make them die? Share them through tokenStore`,
        { operation: 'token', retryable: true, retryAfterMs: oldest + fetchWindowMs - now },
      )
    }
  }
  return {
    check,
    count(now) {
      check(now)
      fetchedAt.push(now)
    },
  }
}
