import { expect, it } from 'vitest'
import { createYieldQueue } from '../../../src/async/yield-queue.js'

it('lets one caller continue in each turn of the event loop, in the order of the calls', async () => {
  const nextTurn = createYieldQueue()
  let turn = 0
  let counting = true
  const count = (): void => {
    turn += 1
    if (counting) setImmediate(count)
  }
  setImmediate(count)
  const seen: [number, number][] = []
  await Promise.all(
    [0, 1, 2, 3, 4].map(async (index) => {
      await nextTurn()
      seen.push([index, turn])
    }),
  )
  counting = false
  expect(seen.map(([index]) => index)).toEqual([0, 1, 2, 3, 4])
  expect(new Set(seen.map(([, at]) => at)).size).toBe(5)
})
