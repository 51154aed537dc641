import { callWithTimeout } from '../async/abort.js'
import { AuthenticationError, TimeoutError } from '../errors.js'
import type { CallOptions } from '../provider.js'

type Limits = Pick<CallOptions, 'signal' | 'timeoutMs'>

/**
 * Calls a function of the user's that an option holds.
 * @param name the function's, for errors
 * @param result what it returns, for errors
 * @throws TimeoutError when it returns nothing within `timeoutMs`
 * @throws AuthenticationError when it throws; an abort throws the signal's reason
 */
export async function callOptionFunction(
  name: string,
  result: string,
  call: () => Promise<unknown>,
  { signal, timeoutMs }: Limits,
): Promise<unknown> {
  const timeout = new TimeoutError(
    `${name}() returned no ${result} within ${timeoutMs} ms; raise timeoutMs if it is slow`,
    { retryable: true },
  )
  try {
    return await callWithTimeout(timeoutMs, signal, () => timeout, call)
  } catch (error) {
    signal?.throwIfAborted()
    if (error === timeout) throw timeout
    // The function's error is not shown: it may hold credentials of a KMS or of a token server.
    throw new AuthenticationError(`${name}() threw instead of returning a ${result}`)
  }
}

/**
 * Calls an option that is a function and returns a token.
 * @returns the token without surrounding blanks
 * @throws AuthenticationError when it returns no text, and as {@link callOptionFunction} does
 */
export async function callTokenFunction(option: string, call: () => Promise<unknown>, limits: Limits): Promise<string> {
  const token = await callOptionFunction(option, 'token', call, limits)
  const value = typeof token === 'string' ? token.trim() : ''
  if (value === '') throw new AuthenticationError(`${option}() must return a token as text`)
  return value
}
