import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Breadth, type Outcome, runPlan } from './chaos.js'
import { modes } from './modes.js'

/** So many fault plans for each mode; `npm run chaos` runs more. */
const plans = Number(process.env.CHAOS_PLANS ?? 12)
const firstSeed = Number(process.env.CHAOS_SEED ?? 1)
/** Of each of the modes, five of which run at once: a server that is too busy to answer in time is none of the faults. */
const atOnce = 6
const clean: Omit<Outcome, 'resumes' | 'besides'> = { missing: [], repeated: [], wrong: [], strange: [] }

/** Plans that once lost, doubled or broke something: each is run with every test. */
const found: readonly { mode: string; seed: number; breadth: Breadth; found: string }[] = JSON.parse(
  readFileSync(new URL('../../fixtures/seeds/chaos.json', import.meta.url), 'utf8'),
)

// How long a retry waits is chance; here it shall not be long.
beforeAll(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.01)
})
afterAll(() => {
  vi.restoreAllMocks()
})

describe.concurrent.each(modes)('$name, faults over a list that moves', (mode) => {
  it(`nothing is lost, doubled or wrong in ${plans} plans, and every break leaves a place to go on from`, async () => {
    let resumes = 0
    let failedBesides = 0
    for (let seed = firstSeed; seed < firstSeed + plans; seed += atOnce) {
      const seeds = Array.from({ length: Math.min(atOnce, firstSeed + plans - seed) }, (_, index) => seed + index)
      const outcomes = await Promise.all(seeds.map((each) => runPlan(mode, each)))
      for (const [index, { resumes: broken, besides, ...outcome }] of outcomes.entries()) {
        expect(outcome, `seed ${seeds[index]}`).toEqual(clean)
        resumes += broken
        failedBesides += besides
      }
    }
    if (process.env.CHAOS_PLANS !== undefined)
      console.info(`${mode.name}: ${plans} plans from seed ${firstSeed}, ${resumes} breaks resumed, nothing lost`)
    // Plans that never break anything would prove nothing.
    expect(resumes).toBeGreaterThan(plans / 6)
    if (mode.beside !== null) expect(failedBesides).toBeGreaterThan(mode.beside.isAlwaysNeeded ? plans / 6 : 0)
  }, 1_800_000)

  it.each(found.filter(({ mode: name }) => name === mode.name))('seed $seed ($breadth), where $found', async (plan) => {
    const { resumes: _, besides: __, ...outcome } = await runPlan(mode, plan.seed, plan.breadth)
    expect(outcome).toEqual(clean)
  })
})

it('every found seed names a mode', () => {
  expect(found.map(({ mode }) => mode).filter((name) => !modes.some((mode) => mode.name === name))).toEqual([])
})
