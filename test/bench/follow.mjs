// Follows 1, 100 and 1,000 accounts of WeChat Pay in one process, over HTTP against the sandbox in another: requests, CPU
// and memory of a pass, and how long a complaint takes from its creation to its delivery.
import { setTimeout as sleep } from 'node:timers/promises'
import { ComplaintClient, wechatpay } from '../../dist/index.js'
import { startChild } from './child.mjs'

const everyMs = Number(process.env.FOLLOW_EVERY_MS ?? 10_000)
const passes = Number(process.env.FOLLOW_PASSES ?? 3)
const sizes = (process.env.FOLLOW_ACCOUNTS ?? '1,100,1000').split(',').map(Number)
const latencyMs = 20
/** Complaints of each account that were made in the last minutes, and in the 60 days before. */
const recentRows = 10
const olderRows = 60
/** Deliveries whose delay is measured, over all accounts. */
const deliveries = 3_000

const percentile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]

async function measure(accounts) {
  const server = await startChild(new URL('./follow-sandbox.mjs', import.meta.url), [latencyMs, recentRows, olderRows])
  const { options: merchant } = server.first
  const adapters = Array.from({ length: accounts }, (_, index) => wechatpay({ ...merchant, account: `a${index}` }))
  const client = new ComplaintClient(adapters)
  const controller = new AbortController()
  const created = new Map()
  const delays = []
  let deliveredAt = performance.now()
  const options = { store: new Map(), everyMs, reviewEveryMs: 3_600_000, signal: controller.signal }
  const following = (async () => {
    for await (const { complaint } of client.follow({}, options)) {
      deliveredAt = performance.now()
      const at = created.get(complaint.id)
      if (at !== undefined) delays.push(deliveredAt - at)
    }
  })().catch((error) => {
    if (error !== controller.signal.reason) throw error
  })
  // The first pass is whole; it has ended when nothing is delivered any more.
  await sleep(everyMs)
  while (performance.now() - deliveredAt < everyMs * 1.5) await sleep(100)
  const start = { cpu: process.cpuUsage(), at: performance.now(), ...(await server.ask({})) }
  await sleep(everyMs * passes)
  const { requests } = await server.ask({})
  const { user, system } = process.cpuUsage(start.cpu)
  const measured = (performance.now() - start.at) / everyMs
  const cpuMs = (user + system) / 1000 / measured
  globalThis.gc()
  const memory = process.memoryUsage()
  const arrivals = Math.max(3, Math.min(30, Math.ceil(deliveries / accounts)))
  for (let index = 0; index < arrivals; index += 1) {
    const at = performance.now()
    const { id } = await server.ask({ add: true })
    created.set(id, at)
    await sleep((everyMs * 2) / arrivals)
  }
  while (delays.length < arrivals * accounts) await sleep(50)
  controller.abort(new Error('measured'))
  await following
  server.close()
  return {
    accounts,
    'requests per account and pass': ((requests - start.requests) / measured / accounts).toFixed(2),
    'CPU ms per account and pass': (cpuMs / accounts).toFixed(2),
    'CPU share at a pass a minute': `${((cpuMs / 60_000) * 100).toFixed(1)} %`,
    'heap MB': (memory.heapUsed / 2 ** 20).toFixed(0),
    'RSS MB': (memory.rss / 2 ** 20).toFixed(0),
    'delivered after, p50 ms': Math.round(percentile(delays, 0.5)),
    'p99 ms': Math.round(percentile(delays, 0.99)),
    // A complaint waits for the next pass, and for the pass itself: with 16 accounts at once, each some milliseconds.
    'p99 / bound': (percentile(delays, 0.99) / (everyMs + Math.ceil(accounts / 16) * latencyMs * 1.25)).toFixed(2),
  }
}

const rows = []
for (const accounts of sizes) rows.push(await measure(accounts))
console.log(
  `a recent pass every ${everyMs} ms, ${latencyMs} ms a request, ${recentRows} recent complaints of each account`,
)
console.table(rows)
