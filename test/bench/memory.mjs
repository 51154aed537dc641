// Streams 20,000 and then 200,000 complaints, the same number a day, and tells what the process then holds.
import { setTimeout as sleep } from 'node:timers/promises'
import { ours } from './contenders.mjs'
import { measure } from './measure.mjs'
import { startServer } from './start-server.mjs'

const server = await startServer(20_000, 0)

async function stream(rowCount, days, to) {
  const drain = ours(server.options, { phones: false, concurrency: 8, to })
  await server.set({ rowCount, days, latencyMs: 0 })
  const { cpuMs } = await measure(drain, rowCount)
  for (let round = 0; round < 3; round += 1) {
    global.gc()
    await sleep(30)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rssMb: rss / 2 ** 20, heldMb: (heapUsed + external) / 2 ** 20, cpuPerRow: (cpuMs / rowCount) * 1000 }
}

for (let warmUp = 0; warmUp < 3; warmUp += 1) await stream(20_000, 30, '2026-03-30')
const small = await stream(20_000, 30, '2026-03-30')
const large = await stream(200_000, 300, '2026-12-25')
process.send({ small, large })
server.close()
