import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { propertyRuns } from '../../support/property-runs.js'
import { live } from './life.js'

/** So many lives; `PROPERTY_RUNS=20000` runs more. */
const runs = propertyRuns(1_000)
const firstSeed = Number(process.env.PROPERTY_SEED ?? 1)

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterAll(() => {
  vi.useRealTimers()
})

describe('a model that moves, with processes that end between any two steps and stores that fail', () => {
  it(`delivers each state that lasted longer than a whole pass, in ${runs} lives`, async () => {
    let crashes = 0
    let delivered = 0
    for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
      const result = await live(seed)
      expect(result.problems, `seed ${seed}`).toEqual([])
      crashes += result.crashes
      delivered += result.delivered
    }
    // Lives without a crash would prove nothing.
    expect(crashes).toBeGreaterThan(runs)
    expect(delivered).toBeGreaterThan(runs * 5)
  }, 1_800_000)
})
