import { readFileSync } from 'node:fs'
import { ComplaintClient, huishouqian, wechatpay } from 'unified-complaints'
import { createApp } from './app.mjs'
import { createInbox } from './inbox.mjs'

const adapters = { huishouqian, wechatpay }
const accounts = JSON.parse(readFileSync(process.env.ACCOUNTS_FILE, 'utf8'))
const client = new ComplaintClient(accounts.map(({ provider, ...options }) => adapters[provider](options)))

const take = createInbox(async ({ provider, account, complaintId, action }) => {
  console.log(JSON.stringify({ provider, account, complaintId, action }))
})
const server = createApp(client, take).listen(Number(process.env.PORT ?? 8080), process.env.HOST, () => {
  console.log(`listening on ${server.address().port}`)
})

process.once('SIGTERM', () => server.close())
