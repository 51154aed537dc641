import { createPublicKey, verify } from 'node:crypto'
import nock from 'nock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ComplaintClient,
  type ComplaintError,
  QueryError,
  ResponseError,
  TransportError,
  wechatpay,
} from '../../../src/index.js'
import { merchant } from '../../helpers/wechatpay-server.js'

const host = 'https://api.mch.weixin.qq.com'
const images = '/v3/merchant-service/images'
const mediaId = 'ChsyMDAyMDE4MjAyMDA%2FAbc%2Bdef%3D%3D'
const bytes = Buffer.from('89504e470d0a1a0a00ff', 'hex')
const ref = { provider: 'wechatpay', account: merchant.mchid, id: '200201820200101080076610000' } as const

const clientOf = (options: object = {}, maxRetries = 0): ComplaintClient =>
  new ComplaintClient([wechatpay({ ...merchant, ...options })], { maxRetries })
const failure = (promise: Promise<unknown>): Promise<ComplaintError> =>
  promise.then(
    () => expect.fail('should have failed'),
    (error: ComplaintError) => error,
  )

let requests = 0
const count = (): void => {
  requests += 1
}
beforeEach(() => {
  requests = 0
  nock.disableNetConnect()
  nock.emitter.on('no match', count)
})
afterEach(() => {
  nock.emitter.off('no match', count)
  nock.cleanAll()
  nock.enableNetConnect()
})

it('an image is fetched by its URL exactly as it stands, signed over the same bytes, and comes as it is', async () => {
  const seen: { path: string; authorization: string }[] = []
  nock(host)
    .get((uri) => uri.startsWith(images))
    .reply(function () {
      seen.push({ path: this.req.path, authorization: String(this.req.headers.authorization) })
      return [200, bytes, { 'Content-Type': 'image/png' }]
    })
  const file = await clientOf().media(ref, `${host}${images}/${mediaId}`)
  expect(Buffer.from(file.bytes)).toEqual(bytes)
  expect(file.contentType).toBe('image/png')
  const [{ path, authorization } = { path: '', authorization: '' }] = seen
  expect(path).toBe(`${images}/${mediaId}`)
  const field = (name: string): string => new RegExp(`${name}="([^"]+)"`).exec(authorization)?.[1] ?? ''
  const text = `GET\n${images}/${mediaId}\n${field('timestamp')}\n${field('nonce_str')}\n\n`
  const signature = Buffer.from(field('signature'), 'base64')
  expect(verify('sha256', Buffer.from(text), createPublicKey(merchant.privateKey), signature)).toBe(true)
})

it.each(['https://api2.mch.weixin.qq.com', 'https://api.wechatpay.cn', 'https://api2.wechatpay.cn'])(
  '%s serves images too',
  async (origin) => {
    nock(origin)
      .get((uri) => uri.startsWith(images))
      .reply(200, bytes)
    const file = await clientOf().media(ref, `${origin}${images}/${mediaId}`)
    expect(Buffer.from(file.bytes)).toEqual(bytes)
    expect(file.contentType).toBeNull()
  },
)

describe('no request is made, and so no Authorization shown, for', () => {
  it.each([
    ['another host', `https://images.example.com${images}/${mediaId}`],
    ['a host that only begins like one of them', `https://api.mch.weixin.qq.com.example.com${images}/x`],
    ['another port', `https://api.mch.weixin.qq.com:8443${images}/x`],
    ['http', `http://api.mch.weixin.qq.com${images}/x`],
    ['credentials in the URL', `https://a:b@api.mch.weixin.qq.com${images}/x`],
    ['a user that looks like the host', `https://api.mch.weixin.qq.com@example.com${images}/x`],
    ['another path', `${host}/v3/pay/transactions/id/1`],
    ['a path that leaves the images', `${host}${images}/../../pay/transactions`],
    ['one that leaves them in disguise', `${host}${images}/%2e%2e/%2E%2E/pay/transactions`],
    ['a backslash', `${host}${images}\\..\\x`],
    ['the folder itself', `${host}${images}/`],
    ['a fragment', `${host}${images}/x#y`],
    ['a space', `${host}${images}/a b`],
    ['a line break', `${host}${images}/a\r\nHost: example.com`],
    ['a letter that an URL cannot hold', `${host}${images}/图`],
    ['no URL', 'x'],
    ['nothing', ''],
    ['no text', 7 as unknown as string],
  ])('%s', async (_, url) => {
    const error = await failure(clientOf().media(ref, url))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(/nothing was requested/)
    expect(requests).toBe(0)
  })

  it("WeChat Pay's own hosts where another base is configured", async () => {
    const error = await failure(
      clientOf({ baseUrl: 'https://pay.example.com' }).media(ref, `${host}${images}/${mediaId}`),
    )
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toContain('https://pay.example.com')
    expect(requests).toBe(0)
  })
})

describe('what may come instead of an image', () => {
  const url = `${host}${images}/${mediaId}`
  const reply = (status: number, body: string | Buffer, headers: Record<string, string> = {}): void => {
    nock(host)
      .get((uri) => uri.startsWith(images))
      .reply(status, body, headers)
  }

  it('a redirect is not followed', async () => {
    reply(302, '', { Location: 'https://example.com/x' })
    expect(await failure(clientOf().media(ref, url))).toBeInstanceOf(TransportError)
    expect(requests).toBe(0)
  })

  it.each([
    [404, 'NOT_FOUND'],
    [401, 'AUTHENTICATION'],
    [403, 'PERMISSION'],
    [429, 'RATE_LIMIT'],
    [503, 'API'],
  ])('%i is %s', async (status, code) => {
    reply(status, '{"code":"X","message":"图片不存在"}', { 'Request-ID': 'id-1' })
    const error = await failure(clientOf().media(ref, url))
    expect([error.code, error.operation, error.requestId, error.providerMessage]).toEqual([
      code,
      'media',
      'id-1',
      '图片不存在',
    ])
  })

  it('more than 20 MiB is refused', async () => {
    reply(200, Buffer.alloc(20 * 1024 * 1024 + 1))
    expect(await failure(clientOf().media(ref, url))).toBeInstanceOf(ResponseError)
  })
})
