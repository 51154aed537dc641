// One list over many accounts, in a process of its own: wall and CPU time, sockets, event-loop delay, memory, cursors.
import { Agent } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { ComplaintClient, wechatpay } from '../../dist/index.js'

const range = { from: '2026-03-01', to: '2026-03-30' }

process.once('message', async ({ options, accounts, maxAccounts, order }) => {
  const agent = new Agent({ keepAlive: true, timeout: 7_000 })
  const adapters = Array.from({ length: accounts }, (_, index) =>
    wechatpay({ ...options, account: `m${String(index).padStart(5, '0')}`, rateLimit: false }),
  )
  const client = new ComplaintClient(adapters, { maxAccounts, axios: { httpAgent: agent } })
  const countSockets = () =>
    [agent.sockets, agent.freeSockets]
      .flatMap((hosts) => Object.values(hosts))
      .reduce((sum, { length }) => sum + length, 0)
  const peak = { sockets: 0, rss: 0, cursor: 0 }
  const sampler = setInterval(() => {
    peak.sockets = Math.max(peak.sockets, countSockets())
    peak.rss = Math.max(peak.rss, process.memoryUsage.rss())
  }, 5)
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const cpu = process.cpuUsage()
  const start = performance.now()
  let rows = 0
  let firstRowMs = null
  for await (const { items, cursor } of client.list({ ...range, order }).pages()) {
    rows += items.length
    if (items.length > 0) firstRowMs ??= performance.now() - start
    peak.cursor = Math.max(peak.cursor, cursor?.length ?? 0)
  }
  const wallMs = performance.now() - start
  const used = process.cpuUsage(cpu)
  delay.disable()
  clearInterval(sampler)
  process.send({
    rows,
    wallMs,
    firstRowMs,
    cpuMs: (used.user + used.system) / 1000,
    // Less the 5 ms after which an idle loop would measure.
    p99Ms: Math.max(0, delay.percentile(99) / 1e6 - 5),
    maxMs: Math.max(0, delay.max / 1e6 - 5),
    sockets: peak.sockets,
    rssMb: peak.rss / 2 ** 20,
    cursorBytes: peak.cursor,
  })
  process.disconnect()
})
process.send('ready')
