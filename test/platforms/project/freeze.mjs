import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSandbox } from 'unified-complaints/sandbox'

/**
 * A process is frozen as a function in the cloud is between two events, and in the middle of one. While it is frozen,
 * the servers close its idle connections, an attempt runs out of its time, and Xiaoe's token expires.
 */
const range = { from: '2026-01-01', to: '2026-03-31' }
const sandbox = await startSandbox({
  ...range,
  complaints: { wechatpay: 130, huishouqian: 130, xiaoe: 130 },
  latencyMs: 100,
  xiaoeTokens: 'minted',
  xiaoeTokenSeconds: 5,
})
const { wechatpay, huishouqian, xiaoe } = sandbox
const child = spawn(process.execPath, ['frozen.mjs'], {
  env: { ...process.env, ADAPTERS: JSON.stringify({ wechatpay, huishouqian, xiaoe }), RANGE: JSON.stringify(range) },
  stdio: ['pipe', 'pipe', 'inherit'],
})
const ended = new Promise((resolve) => child.once('exit', resolve))
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
const listed = async () => {
  const { value } = await lines.next()
  assert.equal(value, `${sandbox.truth.length} complaints`)
}
const freeze = async (ms) => {
  child.kill('SIGSTOP')
  await sleep(ms)
}

child.stdin.write('list\n')
await listed()

// Between two events.
await freeze(7000)
child.stdin.write('list\n')
child.kill('SIGCONT')
await listed()

// In the middle of a list.
child.stdin.write('list\n')
await sleep(250)
await freeze(3000)
child.kill('SIGCONT')
await listed()

child.stdin.end()
assert.equal(await ended, 0)
await sandbox.close()
console.log('frozen and thawed')
