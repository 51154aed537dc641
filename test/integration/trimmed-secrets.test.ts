import { describe, expect, it, onTestFinished } from 'vitest'
import { ComplaintClient, huishouqian, wechatpay, xiaoe } from '../../src/index.js'
import { startSandbox } from '../../src/sandbox/index.js'

const range = { from: '2026-01-01', to: '2026-01-31' }

describe('C23: secrets and numbers read from files with a byte order mark or a line end', () => {
  it('are trimmed alike by every adapter', async () => {
    const sandbox = await startSandbox({
      seed: 3,
      complaints: { wechatpay: 5, huishouqian: 5, xiaoe: 5 },
      ...range,
      wechatpaySigning: 'certificate',
    })
    onTestFinished(() => sandbox.close())
    const inFile = (text: string): string => `\ufeff${text}\r\n`
    const { mchid, apiV3Key, serialNo } = sandbox.wechatpay
    const { merchantNo, key } = sandbox.huishouqian
    const client = new ComplaintClient([
      wechatpay({
        ...sandbox.wechatpay,
        mchid: inFile(mchid),
        apiV3Key: inFile(apiV3Key),
        serialNo: inFile(serialNo),
      }),
      huishouqian({ ...sandbox.huishouqian, merchantNo: inFile(merchantNo), key: inFile(key) }),
      xiaoe({ ...sandbox.xiaoe, appId: inFile(sandbox.xiaoe.appId), secretKey: inFile(sandbox.xiaoe.secretKey) }),
    ])
    expect(await client.list(range).toArray({ limit: 100 })).toHaveLength(15)
    expect(client.accounts.map(({ account }) => account)).toEqual([mchid, merchantNo, sandbox.xiaoe.appId])
  })
})
