import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runPlan } from './plan.js'
import { modes } from './platform.js'

/** `npm test` runs some fixed seeds; `npm run fuzz` goes on from FUZZ_SEED for FUZZ_SECONDS. */
const seconds = Number(process.env.FUZZ_SECONDS ?? 0)
const firstSeed = Number(process.env.FUZZ_SEED ?? (seconds > 0 ? Date.now() % 1_000_000 : 1))
const quickPlans = 60
const atOnce = 4

/** Plans that once ended in something wrong: each is run with every test. */
const found: readonly { mode: string; seed: number; found: string }[] = JSON.parse(
  readFileSync(new URL('../../fixtures/seeds/fuzz.json', import.meta.url), 'utf8'),
)

describe.each(modes)('%s, whatever the right key proves', (mode) => {
  it(
    'ends in complaints or an error of the family',
    async () => {
      const until = performance.now() + (seconds * 1000) / modes.length
      const errors: Record<string, number> = {}
      let plans = 0
      let rows = 0
      while (seconds > 0 ? performance.now() < until : plans < quickPlans) {
        const seeds = Array.from({ length: atOnce }, (_, index) => firstSeed + plans + index)
        const outcomes = await Promise.all(seeds.map((seed) => runPlan(mode, seed)))
        for (const [index, outcome] of outcomes.entries()) {
          expect(outcome.wrong, `seed ${seeds[index]}`).toEqual([])
          rows += outcome.rows
          for (const [name, count] of Object.entries(outcome.errors)) errors[name] = (errors[name] ?? 0) + count
        }
        plans += atOnce
      }
      if (seconds > 0) {
        console.info(
          `${mode}: ${plans} plans from seed ${firstSeed}, ${rows} rows, errors ${JSON.stringify(errors)}, nothing wrong`,
        )
      }
      // Plans that deliver nothing, or refuse nothing, would prove nothing.
      expect(rows).toBeGreaterThan(plans)
      expect(errors.ResponseError).toBeGreaterThan(plans / 10)
      expect(Object.keys(errors).length).toBeGreaterThan(2)
    },
    60_000 + seconds * 1000,
  )

  for (const { seed, found: what } of found.filter((each) => each.mode === mode)) {
    it(`so does seed ${seed}, where ${what}`, async () => expect((await runPlan(mode, seed)).wrong).toEqual([]))
  }
})

it('every found seed names a mode', () => {
  expect(found.map(({ mode }) => mode).filter((name) => !modes.some((mode) => mode === name))).toEqual([])
})
