import KeyvRedis from '@keyv/redis'
import Keyv from 'keyv'
import { ComplaintClient } from 'unified-complaints'
import { loadConfig } from 'unified-complaints/config'
import { createApp } from './app.mjs'
import { createInbox } from './inbox.mjs'

const { adapters, clientOptions } = await loadConfig(process.env.ACCOUNTS_FILE)
const client = new ComplaintClient(adapters, clientOptions)

const { REDIS_URL } = process.env
if (REDIS_URL === undefined) console.error('no REDIS_URL: after a restart, callbacks are handled again')
const seen = new Keyv({
  ...(REDIS_URL === undefined ? {} : { store: new KeyvRedis(REDIS_URL) }),
  namespace: 'complaint-callbacks',
  throwOnErrors: true,
})

const take = createInbox(seen, async ({ provider, account, complaintId, action }) => {
  console.log(JSON.stringify({ provider, account, complaintId, action }))
})
const server = createApp(client, take).listen(Number(process.env.PORT ?? 8080), process.env.HOST, () => {
  console.log(`listening on ${server.address().port}`)
})

process.once('SIGTERM', () => server.close(() => seen.disconnect()))
