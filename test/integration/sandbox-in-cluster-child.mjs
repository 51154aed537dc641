// Writes where the sandboxes of two workers listen.
import cluster from 'node:cluster'
import { startSandbox } from '../../dist/sandbox/index.js'

if (cluster.isPrimary) {
  const workers = [1, 2].map(() => cluster.fork())
  const urls = await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))))
  // Both sandboxes are open until now.
  for (const worker of workers) worker.kill()
  process.stdout.write(JSON.stringify(urls))
} else {
  const { wechatpay } = await startSandbox({ complaints: 1 })
  process.send(wechatpay.baseUrl)
}
