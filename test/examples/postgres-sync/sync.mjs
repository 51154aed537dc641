import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { ComplaintClient } from 'unified-complaints'
import { loadConfig } from 'unified-complaints/config'
import { createChangeStore } from './store.mjs'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL })
await pool.query(await readFile(new URL('./schema.sql', import.meta.url), 'utf8'))

const { adapters, clientOptions } = await loadConfig(process.env.ACCOUNTS_FILE)
const client = new ComplaintClient(adapters, clientOptions)
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())

const changes = client.follow(
  {},
  {
    store: createChangeStore(pool),
    everyMs: Number(process.env.EVERY_MS ?? 60_000),
    signal: stop.signal,
    onAccountError: (error) => console.error(error.message),
    onRowError: (error) => console.error(error.message),
  },
)
try {
  for await (const { kind, complaint, deadline } of changes) {
    const { provider, account, id, state, createdAt, detail } = complaint
    // A change that comes again after a crash meets the row that it wrote.
    await pool.query(
      `INSERT INTO complaints (provider, account, id, state, created_at, due_at, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (provider, account, id) DO UPDATE
       SET state = excluded.state, due_at = excluded.due_at, detail = excluded.detail, writes = complaints.writes + 1`,
      [provider, account, id, state, createdAt, deadline?.at ?? null, detail],
    )
    console.log(`${kind} ${provider}:${account}:${id}`)
  }
} catch (error) {
  if (error !== stop.signal.reason) throw error
} finally {
  await pool.end()
}
