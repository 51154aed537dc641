import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { decrypt, headerOf, isSigned, type Sealed, signerOf } from './peer.js'

const closing: (() => unknown)[] = []
async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const days = { from: '2026-01-01', to: '2026-01-31' }
  const sandbox = await startSandbox({ ...days, reuseKeys: true, complaints: 12, ...options })
  closing.push(() => sandbox.close())
  return sandbox
}
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

const own = (sandbox: Sandbox): Sandbox['truth'] => sandbox.truth.filter(({ provider }) => provider === 'wechatpay')
const idOf = (sandbox: Sandbox): string => own(sandbox)[0]?.id ?? ''

interface Envelope extends Record<string, unknown> {
  id: string
  resource: Sealed & Record<string, unknown>
}

describe('notifications', () => {
  it('are signed and encrypted as another implementation expects', async () => {
    const sandbox = await start()
    const associated = new Set<unknown>()
    const extra = new Set<boolean>()
    for (const { id } of own(sandbox)) {
      const message = sandbox.notification('wechatpay', id)
      expect(signerOf(message, sandbox)).toBe('public key')
      expect(isSigned({ ...message, body: `${message.body} ` }, sandbox.wechatpay.publicKey ?? '')).toBe(false)
      const envelope = JSON.parse(message.body) as Envelope
      expect(envelope).toMatchObject({
        id: expect.stringMatching(/\S{8}/),
        create_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
        resource_type: 'encrypt-resource',
        event_type: 'COMPLAINT.CREATE',
        summary: expect.any(String),
        resource: { algorithm: 'AEAD_AES_256_GCM', original_type: 'complaint' },
      })
      const text = decrypt(envelope.resource, sandbox.wechatpay.apiV3Key)
      const plain = JSON.parse(text) as Record<string, unknown>
      expect(plain).toMatchObject({ complaint_id: id, action_type: 'CREATE_COMPLAINT' })
      expect(text).not.toMatch(/1380000\d{4}/)
      associated.add(envelope.resource.associated_data)
      extra.add(Object.keys(plain).length > 2)
    }
    expect(associated).toEqual(new Set(['complaint', undefined]))
    expect(extra).toEqual(new Set([true, false]))
  })

  it('say what happened, under the id given or a new one', async () => {
    const sandbox = await start()
    const read = (options: { action?: string; id?: string }): Envelope =>
      JSON.parse(sandbox.notification('wechatpay', idOf(sandbox), options).body) as Envelope
    const changed = read({ action: 'USER_RESPONSE', id: 'EV-1' })
    expect(changed).toMatchObject({ id: 'EV-1', event_type: 'COMPLAINT.STATE_CHANGE' })
    expect(JSON.parse(decrypt(changed.resource, sandbox.wechatpay.apiV3Key))).toMatchObject({
      action_type: 'USER_RESPONSE',
    })
    expect(read({}).id).not.toBe(read({}).id)
  })

  it.each([
    ['certificate', [1, 1]],
    ['onRequest', [1, 1]],
    ['alternate', ['public key', 1]],
  ] as const)('are signed by the mode (%s)', async (wechatpaySigning, signers) => {
    const sandbox = await start({ wechatpaySigning })
    sandbox.rotateCertificate()
    const messages = [1, 2].map(() => sandbox.notification('wechatpay', idOf(sandbox)))
    expect(messages.map((message) => signerOf(message, sandbox))).toEqual(signers)
  })

  it('need a complaint, and a provider that sends them', async () => {
    const sandbox = await start()
    expect(() => sandbox.notification('wechatpay', '1')).toThrow('the sandbox has no complaint 1')
    await expect(sandbox.sendNotification('http://127.0.0.1:1', 'wechatpay', '1')).rejects.toThrow(/no complaint/)
  })
})

describe('sendNotification', () => {
  async function receiver(
    status: number,
  ): Promise<{ url: string; received: { message: IncomingMessage; body: string }[] }> {
    const received: { message: IncomingMessage; body: string }[] = []
    const server = createServer((message, reply) => {
      const chunks: Buffer[] = []
      message.on('data', (chunk: Buffer) => chunks.push(chunk))
      message.on('end', () => {
        received.push({ message, body: Buffer.concat(chunks).toString('utf8') })
        reply.writeHead(status).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => server.close())
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?x=1`, received }
  }

  it('POSTs the exact bytes and tells the status', async () => {
    const sandbox = await start()
    const { url, received } = await receiver(204)
    expect(await sandbox.sendNotification(url, 'wechatpay', idOf(sandbox), { id: 'EV-2' })).toBe(204)
    const [first] = received
    expect([first?.message.method, first?.message.url]).toEqual(['POST', '/hook?x=1'])
    expect(first?.message.headers['content-type']).toBe('application/json')
    const message = { headers: first?.message.headers ?? {}, body: first?.body ?? '' }
    expect(signerOf(message, sandbox)).toBe('public key')
    expect(headerOf(message, 'wechatpay-signature-type')).toBe('WECHATPAY2-SHA256-RSA2048')
    expect(JSON.parse(message.body)).toMatchObject({ id: 'EV-2' })
    const refusing = await receiver(500)
    expect(await sandbox.sendNotification(refusing.url, 'wechatpay', idOf(sandbox))).toBe(500)
  })

  it('goes to loopback only, and says when nobody listens', async () => {
    const sandbox = await start()
    const send = (url: string): Promise<number> => sandbox.sendNotification(url, 'wechatpay', idOf(sandbox))
    for (const url of ['http://example.com/', 'https://127.0.0.1/', 'http://127.0.0.1.example.com/', 'nowhere'])
      await expect(send(url)).rejects.toThrow()
    const { url } = await receiver(200)
    const [close] = closing.splice(-1)
    await close?.()
    await expect(send(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
