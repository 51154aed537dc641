import { sleep } from '../../../async/abort.js'
import type { AdapterRuntime } from '../../../provider.js'
import { createSafeStore, type TokenStore } from './safe-store.js'
import { createStoreLock, type Release } from './store-lock.js'
import { createStoredToken, type Token } from './stored-token.js'

export interface TokenPolicy {
  /** Not yet due for renewal. */
  isFresh(token: Token): boolean
  /** Rejected by the provider. */
  isRejected(token: Token): boolean
}

/** The token that processes share. `fetchToken` is called when this process has the lock, or when the store fails. */
export type SharedRefresh = (fetchToken: () => Promise<Token>, signal: AbortSignal) => Promise<Token>

/** How long to wait for another process; longer than the lock of a crashed holder lives. */
const maxWaitMs = 15_000
const pollMs = 100
/** Limits the wait when the clock is set back. */
const maxPolls = maxWaitMs / pollMs

/**
 * One fetch for all processes that share a store: the holder of the lock fetches, the others poll the store for its
 * token. When the store fails, or after `maxWaitMs`, each process fetches for itself.
 */
export function createSharedRefresh(
  tokenStore: TokenStore,
  key: string,
  { isFresh, isRejected }: TokenPolicy,
  runtime: AdapterRuntime,
): SharedRefresh {
  const store = createSafeStore(tokenStore, runtime)
  const storedToken = createStoredToken(store, key, runtime)
  const lock = createStoreLock(store, `${key}:lock`, runtime)

  const isUsable = (token: Token | 'none' | 'unreachable'): token is Token =>
    typeof token === 'object' && isFresh(token) && !isRejected(token)

  const fetchAndSave = async (fetchToken: () => Promise<Token>, signal: AbortSignal): Promise<Token> => {
    const token = await fetchToken()
    await storedToken.save(token, signal)
    return token
  }

  const refreshWithLock = async (
    fetchToken: () => Promise<Token>,
    release: Release,
    signal: AbortSignal,
  ): Promise<Token> => {
    try {
      // The previous holder may have just saved a token.
      const stored = await storedToken.load(signal)
      if (isUsable(stored)) return stored
      // Before the fetch, which may fail: other processes must not load a rejected token.
      if (typeof stored === 'object' && isRejected(stored)) await storedToken.remove(signal)
      return await fetchAndSave(fetchToken, signal)
    } finally {
      await release(signal)
    }
  }

  return async (fetchToken, signal) => {
    const deadline = runtime.now() + maxWaitMs
    for (let polls = 0; polls < maxPolls && runtime.now() < deadline; polls += 1) {
      const stored = await storedToken.load(signal)
      if (isUsable(stored)) return stored
      if (stored === 'unreachable') break
      const acquired = await lock.tryAcquire(signal)
      if (typeof acquired === 'function') return await refreshWithLock(fetchToken, acquired, signal)
      if (acquired === 'released') {
        const saved = await storedToken.load(signal)
        if (isUsable(saved)) return saved
      }
      if (acquired !== 'held') break
      await sleep(pollMs, signal)
    }
    return await fetchAndSave(fetchToken, signal)
  }
}
