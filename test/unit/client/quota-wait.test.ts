import { describe, expect, it, onTestFinished } from 'vitest'
import { ComplaintClient, xiaoe } from '../../../src/index.js'
import { startSandbox } from '../../../src/sandbox/index.js'

const range = { from: '2026-01-05', to: '2026-01-30' }

describe('an account that waits for its own quota', () => {
  it('gives its place among maxAccounts to the accounts that need not wait', async () => {
    const sandbox = await startSandbox({ ...range, complaints: 30, reuseKeys: true, quotas: false })
    onTestFinished(() => sandbox.close())
    const of = (account: string, rateLimit: { requests: number; perMs: number } | false): ReturnType<typeof xiaoe> =>
      xiaoe({ ...sandbox.xiaoe, account, rateLimit })
    const tiny = { requests: 1, perMs: 300 }
    const accounts = [of('slow1', tiny), of('slow2', tiny), of('quick', false)]
    const client = new ComplaintClient(accounts, { maxAccounts: 2 })
    const ended: string[] = []
    const lengths = await Promise.all(
      accounts.map(async ({ account }) => {
        const list = client.list({ ...range, pageSize: 5, accounts: [account] })
        const rows = await list.toArray({ limit: 1_000 })
        ended.push(account)
        return rows.length
      }),
    )
    expect(lengths).toEqual([30, 30, 30])
    // Its seven requests took 5 s while they waited behind those of the other accounts.
    expect(ended[0]).toBe('quick')
    expect(client.accounts).toHaveLength(3)
  })
})
