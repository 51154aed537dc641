import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { QueryError } from 'unified-complaints'
import { createClient } from './accounts.mjs'
import { createSink } from './sink.mjs'

const redis = new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null })
const client = await createClient(redis)
const sink = createSink(redis)

async function read(job) {
  // An earlier worker of this job saved its cursor. A cursor of an older version only costs reading from the start.
  let list = client.list(job.data)
  try {
    if (job.progress?.cursor) {
      list = client.list(job.data, { cursor: job.progress.cursor })
      console.log(`${job.id} goes on from its cursor`)
    }
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
  }
  let complaints = 0
  for await (const page of list.pages()) {
    // First the rows, then the cursor: a crash in between brings rows again, and loses none.
    await sink.save(page.items)
    await job.updateProgress({ cursor: page.cursor })
    complaints += page.items.length
    console.log(`${job.id} page of ${page.items.length}`)
  }
  return { complaints }
}

const worker = new Worker('complaint-windows', read, {
  connection: redis,
  // Windows that this process reads at once.
  concurrency: Number(process.env.WINDOWS_AT_ONCE ?? 3),
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
