import { expect, it, onTestFinished } from 'vitest'
import { type Complaint, ComplaintClient, type ComplaintEvent, huishouqian, wechatpay, xiaoe } from '../../src/index.js'
import { startSandbox } from '../../src/sandbox/index.js'

const range = { from: '2026-01-05', to: '2026-03-30' }
const rateLimit = { requests: 40, perMs: 1_000 }

/** The most requests that arrived in any second. */
function mostInOneSecond(times: readonly number[]): number {
  return Math.max(...times.map((start) => times.filter((time) => time >= start && time < start + 1_000).length))
}

it('a key that is rotated in the middle of lists under load: no 429, no further token, nothing lost', async () => {
  const arrivals = new Map<string, number[]>()
  const sandbox = await startSandbox({
    ...range,
    complaints: { wechatpay: 300, huishouqian: 300, xiaoe: 300 },
    reuseKeys: true,
    onRequest: ({ provider, operation }) => {
      const name = `${provider} ${operation}`
      arrivals.set(name, [...(arrivals.get(name) ?? []), performance.now()])
    },
  })
  onTestFinished(() => sandbox.close())
  const events: ComplaintEvent[] = []
  const { privateKey, ...merchant } = sandbox.wechatpay
  const before = [
    wechatpay({ ...merchant, privateKey, rateLimit }),
    huishouqian(sandbox.huishouqian),
    xiaoe({ ...sandbox.xiaoe, rateLimit }),
  ]
  const after = [
    wechatpay({ ...merchant, privateKeys: [privateKey], rateLimit }),
    huishouqian(sandbox.huishouqian),
    xiaoe({ ...sandbox.xiaoe, rateLimit }),
  ]
  const client = new ComplaintClient(before, { onEvent: (event) => void events.push(event) })
  const query = { ...range, pageSize: 5 }
  const rows: Complaint[] = []
  const later: Promise<Complaint[]>[] = []
  for await (const page of client.list(query).pages()) {
    rows.push(...page.items)
    if (rows.length < 200 || later.length > 0) continue
    for (const adapter of after) client.replace(adapter)
    client.remove(`xiaoe:${after[2]?.account}`)
    client.add(after[2] as (typeof after)[number])
    later.push(client.list(query).toArray({ limit: 2_000 }))
  }
  const ids = (list: readonly Complaint[]): string[] => list.map(({ provider, id }) => `${provider}:${id}`).sort()
  const truth = ids(sandbox.truth as unknown as Complaint[])
  expect(ids(rows)).toEqual(truth)
  for (const list of await Promise.all(later)) expect(ids(list)).toEqual(truth)
  expect(events.filter((event) => event.type === 'request' && event.failure !== null)).toEqual([])
  expect(arrivals.get('xiaoe token')).toHaveLength(1)
  for (const name of ['wechatpay list', 'xiaoe list']) {
    // Requests wait on their way. With a quota of its own, the new adapter would send another 40.
    expect(mostInOneSecond(arrivals.get(name) ?? [])).toBeLessThanOrEqual(50)
  }
}, 60_000)
