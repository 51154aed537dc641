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
let failures = 0

/** An account that fails does not cost the night of the others. */
function onAccountError(error) {
  failures += 1
  console.error(`complaints of ${day}: ${error.message}`)
}

async function* lines(client) {
  yield `\uFEFF${csvRow(['provider', 'account', 'id', 'created', 'state', 'subject', 'detail', 'merchant'])}`
  for await (const complaint of client.list({ from: day, to: day, order: 'oldest' }, { onAccountError })) {
    const { provider, account, id, createdAt, state, subject, detail, merchantId } = complaint
    rows += 1
    yield csvRow([provider, account, id, beijingTime(createdAt), state, subject ?? '', detail, merchantId ?? ''])
  }
}

try {
  const { adapters, clientOptions } = await loadConfig(process.env.ACCOUNTS_FILE, { onAccountError })
  const client = new ComplaintClient(adapters, clientOptions)
  await mkdir(folder, { recursive: true })
  const whole = join(folder, `complaints-${day}.csv`)
  const incomplete = join(folder, `complaints-${day}.incomplete.csv`)
  const part = `${whole}.part`
  try {
    await pipeline(lines(client), createWriteStream(part, { mode: 0o600 }))
    await rename(part, failures === 0 ? whole : incomplete)
    if (failures === 0) await rm(incomplete, { force: true })
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
  console.log(`${rows} complaints of ${day} in ${failures === 0 ? whole : incomplete}`)
  if (failures > 0) process.exitCode = 1
} catch (error) {
  // Errors of the library hold no secrets and no personal data; of others, the code is enough.
  console.error(
    `complaints of ${day}: ${ComplaintError.isInstance(error) ? error.message : (error.code ?? error.name)}`,
  )
  process.exitCode = 1
}
