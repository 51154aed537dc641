// Calls the servers with the built package. A debugging environment (DEBUG, NODE_DEBUG) makes this process print to
// stderr.
import { Agent } from 'node:https'
import { json } from 'node:stream/consumers'
import { ComplaintClient, huishouqian, wechatpay, xiaoe } from '../../dist/index.js'

const { sandbox, tunnel, range } = await json(process.stdin)
const client = new ComplaintClient(
  [wechatpay(sandbox.wechatpay), huishouqian(sandbox.huishouqian), xiaoe(sandbox.xiaoe)],
  { maxRetries: 1 },
)
let rows = 0
for (const [number, { account }] of client.accounts.entries()) {
  for await (const complaint of client.list({ ...range, accounts: [account] })) {
    rows += 1
    if (number < 2) await client.get(complaint)
  }
  await client.get({ ...client.accounts[number], id: 'nobodys' }).catch(() => {})
}
/** An https host behind a proxy with a password; the token request's URL contains the secret. */
const far = xiaoe({ ...sandbox.xiaoe, account: 'far', baseUrl: tunnel.baseUrl })
const { proxy, ca } = tunnel
for (const [axios, expected] of [
  [{ proxy, httpsAgent: new Agent({ ca }) }, undefined],
  [{ proxy: { ...proxy, auth: { ...proxy.auth, password: 'wrong-password' } } }, 'NETWORK'],
]) {
  const through = new ComplaintClient(far, { axios, maxRetries: 0 })
  try {
    rows += (await through.list(range).toArray({ limit: 100 })).length
  } catch (error) {
    if (error.code !== expected) throw error
  }
}
process.stdout.write(JSON.stringify({ rows }))
