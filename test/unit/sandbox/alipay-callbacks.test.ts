import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxNotification, startSandbox } from '../../../src/sandbox/index.js'
import { isSignedByOpenssl } from './alipay-peer.js'

const running: Sandbox[] = []
async function start(): Promise<Sandbox> {
  const sandbox = await startSandbox({ complaints: { 'alipay-trade': 2, 'alipay-risk': 1 }, reuseKeys: true })
  running.push(sandbox)
  return sandbox
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()))
})

/** Whether openssl finds the form signed, with `sign_type` and without. */
function signedHow({ body }: SandboxNotification, publicKey = ''): { with: boolean; without: boolean } {
  const { sign = '', ...fields } = Object.fromEntries(new URLSearchParams(body))
  const textOf = (names: string[]): Buffer =>
    Buffer.from(
      names
        .sort()
        .map((name) => `${name}=${fields[name]}`)
        .join('&'),
    )
  const names = Object.keys(fields)
  return {
    with: isSignedByOpenssl(textOf(names), sign, publicKey),
    without: isSignedByOpenssl(textOf(names.filter((name) => name !== 'sign_type')), sign, publicKey),
  }
}

describe('a notification that a complaint changed', () => {
  it('has the documented fields and nothing but the id in biz_content', async () => {
    const sandbox = await start()
    const id = sandbox.truth[0]?.id ?? ''
    const { headers, body } = sandbox.notification('alipay-trade', id)
    expect(headers).toEqual({ 'Content-Type': 'application/x-www-form-urlencoded; charset=GBK' })
    const { sign: _, notify_id, utc_timestamp, ...fields } = Object.fromEntries(new URLSearchParams(body))
    expect(fields).toEqual({
      app_id: sandbox.alipayTrade.appId,
      biz_content: JSON.stringify({ complain_event_id: id }),
      charset: 'GBK',
      msg_method: 'alipay.merchant.tradecomplain.changed',
      sign_type: 'RSA2',
      version: '1.1',
    })
    expect(notify_id).toMatch(/^[0-9a-f]{34}$/)
    expect(Math.abs(Number(utc_timestamp) - Date.now())).toBeLessThan(5000)
  })

  it('is signed without sign_type, or with it', async () => {
    const sandbox = await start()
    const id = sandbox.truth[0]?.id ?? ''
    const key = sandbox.alipayTrade.alipayPublicKey
    expect(signedHow(sandbox.notification('alipay-trade', id), key)).toEqual({ with: false, without: true })
    expect(signedHow(sandbox.notification('alipay-trade', id, { signsType: true }), key)).toEqual({
      with: true,
      without: false,
    })
  })

  it('takes another action, id and charset', async () => {
    const sandbox = await start()
    const options = { action: 'alipay.other', id: 'n-1', charset: 'utf-8' } as const
    const { headers, body } = sandbox.notification('alipay-trade', sandbox.truth[0]?.id ?? '', options)
    const fields = Object.fromEntries(new URLSearchParams(body))
    expect([fields.msg_method, fields.notify_id, fields.charset]).toEqual(['alipay.other', 'n-1', 'utf-8'])
    expect(headers['Content-Type']).toBe('application/x-www-form-urlencoded; charset=utf-8')
  })

  it('is posted as it is', async () => {
    const sandbox = await start()
    let received = ''
    const server = createServer(async (message, reply) => {
      for await (const chunk of message) received += String(chunk)
      reply.end('success')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      expect(await sandbox.sendNotification(url, 'alipay-trade', sandbox.truth[0]?.id ?? '', { id: 'n-2' })).toBe(200)
      expect(new URLSearchParams(received).get('notify_id')).toBe('n-2')
    } finally {
      server.close()
    }
  })

  it('does not exist for risk complaints, nor for an unknown complaint', async () => {
    const sandbox = await start()
    const risk = sandbox.truth.find(({ provider }) => provider === 'alipay-risk')
    expect(() => sandbox.notification('alipay-risk', risk?.id ?? '')).toThrow(/does not send notifications/)
    expect(() => sandbox.notification('alipay-trade', '1')).toThrow(/no complaint 1/)
  })

  it('a complaint has no files to download', async () => {
    const sandbox = await start()
    for (const { provider, id } of sandbox.truth) expect(sandbox.mediaOf(provider, id)).toEqual([])
  })
})
