import { expect, it, onTestFinished } from 'vitest'
import { startSandbox } from '../../src/sandbox/index.js'
import { ask } from './ask.js'

const range = { from: '2026-03-01', to: '2026-03-20' } as const
const samples = 14
/** Between two samples every way to end and every order come equally often: each sample follows the same drain. */
const round = 12
/** 168 with every test run; more by DRAINS. */
const eachSample = round * Math.ceil(Number(process.env.DRAINS ?? samples * round) / (samples * round))
const drains = eachSample * samples
/** Half of a leak that would be worth to be found, 4 KB a drain. */
const slackBytes = 2 * 1024
/**
 * An engine that compiles what is hot, and forgets what is cold, gains a megabyte within a thousand drains and then no
 * more, which looks like a leak of as much for as long. Without that the heap is flat from the first drains on.
 */
const flags = ['--expose-gc', '--no-opt', '--no-sparkplug', '--no-lazy-feedback-allocation', '--no-flush-bytecode']

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

it(`${drains} drains, ended in every way, leave the heap as it was`, { timeout: 1_200_000 }, async () => {
  const sandbox = await startSandbox({ ...range, complaints: 12, reuseKeys: true, quotas: false })
  onTestFinished(() => sandbox.close())
  const { used } = await ask<{ used: { heapUsed: number; outside: number }[] }>(
    new URL('heap-child.mjs', import.meta.url),
    { sandbox, range, drains, eachSample },
    { flags },
  )
  expect(used).toHaveLength(samples)
  // The first third warms up: connections and tables are made.
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
