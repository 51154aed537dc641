import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ComplaintQuery } from '../../src/index.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'

const script = new URL('../support/drain-in-zone.mjs', import.meta.url).pathname
/** Clocks change in New York on the 8th of March and in Lord Howe, by half an hour, on the 5th of April. */
const days = { from: '2026-02-20', to: '2026-04-10' }
const queries: ComplaintQuery[] = [
  { ...days, order: 'newest' },
  { from: '2026-03-08', to: '2026-03-08', order: 'oldest' },
  { from: '2026-03-07T18:30:00Z', to: '2026-03-08T03:00:00-05:00', order: 'oldest' },
  { from: '2026-03-31', to: '2026-04-05T02:00:00+08:00', order: 'oldest', state: ['pending', 'processing'] },
]
const zones = { UTC: 0, 'America/New_York': 5, 'Asia/Shanghai': -8, 'Australia/Lord_Howe': -11 }

/** What the sandbox holds of each query, by instants worked out by hand. */
const expected: [from: string, before: string][] = [
  ['2026-02-19T16:00:00Z', '2026-04-10T16:00:00Z'],
  ['2026-03-07T16:00:00Z', '2026-03-08T16:00:00Z'],
  ['2026-03-07T18:30:00Z', '2026-03-08T08:00:00Z'],
  ['2026-03-30T16:00:00Z', '2026-04-04T18:00:00Z'],
]

let sandbox: Sandbox
/** What was asked in each zone. */
const asksOf = new Map<string, string[]>()
beforeAll(async () => {
  sandbox = await startSandbox({ ...days, complaints: { wechatpay: 250, huishouqian: 250, xiaoe: 250 }, quotas: false })
})
afterAll(() => sandbox.close())

async function drainIn(zone: string): Promise<{ hours: number; answers: { id: string; state: string }[][] }> {
  const { wechatpay, huishouqian, xiaoe } = sandbox
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, TZ: zone },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify({ adapters: { wechatpay, huishouqian, xiaoe }, queries }))
  return JSON.parse(await text(child.stdout))
}

describe("the host's zone changes nothing of what the adapters ask and deliver", () => {
  it.each(Object.entries(zones))('%s', async (zone, hours) => {
    const asked = sandbox.requests.length
    const drained = await drainIn(zone)
    // The child really was elsewhere.
    expect(drained.hours).toBe(hours)
    const truth = expected.map(([from, before], index) =>
      sandbox.truth.filter(
        ({ createdAt, state }) =>
          createdAt >= new Date(from) && createdAt < new Date(before) && (index < 3 || state !== 'resolved'),
      ),
    )
    const byKey = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)
    for (const [index, answer] of drained.answers.entries()) {
      const plain = JSON.parse(JSON.stringify(truth[index]?.sort(byKey)))
      expect(plain.length).toBeGreaterThan(3)
      expect([...answer].sort(byKey)).toEqual(plain)
    }
    const sent = sandbox.requests.slice(asked).filter(({ operation }) => operation === 'list')
    asksOf.set(zone, [...new Set(sent.map(({ query }) => JSON.stringify(query)))].sort())
    expect(asksOf.get(zone)).toEqual([...asksOf.values()][0])
    expect(sent.length).toBeGreaterThan(20)
  })
})
