import { callWithTimeout } from '../../../async/abort.js'
import type { AdapterRuntime } from '../../../provider.js'

/**
 * Where tokens are kept between processes: the shape of Keyv, so that a Keyv over Redis fits as it is.
 * If a store fails, hangs or returns garbage, a token is fetched and a `tokenStoreFailed` event is emitted; no query
 * fails. Besides the token, the store briefly holds a lock of at most 10 s, under the token's key with `:lock`.
 */
export interface TokenStore {
  /** The value that `set` stored; anything else, such as undefined, means that there is none. */
  get(key: string): Promise<unknown>
  /** `ttlMs` in milliseconds. */
  set(key: string, value: unknown, ttlMs?: number): Promise<unknown>
  /** Called when the provider no longer accepts the token. */
  delete(key: string): Promise<unknown>
}

/** The user's store, whose failures become warnings. Calls reject only with the reason of the signal. */
export interface SafeStore {
  /** null: the store failed; `{ value: null }`: it has no value. */
  get(key: string, signal: AbortSignal): Promise<{ readonly value: unknown } | null>
  /** Whether the value was stored. */
  set(key: string, value: unknown, ttlMs: number, signal: AbortSignal): Promise<boolean>
  delete(key: string, signal: AbortSignal): Promise<void>
  /** After an abort: deletes the value if it is the caller's, without waiting and without a warning. */
  releaseInBackground(key: string, isOwn: (value: unknown) => boolean): void
  /** @param problem what is wrong with the store or its value */
  warn(problem: string): void
}

/** A disconnected store may queue calls instead of failing. */
const storeTimeoutMs = 2_000

export function createSafeStore(store: TokenStore, runtime: AdapterRuntime): SafeStore {
  const warn = (problem: string): void => {
    const message = `${problem}; continuing without the store`
    runtime.emit({ type: 'warning', warning: 'tokenStoreFailed', message })
  }

  const callStore = async (
    method: keyof TokenStore,
    call: () => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<{ readonly value: unknown } | null> => {
    try {
      return { value: (await callWithTimeout(storeTimeoutMs, signal, () => new Error('timeout'), call)) ?? null }
    } catch {
      signal.throwIfAborted()
      // The store's error is not shown: it may quote the token, or the store's password.
      warn(`tokenStore.${method}() failed`)
      return null
    }
  }

  return {
    warn,
    get: (key, signal) => callStore('get', () => store.get(key), signal),
    async set(key, value, ttlMs, signal) {
      const result = await callStore('set', () => store.set(key, value, ttlMs), signal)
      // Keyv returns false for some failures instead of throwing.
      if (result?.value === false) warn('tokenStore.set() returned false')
      return result !== null && result.value !== false
    },
    async delete(key, signal) {
      await callStore('delete', () => store.delete(key), signal)
    },
    releaseInBackground(key, isOwn) {
      const release = async (): Promise<void> => {
        if (isOwn(await store.get(key))) await store.delete(key)
      }
      release().catch(() => {})
    },
  }
}
