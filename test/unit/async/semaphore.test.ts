import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPlaces } from '../../../src/async/semaphore.js'
import { rejectionOf } from '../../support/core.js'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('lets in as many as there are places, then whoever waits longest', async () => {
  const places = createPlaces(2)
  const [first, second] = [await places.take(undefined), await places.take(undefined)]
  const order: number[] = []
  for (const index of [3, 4, 5]) void places.take(undefined).then(() => order.push(index))
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
  const places = createPlaces(1)
  const giveBack = await places.take(undefined)
  giveBack()
  giveBack()
  await places.take(undefined)
  let third = false
  void places.take(undefined).then(() => {
    third = true
  })
  await turn()
  expect(third).toBe(false)
})

it('an abort rejects with its reason, leaves no listener and takes nobody else’s turn', async () => {
  const places = createPlaces(1)
  const giveBack = await places.take(undefined)
  const controller = new AbortController()
  const aborted = places.take(controller.signal)
  const next = places.take(undefined)
  controller.abort('enough')
  expect(await rejectionOf(aborted)).toBe('enough')
  expect(await rejectionOf(places.take(controller.signal))).toBe('enough')
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  giveBack()
  await expect(next).resolves.toBeTypeOf('function')
})

it('keeps no listener on a signal whose turn has come', async () => {
  const places = createPlaces(1)
  const { signal } = new AbortController()
  const first = await places.take(signal)
  const second = places.take(signal)
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  first()
  await second
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

it('under any load: never more than the places, and nobody is forgotten', async () => {
  const load = fc.array(fc.record({ turns: fc.nat(4), aborts: fc.boolean() }), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), load, async (count, jobs) => {
      const places = createPlaces(count)
      let inside = 0
      let peak = 0
      const work = async ({ turns, aborts }: { turns: number; aborts: boolean }): Promise<void> => {
        const controller = new AbortController()
        if (aborts) setImmediate(() => controller.abort())
        const giveBack = await places.take(controller.signal)
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
