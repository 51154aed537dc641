import { createPublicKey, verify } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ComplaintClient, QueryError, ResponseError, TransportError, wechatpay } from '../../../../src/index.js'
import { failure } from '../../../support/failure.js'
import nock from '../../../support/nock.js'
import { merchant } from '../../../support/wechatpay-server.js'

const host = 'https://api.mch.weixin.qq.com'
const images = '/v3/merchant-service/images'
const mediaId = 'ChsyMDAyMDE4MjAyMDA%2FAbc%2Bdef%3D%3D'
const bytes = Buffer.from('89504e470d0a1a0a00ff', 'hex')
const ref = { provider: 'wechatpay', account: merchant.mchid, id: '200201820200101080076610000' } as const

const clientOf = (options: object = {}, maxRetries = 0): ComplaintClient =>
  new ComplaintClient([wechatpay({ ...merchant, ...options })], { maxRetries })

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
    ['one that leaves them once %2F is decoded', `${host}${images}/..%2F..%2Fpay`],
    ['one that leaves them in the middle', `${host}${images}/a%2F..%2Fb`],
    ['one that leaves them once all is decoded', `${host}${images}/a%2f%2e%2E%2fb`],
    ['one that leaves them once all is decoded twice', `${host}${images}/a%252F%252E%252E%252Fb`],
    ['one that leaves them by an encoded backslash', `${host}${images}/a%5C..%5Cb`],
    ['one that ends in ?', `${host}${images}/x?`],
    ['one that ends in #', `${host}${images}/x#`],
    ['one that never ends', `${host}${images}/${'%25'.repeat(700)}`],
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

  it.each([
    ['no content', 204, ''],
    ['nothing', 200, ''],
    ['a page', 200, '<html>login</html>', 'text/html; charset=utf-8'],
    ['a message', 200, '{"code":"SYSTEM_ERROR"}', 'application/json'],
  ])('%s is not a file', async (_, status, body, type = 'image/png') => {
    reply(status, body, { 'Content-Type': type, 'Request-ID': 'id-2' })
    const error = await failure(clientOf().media(ref, url))
    expect([error.name, error.requestId, error.operation]).toEqual(['ResponseError', 'id-2', 'media'])
  })

  it.each([
    ['image/jpeg; charset=UTF-8', 'image/jpeg'],
    ['IMAGE/WebP', 'IMAGE/WebP'],
    ['video/mp4', 'video/mp4'],
    ['image/svg+xml', null],
    ['IMAGE/SVG+XML; charset=utf-8', null],
    ['image/ svg+xml', null],
    ['application/xhtml+xml', null],
    ['text/xml', null],
    ['text/javascript', null],
    ['multipart/related', null],
    ['application/octet-stream', null],
    ['image/png, text/html', null],
    ['image/png; a="b", text/html', 'image/png'],
  ])('a file that nobody signed for, said to be %s, is called %s', async (type, contentType) => {
    reply(200, bytes, { 'Content-Type': type })
    expect(await clientOf().media(ref, url)).toEqual({ bytes: new Uint8Array(bytes), contentType })
  })

  it('more than 20 MiB is refused', async () => {
    reply(200, Buffer.alloc(20 * 1024 * 1024 + 1))
    expect(await failure(clientOf().media(ref, url))).toBeInstanceOf(ResponseError)
  })
})

describe('an image whose host does not answer is had of the other one, signed afresh', () => {
  const backup = 'https://api2.mch.weixin.qq.com'
  const image = `${images}/${mediaId}`

  /** Which hosts were asked for which path; each signature is checked as the host would. */
  function play(hosts: Record<string, number | 'reset'>): string[] {
    const seen: string[] = []
    for (const [origin, how] of Object.entries(hosts)) {
      nock(origin)
        .persist()
        .get(() => true)
        .reply(async function () {
          const { path } = this.req
          seen.push(origin + path)
          const value = String(this.req.headers.authorization)
          const field = (name: string): string => new RegExp(`${name}="([^"]+)"`).exec(value)?.[1] ?? ''
          const text = `GET\n${path}\n${field('timestamp')}\n${field('nonce_str')}\n\n`
          const signature = Buffer.from(field('signature'), 'base64')
          expect(verify('sha256', Buffer.from(text), createPublicKey(merchant.privateKey), signature)).toBe(true)
          if (how === 'reset') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
          return how === 200 ? [200, bytes] : [how, '']
        })
    }
    return seen
  }
  const file = async (client: ComplaintClient, url: string): Promise<string> =>
    Buffer.from((await client.media(ref, url)).bytes).toString('hex')

  it.each([
    [host, 503, backup],
    [host, 'reset', backup],
    [backup, 502, host],
    ['https://api.wechatpay.cn', 500, host],
  ] as const)('%s (%s) → %s', async (origin, how, other) => {
    const seen = play({ [origin]: how, [other]: 200 })
    expect(await file(clientOf({}, 1), origin + image)).toBe(bytes.toString('hex'))
    expect(seen).toEqual([origin + image, other + image])
  })

  it('a first host that failed is skipped for a minute', async () => {
    const seen = play({ [host]: 503, [backup]: 200 })
    const client = clientOf({}, 1)
    await file(client, host + image)
    await file(client, host + image)
    expect(seen).toEqual([host + image, backup + image, backup + image])
  })

  it('never after a refusal', async () => {
    const seen = play({ [host]: 404, [backup]: 200 })
    expect((await failure(file(clientOf({}, 1), host + image))).code).toBe('NOT_FOUND')
    expect(seen).toEqual([host + image])
  })

  it('only of hosts that are configured', async () => {
    const own = 'https://pay.example.com'
    const alone = play({ [own]: 503, [host]: 200, [backup]: 200 })
    expect((await failure(file(clientOf({ baseUrl: own }, 1), own + image))).status).toBe(503)
    expect(alone).toEqual([own + image, own + image])
    nock.cleanAll()
    const other = 'https://pay2.example.com'
    const seen = play({ [own]: 503, [other]: 200 })
    await file(clientOf({ baseUrl: own, backupBaseUrl: `${other}/wechat` }, 1), own + image)
    expect(seen).toEqual([own + image, `${other}/wechat${image}`])
  })

  it("each of WeChat Pay's own hosts as baseUrl leaves the others allowed", async () => {
    for (const baseUrl of ['https://api2.mch.weixin.qq.com', 'https://api.wechatpay.cn', 'https://api2.wechatpay.cn']) {
      play({ [host]: 200 })
      expect(await file(clientOf({ baseUrl }), host + image)).toBe(bytes.toString('hex'))
      nock.cleanAll()
    }
  })
})
