import { getEventListeners, setMaxListeners } from 'node:events'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { adoptSignal, callWithTimeout, isAbortSignal, raceAbort, sleep } from '../../../src/async/abort.js'
import { rejectionOf } from '../../support/core.js'

const reasons = ['enough', null, 0, new Error('enough')]
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

describe('sleep', () => {
  it('takes as long as it should, and leaves no listener', async () => {
    const { signal } = new AbortController()
    const begun = performance.now()
    await sleep(30, signal)
    expect(performance.now() - begun).toBeGreaterThanOrEqual(28)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it.each(reasons)('ends at once with the reason %o, and leaves no timer', async (reason) => {
    const before = timers()
    const controller = new AbortController()
    const sleeping = rejectionOf(sleep(100_000, controller.signal))
    expect(timers()).toBe(before + 1)
    controller.abort(reason)
    expect(await sleeping).toBe(reason)
    expect(await rejectionOf(sleep(100_000, controller.signal))).toBe(reason)
    expect(timers()).toBe(before)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })
})

describe('raceAbort', () => {
  it('is the promise while nobody aborts, and leaves no listener', async () => {
    const { signal } = new AbortController()
    const broken = new Error('broken')
    expect(await raceAbort(Promise.resolve(7), undefined)).toBe(7)
    expect(await raceAbort(Promise.resolve(7), signal)).toBe(7)
    expect(await rejectionOf(raceAbort(Promise.reject(broken), signal))).toBe(broken)
    await sleep(0, undefined)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it.each(reasons)(
    'rejects at once with the reason %o; what the promise does later disturbs nobody',
    async (reason) => {
      const controller = new AbortController()
      let fail: (error: Error) => void = () => {}
      const slow = new Promise<never>((_, reject) => {
        fail = reject
      })
      const waiting = rejectionOf(raceAbort(slow, controller.signal))
      controller.abort(reason)
      expect(await waiting).toBe(reason)
      fail(new Error('too late'))
      await sleep(0, undefined)
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    },
  )
})

/** What nobody listened to, which would end a user's process. */
function unheard(): unknown[] {
  const heard: unknown[] = []
  const note = (reason: unknown): void => void heard.push(reason)
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', note)
  onTestFinished(() => {
    process.off('unhandledRejection', note)
    for (const other of others) process.on('unhandledRejection', other)
  })
  return heard
}

describe('callWithTimeout', () => {
  const late = new Error('late')
  const never = (): Promise<never> => new Promise(() => {})

  it('is what the function answers, or throws, and leaves neither timer nor listener', async () => {
    const before = timers()
    const { signal } = new AbortController()
    const broken = new Error('broken')
    const throws = (): Promise<never> => {
      throw broken
    }
    expect(
      await callWithTimeout(
        1_000,
        signal,
        () => late,
        async () => 7,
      ),
    ).toBe(7)
    expect(await rejectionOf(callWithTimeout(1_000, signal, () => late, throws))).toBe(broken)
    expect(
      await rejectionOf(
        callWithTimeout(
          1_000,
          signal,
          () => late,
          async () => throws(),
        ),
      ),
    ).toBe(broken)
    await sleep(0, undefined)
    expect(timers()).toBe(before)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('waits so long and no longer', async () => {
    const begun = performance.now()
    expect(await rejectionOf(callWithTimeout(30, undefined, () => late, never))).toBe(late)
    expect(performance.now() - begun).toBeGreaterThanOrEqual(28)
  })

  it.each(reasons)('ends with the reason %o, though the function was asked', async (reason) => {
    const heard = unheard()
    const controller = new AbortController()
    const waiting = rejectionOf(callWithTimeout(1_000, controller.signal, () => late, never))
    controller.abort(reason)
    expect(await waiting).toBe(reason)
    let asked = 0
    const fails = async (): Promise<never> => {
      asked += 1
      throw new Error('holds a secret')
    }
    expect(await rejectionOf(callWithTimeout(1_000, controller.signal, () => late, fails))).toBe(reason)
    expect(asked).toBe(1)
    await sleep(5, undefined)
    expect(heard).toEqual([])
  })

  it('of a function that aborts its caller and fails is the reason, and disturbs nobody', async () => {
    const heard = unheard()
    const controller = new AbortController()
    const fails = (): Promise<never> => {
      controller.abort('enough')
      throw new Error('holds a secret')
    }
    expect(await rejectionOf(callWithTimeout(1_000, controller.signal, () => late, fails))).toBe('enough')
    expect(await rejectionOf(raceAbort(Promise.reject(new Error('too late')), controller.signal))).toBe('enough')
    await sleep(5, undefined)
    expect(heard).toEqual([])
  })
})

describe("C4: an AbortController that is not Node's", () => {
  /** Like jsdom's and polyfills': another class of EventTarget. */
  class OtherSignal {
    aborted = false
    reason: unknown = undefined
    readonly #listeners = new Set<() => void>()
    get listeners(): number {
      return this.#listeners.size
    }
    addEventListener(_: string, listener: () => void): void {
      this.#listeners.add(listener)
    }
    removeEventListener(_: string, listener: () => void): void {
      this.#listeners.delete(listener)
    }
    end(reason: unknown): void {
      this.aborted = true
      this.reason = reason
      for (const listener of this.#listeners) listener()
    }
  }
  const foreign = (): OtherSignal & AbortSignal => new OtherSignal() as OtherSignal & AbortSignal

  it('is not used, even if it is the global one', async () => {
    vi.stubGlobal(
      'AbortController',
      class {
        readonly signal: AbortSignal = foreign()
      },
    )
    onTestFinished(() => {
      vi.unstubAllGlobals()
      vi.resetModules()
    })
    vi.resetModules()
    const { createAbortController } = await import('../../../src/async/abort.js')
    setMaxListeners(0, createAbortController().signal)
  })

  it('has signals that are followed, with one listener for all calls', () => {
    const signal = foreign()
    const own = adoptSignal(signal)
    expect(adoptSignal(signal)).toBe(own)
    expect(signal.listeners).toBe(1)
    expect(own?.aborted).toBe(false)
    signal.end('enough')
    expect(own?.aborted).toBe(true)
    expect(own?.reason).toBe('enough')
  })

  it('may have no reason: an AbortError stands in', () => {
    const signal = foreign()
    signal.end(undefined)
    expect(adoptSignal(signal)?.reason).toMatchObject({ name: 'AbortError' })
  })

  it("Node's own signals are used as they are", () => {
    const { signal } = new AbortController()
    expect(adoptSignal(signal)).toBe(signal)
    expect(adoptSignal(undefined)).toBeUndefined()
  })

  it.each([[null], [undefined], ['signal'], [{}], [{ aborted: false }], [new AbortController()]])(
    '%o is not a signal',
    (value) => expect(isAbortSignal(value)).toBe(false),
  )
})
