import { createPublicKey } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Formatter, Rsa } from 'wechatpay-axios-plugin'
import { ComplaintClient, wechatpay } from '../../../../src/index.js'
import { type Sandbox, type SandboxRequest, startSandbox } from '../../../../src/sandbox/index.js'

const range = { from: '2026-01-05', to: '2026-03-30' } as const
const operations = ['list', 'get', 'history', 'media', 'certificates'] as const

/** What another implementation reads out of our header, by the names that WeChat Pay documents. */
function fieldsOf({ headers }: SandboxRequest): Record<string, string> {
  const [scheme, list = ''] = (headers.authorization ?? '').split(/ (.*)/)
  const fields = [...list.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value] as const)
  return { scheme: scheme ?? '', ...Object.fromEntries(fields) }
}

describe("wechatpay-axios-plugin's code verifies our Authorization header", () => {
  let sandbox: Sandbox

  beforeAll(async () => {
    sandbox = await startSandbox({
      ...range,
      complaints: { wechatpay: 60, huishouqian: 0, xiaoe: 0 },
      reuseKeys: true,
      wechatpaySigning: 'certificate',
    })
    const client = new ComplaintClient(wechatpay(sandbox.wechatpay))
    const complaints = await client.list({ ...range, merchant: '1900000001' }).toArray({ limit: 100 })
    for (const complaint of complaints.slice(0, 5)) {
      await client.get(complaint)
      for await (const entry of client.history(complaint)) expect(entry.id).not.toBe('')
    }
    for (const complaint of complaints)
      for (const { urls } of complaint.media) for (const url of urls) await client.media(complaint, url)
  })
  afterAll(() => sandbox.close())

  it.each(operations)('of %s', (operation) => {
    const { mchid, serialNo, privateKey } = sandbox.wechatpay
    const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()
    const sent = sandbox.requests.filter((request) => request.operation === operation)
    expect(sent.length).toBeGreaterThan(0)
    for (const request of sent) {
      const fields = fieldsOf(request)
      const {
        scheme,
        mchid: merchant,
        serial_no: serial,
        nonce_str: nonce = '',
        timestamp = '',
        signature = '',
      } = fields
      expect([scheme, merchant, serial]).toEqual(['WECHATPAY2-SHA256-RSA2048', mchid, serialNo])
      const text = Formatter.request(request.method, request.url, timestamp, nonce, request.body)
      expect(Rsa.verify(text, signature, Rsa.from(publicKey, Rsa.KEY_TYPE_PUBLIC))).toBe(true)
      expect(Rsa.verify(`${text}\n`, signature, Rsa.from(publicKey, Rsa.KEY_TYPE_PUBLIC))).toBe(false)
      // PKCS #1 signatures leave no choice: what the peer writes is the same, field by field.
      const own = Formatter.authorization(
        mchid,
        nonce,
        Rsa.sign(text, Rsa.from(privateKey, Rsa.KEY_TYPE_PRIVATE)),
        timestamp,
        serialNo,
      )
      expect(fieldsOf({ ...request, headers: { authorization: own } })).toEqual(fields)
    }
  })
})
