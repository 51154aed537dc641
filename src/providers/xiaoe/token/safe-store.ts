import { callWithTimeout } from '../../../async/abort.js'
import type { AdapterRuntime } from '../../../provider.js'

/**
 * Where tokens are kept between processes: the shape of Keyv, so that a Keyv over Redis fits as it is.
 * A store that fails, hangs or gives garbage costs a fetch and a `tokenStoreFailed` event, never a query. Beside the
 * token it holds, for moments, a lock of at most 10 s under the token's key with `:lock`.
 */
export interface TokenStore {
  /** What `set` was given; anything else, such as undefined, stands for none. */
  get(key: string): Promise<unknown>
  /** `ttlMs` in milliseconds. */
  set(key: string, value: unknown, ttlMs?: number): Promise<unknown>
  /** Called when the provider no longer accepts the token. */
  delete(key: string): Promise<unknown>
}

/** The user's store, of which each call ends well whatever it does. Rejects only with the reason of the signal. */
export interface SafeStore {
  /** null: the store failed; `{ value: null }`: it has nothing there. */
  get(key: string, signal: AbortSignal): Promise<{ readonly value: unknown } | null>
  /** Whether it was kept. */
  set(key: string, value: unknown, ttlMs: number, signal: AbortSignal): Promise<boolean>
  delete(key: string, signal: AbortSignal): Promise<void>
  /** For whoever was aborted: deletes what stands there if it is theirs; nobody waits for it, and no failure is told. */
  leave(key: string, isOwn: (value: unknown) => boolean): void
  /** Tells the user that what stands in the store is of no use. */
  warn(what: string): void
}

/** A store that is cut off may queue what it is asked instead of failing. */
const patienceMs = 2_000

export function createSafeStore(store: TokenStore, runtime: AdapterRuntime): SafeStore {
  const warn = (what: string): void => {
    runtime.emit({ type: 'warning', warning: 'tokenStoreFailed', message: `${what}; going on without it` })
  }

  const use = async (
    action: keyof TokenStore,
    ask: () => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<{ readonly value: unknown } | null> => {
    try {
      return { value: (await callWithTimeout(patienceMs, signal, () => new Error('no answer'), ask)) ?? null }
    } catch {
      signal.throwIfAborted()
      // What it threw is not shown: it may quote the token, or the store's password.
      warn(`tokenStore.${action}() failed`)
      return null
    }
  }

  return {
    warn,
    get: (key, signal) => use('get', () => store.get(key), signal),
    async set(key, value, ttlMs, signal) {
      const answer = await use('set', () => store.set(key, value, ttlMs), signal)
      // Keyv answers with false where it does not throw.
      if (answer?.value === false) warn('tokenStore.set() did not keep what it was given')
      return answer !== null && answer.value !== false
    },
    async delete(key, signal) {
      await use('delete', () => store.delete(key), signal)
    },
    leave(key, isOwn) {
      const left = async (): Promise<void> => {
        if (isOwn(await store.get(key))) await store.delete(key)
      }
      left().catch(() => {})
    },
  }
}
