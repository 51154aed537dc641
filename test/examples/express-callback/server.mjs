import { ComplaintClient } from 'unified-complaints'
import { loadConfig } from 'unified-complaints/config'
import { createApp } from './app.mjs'
import { createInbox } from './inbox.mjs'

const { adapters, clientOptions } = await loadConfig(process.env.ACCOUNTS_FILE)
const client = new ComplaintClient(adapters, clientOptions)

const take = createInbox(async ({ provider, account, complaintId, action }) => {
  console.log(JSON.stringify({ provider, account, complaintId, action }))
})
const server = createApp(client, take).listen(Number(process.env.PORT ?? 8080), process.env.HOST, () => {
  console.log(`listening on ${server.address().port}`)
})

process.once('SIGTERM', () => server.close())
