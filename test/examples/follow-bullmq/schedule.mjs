import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { createClient, queueName } from './accounts.mjs'

const redis = new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null })
const queue = new Queue(queueName, { connection: redis })
const { accounts } = await createClient()

/** How often each depth is read, in milliseconds. */
const depths = {
  recent: Number(process.env.EVERY_MS ?? 60_000),
  all: Number(process.env.REVIEW_EVERY_MS ?? 900_000),
}
const opts = { removeOnComplete: 100, removeOnFail: 100 }
const wanted = new Set()
for (const { provider, account: name } of accounts) {
  const account = `${provider}:${name}`
  for (const [depth, every] of Object.entries(depths)) {
    wanted.add(`${depth} ${account}`)
    // Scheduled twice, it is the same scheduler.
    await queue.upsertJobScheduler(`${depth} ${account}`, { every }, { name: depth, data: { account, depth }, opts })
  }
}
// Accounts that were removed from the file.
for (const { key } of await queue.getJobSchedulers()) {
  if (!wanted.has(key)) await queue.removeJobScheduler(key)
}
console.log(`${accounts.length} accounts`)
await queue.close()
await redis.quit()
