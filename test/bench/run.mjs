// npm run bench: every figure of the README's benchmark section, in one run; ratios of medians, order shuffled.
import { fork } from 'node:child_process'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { ours, plugin, rawAxios } from './contenders.mjs'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const rowCount = 5_000
const concurrency = 8

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const shuffled = (values) =>
  values
    .map((value) => [Math.random(), value])
    .toSorted(([a], [b]) => a - b)
    .map(([, value]) => value)

async function startServer(phoneCount) {
  const child = fork(new URL('./server.mjs', import.meta.url), [String(rowCount), String(phoneCount)])
  const options = await new Promise((resolve) => child.once('message', resolve))
  const set = (settings) =>
    new Promise((resolve) => {
      child.once('message', resolve)
      child.send(settings)
    })
  return { options, set, close: () => child.disconnect() }
}

async function measure(drain, expected) {
  const cpu = process.cpuUsage()
  const start = performance.now()
  const rows = await drain()
  const wallMs = performance.now() - start
  const used = process.cpuUsage(cpu)
  if (rows !== expected) throw new Error(`delivered ${rows} of ${expected}`)
  return { wallMs, cpuMs: (used.user + used.system) / 1000 }
}

/** Median wall and CPU of each contender, measured in turn so that what the machine does meanwhile hits all alike. */
async function compare(contenders, expected) {
  const results = new Map(contenders.map(([name]) => [name, []]))
  for (const [, drain] of contenders) await measure(drain, expected)
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, drain] of shuffled(contenders)) results.get(name).push(await measure(drain, expected))
  }
  return Object.fromEntries(
    [...results].map(([name, runs]) => [
      name,
      { wallMs: median(runs.map((run) => run.wallMs)), cpuMs: median(runs.map((run) => run.cpuMs)) },
    ]),
  )
}

const lines = []
const print = (what, value, goal) => lines.push([what, value, goal])
const ratio = (value) => value.toFixed(3)

async function compareAt(server, latencyMs, phones) {
  await server.set({ latencyMs })
  const result = await compare(
    [
      ['ours', ours(server.options, { phones, concurrency })],
      ['plugin', plugin(server.options, { phones })],
      ['axios', rawAxios(server.options, { phones })],
    ],
    rowCount,
  )
  const label = `${latencyMs} ms, phones ${phones ? 'decrypted' : 'off'}`
  const requests = 1 + Math.ceil((rowCount - 50) / 49)
  const idealMs = latencyMs * (1 + Math.ceil((requests - 1) / concurrency))
  print(
    `${label}: wall ÷ plugin`,
    ratio(result.ours.wallMs / result.plugin.wallMs),
    latencyMs === 0 ? (phones ? '≤ 0.60' : '') : phones ? '≤ 0.16' : '≤ 0.15',
  )
  print(`${label}: wall ÷ axios by hand`, ratio(result.ours.wallMs / result.axios.wallMs), '')
  print(
    `${label}: CPU ÷ plugin`,
    ratio(result.ours.cpuMs / result.plugin.cpuMs),
    latencyMs === 0 && !phones ? '≤ 0.90' : '',
  )
  if (latencyMs > 0)
    print(`${label}: wall ÷ ideal bound (${concurrency} in flight)`, ratio(result.ours.wallMs / idealMs), '')
  print(`${label}: ours, wall ms / CPU ms`, `${result.ours.wallMs.toFixed(0)} / ${result.ours.cpuMs.toFixed(0)}`, '')
}

async function loopDelay(server) {
  await server.set({ latencyMs: 0 })
  const drain = ours(server.options, { phones: true, concurrency })
  await drain()
  const delays = []
  for (let round = 0; round < rounds; round += 1) {
    const histogram = monitorEventLoopDelay({ resolution: 1 })
    histogram.enable()
    await drain()
    histogram.disable()
    delays.push(histogram.percentile(99) / 1e6)
  }
  print('event-loop delay p99 while decrypting, ms', median(delays).toFixed(1), '≤ 8')
}

async function memory(server) {
  // The same number a day, so that what grows is the list, not its windows.
  const run = async (count, days, to) => {
    const drain = ours(server.options, { phones: false, concurrency, to })
    await server.set({ rowCount: count, days, latencyMs: 0 })
    const { cpuMs } = await measure(drain, count)
    global.gc?.()
    await sleep(50)
    global.gc?.()
    return {
      rssMb: process.memoryUsage().rss / 2 ** 20,
      heapMb: process.memoryUsage().heapUsed / 2 ** 20,
      cpuPerRow: (cpuMs / count) * 1000,
    }
  }
  await run(20_000, 30, '2026-03-30')
  const small = await run(20_000, 30, '2026-03-30')
  const large = await run(200_000, 300, '2026-12-25')
  print('memory growth 20,000 → 200,000, MB resident', (large.rssMb - small.rssMb).toFixed(1), '≤ 10')
  print('memory growth 20,000 → 200,000, MB heap', (large.heapMb - small.heapMb).toFixed(1), '')
  print('CPU per complaint, 200,000 ÷ 20,000', ratio(large.cpuPerRow / small.cpuPerRow), '≤ 1.1')
  print('CPU per complaint, µs', large.cpuPerRow.toFixed(1), '')
}

const plain = await startServer(0)
const withPhones = await startServer(500)
await memory(plain)
await plain.set({ rowCount, days: 30 })
await compareAt(plain, 0, false)
await compareAt(withPhones, 0, true)
await loopDelay(withPhones)
await compareAt(plain, 50, false)
await compareAt(withPhones, 50, true)
plain.close()
withPhones.close()

console.log(
  `draining ${rowCount} complaints in pages of 50, ${concurrency} in flight, median of ${rounds} rounds, Node ${process.version}\n`,
)
const width = Math.max(...lines.map(([what]) => what.length))
for (const [what, value, goal] of lines) console.log(`${what.padEnd(width)}  ${value.padStart(12)}  ${goal}`)
