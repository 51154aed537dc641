import { isRecord } from '../../../parsing/coerce.js'
import type { AdapterRuntime } from '../../../provider.js'
import type { SafeStore } from './safe-store.js'

/** A fetched token and the time of its renewal. */
export interface Token {
  readonly value: string
  /** Milliseconds since 1970. */
  readonly renewAt: number
  /** Identifies the fetch in all processes: two fetches may return the same text. */
  readonly fetchId: string
}

/** The token in the store that processes share. */
export interface StoredToken {
  /** `none`: the store has no token; `unreachable`: the store failed. */
  load(signal: AbortSignal): Promise<Token | 'none' | 'unreachable'>
  save(token: Token, signal: AbortSignal): Promise<void>
  remove(signal: AbortSignal): Promise<void>
}

export function createStoredToken(store: SafeStore, key: string, runtime: AdapterRuntime): StoredToken {
  /** One warning, though the store is polled while another process fetches. */
  let warnedAboutGarbage = false
  return {
    async load(signal) {
      const stored = await store.get(key, signal)
      if (stored === null) return 'unreachable'
      if (stored.value === null) return 'none'
      const token = parseToken(stored.value)
      if (token !== null) runtime.protect(token.value)
      else if (!warnedAboutGarbage) store.warn('tokenStore.get() returned a value that is not a token of this library')
      warnedAboutGarbage = token === null
      return token ?? 'none'
    },
    async save(token, signal) {
      const { value, renewAt, fetchId } = token
      const ttlMs = Math.max(1, Math.ceil(renewAt - runtime.now()))
      await store.set(key, { value, renewAt, fetchId }, ttlMs, signal)
    },
    remove: (signal) => store.delete(key, signal),
  }
}

function parseToken(stored: unknown): Token | null {
  if (!isRecord(stored)) return null
  const { value, renewAt, fetchId } = stored
  const isToken = typeof value === 'string' && value !== '' && typeof renewAt === 'number' && Number.isFinite(renewAt)
  return isToken && typeof fetchId === 'string' ? { value, renewAt, fetchId } : null
}
