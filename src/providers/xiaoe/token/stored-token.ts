import { isRecord } from '../../../parsing/coerce.js'
import type { AdapterRuntime } from '../../../provider.js'
import type { SafeStore } from './safe-store.js'

/** A fetched token and how long it is believed. */
export interface Token {
  readonly value: string
  /** Milliseconds since 1970: from then on it is renewed. */
  readonly renewAt: number
  /** Tells one fetch from another, in every process: a fetch may yield the text of the one before. */
  readonly fetchId: string
}

/** The token in the store that processes share. */
export interface SharedToken {
  /** `none`: the store has none; `unreachable`: it failed to say. */
  load(signal: AbortSignal): Promise<Token | 'none' | 'unreachable'>
  save(token: Token, signal: AbortSignal): Promise<void>
  forget(signal: AbortSignal): Promise<void>
}

export function createSharedToken(store: SafeStore, key: string, runtime: AdapterRuntime): SharedToken {
  /** It is looked at again and again while another process fetches. */
  let garbageTold = false
  return {
    async load(signal) {
      const stored = await store.get(key, signal)
      if (stored === null) return 'unreachable'
      if (stored.value === null) return 'none'
      const token = tokenOf(stored.value)
      if (token !== null) runtime.protect(token.value)
      else if (!garbageTold) store.warn('tokenStore.get() gave something that is no token of this library')
      garbageTold = token === null
      return token ?? 'none'
    },
    async save(token, signal) {
      const { value, renewAt, fetchId } = token
      const ttlMs = Math.max(1, Math.ceil(renewAt - runtime.now()))
      await store.set(key, { value, renewAt, fetchId }, ttlMs, signal)
    },
    forget: (signal) => store.delete(key, signal),
  }
}

function tokenOf(stored: unknown): Token | null {
  if (!isRecord(stored)) return null
  const { value, renewAt, fetchId } = stored
  const isToken = typeof value === 'string' && value !== '' && typeof renewAt === 'number' && Number.isFinite(renewAt)
  return isToken && typeof fetchId === 'string' ? { value, renewAt, fetchId } : null
}
