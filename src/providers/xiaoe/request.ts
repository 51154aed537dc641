import { ComplaintError, QueryError } from '../../errors.js'
import type { AdapterRuntime, CallOptions } from '../../provider.js'
import { createTokenSource } from './auth.js'
import { parseEnvelope } from './envelope.js'
import { expiredToken, toApiError } from './error-codes.js'
import type { XiaoeConfig } from './options.js'
import type { AccessToken, TokenSource } from './token/source.js'

/** What the calls of one connection share. */
export interface Session {
  readonly config: XiaoeConfig
  readonly runtime: AdapterRuntime
  readonly tokens: TokenSource
}

export function createSession(config: XiaoeConfig, runtime: AdapterRuntime): Session {
  return { config, runtime, tokens: createTokenSource(config, runtime) }
}

export interface ApiCall {
  readonly operation: 'list' | 'get' | 'history'
  /** Calls with the same text share one quota. */
  readonly quota: string
  readonly path: string
  readonly fields: object
}

/** A JSON POST with the access token in its body; `parse` gets `data` of a response whose code is 0. */
export function postWithToken<T>(
  { config, runtime, tokens }: Session,
  { operation, quota, path, fields }: ApiCall,
  options: CallOptions,
  parse: (data: unknown) => T,
): Promise<T> {
  let token: AccessToken = { value: '' }
  return runtime.send(
    {
      operation,
      quota,
      async prepare() {
        token = await tokens.current(options)
      },
      authorise: () => ({
        method: 'POST',
        url: config.baseUrl + path,
        headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
        body: JSON.stringify({ access_token: token.value, ...fields }),
      }),
      read: (response) => parse(parseEnvelope(response, tokens.hint)),
      refuse: (response) => toApiError(response, runtime.now()),
      recover: (error) =>
        ComplaintError.isInstance(error) && error.providerCode === String(expiredToken) && tokens.reject(token),
    },
    options,
  )
}

/** @throws QueryError for a blank id */
export function requireId(id: string): string {
  if (id.trim() !== '') return id
  throw new QueryError('the complaint id must not be empty: Xiaoe would return all complaints')
}
