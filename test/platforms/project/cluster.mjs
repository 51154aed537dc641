import assert from 'node:assert/strict'
import cluster from 'node:cluster'
import { ComplaintClient, huishouqian, wechatpay, xiaoe } from 'unified-complaints'
import { startSandbox } from 'unified-complaints/sandbox'

/** Two workers of a cluster read the same accounts at once, and end by themselves when they have disconnected. */
const range = { from: '2026-01-01', to: '2026-03-31' }

if (cluster.isPrimary) {
  const sandbox = await startSandbox({ ...range, complaints: { wechatpay: 70, huishouqian: 70, xiaoe: 70 } })
  const env = { OPTIONS: JSON.stringify([sandbox.wechatpay, sandbox.huishouqian, sandbox.xiaoe]) }
  const codes = await Promise.all(
    [1, 2].map(() => new Promise((resolve) => cluster.fork(env).once('exit', (code) => resolve(code)))),
  )
  await sandbox.close()
  assert.deepEqual(codes, [0, 0])
  console.log('both workers have read everything')
} else {
  const [first, second, third] = JSON.parse(process.env.OPTIONS)
  const rows = await new ComplaintClient([wechatpay(first), huishouqian(second), xiaoe(third)])
    .list(range)
    .toArray({ limit: 1000 })
  assert.equal(rows.length, 210)
  cluster.worker.disconnect()
}
