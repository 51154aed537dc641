// npm run bench: every figure of the README's benchmark section, in one run; ratios of medians, order shuffled.
import { fork } from 'node:child_process'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { ours, plugin, rawAxios } from './contenders.mjs'
import { measure } from './measure.mjs'
import { median } from './median.mjs'
import { startServer } from './start-server.mjs'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
// A backend is warm: as many drains go before, of each contender, as the compiler needs to settle. Decrypting runs
// natively, and takes ten times as long.
const warmUps = { plain: 60, phones: 5 }
const rowCount = 5_000
const concurrency = 8

const shuffled = (values) =>
  values
    .map((value) => [Math.random(), value])
    .toSorted(([a], [b]) => a - b)
    .map(([, value]) => value)

/** Median wall and CPU of each contender, measured in turn so that what the machine does meanwhile hits all alike. */
async function compare(contenders, expected, rounds) {
  const results = new Map(contenders.map(([name]) => [name, []]))
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
  const contenders = [
    ['ours', ours(server.options, { phones, concurrency })],
    ['plugin', plugin(server.options, { phones })],
    ['axios', rawAxios(server.options, { phones })],
  ]
  await server.set({ latencyMs: 0 })
  for (let round = 0; round < (phones ? warmUps.phones : warmUps.plain); round += 1) {
    for (const [, drain] of contenders) await measure(drain, rowCount)
  }
  await server.set({ latencyMs })
  // Drains without waiting take a fraction of a second, and vary: more of them cost nothing.
  const result = await compare(contenders, rowCount, latencyMs === 0 ? rounds * 3 : rounds)
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

/** In a process of its own: what earlier measurements left behind would blur it. */
async function memory(what, env) {
  const child = fork(new URL('./memory.mjs', import.meta.url), {
    env: { ...process.env, ...env },
    execArgv: ['--expose-gc'],
  })
  const { small, large } = await new Promise((resolve) => child.once('message', resolve))
  child.disconnect()
  print(`memory growth 20,000 → 200,000, MB resident${what}`, (large.rssMb - small.rssMb).toFixed(1), '≤ 10')
  return { small, large }
}

const plain = await startServer(rowCount, 0)
const withPhones = await startServer(rowCount, 500)
// glibc keeps freed memory for later; told to give it back, it shows what is really held.
await memory(' (allocator returns freed memory)', { MALLOC_TRIM_THRESHOLD_: '65536', MALLOC_MMAP_THRESHOLD_: '32768' })
const { small, large } = await memory(' (allocator as it is)', {})
print('memory growth 20,000 → 200,000, MB heap and buffers', (large.heldMb - small.heldMb).toFixed(1), '≤ 10')
print('CPU per complaint, 200,000 ÷ 20,000', ratio(large.cpuPerRow / small.cpuPerRow), '≤ 1.1')
print('CPU per complaint, µs', large.cpuPerRow.toFixed(1), '')
await compareAt(plain, 0, false)
await compareAt(withPhones, 0, true)
await loopDelay(withPhones)
await compareAt(plain, 50, false)
await compareAt(withPhones, 50, true)
plain.close()
withPhones.close()

console.log(
  `draining ${rowCount} complaints in pages of 50, ${concurrency} in flight, medians of ${rounds} rounds (0 ms: ${rounds * 3}) after ${warmUps.plain} (phones: ${warmUps.phones}) to warm up, Node ${process.version}\n`,
)
const width = Math.max(...lines.map(([what]) => what.length))
for (const [what, value, goal] of lines) console.log(`${what.padEnd(width)}  ${value.padStart(12)}  ${goal}`)
