import { callWithTimeout } from '../async/abort.js'
import { AuthenticationError, TimeoutError } from '../errors.js'
import type { CallOptions } from '../provider.js'

/**
 * Calls an option that is a function and returns a token.
 * @param option its name, for errors
 * @returns the token without surrounding blanks
 * @throws TimeoutError when it returns nothing within `timeoutMs`
 * @throws AuthenticationError when it throws, or returns no text; an abort throws the reason
 */
export async function callTokenFunction(
  option: string,
  call: () => Promise<unknown>,
  { signal, timeoutMs }: Pick<CallOptions, 'signal' | 'timeoutMs'>,
): Promise<string> {
  const timeout = new TimeoutError(
    `${option}() returned no token within ${timeoutMs} ms; raise timeoutMs if it is slow`,
    { retryable: true },
  )
  let token: unknown
  try {
    token = await callWithTimeout(timeoutMs, signal, () => timeout, call)
  } catch (error) {
    signal?.throwIfAborted()
    if (error === timeout) throw timeout
    // The function's error is not shown: it may hold the secret of a token server.
    throw new AuthenticationError(`${option}() threw instead of returning a token`)
  }
  const value = typeof token === 'string' ? token.trim() : ''
  if (value === '') throw new AuthenticationError(`${option}() must return a token as text`)
  return value
}
