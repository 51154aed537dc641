import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { createClient, queueName } from './accounts.mjs'
import { createSink } from './sink.mjs'
import { createChangeStore } from './store.mjs'

const redis = new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null })
const client = await createClient()
const store = createChangeStore(redis)
const sink = createSink(redis)

/** One pass over one account. A pass that fails is not repeated: the next one delivers what this one did not. */
async function pass({ id: job, data: { account, depth } }) {
  const onRowError = (error) => console.error(error.message)
  for await (const { kind, complaint } of client.changes({ accounts: [account] }, { store, depth, onRowError })) {
    await sink.save(complaint)
    console.log(`${kind} ${account}:${complaint.id} by ${job}`)
  }
}

const worker = new Worker(queueName, pass, {
  connection: redis,
  // Accounts that this process reads at once.
  concurrency: Number(process.env.ACCOUNTS_AT_ONCE ?? 8),
  // A worker that says nothing for so long is dead, and its job is given to another one.
  lockDuration: 4000,
  stalledInterval: 2000,
  maxStalledCount: 5,
})
worker.on('failed', (job, error) => console.error(job?.id, error.message))

process.once('SIGTERM', async () => {
  await worker.close()
  await redis.quit()
})
