import { callWithTimeout } from '../async/abort.js'
import { StoreError } from '../errors.js'
import type { AccountInfo } from '../provider.js'
import type { ChangeStore } from './types.js'

/** The user's store, whose failures become a StoreError. */
export interface SafeStore {
  /** null: the store has no value. */
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
}

/**
 * @param timeoutMs a disconnected store may queue calls instead of failing
 * @param signal ends a call that hangs; calls then reject with its reason
 */
export function createSafeStore(
  store: ChangeStore,
  info: AccountInfo,
  timeoutMs: number,
  signal: AbortSignal,
): SafeStore {
  const call = async (method: keyof ChangeStore, run: () => unknown): Promise<unknown> => {
    try {
      const result = run()
      // A store in memory needs no timer.
      if (!isPromise(result)) return result
      return await callWithTimeout(
        timeoutMs,
        signal,
        () => new Error('timeout'),
        async () => result,
      )
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw storeError(`store.${method}() failed${reasonOf(error)}`, info)
    }
  }
  return {
    get: async (key) => (await call('get', () => store.get(key))) ?? null,
    async set(key, value) {
      const stored = await call('set', () => store.set(key, value))
      // Keyv returns false for some failures instead of throwing.
      if (stored === false) throw storeError('store.set() returned false: the value was not stored', info)
    },
    async delete(key) {
      await call('delete', () => store.delete(key))
    },
  }
}

/** Nothing else of the store's error: it may quote the store's password. */
function reasonOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  if (typeof code === 'string' && /^[A-Z][A-Z\d_]{1,40}$/.test(code)) return ` (${code})`
  return message === 'timeout' ? ' (no response in time)' : ''
}

export function storeError(problem: string, { provider, account }: AccountInfo): StoreError {
  return new StoreError(`${problem}. Nothing is lost: what was not stored is delivered again by the next pass`, {
    provider,
    account,
    retryable: true,
  })
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
