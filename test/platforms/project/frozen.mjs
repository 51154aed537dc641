import { createInterface } from 'node:readline'
import { ComplaintClient, huishouqian, wechatpay, xiaoe } from 'unified-complaints'

/** Lists everything for each line that comes, with one client. */
const options = JSON.parse(process.env.ADAPTERS)
const client = new ComplaintClient(
  [wechatpay(options.wechatpay), huishouqian(options.huishouqian), xiaoe(options.xiaoe)],
  { timeoutMs: 1500 },
)
for await (const _ of createInterface({ input: process.stdin })) {
  const rows = await client.list(JSON.parse(process.env.RANGE)).toArray({ limit: 1000 })
  console.log(`${rows.length} complaints`)
}
