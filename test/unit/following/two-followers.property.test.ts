import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { propertyRuns } from '../../support/property-runs.js'
import { liveTogether } from './two-followers.js'

/** So many lives; `PROPERTY_RUNS=20000` runs more. */
const runs = propertyRuns(60)
const firstSeed = Number(process.env.PROPERTY_SEED ?? 1)

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterAll(() => {
  vi.useRealTimers()
})

describe('two processes that follow with one store and write into one table', () => {
  it.each([
    ['both live', false],
    ['both may end at any moment', true],
  ])(
    `leave the table as the provider is, in ${runs} lives: %s`,
    async (_, isMortal) => {
      let crashes = 0
      let delivered = 0
      let overwritten = 0
      for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
        const result = await liveTogether(seed, isMortal)
        expect(result.problems, `seed ${seed}`).toEqual([])
        crashes += result.crashes
        delivered += result.delivered
        overwritten += result.overwritten
      }
      expect(crashes > runs / 2).toBe(isMortal)
      expect(delivered).toBeGreaterThan(runs * 5)
      // Only after crashes, and seldom: 1 in 20,000 lives.
      expect(overwritten).toBeLessThanOrEqual(isMortal ? Math.ceil(runs / 5_000) : 0)
    },
    1_800_000,
  )
})
