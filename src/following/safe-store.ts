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
    const emitted = collectCodes(store)
    try {
      const result = run()
      // A store in memory needs no timer.
      if (!isPromise(result)) return result
      return await callWithTimeout(
        timeoutMs,
        signal,
        () => new StoreTimeout(),
        async () => result,
      )
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw storeError(`store.${method}() failed${reasonOf(error, emitted)}`, info)
    } finally {
      emitted.end()
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

/** Of an error within an error. */
const maxDepth = 3

class StoreTimeout extends Error {}

/** Nothing else of the store's error: its text may quote the store's password. */
function reasonOf(error: unknown, { last, isEmitter }: EmittedCodes): string {
  if (!(error instanceof StoreTimeout)) {
    const code = codeOf(error) ?? last()
    return code === null ? '' : ` (${code})`
  }
  const code = last()
  if (code !== null) return ` (no response in time: ${code})`
  return isEmitter ? " (no response in time; the store.on('error') event may say why)" : ' (no response in time)'
}

/** `ECONNREFUSED` of a connection, `WRONGPASS` of a reply of Redis; null: the error has no code. */
function codeOf(error: unknown, depth = 0): string | null {
  const { code, message, cause, errors } = (error ?? {}) as Readonly<Record<string, unknown>>
  const [reply] = /^[A-Z]{3,20}(?= )/.exec(typeof message === 'string' ? message : '') ?? []
  const known = [code, reply].find((text) => typeof text === 'string' && /^[A-Z][A-Z\d_]{2,40}$/.test(text))
  if (typeof known === 'string') return known
  // The error of a wrapper, or of a host with several addresses.
  const inner = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  return inner === undefined || depth === maxDepth ? null : codeOf(inner, depth + 1)
}

interface EmittedCodes {
  /** Whether the store emits events. */
  readonly isEmitter: boolean
  /** The code of the last `error` event; null: none was emitted. */
  last(): string | null
  /** Removes the listener. */
  end(): void
}

/** A Keyv without a connection does not reject: it queues the call, and emits why it cannot connect. */
function collectCodes(store: object): EmittedCodes {
  const { on, off } = store as { on?: unknown; off?: unknown }
  let code: string | null = null
  if (typeof on !== 'function' || typeof off !== 'function') return { isEmitter: false, last: () => null, end() {} }
  const listener = (error: unknown): void => {
    code = codeOf(error) ?? code
  }
  on.call(store, 'error', listener)
  return { isEmitter: true, last: () => code, end: () => void off.call(store, 'error', listener) }
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
