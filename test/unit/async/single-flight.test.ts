import { describe, expect, it } from 'vitest'
import { createSingleFlight } from '../../../src/async/single-flight.js'
import { ApiError, addContext, TransportError } from '../../../src/errors.js'
import { rejectionOf } from '../../support/core.js'

describe('work that several wait for', () => {
  it('is done once, and begins anew when it is over', async () => {
    const join = createSingleFlight<number>()
    let begun = 0
    const work = async (): Promise<number> => {
      begun += 1
      return begun
    }
    expect(await Promise.all([join(work, undefined), join(work, undefined)])).toEqual([1, 1])
    expect(await join(work, undefined)).toBe(2)
  })

  it('fails with an error for each, which says the same', async () => {
    const join = createSingleFlight<never>()
    const failure = new ApiError('no', { retryable: true, status: 503, providerCode: 'X', requestId: 'r-1' })
    addContext(failure, { provider: 'wechatpay', account: '1900000001', operation: 'certificates' })
    failure.attempts = 2
    const work = (): Promise<never> => Promise.reject(failure)
    const errors = await Promise.all([1, 2].map(() => rejectionOf(join(work, undefined))))
    expect(errors[0]).not.toBe(errors[1])
    for (const error of errors) {
      expect(error).not.toBe(failure)
      expect(error).toBeInstanceOf(ApiError)
      expect({ ...(error as object) }).toEqual({ ...failure })
      expect((error as Error).message).toBe(failure.message)
    }
  })

  it('fails with the very error where it is none of the family', async () => {
    const failure = new RangeError('no')
    expect(await rejectionOf(createSingleFlight()(() => Promise.reject(failure), undefined))).toBe(failure)
  })

  it('goes on without those who gave up, and is stopped when nobody waits', async () => {
    const join = createSingleFlight<never>()
    let stop: AbortSignal | undefined
    const work = (signal: AbortSignal): Promise<never> => {
      stop = signal
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new TransportError('stopped')), { once: true }),
      )
    }
    const [first, second] = [new AbortController(), new AbortController()]
    const waiting = [first, second].map(({ signal }) => rejectionOf(join(work, signal)))
    first.abort('one')
    expect(await waiting[0]).toBe('one')
    expect(stop?.aborted).toBe(false)
    second.abort('two')
    expect(await waiting[1]).toBe('two')
    expect(stop?.aborted).toBe(true)
  })
})
