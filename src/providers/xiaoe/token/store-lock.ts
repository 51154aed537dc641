import { randomUUID } from 'node:crypto'
import { sleep } from '../../../async/abort.js'
import { isRecord } from '../../../parsing/coerce.js'
import type { AdapterRuntime } from '../../../provider.js'
import type { SafeStore } from './safe-store.js'

/** Gives the lock back. */
export type Release = (signal: AbortSignal) => Promise<void>

/**
 * A lock out of get, set and delete alone: write a mark of one's own, let things settle, look whose mark stands there.
 * Of several who found the lock free, the last to write holds it. It holds while nobody takes longer between looking
 * and writing than another lets things settle, and while the holder is done before the lock expires; beyond that two
 * may hold it, which costs a second fetch and nothing else.
 * @returns what gives it back, when it was won; `theirs`: another process holds it; `gone`: the store keeps nothing, or
 * another held it and is done already; `unusable`: the store failed
 */
export type ClaimLock = (signal: AbortSignal) => Promise<Release | 'theirs' | 'gone' | 'unusable'>

/** A holder that crashed holds it no longer than this. */
const lifeMs = 10_000
const settleMs = 250
/** So close to its end the lock may be another's by the time a delete arrives. */
const lastMomentMs = 1_000

export function createStoreLock(store: SafeStore, key: string, runtime: AdapterRuntime): ClaimLock {
  return async (signal) => {
    const found = await store.get(key, signal)
    if (found === null) return 'unusable'
    // In a store that lets nothing expire a mark may outlive its time.
    if (isMark(found.value) && runtime.now() < found.value.until) return 'theirs'
    const mark: Mark = { owner: randomUUID(), until: runtime.now() + lifeMs }
    const isMine = (value: unknown): boolean => isMark(value) && value.owner === mark.owner
    const release: Release = async (signal) => {
      if (runtime.now() < mark.until - lastMomentMs) await store.delete(key, signal)
    }
    try {
      if (!(await store.set(key, mark, lifeMs, signal))) return 'unusable'
      await sleep(settleMs, signal)
      const kept = await store.get(key, signal)
      if (kept === null) return 'unusable'
      if (!isMark(kept.value)) return 'gone'
      return isMine(kept.value) ? release : 'theirs'
    } catch (reason) {
      // Another may have written since, and holds it then.
      store.leave(key, isMine)
      throw reason
    }
  }
}

interface Mark {
  readonly owner: string
  /** Milliseconds since 1970. */
  readonly until: number
}

function isMark(value: unknown): value is Mark {
  return isRecord(value) && typeof value.owner === 'string' && typeof value.until === 'number'
}
