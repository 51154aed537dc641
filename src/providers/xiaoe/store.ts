import { sleep } from '../../http/wait.js'
import type { AdapterRuntime } from '../../provider.js'
import { isRecord } from '../../read.js'

/** Where tokens are kept between processes: the shape of Keyv, so that a Keyv over Redis fits as it is. */
export interface TokenStore {
  /** What `set` was given; anything else, such as undefined, stands for none. */
  get(key: string): Promise<unknown>
  /** `ttlMs` in milliseconds. */
  set(key: string, value: unknown, ttlMs?: number): Promise<unknown>
  /** Called when the provider no longer accepts the token. */
  delete(key: string): Promise<unknown>
}

/** A fetched token and how long it is believed. */
export interface Token {
  readonly value: string
  /** Milliseconds since 1970: from then on it is renewed. */
  readonly renewAt: number
}

/** A store that fails costs a fetch, never a query: each of these ends well whatever the store does. */
export interface SharedToken {
  load(signal: AbortSignal): Promise<Token | null>
  save(token: Token, signal: AbortSignal): Promise<void>
  forget(signal: AbortSignal): Promise<void>
}

/** A store that is cut off may queue what it is asked instead of failing. */
const storePatienceMs = 2_000

/** The token that stands in the user's store under `key`; without a store there is never one. */
export function createSharedToken(store: TokenStore | undefined, key: string, runtime: AdapterRuntime): SharedToken {
  const warn = (message: string): void => {
    runtime.emit({ type: 'warning', warning: 'tokenStoreFailed', message: `${message}; going on without it` })
  }

  const use = async <T>(action: string, ask: () => Promise<T> | undefined, signal: AbortSignal): Promise<T | null> => {
    if (store === undefined) return null
    const answered = new AbortController()
    const tooLong = sleep(storePatienceMs, AbortSignal.any([answered.signal, signal])).then(() => {
      throw new Error('no answer')
    })
    try {
      // A store that throws at once must not leave the other promise without anybody who listens.
      const answer = (async () => ask())()
      return (await Promise.race([answer, tooLong])) ?? null
    } catch {
      signal.throwIfAborted()
      // What it threw is not shown: it may quote the token, or the store's password.
      warn(`tokenStore.${action}() failed`)
      return null
    } finally {
      answered.abort()
    }
  }

  return {
    async load(signal) {
      const stored = await use('get', () => store?.get(key), signal)
      if (stored === null) return null
      const token = tokenOf(stored)
      if (token === null) warn('tokenStore.get() gave something that is no token of this library')
      else runtime.protect(token.value)
      return token
    },
    async save(token, signal) {
      const ttlMs = Math.max(1, Math.ceil(token.renewAt - runtime.now()))
      await use('set', () => store?.set(key, { value: token.value, renewAt: token.renewAt }, ttlMs), signal)
    },
    async forget(signal) {
      await use('delete', () => store?.delete(key), signal)
    },
  }
}

function tokenOf(stored: unknown): Token | null {
  if (!isRecord(stored)) return null
  const { value, renewAt } = stored
  return typeof value === 'string' && value !== '' && Number.isFinite(renewAt)
    ? { value, renewAt: renewAt as number }
    : null
}
