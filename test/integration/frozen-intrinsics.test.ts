import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { startSandbox } from '../../src/sandbox/index.js'

const run = promisify(execFile)
const script = `
import { ComplaintClient, huishouqian, wechatpay, xiaoe } from './dist/index.js'
const options = JSON.parse(process.env.SANDBOX)
const client = new ComplaintClient([wechatpay(options.wechatpay), huishouqian(options.huishouqian), xiaoe(options.xiaoe)])
const range = { from: '2026-01-01', to: '2026-03-31' }
let rows = 0
for await (const complaint of client.list(range)) {
  rows += 1
  if (rows % 30 === 0) for await (const entry of client.history(complaint)) if (entry.id === '') throw entry
}
for await (const page of client.list({ ...range, order: 'newest' }).pages()) { page.items.length; break }
await client.get({ provider: 'wechatpay', account: client.accounts[0].account, id: 'nobodys' }).then(
  () => { throw new Error('found') },
  (error) => { if (error.code !== 'NOT_FOUND' || !error.stack.includes(error.message)) throw error },
)
process.stdout.write(String(rows))
`

it('C15: node --frozen-intrinsics: lists, pages, histories and errors as ever', async () => {
  const days = { from: '2026-01-01', to: '2026-03-31' }
  const sandbox = await startSandbox({
    ...days,
    complaints: { wechatpay: 60, huishouqian: 60, xiaoe: 60 },
    reuseKeys: true,
  })
  try {
    const { wechatpay, huishouqian, xiaoe } = sandbox
    const { stdout } = await run(
      process.execPath,
      ['--frozen-intrinsics', '--no-warnings', '--input-type=module', '--eval', script],
      {
        cwd: new URL('../..', import.meta.url).pathname,
        env: { SANDBOX: JSON.stringify({ wechatpay, huishouqian, xiaoe }) },
      },
    )
    expect(stdout).toBe(String(sandbox.truth.length))
  } finally {
    await sandbox.close()
  }
})
