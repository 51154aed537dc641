// Drains a sandbox repeatedly with the built package and reports the memory in use. Needs --expose-gc. Drains end in
// turn completely, by a break, an abort or an error.
import { json } from 'node:stream/consumers'
import { ComplaintClient, huishouqian, wechatpay, xiaoe } from '../../dist/index.js'

const { sandbox, range, drains, eachSample } = await json(process.stdin)
const client = new ComplaintClient([
  wechatpay({ ...sandbox.wechatpay, rateLimit: false }),
  huishouqian({ ...sandbox.huishouqian, rateLimit: false }),
  xiaoe({ ...sandbox.xiaoe, rateLimit: false }),
])
const { signal } = new AbortController()
const orders = ['arrival', 'newest', 'oldest']

async function drain(number) {
  const query = { ...range, pageSize: 5, order: orders[number % 3] }
  const own = new AbortController()
  const way = number % 4
  let rows = 0
  try {
    for await (const _ of client.list(query, {
      signal: way === 1 ? own.signal : signal,
      ...(way === 2 ? { maxPages: 1 } : {}),
    })) {
      rows += 1
      if (way === 3 && rows === 5) break
      if (way === 1 && rows === 5) own.abort('enough')
    }
  } catch (error) {
    if (error !== 'enough' && error.code !== 'PAGINATION') throw error
  }
}

const used = []
for (let number = 0; number < drains; number += 1) {
  await drain(number)
  if ((number + 1) % eachSample !== 0) continue
  // Objects of a finished drain may be referenced until the next turn of the event loop.
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    globalThis.gc()
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  used.push({ heapUsed, outside: external + arrayBuffers })
}
process.stdout.write(JSON.stringify({ used }))
