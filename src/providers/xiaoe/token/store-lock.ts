import { randomUUID } from 'node:crypto'
import { sleep } from '../../../async/abort.js'
import { isRecord } from '../../../parsing/coerce.js'
import type { AdapterRuntime } from '../../../provider.js'
import type { SafeStore } from './safe-store.js'

export type Release = (signal: AbortSignal) => Promise<void>

/**
 * Best-effort lock over get, set and delete: write an owner id, wait 250 ms, read it back; the last writer holds the
 * lock. Two processes may hold it when one takes longer than 250 ms between reading and writing, or longer than 10 s
 * with the lock. The cost is a second fetch.
 */
export interface StoreLock {
  /**
   * @returns a function that releases the acquired lock; `held`: another process has it; `released`: another process
   * released it meanwhile, or the store keeps no values; `unusable`: the store failed
   */
  tryAcquire(signal: AbortSignal): Promise<Release | 'held' | 'released' | 'unusable'>
}

/** The lock of a crashed holder expires after this. */
const lifeMs = 10_000
const settleMs = 250
/** So close to expiry, a delete may arrive when another process already holds the lock. */
const releaseMarginMs = 1_000

export function createStoreLock(store: SafeStore, key: string, runtime: AdapterRuntime): StoreLock {
  return {
    async tryAcquire(signal) {
      const existing = await store.get(key, signal)
      if (existing === null) return 'unusable'
      // A store may ignore `ttlMs`, so the expiry in the value decides.
      if (isLockValue(existing.value) && runtime.now() < existing.value.until) return 'held'
      const own: LockValue = { owner: randomUUID(), until: runtime.now() + lifeMs }
      const isOwn = (value: unknown): boolean => isLockValue(value) && value.owner === own.owner
      const release: Release = async (signal) => {
        if (runtime.now() < own.until - releaseMarginMs) await store.delete(key, signal)
      }
      try {
        if (!(await store.set(key, own, lifeMs, signal))) return 'unusable'
        await sleep(settleMs, signal)
        const current = await store.get(key, signal)
        if (current === null) return 'unusable'
        if (!isLockValue(current.value)) return 'released'
        return isOwn(current.value) ? release : 'held'
      } catch (reason) {
        // Another process may have written its own value since, and then holds the lock.
        store.releaseInBackground(key, isOwn)
        throw reason
      }
    },
  }
}

interface LockValue {
  readonly owner: string
  /** Milliseconds since 1970. */
  readonly until: number
}

function isLockValue(value: unknown): value is LockValue {
  return isRecord(value) && typeof value.owner === 'string' && typeof value.until === 'number'
}
