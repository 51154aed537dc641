// Streams 20,000 and then 200,000 complaints, the same number a day, and tells what the process then holds: medians of
// several rounds. A round of 200,000 goes before, since a heap that is never collected by force settles higher.
import { setTimeout as sleep } from 'node:timers/promises'
import { ours } from './contenders.mjs'
import { measure } from './measure.mjs'
import { median } from './median.mjs'
import { startServer } from './start-server.mjs'

const rounds = 3
const server = await startServer(20_000, 0)

async function stream(rowCount, days, to) {
  const drain = ours(server.options, { phones: false, concurrency: 8, to })
  await server.set({ rowCount, days, latencyMs: 0 })
  const { cpuMs } = await measure(drain, rowCount)
  return (cpuMs / rowCount) * 1000
}

async function held() {
  for (let round = 0; round < 3; round += 1) {
    global.gc()
    await sleep(30)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rssMb: rss / 2 ** 20, heldMb: (heapUsed + external) / 2 ** 20 }
}

const sizes = { small: [20_000, 30, '2026-03-30'], large: [200_000, 300, '2026-12-25'] }
const results = { small: [], large: [] }
await stream(...sizes.large)
for (let round = 0; round < rounds; round += 1) {
  for (const [name, size] of Object.entries(sizes)) {
    const cpuPerRow = await stream(...size)
    results[name].push({ cpuPerRow, ...(await held()) })
  }
}
const medians = (runs) =>
  Object.fromEntries(Object.keys(runs[0]).map((figure) => [figure, median(runs.map((run) => run[figure]))]))
process.send({ small: medians(results.small), large: medians(results.large) })
server.close()
