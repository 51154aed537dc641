import { sleep } from '../../../async/abort.js'
import type { AdapterRuntime } from '../../../provider.js'
import { createSafeStore, type TokenStore } from './safe-store.js'
import { createStoreLock, type Release } from './store-lock.js'
import { createSharedToken, type Token } from './stored-token.js'

interface Judgement {
  /** Not yet to be renewed. */
  isGood(token: Token): boolean
  /** The provider refused it. */
  isRefused(token: Token): boolean
}

/** The token that processes share; `fetchToken` is called by the one whose turn it is. */
export type TokenSharing = (fetchToken: () => Promise<Token>, signal: AbortSignal) => Promise<Token>

/** How long another process is waited for; longer than the life of a lock whose holder crashed. */
const patienceMs = 15_000
const pollMs = 100
/** The clock may be set back. */
const maxPolls = patienceMs / pollMs

/**
 * One fetch for all processes that share a store: who wins the lock fetches, the others wait for the token to appear.
 * Nobody waits for ever, and where the store fails everybody fetches alone.
 */
export function createTokenSharing(
  tokenStore: TokenStore,
  key: string,
  { isGood, isRefused }: Judgement,
  runtime: AdapterRuntime,
): TokenSharing {
  const store = createSafeStore(tokenStore, runtime)
  const shared = createSharedToken(store, key, runtime)
  const claimLock = createStoreLock(store, `${key}:lock`, runtime)

  const isUsable = (token: Token | 'none' | 'unreachable'): token is Token =>
    typeof token === 'object' && isGood(token) && !isRefused(token)

  const fetchAndShare = async (fetchToken: () => Promise<Token>, signal: AbortSignal): Promise<Token> => {
    const token = await fetchToken()
    await shared.save(token, signal)
    return token
  }

  const fetchAsHolder = async (
    fetchToken: () => Promise<Token>,
    release: Release,
    signal: AbortSignal,
  ): Promise<Token> => {
    try {
      // Whoever held the lock before may just have been done.
      const stored = await shared.load(signal)
      if (isUsable(stored)) return stored
      // Should the fetch fail, others are at least not offered what is dead.
      if (typeof stored === 'object' && isRefused(stored)) await shared.forget(signal)
      return await fetchAndShare(fetchToken, signal)
    } finally {
      await release(signal)
    }
  }

  return async (fetchToken, signal) => {
    const giveUpAt = runtime.now() + patienceMs
    for (let polls = 0; polls < maxPolls && runtime.now() < giveUpAt; polls += 1) {
      const stored = await shared.load(signal)
      if (isUsable(stored)) return stored
      if (stored === 'unreachable') break
      const claim = await claimLock(signal)
      if (typeof claim === 'function') return await fetchAsHolder(fetchToken, claim, signal)
      if (claim === 'gone') {
        const saved = await shared.load(signal)
        if (isUsable(saved)) return saved
      }
      if (claim !== 'theirs') break
      await sleep(pollMs, signal)
    }
    return await fetchAndShare(fetchToken, signal)
  }
}
