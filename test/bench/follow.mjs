// Follows 1, 100 and 1,000 accounts in one process: requests, CPU and memory of a poll, and how long a complaint takes
// from its creation to its delivery. The providers are models in memory, so the figures are the library's own.
import { setTimeout as sleep } from 'node:timers/promises'
import { ComplaintClient } from '../../dist/index.js'

const everyMs = Number(process.env.FOLLOW_EVERY_MS ?? 10_000)
const polls = Number(process.env.FOLLOW_POLLS ?? 3)
const latencyMs = 20
/** Complaints of each account that stand in today's and yesterday's list, and in the 29 days before. */
const recentRows = 10
const olderRows = 30
const dayMs = 86_400_000
const beijingOffsetMs = 8 * 3_600_000

const beijingDay = (instant) => new Date(instant + beijingOffsetMs).toISOString().slice(0, 10)

function complaintOf(account, id, createdAt) {
  return {
    provider: 'wechatpay',
    account,
    id,
    state: 'pending',
    providerState: 'PENDING',
    createdAt: new Date(createdAt),
    closedAt: null,
    dueAt: null,
    subject: '商品质量问题',
    detail: '一直不发货，联系不上商家',
    channel: 'wechatpay',
    merchantId: account,
    agentId: null,
    payer: { phone: null, openId: null },
    orders: [{ merchantOrderNo: `order-${id}`, transactionId: `4200${id}`, amount: { fen: 100, currency: 'CNY' } }],
    resource: null,
    refund: { wanted: true, amount: { fen: 100, currency: 'CNY' }, completed: false },
    awaitingReply: true,
    overdue: null,
    urgent: false,
    inPlatformService: false,
    timesComplained: 1,
    tags: ['TRUSTED'],
    media: [],
    raw: {},
  }
}

function model(account, counts) {
  const now = Date.now()
  const rows = [
    ...Array.from({ length: recentRows }, (_, index) =>
      complaintOf(account, `r${index}`, now - (index + 1) * 3_600_000),
    ),
    ...Array.from({ length: olderRows }, (_, index) =>
      complaintOf(account, `o${index}`, now - (2 + (index % 28)) * dayMs),
    ),
  ]
  const adapter = {
    provider: 'wechatpay',
    account,
    limits: {
      pageSize: { min: 1, max: 50, default: 50 },
      windowDays: 30,
      maxSpanDays: 30,
      concurrency: null,
      rateLimit: null,
    },
    capabilities: {
      history: false,
      media: false,
      notifications: false,
      merchant: true,
      merchantOrderNo: false,
      paging: { style: 'offset', totals: 'exact' },
    },
    connect: () => ({
      async listPage({ begin, end, skip, limit }) {
        counts.requests += 1
        await sleep(latencyMs)
        const inside = rows.filter(({ createdAt }) => {
          const day = beijingDay(createdAt.getTime())
          return day >= begin && day <= end
        })
        const page = inside.slice(skip, skip + limit).map((row) => ({ ...row }))
        return { rows: page, received: page.length, total: inside.length, failures: [] }
      },
      async get(id) {
        counts.requests += 1
        return { ...rows.find((row) => row.id === id) }
      },
    }),
  }
  return { adapter, add: (id, createdAt) => rows.unshift(complaintOf(account, id, createdAt)) }
}

const percentile = (values, share) =>
  values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]
const megabytes = () => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 2 ** 20
}

async function measure(accounts) {
  const counts = { requests: 0 }
  const models = Array.from({ length: accounts }, (_, index) => model(`a${index}`, counts))
  const client = new ComplaintClient(models.map(({ adapter }) => adapter))
  const store = new Map()
  const controller = new AbortController()
  const created = new Map()
  const delays = []
  let handled = 0
  const options = { store, everyMs, reviewEveryMs: 3_600_000, signal: controller.signal }
  const reading = (async () => {
    for await (const { complaint } of client.follow({}, options)) {
      handled += 1
      const at = created.get(`${complaint.account} ${complaint.id}`)
      if (at !== undefined) delays.push(performance.now() - at)
    }
  })().catch((error) => {
    if (error !== controller.signal.reason) throw error
  })
  // The first, whole pass.
  while (handled < accounts * (recentRows + olderRows)) await sleep(100)
  await sleep(everyMs)
  const memory = megabytes()
  const start = { cpu: process.cpuUsage(), requests: counts.requests, at: performance.now() }
  await sleep(everyMs * polls)
  const { user, system } = process.cpuUsage(start.cpu)
  const passed = (performance.now() - start.at) / everyMs
  const requests = (counts.requests - start.requests) / passed
  const arrivals = Math.min(300, Math.max(30, accounts))
  for (let index = 0; index < arrivals; index += 1) {
    const { adapter, add } = models[(index * 37) % accounts]
    created.set(`${adapter.account} new${index}`, performance.now())
    add(`new${index}`, Date.now() - 1)
    await sleep((everyMs * 2) / arrivals)
  }
  while (delays.length < arrivals) await sleep(50)
  controller.abort(new Error('measured'))
  await reading
  return {
    accounts,
    'requests per account and poll': (requests / accounts).toFixed(2),
    'CPU ms per account and poll': ((user + system) / 1000 / passed / accounts).toFixed(2),
    'CPU share at a poll a minute': `${(((user + system) / 1000 / passed / 60_000) * 100).toFixed(1)} %`,
    'heap MB': memory.toFixed(0),
    'delivered after, p50 ms': Math.round(percentile(delays, 0.5)),
    'p99 ms': Math.round(percentile(delays, 0.99)),
    // A complaint waits for the next poll, and for the poll itself: with 16 accounts at once, each some milliseconds.
    'p99 / bound': (percentile(delays, 0.99) / (everyMs + Math.ceil(accounts / 16) * latencyMs * 1.25)).toFixed(2),
  }
}

const rows = []
for (const accounts of [1, 100, 1_000]) rows.push(await measure(accounts))
console.log(
  `a recent pass every ${everyMs} ms, ${latencyMs} ms a request, ${recentRows} recent complaints of each account`,
)
console.table(rows)
