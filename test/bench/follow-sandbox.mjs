// A sandbox in a process of its own, so that its work is not counted as the follower's. Every account of the benchmark
// is the same merchant: what is added arrives at each of them.
import { startSandbox } from '../../dist/sandbox/index.js'

const [latencyMs, recentRows, olderRows] = process.argv.slice(2).map(Number)
const sandbox = await startSandbox({ complaints: { wechatpay: olderRows }, latencyMs, quotas: false })
for (let hour = recentRows; hour > 0; hour -= 1)
  sandbox.addComplaint('wechatpay', { createdAt: new Date(Date.now() - hour * 60_000) })

process.on('message', ({ add }) => {
  const id = add ? sandbox.addComplaint('wechatpay').id : null
  process.send({ id, requests: sandbox.requests.length })
})
process.on('disconnect', () => process.exit(0))
process.send({ options: sandbox.wechatpay, complaints: sandbox.truth.length })
