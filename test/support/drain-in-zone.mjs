// Reads with what is shipped, in the zone of the process: options of the adapters and queries come in through stdin,
// the complaints of each query go out as JSON.
import { text } from 'node:stream/consumers'
import { ComplaintClient, huishouqian, wechatpay, xiaoe } from '../../dist/index.js'

const { adapters, queries } = JSON.parse(await text(process.stdin))
const client = new ComplaintClient([
  wechatpay(adapters.wechatpay),
  huishouqian(adapters.huishouqian),
  xiaoe(adapters.xiaoe),
])
const answers = []
for (const query of queries) {
  const complaints = await client.list(query).toArray({ limit: 10_000 })
  answers.push(complaints.map(({ raw: _, ...complaint }) => complaint))
}
process.stdout.write(JSON.stringify({ hours: new Date(2026, 0, 1).getTimezoneOffset() / 60, answers }))
