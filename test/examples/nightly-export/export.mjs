import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ComplaintClient, ComplaintError } from 'unified-complaints'
import { loadConfig } from 'unified-complaints/config'
import { csvRow } from './csv.mjs'
import { beijingTime, yesterdayInBeijing } from './day.mjs'

const [folder = '.', day = yesterdayInBeijing(Date.now())] = process.argv.slice(2)
let rows = 0

async function* lines(client) {
  yield `\uFEFF${csvRow(['provider', 'account', 'id', 'created', 'state', 'subject', 'detail'])}`
  for await (const complaint of client.list({ from: day, to: day, order: 'oldest' })) {
    const { provider, account, id, createdAt, state, subject, detail } = complaint
    rows += 1
    yield csvRow([provider, account, id, beijingTime(createdAt), state, subject ?? '', detail])
  }
}

try {
  const { adapters, clientOptions } = await loadConfig(process.env.ACCOUNTS_FILE)
  const client = new ComplaintClient(adapters, clientOptions)
  await mkdir(folder, { recursive: true })
  const file = join(folder, `complaints-${day}.csv`)
  const part = `${file}.part`
  try {
    await pipeline(lines(client), createWriteStream(part, { mode: 0o600 }))
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
  console.log(`${rows} complaints of ${day} in ${file}`)
} catch (error) {
  // Errors of the library hold no secrets and no personal data; of others, the code is enough.
  console.error(
    `complaints of ${day}: ${ComplaintError.isInstance(error) ? error.message : (error.code ?? error.name)}`,
  )
  process.exitCode = 1
}
