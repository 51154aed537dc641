import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ComplaintClient, xiaoe } from '../../../../src/index.js'
import { startSandbox } from '../../../../src/sandbox/index.js'
import { failure } from '../../../support/failure.js'

const form = xiaoe({ appId: 'app1', accessToken: 'token' }).complaintId ?? /$^/
const sample = readFileSync(new URL('../../../fixtures/xiaoe/list-official-sample.json', import.meta.url), 'utf8')

describe('the form of complaint ids', () => {
  it('is that of the documentation, whose table says int and whose sample has text', () => {
    const ids = [...sample.matchAll(/"complaint_id": "([^"]+)"/g)].map(([, id]) => id)
    expect(ids).toHaveLength(2)
    for (const id of [...ids, '20240419']) expect(id).toMatch(form)
  })

  it.each([
    'appAbc123',
    'xopAbCdEf123456',
    'dA0idHLYdA0idHLYdA0idHLYdA0idHLY',
    'c_',
    'c_6621e41fa5e18_dA0idHLY and more',
    'c_dA0idHLYdA0idHLYdA0idHLYdA0idHLYdA0idHLYdA0idHLY',
  ])('is not that of another text, which may be a secret: %s', (text) => {
    expect(text).not.toMatch(form)
  })

  it('lets an error of get and history name the complaint', async () => {
    const sandbox = await startSandbox({ complaints: 1, reuseKeys: true, quotas: false })
    try {
      const client = new ComplaintClient(xiaoe(sandbox.xiaoe))
      const [account] = client.accounts
      const ref = { provider: 'xiaoe', account: account?.account ?? '', id: 'c_6621e41fa5e18_dA0idHLY' } as const
      for (const call of [client.get(ref), client.history(ref)[Symbol.asyncIterator]().next()])
        expect(await failure(call)).toMatchObject({
          code: 'NOT_FOUND',
          message: expect.stringMatching(/\(complaint c_6621e41fa5e18_dA0idHLY\)$/),
        })
    } finally {
      await sandbox.close()
    }
  })
})
