// Asks servers that refuse, with what is shipped; whatever this process prints by itself is what a debugging
// environment makes it print.
import { json } from 'node:stream/consumers'
import { ComplaintClient, huishouqian, wechatpay, xiaoe } from '../../dist/index.js'

const { sandbox, range } = await json(process.stdin)
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
process.stdout.write(JSON.stringify({ rows }))
