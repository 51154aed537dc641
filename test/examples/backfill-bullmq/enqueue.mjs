import { createHash } from 'node:crypto'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { createClient } from './accounts.mjs'

const [from, to] = process.argv.slice(2)
const redis = new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null })
const queue = new Queue('complaint-windows', { connection: redis })

// Complaints close late: reading the same windows again next month needs another queue name, or removed jobs.
const client = await createClient(redis)
const windows = client.plan({ from, to, pageSize: Number(process.env.PAGE_SIZE ?? 50) })
await queue.addBulk(
  windows.map((window) => ({
    name: 'window',
    data: window,
    opts: {
      // The window itself: enqueueing twice does not read it twice.
      jobId: createHash('sha256').update(JSON.stringify(window)).digest('hex'),
      attempts: 10,
      backoff: { type: 'exponential', delay: 1000 },
    },
  })),
)
console.log(`${windows.length} windows`)
await queue.close()
await redis.quit()
