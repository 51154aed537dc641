import { callWithTimeout } from '../../../async/abort.js'
import { AuthenticationError, TimeoutError } from '../../../errors.js'
import type { AdapterRuntime } from '../../../provider.js'
import type { TokenSource } from './source.js'

/** A token that the user brings as text: when it is dead, only the user can mend that. */
export function fixedTokenSource(accessToken: string, runtime: AdapterRuntime): TokenSource {
  const token = { value: accessToken }
  runtime.protect(accessToken)
  return {
    advice: 'give a fresh accessToken, or a function that asks for one',
    current: async () => token,
    drop: () => false,
  }
}

/** A function of the user's that asks a central token server, which does the caching: it is asked for every attempt. */
export function askedTokenSource(accessToken: () => Promise<string>, runtime: AdapterRuntime): TokenSource {
  return {
    advice: 'accessToken() was asked once more, and what it returned was refused too',
    async current({ signal, timeoutMs }) {
      const value = await answerOf(accessToken, signal, timeoutMs)
      if (typeof value !== 'string' || value === '')
        throw new AuthenticationError('accessToken() must return a token as text')
      runtime.protect(value)
      return { value }
    },
    drop: () => true,
  }
}

async function answerOf(
  accessToken: () => Promise<unknown>,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Promise<unknown> {
  const late = new TimeoutError(
    `accessToken() returned no token within ${timeoutMs} ms; raise timeoutMs if it is slow`,
    { retryable: true },
  )
  try {
    return await callWithTimeout(timeoutMs, signal, () => late, accessToken)
  } catch (error) {
    signal?.throwIfAborted()
    if (error === late) throw late
    // What it threw is not shown: it may hold the secret of a token server.
    throw new AuthenticationError('accessToken() threw instead of returning a token')
  }
}
