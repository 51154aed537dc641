// Reads many accounts with the built package; the parent limits the open files of this process.
import { json } from 'node:stream/consumers'
import { ComplaintClient, xiaoe } from '../../dist/index.js'

const { baseUrl, accounts, order, failing } = await json(process.stdin)
const adapters = Array.from({ length: accounts }, (_, index) =>
  xiaoe({
    appId: `app${String(index).padStart(4, '0')}`,
    accessToken: `made-up-token-${index}`,
    baseUrl,
    rateLimit: false,
  }),
)
const client = new ComplaintClient(adapters, { maxRetries: 0 })
const errors = []
const onAccountError = ({ code, account, cursor }) => void errors.push({ code, account, cursorLength: cursor.length })
let rows = 0
let longestCursor = 0
const query = { from: '2026-01-05', to: '2026-02-03', pageSize: 20, order }
for await (const { items, cursor } of client.list(query, failing ? { onAccountError } : {}).pages()) {
  rows += items.length
  longestCursor = Math.max(longestCursor, cursor?.length ?? 0)
}
process.stdout.write(JSON.stringify({ rows, errors, longestCursor }))
