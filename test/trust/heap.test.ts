import { expect, it, onTestFinished } from 'vitest'
import { startSandbox } from '../../src/sandbox/index.js'
import { ask } from './ask.js'

const range = { from: '2026-03-01', to: '2026-03-20' } as const
/** 200 with every test run; more by DRAINS. */
const drains = Number(process.env.DRAINS ?? 200)
const samples = 20
/** What the engine itself still learns in that time; a leak of 4 KB a drain is more. */
const slackBytes = 400 * 1024

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

it(`${drains} drains, ended in every way, leave the heap as it was`, { timeout: 600_000 }, async () => {
  const sandbox = await startSandbox({ ...range, complaints: 12, reuseKeys: true, quotas: false })
  onTestFinished(() => sandbox.close())
  const given = { sandbox, range, drains, samples }
  const { used } = await ask<{ used: { heapUsed: number; outside: number }[] }>(
    new URL('heap-child.mjs', import.meta.url),
    given,
    {
      flags: ['--expose-gc'],
    },
  )
  expect(used).toHaveLength(samples)
  // The first quarter warms up: code is compiled, connections and tables are made.
  const [early, late] = [used.slice(samples / 4, samples / 2), used.slice((samples * 3) / 4)]
  const grown = (what: 'heapUsed' | 'outside'): number =>
    median(late.map((sample) => sample[what])) - median(early.map((sample) => sample[what]))
  expect(grown('heapUsed')).toBeLessThan(slackBytes)
  expect(grown('outside')).toBeLessThan(slackBytes)
  if (process.env.DRAINS !== undefined) {
    const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} KB`
    console.log(
      `${drains} drains: heap ${kilobytes(grown('heapUsed'))}, outside it ${kilobytes(grown('outside'))} more`,
    )
  }
})
