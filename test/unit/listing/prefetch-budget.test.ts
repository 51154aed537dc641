import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPrefetchBudget } from '../../../src/listing/prefetch-budget.js'
import { rejectionOf } from '../../support/core.js'

const never = new AbortController().signal
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('holds as many pages as its capacity, and the next one when one is consumed', async () => {
  const budget = createPrefetchBudget(2, 0)
  const first = await budget.acquire(0, never)
  await budget.acquire(0, never)
  let third = false
  void budget.acquire(0, never).then(() => {
    third = true
  })
  await turn()
  expect(third).toBe(false)
  first()
  await turn()
  expect(third).toBe(true)
})

it('serves earlier windows first, and requests of one window in their order', async () => {
  const budget = createPrefetchBudget(1, 0)
  const held = await budget.acquire(0, never)
  const order: string[] = []
  for (const [name, window] of [
    ['2a', 2],
    ['1a', 1],
    ['2b', 2],
    ['1b', 1],
  ] as const) {
    void budget.acquire(window, never).then((release) => {
      order.push(name)
      release()
    })
  }
  held()
  for (let index = 0; index < 5; index += 1) await turn()
  expect(order).toEqual(['1a', '1b', '2a', '2b'])
})

it('the window being consumed may always hold one page, so that later windows cannot starve it', async () => {
  const budget = createPrefetchBudget(2, 0)
  await budget.acquire(1, never)
  await budget.acquire(2, never)
  const own = await budget.acquire(0, never)
  let second = false
  void budget.acquire(0, never).then(() => {
    second = true
  })
  await turn()
  expect(second).toBe(false)
  own()
  await turn()
  expect(second).toBe(true)
})

it('a window gets its page when it becomes the head', async () => {
  const budget = createPrefetchBudget(1, 0)
  await budget.acquire(0, never)
  let granted = false
  void budget.acquire(1, never).then(() => {
    granted = true
  })
  await turn()
  expect(granted).toBe(false)
  budget.setHead(1)
  await turn()
  expect(granted).toBe(true)
})

it('a window before the head may hold a page, too, so that its dropped requests do not block the others', async () => {
  const budget = createPrefetchBudget(1, 0)
  await budget.acquire(2, never)
  const own = await budget.acquire(0, never)
  const dropped = budget.acquire(0, never)
  const next = budget.acquire(1, never)
  budget.setHead(1)
  own()
  ;(await dropped)()
  await expect(next).resolves.toBeTypeOf('function')
})

it('a page that is released twice counts once', async () => {
  const budget = createPrefetchBudget(1, 0)
  const release = await budget.acquire(0, never)
  release()
  release()
  await budget.acquire(0, never)
  let second = false
  void budget.acquire(0, never).then(() => {
    second = true
  })
  await turn()
  expect(second).toBe(false)
})

it('an abort rejects with its reason, leaves no listener and does not change the order of the others', async () => {
  const budget = createPrefetchBudget(1, 0)
  const release = await budget.acquire(0, never)
  const controller = new AbortController()
  const aborted = budget.acquire(0, controller.signal)
  const after = budget.acquire(0, never)
  controller.abort('enough')
  expect(await rejectionOf(aborted)).toBe('enough')
  expect(await rejectionOf(budget.acquire(0, controller.signal))).toBe('enough')
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  release()
  await expect(after).resolves.toBeTypeOf('function')
})

it('under any load: never more than the capacity and one, and each request is settled', async () => {
  const load = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean()), { minLength: 1, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), load, async (capacity, takes) => {
      const budget = createPrefetchBudget(capacity, 0)
      const held: (() => void)[] = []
      const [peak, settled] = [{ value: 0 }, { value: 0 }]
      const all = takes.map(async ([window, aborts]) => {
        const controller = new AbortController()
        const taken = budget.acquire(window, controller.signal)
        if (aborts) queueMicrotask(() => controller.abort())
        try {
          held.push(await taken)
          peak.value = Math.max(peak.value, held.length)
        } catch {
          expect(controller.signal.aborted).toBe(true)
        }
        settled.value += 1
      })
      for (let round = 0; settled.value < takes.length && round < 200; round += 1) {
        await turn()
        held.shift()?.()
      }
      await Promise.all(all)
      expect(peak.value).toBeLessThanOrEqual(capacity + 1)
    }),
  )
})
