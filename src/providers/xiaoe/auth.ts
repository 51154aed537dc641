import type { AdapterRuntime } from '../../provider.js'
import type { XiaoeConfig } from './options.js'
import { fixedTokenSource, functionTokenSource } from './token/external-source.js'
import { fetchedTokenSource, type TokenSource } from './token/source.js'

/** The source of access tokens that the options select. */
export function createTokenSource({ appId, baseUrl, tokens }: XiaoeConfig, runtime: AdapterRuntime): TokenSource {
  if ('secretKey' in tokens) {
    const { tokenStore, ...credentials } = tokens
    return fetchedTokenSource({ appId, ...credentials }, baseUrl, tokenStore, runtime)
  }
  const { accessToken } = tokens
  return typeof accessToken === 'function'
    ? functionTokenSource(accessToken, runtime)
    : fixedTokenSource(accessToken, runtime)
}
