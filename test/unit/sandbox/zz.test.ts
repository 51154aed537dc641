import { expect, it } from 'vitest'
import { ComplaintClient, huishouqian } from '../../../src/index.js'
import { startSandbox } from '../../../src/sandbox/index.js'

    it(`x`, async () => {
      const sandbox = await startSandbox({ complaints: 100, from: '2025-01-01', to: '2025-01-30', huishouqianKeyBits: 1024 })
      const client = new ComplaintClient([huishouqian(sandbox.huishouqian)])
      const rows: any[] = []
      for await (const c of client.list({ from: '2025-01-01', to: '2025-01-30', pageSize: 20, accounts: [sandbox.huishouqian.merchantNo] })) { const { raw, ...rest } = c as any; rows.push(rest) }
      console.log(rows.length, sandbox.requests.map((r) => `${r.status}:${JSON.stringify(r.query)}:${r.served.length} ${r.served[0]} ${r.served.at(-1)}`).join('\n'))
      expect(rows.length).toBe(100)
      await sandbox.close()
    }, 60_000)
