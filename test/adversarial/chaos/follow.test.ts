import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type FollowOutcome, runFollowPlan } from './follow.js'
import { modes } from './modes.js'

/** So many fault plans for each mode; `npm run chaos` runs more. */
const plans = Number(process.env.CHAOS_PLANS ?? 6)
const firstSeed = Number(process.env.CHAOS_SEED ?? 1)
const atOnce = 6
const clean: Omit<FollowOutcome, 'broken'> = { wrong: [], strange: [] }

// How long a retry waits is chance; here it shall not be long.
beforeAll(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.01)
})
afterAll(() => {
  vi.restoreAllMocks()
})

describe.concurrent.each(modes)(
  '$name, changes of a list that moves, with faults, failing stores and processes that end',
  (mode) => {
    it(`the consumer knows every complaint as it is at the end of ${plans} plans`, async () => {
      let broken = 0
      for (let seed = firstSeed; seed < firstSeed + plans; seed += atOnce) {
        const seeds = Array.from({ length: Math.min(atOnce, firstSeed + plans - seed) }, (_, index) => seed + index)
        const outcomes = await Promise.all(seeds.map((each) => runFollowPlan(mode, each)))
        for (const [index, { broken: times, ...outcome }] of outcomes.entries()) {
          expect(outcome, `seed ${seeds[index]}`).toEqual(clean)
          broken += times
        }
      }
      if (process.env.CHAOS_PLANS !== undefined)
        console.info(`${mode.name}: ${plans} plans from seed ${firstSeed}, ${broken} passes broken off, nothing lost`)
      // Plans that never break anything would prove nothing.
      expect(broken).toBeGreaterThan(plans)
    }, 1_800_000)
  },
)
