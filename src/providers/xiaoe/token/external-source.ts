import { callWithTimeout } from '../../../async/abort.js'
import { AuthenticationError, TimeoutError } from '../../../errors.js'
import type { AdapterRuntime } from '../../../provider.js'
import type { TokenSource } from './source.js'

/** The token of the `accessToken` option; it cannot be renewed. */
export function fixedTokenSource(accessToken: string, runtime: AdapterRuntime): TokenSource {
  const token = { value: accessToken }
  runtime.protect(accessToken)
  return {
    hint: 'pass a new accessToken, or a function that returns one',
    current: async () => token,
    reject: () => false,
  }
}

/** Tokens of the user's function, which does the caching: it is called for every attempt. */
export function functionTokenSource(accessToken: () => Promise<string>, runtime: AdapterRuntime): TokenSource {
  return {
    hint: 'accessToken() was called again, and the token that it returned was rejected too',
    async current({ signal, timeoutMs }) {
      const token = await callTokenFunction(accessToken, signal, timeoutMs)
      const value = typeof token === 'string' ? token.trim() : ''
      if (value === '') throw new AuthenticationError('accessToken() must return a token as text')
      runtime.protect(value)
      return { value }
    },
    reject: () => true,
  }
}

async function callTokenFunction(
  accessToken: () => Promise<unknown>,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Promise<unknown> {
  const timeout = new TimeoutError(
    `accessToken() returned no token within ${timeoutMs} ms; raise timeoutMs if it is slow`,
    { retryable: true },
  )
  try {
    return await callWithTimeout(timeoutMs, signal, () => timeout, accessToken)
  } catch (error) {
    signal?.throwIfAborted()
    if (error === timeout) throw timeout
    // The function's error is not shown: it may hold the secret of a token server.
    throw new AuthenticationError('accessToken() threw instead of returning a token')
  }
}
