import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { modes, type Outcome, runPlan } from './chaos.js'

/** So many fault plans for each mode; `npm run chaos` runs more. */
const plans = Number(process.env.CHAOS_PLANS ?? 12)
const firstSeed = Number(process.env.CHAOS_SEED ?? 1)
const atOnce = 5
const clean: Omit<Outcome, 'resumes'> = { missing: [], repeated: [], wrong: [], strange: [] }

// How long a retry waits is chance; here it shall not be long.
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.01)
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(modes)('$name, faults over a list that moves', (mode) => {
  it(`nothing is lost, doubled or wrong in ${plans} plans, and every break leaves a place to go on from`, async () => {
    let resumes = 0
    for (let seed = firstSeed; seed < firstSeed + plans; seed += atOnce) {
      const seeds = Array.from({ length: Math.min(atOnce, firstSeed + plans - seed) }, (_, index) => seed + index)
      const outcomes = await Promise.all(seeds.map((each) => runPlan(mode, each)))
      for (const [index, { resumes: broken, ...outcome }] of outcomes.entries()) {
        expect(outcome, `seed ${seeds[index]}`).toEqual(clean)
        resumes += broken
      }
    }
    // Plans that never break anything would prove nothing.
    expect(resumes).toBeGreaterThan(plans / 6)
  }, 600_000)
})
