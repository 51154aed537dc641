import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { type Fields, idsOf, type Peer, peers, signedText } from './huishouqian-peer.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const days = { from: '2026-01-01', to: '2026-01-31' }
  const sandbox = await startSandbox({ ...days, reuseKeys: true, complaints: 6, ...options })
  closing.push(() => sandbox.close())
  return sandbox
}

/** The fields of a callback in their order, and what they prove. */
function open(sandbox: Sandbox, body: string, peer: Peer): { fields: Fields; business: unknown } {
  const { key, platformCertificate, signType } = sandbox.huishouqian
  const fields = Object.fromEntries(new URLSearchParams(body))
  const { sign = '', ...signed } = fields
  const content = fields.signContent ?? ''
  if (signType === 'CFCA') return { fields, business: JSON.parse(peer.decipher(content, platformCertificate)) }
  if (!peer.isSigned(signedText(signed, key), sign, platformCertificate)) throw new Error('not signed')
  return { fields, business: JSON.parse(content) }
}

const variants = [
  { signType: 'RSA2', huishouqianKeyBits: 2048, by: 'node:crypto' },
  { signType: 'RSA2', huishouqianKeyBits: 1024, by: 'node-forge' },
  { signType: 'CFCA', huishouqianKeyBits: 1024, by: 'node:crypto' },
  { signType: 'CFCA', huishouqianKeyBits: 2048, by: 'node-forge' },
] as const

describe.each(variants)(
  "Huishouqian's callbacks, $signType with $huishouqianKeyBits bits, by $by",
  ({ by, ...bits }) => {
    const peer = peers[by]

    it('are forms like requests, proven by the platform', async () => {
      const sandbox = await start(bits)
      for (const complaintId of idsOf(sandbox)) {
        const { headers, body } = sandbox.notification('huishouqian', complaintId)
        expect(headers).toEqual({ 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' })
        const { fields, business } = open(sandbox, body, peer)
        const names = ['method', 'version', 'format', 'merchantNo', 'signType', 'signContent']
        expect(Object.keys(fields)).toEqual(bits.signType === 'RSA2' ? [...names, 'sign'] : names)
        expect(fields).toMatchObject({
          method: 'CALLBACK',
          version: '1.0',
          format: 'JSON',
          merchantNo: sandbox.huishouqian.merchantNo,
          signType: bits.signType,
        })
        expect(business).toEqual({ actionType: 'CREATE_COMPLAINT', complaintId })
      }
    })

    it('prove nothing once they are changed', async () => {
      const sandbox = await start(bits)
      const [id = ''] = idsOf(sandbox)
      const body = sandbox.notification('huishouqian', id).body
      const parameters = new URLSearchParams(body)
      const content = parameters.get('signContent') ?? ''
      parameters.set('signContent', bits.signType === 'RSA2' ? content.replace(id, `${id}0`) : `ff${content.slice(2)}`)
      expect(parameters.toString()).not.toBe(body)
      expect(() => open(sandbox, parameters.toString(), peer)).toThrow()
    })
  },
)

describe("Huishouqian's callbacks", () => {
  it.each(['RSA2', 'CFCA'] as const)('say what happened, in any words (%s)', async (signType) => {
    const sandbox = await start({ signType })
    const [complaintId = ''] = idsOf(sandbox)
    for (const action of ['USER_RESPONSE', '新增 & 类型+%'])
      expect(
        open(sandbox, sandbox.notification('huishouqian', complaintId, { action }).body, peers['node-forge']).business,
      ).toEqual({ actionType: action, complaintId })
  })

  it('need a complaint', async () => {
    const sandbox = await start()
    expect(() => sandbox.notification('huishouqian', '1')).toThrow('the sandbox has no complaint 1')
  })

  it('are posted byte for byte', async () => {
    const sandbox = await start({ signType: 'RSA2' })
    const received: { type: string | undefined; body: string }[] = []
    const server = createServer((message, reply) => {
      const chunks: Buffer[] = []
      message.on('data', (chunk: Buffer) => chunks.push(chunk))
      message.on('end', () => {
        received.push({ type: message.headers['content-type'], body: Buffer.concat(chunks).toString() })
        reply.end('SUCCESS')
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const [id = ''] = idsOf(sandbox)
    expect(await sandbox.sendNotification(url, 'huishouqian', id)).toBe(200)
    // One and the same text signs to one and the same signature.
    expect(received).toEqual([
      {
        type: 'application/x-www-form-urlencoded; charset=UTF-8',
        body: sandbox.notification('huishouqian', id).body,
      },
    ])
  })
})
