import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { forEach } from '../../../src/async/for-each.js'

const never = new AbortController().signal

describe('forEach()', () => {
  it('works on at most so many items at once, on each of them', async () => {
    let running = 0
    let peak = 0
    const done: number[] = []
    await forEach([1, 2, 3, 4, 5, 6, 7], 3, never, async (item) => {
      running += 1
      peak = Math.max(peak, running)
      await setImmediate()
      running -= 1
      done.push(item)
    })
    expect(peak).toBe(3)
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
    await forEach([], 3, never, () => Promise.reject(new Error('called')))
  })

  it('aborts the others at the first failure, waits for them and throws it', async () => {
    const ended: number[] = []
    const work = forEach([1, 2, 3], 2, never, async (item, signal) => {
      if (item === 1) throw new Error('first')
      while (!signal.aborted) await setImmediate()
      ended.push(item)
      throw new Error('second')
    })
    await expect(work).rejects.toThrow('first')
    expect(ended).toEqual([2])
  })

  it('ends with the reason of an abort', async () => {
    const controller = new AbortController()
    const work = forEach([1], 1, controller.signal, async (_, signal) => {
      controller.abort(new Error('reason'))
      signal.throwIfAborted()
    })
    await expect(work).rejects.toThrow('reason')
    await expect(forEach([1], 1, controller.signal, async () => {})).rejects.toThrow('reason')
  })
})
