import { expect, it, onTestFinished } from 'vitest'
import { startSandbox } from '../../src/sandbox/index.js'
import { ask } from './ask.js'

const range = { from: '2026-03-01', to: '2026-03-20' } as const
const samples = 14
/** 4 ways to end × 3 orders: each sample follows the same kind of drain. */
const round = 12
/** 168 drains by default; DRAINS sets more. */
const eachSample = round * Math.ceil(Number(process.env.DRAINS ?? samples * round) / (samples * round))
const drains = eachSample * samples
/** Half of the leak to be found, 4 KB per drain. */
const slackBytes = 2 * 1024
/**
 * Optimised code and bytecode flushing change the heap by a megabyte within the first thousand drains, which looks like
 * a leak. Without them the heap is flat from the first drains on.
 */
const flags = ['--expose-gc', '--no-opt', '--no-sparkplug', '--no-lazy-feedback-allocation', '--no-flush-bytecode']

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

it(`${drains} drains, with every kind of end, do not grow the heap`, { timeout: 1_200_000 }, async () => {
  const sandbox = await startSandbox({ ...range, complaints: 12, reuseKeys: true, quotas: false })
  onTestFinished(() => sandbox.close())
  const { used } = await ask<{ used: { heapUsed: number; outside: number }[] }>(
    new URL('heap-child.mjs', import.meta.url),
    { sandbox, range, drains, eachSample },
    { flags },
  )
  expect(used).toHaveLength(samples)
  // The first third is warm-up: connections and tables are created.
  const [early, late] = [used.slice(4, 8), used.slice(10)]
  const between = 6 * eachSample
  const aDrain = (what: 'heapUsed' | 'outside'): number =>
    (median(late.map((sample) => sample[what])) - median(early.map((sample) => sample[what]))) / between
  if (process.env.DRAINS !== undefined) {
    const bytes = (what: 'heapUsed' | 'outside'): string => `${Math.round(aDrain(what))} bytes a drain`
    console.log(`${drains} drains: heap ${bytes('heapUsed')}, outside it ${bytes('outside')}`)
  }
  expect(aDrain('heapUsed')).toBeLessThan(slackBytes)
  expect(aDrain('outside')).toBeLessThan(slackBytes)
})
