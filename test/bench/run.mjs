// npm run bench: every figure of docs/benchmark.md's benchmark, in one run, order shuffled. Contenders are compared by
// the median of the ratios of each round.
import { startChild } from './child.mjs'
import { median } from './median.mjs'
import { startServer } from './start-server.mjs'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
// A backend is warm: as many rounds go before as the compiler needs to settle. With phones, which are decrypted
// natively, one takes ten times as long.
const warmUps = { plain: 30, phones: 10 }
// What takes a fraction of a second varies: more rounds of it cost nothing.
const roundsAtOnce = { plain: rounds * 9, phones: rounds * 3 }
const rowCount = 5_000
const concurrency = 8

const shuffled = (values) =>
  values
    .map((value) => [Math.random(), value])
    .toSorted(([a], [b]) => a - b)
    .map(([, value]) => value)

async function startContenders(server, phones) {
  const settings = { phones, concurrency }
  const started = {}
  for (const name of ['ours', 'plugin', 'rawAxios']) {
    const args = [name, server.options, settings, rowCount].map((value) => JSON.stringify(value))
    started[name] = await startChild(new URL('./contender.mjs', import.meta.url), args)
  }
  return started
}

/**
 * Wall and CPU of each contender, round by round, in turn. A turn begins with a drain without waiting that does not
 * count: it would pay, with up to three times the CPU, for the seconds for which the process has rested.
 */
async function compare(server, contenders, latencyMs, rounds) {
  const runs = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const name of shuffled(Object.keys(contenders))) {
      await server.set({ latencyMs: 0 })
      await contenders[name].ask('drain')
      await server.set({ latencyMs })
      runs[name].push(await contenders[name].ask('drain'))
    }
  }
  return runs
}

const medianOf = (runs, figure) => median(runs.map((run) => run[figure]))
/** Of each round by itself: what the machine does meanwhile hits all of a round alike, and no other round. */
const ratioOf = (runs, others, figure) => median(runs.map((run, round) => run[figure] / others[round][figure]))

const lines = []
const print = (what, value, goal) => lines.push([what, value, goal])
const ratio = (value) => value.toFixed(3)

async function compareOn(server, phones) {
  const contenders = await startContenders(server, phones)
  await compare(server, contenders, 0, phones ? warmUps.phones : warmUps.plain)
  report(0, phones, await compare(server, contenders, 0, phones ? roundsAtOnce.phones : roundsAtOnce.plain))
  if (phones) {
    const delaysMs = []
    for (let round = 0; round < rounds; round += 1) delaysMs.push(await contenders.ours.ask('delay'))
    print('event-loop delay p99 while decrypting, ms', median(delaysMs).toFixed(1), '≤ 8')
  }
  report(50, phones, await compare(server, contenders, 50, rounds))
  for (const contender of Object.values(contenders)) contender.close()
}

const goals = {
  wall: { '0 ms, phones decrypted': '≤ 0.60', '50 ms, phones off': '≤ 0.15', '50 ms, phones decrypted': '≤ 0.16' },
  cpu: { '0 ms, phones off': '≤ 0.90' },
}

function report(latencyMs, phones, { ours, plugin, rawAxios }) {
  const wallMs = medianOf(ours, 'wallMs')
  const label = `${latencyMs} ms, phones ${phones ? 'decrypted' : 'off'}`
  print(`${label}: wall ÷ plugin`, ratio(ratioOf(ours, plugin, 'wallMs')), goals.wall[label] ?? '')
  print(`${label}: wall ÷ axios by hand`, ratio(ratioOf(ours, rawAxios, 'wallMs')), '')
  print(`${label}: CPU ÷ plugin`, ratio(ratioOf(ours, plugin, 'cpuMs')), goals.cpu[label] ?? '')
  if (latencyMs > 0) {
    const requests = 1 + Math.ceil((rowCount - 50) / 49)
    const idealMs = latencyMs * (1 + Math.ceil((requests - 1) / concurrency))
    print(`${label}: wall ÷ ideal bound (${concurrency} in flight)`, ratio(wallMs / idealMs), '')
  }
  print(`${label}: ours, wall ms / CPU ms`, `${wallMs.toFixed(0)} / ${medianOf(ours, 'cpuMs').toFixed(0)}`, '')
}

/** In a process of its own: what earlier measurements left behind would blur it. */
async function memory(what, env) {
  const { first, close } = await startChild(new URL('./memory.mjs', import.meta.url), [], {
    env: { ...process.env, ...env },
    execArgv: ['--expose-gc'],
  })
  const { small, large } = first
  close()
  print(`memory growth 20,000 → 200,000, MB resident${what}`, (large.rssMb - small.rssMb).toFixed(1), '≤ 10')
  return { small, large }
}

const plain = await startServer(rowCount, 0)
const withPhones = await startServer(rowCount, 500)
// glibc keeps freed memory for later; when it gives it back, it shows what is really held.
await memory(' (allocator returns freed memory)', { MALLOC_TRIM_THRESHOLD_: '65536', MALLOC_MMAP_THRESHOLD_: '32768' })
const { small, large } = await memory(' (allocator as it is)', {})
print('memory growth 20,000 → 200,000, MB heap and buffers', (large.heldMb - small.heldMb).toFixed(1), '≤ 10')
print('CPU per complaint, 200,000 ÷ 20,000', ratio(large.cpuPerRow / small.cpuPerRow), '≤ 1.1')
print('CPU per complaint, µs', large.cpuPerRow.toFixed(1), '')
await compareOn(plain, false)
await compareOn(withPhones, true)
plain.close()
withPhones.close()

console.log(
  `draining ${rowCount} complaints in pages of 50, ${concurrency} in flight, medians of ${rounds} rounds (0 ms: ${roundsAtOnce.plain}, phones: ${roundsAtOnce.phones}) after ${warmUps.plain} (phones: ${warmUps.phones}) to warm up, Node ${process.version}\n`,
)
const width = Math.max(...lines.map(([what]) => what.length))
for (const [what, value, goal] of lines) console.log(`${what.padEnd(width)}  ${value.padStart(12)}  ${goal}`)
