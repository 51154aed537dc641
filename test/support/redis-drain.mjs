// One of several processes that share a token over Redis: options come in as the first line of stdin, "ready" goes out,
// and with the second line it drains; its complaints' ids and its events go out as JSON.
import { createInterface } from 'node:readline'
import KeyvRedis from '@keyv/redis'
import Keyv from 'keyv'
import { ComplaintClient, xiaoe } from '../../dist/index.js'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const { redis, adapter, query, concurrency } = JSON.parse((await lines.next()).value)
const tokenStore = new Keyv(new KeyvRedis(redis))
tokenStore.on('error', () => {})
await tokenStore.get('connects')
const events = []
const client = new ComplaintClient([xiaoe({ ...adapter, tokenStore })], {
  concurrency,
  onEvent: (event) => events.push(event),
})
console.log('ready')
await lines.next()
const complaints = await client.list(query).toArray({ limit: 100_000 })
console.log(JSON.stringify({ ids: complaints.map(({ id }) => id), events }))
await tokenStore.disconnect()
process.exit(0)
