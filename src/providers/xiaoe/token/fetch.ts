import { RateLimitError, ResponseError } from '../../../errors.js'
import { safeParse, toErrorIssues } from '../../../parsing/validate.js'
import type { AdapterRuntime, Call } from '../../../provider.js'
import { parseEnvelope } from '../envelope.js'
import { toApiError } from '../error-codes.js'
import { type TokenData, tokenDataSchema } from '../wire.js'

export interface TokenCredentials {
  readonly appId: string
  readonly clientId: string
  readonly secretKey: string
}

/** Xiaoe's limit on token calls. */
const maxFetches = 100
const fetchWindowMs = 10 * 60_000

/** The call that fetches a token. Its URL holds the secret, so it is never shown, and no redirect is followed. */
export function createTokenCall(
  { appId, clientId, secretKey }: TokenCredentials,
  baseUrl: string,
  fetchLimit: FetchLimit,
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
      fetchLimit.count(now)
      return { method: 'GET', url: `${baseUrl}/token?${query}`, headers: { Accept: 'application/json' } }
    },
    read(response) {
      const parsed = safeParse(tokenDataSchema, parseEnvelope(response))
      if (parsed.success) return parsed.data
      throw new ResponseError("the token call's response has no valid access_token and expires_in", {
        status: response.status,
        issues: toErrorIssues(parsed.error),
      })
    },
    refuse: (response) => toApiError(response, runtime.now()),
  }
}

/** Counts every attempt, as Xiaoe does. */
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
        `${maxFetches} tokens were fetched within 10 minutes, which is Xiaoe's limit; if another process invalidates them, share tokens through tokenStore`,
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
