import { createSign } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ComplaintClient, type ComplaintEvent, huishouqian, type Signer, wechatpay } from '../../src/index.js'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'
import { failure } from '../support/failure.js'

const range = { from: '2026-01-01', to: '2026-01-31' }

async function start(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options)
  onTestFinished(() => sandbox.close())
  return sandbox
}

/** A KMS: the key never leaves this function. */
const kmsOf = (privateKey: string): Signer => ({
  sign: async (message) => createSign('sha256').update(message).sign(privateKey),
})

describe('requests that a signer signs', () => {
  it('list, history and get through the sandbox of WeChat Pay; phones stay encrypted without privateKeys', async () => {
    const sandbox = await start({ seed: 7, complaints: { wechatpay: 120 }, ...range })
    const { privateKey, serialNo, ...options } = sandbox.wechatpay
    const signer = { serialNo, ...kmsOf(privateKey) }
    const events: ComplaintEvent[] = []
    const client = new ComplaintClient(wechatpay({ ...options, signer }), { onEvent: (event) => events.push(event) })
    const rows = await client.list(range).toArray({ limit: 500 })
    expect(new Set(rows.map(({ id }) => id)).size).toBe(120)
    expect(new Set(rows.flatMap(({ payer }) => payer.phone?.form ?? []))).toEqual(new Set(['encrypted']))
    const [row] = rows
    if (row === undefined) throw new Error('no row')
    expect((await client.get(row)).id).toBe(row.id)
    const history = await client.history(row)[Symbol.asyncIterator]().next()
    expect(history.value).toHaveProperty('action')
    expect(JSON.stringify(events)).not.toMatch(/sign(?:er|ature)/i)

    const decrypting = new ComplaintClient(wechatpay({ ...options, signer, privateKeys: [privateKey] }))
    const plain = await decrypting.list(range).toArray({ limit: 500 })
    expect(new Set(plain.flatMap(({ payer }) => payer.phone?.form ?? []))).toEqual(new Set(['plain']))
  })

  it('certificates and images through the sandbox of WeChat Pay', async () => {
    const sandbox = await start({ seed: 7, complaints: { wechatpay: 80 }, ...range, wechatpaySigning: 'certificate' })
    const { privateKey, serialNo, ...options } = sandbox.wechatpay
    const signer = { serialNo, ...kmsOf(privateKey) }
    const client = new ComplaintClient(wechatpay({ ...options, signer }))
    const rows = await client.list(range).toArray({ limit: 500 })
    expect(rows).toHaveLength(80)
    const row = rows.find(({ media }) => media.length > 0)
    const url = row?.media[0]?.urls[0]
    if (row === undefined || url === undefined) throw new Error('no image')
    expect((await client.media(row, url)).bytes.length).toBeGreaterThan(0)
    expect(sandbox.requests.map(({ operation }) => operation)).toContain('certificates')
  })

  it('a signature is made for each attempt, and a slow signer is tried again', async () => {
    const sandbox = await start({ seed: 7, complaints: { huishouqian: 1 }, ...range })
    const { privateKey, ...options } = sandbox.huishouqian
    const kms = kmsOf(privateKey)
    let calls = 0
    const sign: Signer['sign'] = (message) => {
      calls += 1
      return calls === 1 ? new Promise(() => {}) : kms.sign(message)
    }
    const client = new ComplaintClient(huishouqian({ ...options, signType: 'RSA2', signer: { sign } }), {
      timeoutMs: 300,
    })
    expect(await client.list(range).toArray({ limit: 10 })).toHaveLength(1)
    expect(calls).toBe(1 + sandbox.requests.length)
  })

  it('list through the sandbox of Huishouqian', async () => {
    const sandbox = await start({ seed: 7, complaints: { huishouqian: 60 }, ...range })
    const { privateKey, ...options } = sandbox.huishouqian
    const client = new ComplaintClient(huishouqian({ ...options, signType: 'RSA2', signer: kmsOf(privateKey) }))
    expect(await client.list(range).toArray({ limit: 500 })).toHaveLength(60)
  })

  it('a signer that throws sends nothing', async () => {
    const sandbox = await start({ seed: 7, complaints: { wechatpay: 1, huishouqian: 1 }, ...range })
    const { privateKey: _, serialNo, ...options } = sandbox.wechatpay
    const { privateKey: __, ...others } = sandbox.huishouqian
    const sign = async (): Promise<Uint8Array> => {
      throw new Error('secret-of-kms')
    }
    for (const adapter of [
      wechatpay({ ...options, signer: { serialNo, sign } }),
      huishouqian({ ...others, signType: 'RSA2', signer: { sign } }),
    ]) {
      const error = await failure(new ComplaintClient(adapter).list(range).toArray({ limit: 1 }))
      expect(error).toMatchObject({ code: 'AUTHENTICATION', provider: adapter.provider, attempts: 0 })
      expect(error.message).toMatch(/signer\.sign\(\) threw/)
      expect(error.message).not.toContain('secret')
    }
    expect(sandbox.requests).toHaveLength(0)
  })
})
