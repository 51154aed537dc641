import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSemaphore } from '../../../src/async/semaphore.js'
import { rejectionOf } from '../../support/core.js'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('lets in as many as there are places, then the longest waiting', async () => {
  const places = createSemaphore(2)
  const [first, second] = [await places.acquire(undefined), await places.acquire(undefined)]
  const order: number[] = []
  for (const index of [3, 4, 5]) void places.acquire(undefined).then(() => order.push(index))
  await turn()
  expect(order).toEqual([])
  second()
  await turn()
  expect(order).toEqual([3])
  first()
  await turn()
  expect(order).toEqual([3, 4])
})

it('takes a place back once, however often it is given back', async () => {
  const places = createSemaphore(1)
  const giveBack = await places.acquire(undefined)
  giveBack()
  giveBack()
  await places.acquire(undefined)
  let third = false
  void places.acquire(undefined).then(() => {
    third = true
  })
  await turn()
  expect(third).toBe(false)
})

it('an abort rejects with its reason, leaves no listener and takes nobody else’s turn', async () => {
  const places = createSemaphore(1)
  const giveBack = await places.acquire(undefined)
  const controller = new AbortController()
  const aborted = places.acquire(controller.signal)
  const next = places.acquire(undefined)
  controller.abort('enough')
  expect(await rejectionOf(aborted)).toBe('enough')
  expect(await rejectionOf(places.acquire(controller.signal))).toBe('enough')
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  giveBack()
  await expect(next).resolves.toBeTypeOf('function')
})

it('keeps no listener on a signal whose turn has come', async () => {
  const places = createSemaphore(1)
  const { signal } = new AbortController()
  const first = await places.acquire(signal)
  const second = places.acquire(signal)
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  first()
  await second
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

it('under any load: never more than the places, and nobody is forgotten', async () => {
  const load = fc.array(fc.record({ turns: fc.nat(4), aborts: fc.boolean() }), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), load, async (count, jobs) => {
      const places = createSemaphore(count)
      let inside = 0
      let peak = 0
      const work = async ({ turns, aborts }: { turns: number; aborts: boolean }): Promise<void> => {
        const controller = new AbortController()
        if (aborts) setImmediate(() => controller.abort())
        const giveBack = await places.acquire(controller.signal)
        inside += 1
        peak = Math.max(peak, inside)
        for (let index = 0; index < turns; index += 1) await turn()
        inside -= 1
        giveBack()
      }
      const outcomes = await Promise.allSettled(jobs.map(work))
      expect(peak).toBeLessThanOrEqual(count)
      for (const [index, { status }] of outcomes.entries()) {
        if (jobs[index]?.aborts !== true) expect(status).toBe('fulfilled')
      }
    }),
  )
})

it('grants a permit to the lowest priority first, in the order of the calls within one', async () => {
  const semaphore = createSemaphore(1)
  const release = await semaphore.acquire(undefined)
  const order: string[] = []
  for (const [name, priority] of [
    ['2a', 2],
    ['0a', 0],
    ['1a', 1],
    ['2b', 2],
    ['0b', 0],
  ] as const) {
    void semaphore.acquire(undefined, priority).then((next) => {
      order.push(name)
      next()
    })
  }
  release()
  for (let index = 0; index < 6; index += 1) await turn()
  expect(order).toEqual(['0a', '0b', '1a', '2a', '2b'])
})

it('grants more than its capacity as far as it may, also when that changes', async () => {
  let exempt = 0
  const semaphore = createSemaphore(1, (priority, held) => priority <= exempt && held === 0)
  await semaphore.acquire(undefined, 1)
  const own = await semaphore.acquire(undefined, 0)
  let granted = 0
  for (const priority of [0, 2]) {
    void semaphore.acquire(undefined, priority).then(() => {
      granted += 1
    })
  }
  exempt = 2
  semaphore.recheck()
  await turn()
  expect(granted).toBe(0)
  own()
  await turn()
  expect(granted).toBe(2)
})

it('an aborted waiter no longer blocks those behind it', async () => {
  const semaphore = createSemaphore(1, (priority, held) => priority <= 1 && held === 0)
  await semaphore.acquire(undefined, 0)
  const controller = new AbortController()
  const first = rejectionOf(semaphore.acquire(controller.signal, 0))
  const second = semaphore.acquire(undefined, 1)
  controller.abort('enough')
  expect(await first).toBe('enough')
  await expect(second).resolves.toBeTypeOf('function')
})
