import { callTokenFunction } from '../../../adapter-kit/option-function.js'
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
    async current(options) {
      const value = await callTokenFunction('accessToken', accessToken, options)
      runtime.protect(value)
      return { value }
    },
    reject: () => true,
  }
}
