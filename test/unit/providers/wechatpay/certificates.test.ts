import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  ComplaintClient,
  type ComplaintEvent,
  ConfigError,
  ResponseError,
  SignatureError,
  wechatpay,
} from '../../../../src/index.js'
import { failure } from '../../../support/failure.js'
import nock from '../../../support/nock.js'
import {
  apiV3Key,
  certificatesBody,
  createPlatform,
  type Platform,
  proofBy,
} from '../../../support/wechatpay-certificates.js'
import { merchant, proof } from '../../../support/wechatpay-server.js'

const host = 'https://api.mch.weixin.qq.com'
const path = '/v3/merchant-service/complaints-v2'
const range = { from: '2026-03-01', to: '2026-03-02' }
const { mchid, serialNo, privateKey, publicKeyId, publicKey } = merchant
const hourMs = 60 * 60 * 1000

const first = createPlatform('5157F09EFDC096DE15EBE81A47057A7232F1B8E1')
const second = createPlatform('6A5E2B6C0AAD34E47D9F0F4E4C9C31A0B2C3D4E5')
const expired = createPlatform('7B00000000000000000000000000000000000001', { from: -20, to: -1 })
const future = createPlatform('7B00000000000000000000000000000000000002', { from: 1, to: 20 })

/** Of an elliptic key, which signs nothing here: made for this test, its key thrown away. */
const elliptic = `-----BEGIN CERTIFICATE-----
MIIBkjCCATegAwIBAgIUfwAAAAAAAAAAAAAAAAAAAAAAAAEwCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSVGVucGF5LmNvbSBzYW5kYm94MCAXDTI2MTEyODAxMDA1NVoY
DzIxMjYxMTA0MDEwMDU1WjAdMRswGQYDVQQDDBJUZW5wYXkuY29tIHNhbmRib3gw
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASaezebyXAwT2lj/mchck+YF6HUez2T
oGqqRqALaIXWzyiWyDLzgtE69ppN5/9U+yZYL1UR4VeHIGn2uIJaW36ho1MwUTAd
BgNVHQ4EFgQUdBIUZa5xahsM1zT8VlzaCPSKiO0wHwYDVR0jBBgwFoAUdBIUZa5x
ahsM1zT8VlzaCPSKiO0wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBG
AiEA1+Zut1AtT4WpOs96D7M5txQ8wEbUjcR2p/8FV5AbXOoCIQCeYGf8BeYSEY4i
0MVF4/pleOrV8+qkyPrkAs8W5Nrhgg==
-----END CERTIFICATE-----
`

interface Server {
  listed: Platform[]
  signer: Platform
  key: string
  downloads: number
  status: number
  sign: (body: string) => Record<string, string>
}

/** Plays the list and the certificates call until the test ends. */
function play(change: Partial<Server> = {}): Server {
  const server: Server = {
    listed: [first],
    signer: first,
    key: apiV3Key,
    downloads: 0,
    status: 200,
    sign: (body) => proofBy(server.signer, body),
    ...change,
  }
  for (const each of [host, 'https://api2.mch.weixin.qq.com']) {
    nock(each)
      .persist()
      .get('/v3/certificates')
      .reply(() => {
        server.downloads += 1
        if (server.status === 404)
          return [
            404,
            { code: 'RESOURCE_NOT_EXISTS', message: '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。' },
          ]
        if (server.status !== 200) return [server.status, '<html></html>']
        const body = certificatesBody(server.listed, server.key)
        return [200, body, server.sign(body)]
      })
    nock(each)
      .persist()
      .get(path)
      .query(true)
      .reply(() => {
        const body = JSON.stringify({ data: [], limit: 50, offset: 0, total_count: 0 })
        return [200, body, server.sign(body)]
      })
  }
  return server
}

const events: ComplaintEvent[] = []
const clientOf = (options: object = {}, maxRetries = 0): ComplaintClient =>
  new ComplaintClient([wechatpay({ mchid, serialNo, privateKey, apiV3Key, ...options })], {
    maxRetries,
    onEvent: (event) => events.push(event),
  })
/** Both clocks, so that time passes by `advanceTimersByTime`; timers stay real. */
const fakeClocks = (): unknown => vi.useFakeTimers({ toFake: ['Date', 'performance'] })
const list = (client: ComplaintClient): Promise<unknown[]> => client.list(range).toArray({ limit: 10 })

beforeEach(() => {
  nock.disableNetConnect()
  events.length = 0
})
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
  vi.useRealTimers()
})

describe('platform certificates that an adapter downloaded', () => {
  const otherKey = 'fedcba9876543210fedcba9876543210'
  const account = 'shop'
  const adapterOf = (options: object = {}): ReturnType<typeof wechatpay> =>
    wechatpay({ mchid, serialNo, privateKey, apiV3Key, account, ...options })
  const listAfterReplacing = async (options: object): Promise<void> => {
    const client = clientOf({ account })
    await list(client)
    client.replace(adapterOf(options))
    await list(client)
  }

  it('verify the responses of the adapter that replaces it after its key was rotated', async () => {
    const server = play()
    await listAfterReplacing({ privateKeys: [privateKey], privateKey: undefined, serialNo: 'AB12CD34' })
    expect(server.downloads).toBe(1)
  })

  it('are kept while an account is removed and added again, and refreshed when they are due', async () => {
    fakeClocks()
    const server = play()
    const client = clientOf({ account })
    await list(client)
    vi.advanceTimersByTime(11 * hourMs)
    client.remove(`wechatpay:${account}`)
    client.add(adapterOf())
    await list(client)
    expect(server.downloads).toBe(1)
    vi.advanceTimersByTime(2 * hourMs)
    await list(client)
    expect(server.downloads).toBe(2)
  })

  it.each([
    ['another merchant', { mchid: '1900000002' }],
    ['another host', { baseUrl: 'https://api2.mch.weixin.qq.com' }],
    ['another backup host', { backupBaseUrl: 'https://api.wechatpay.cn' }],
  ])('are downloaded again for %s', async (_, options) => {
    const server = play()
    await listAfterReplacing(options)
    expect(server.downloads).toBe(2)
  })

  it('are not believed under another APIv3 key, which may have been changed because the old one leaked', async () => {
    const server = play()
    const client = clientOf({ account })
    await list(client)
    server.key = otherKey
    client.replace(adapterOf({ apiV3Key: otherKey }))
    await list(client)
    expect(server.downloads).toBe(2)
    server.listed = [second]
    server.signer = first
    client.replace(adapterOf({ apiV3Key: 'ab'.repeat(16) }))
    expect(await failure(list(client))).toBeInstanceOf(SignatureError)
  })

  it('are not believed without an APIv3 key', async () => {
    const server = play()
    const client = clientOf({ account })
    await list(client)
    client.replace(adapterOf({ apiV3Key: undefined, certificates: [second.certificate] }))
    expect(await failure(list(client))).toBeInstanceOf(SignatureError)
    expect(server.downloads).toBe(1)
  })

  it('are those of one client alone', async () => {
    const server = play()
    await list(clientOf({ account }))
    await list(clientOf({ account }))
    expect(server.downloads).toBe(2)
  })
})

describe('platform certificates', () => {
  it('are downloaded when an answer needs one, once for all calls, and verify it', async () => {
    const server = play()
    const client = clientOf()
    expect(server.downloads).toBe(0)
    await Promise.all([list(client), list(client), list(client)])
    await list(client)
    expect(server.downloads).toBe(1)
  })

  it('are not downloaded while the public key proves every answer', async () => {
    const server = play({ sign: (body) => proof(body) })
    await list(clientOf({ publicKeyId, publicKey }))
    expect(server.downloads).toBe(0)
  })

  it('serve beside a public key, whichever signs: a merchant in the middle of the migration', async () => {
    let answers = 0
    const server = play({ sign: (body) => (answers++ % 2 === 0 ? proof(body) : proofBy(first, body)) })
    const client = clientOf({ publicKeyId, publicKey })
    for (let call = 0; call < 6; call += 1) await list(client)
    expect(server.downloads).toBe(1)
  })

  it('name the public key in every request where one is configured, the download included', async () => {
    const serials: string[] = []
    const body = certificatesBody([first])
    const empty = JSON.stringify({ data: [] })
    nock(host)
      .get(path)
      .query(true)
      .reply(function () {
        serials.push(String(this.req.headers['wechatpay-serial']))
        return [200, empty, proofBy(first, empty)]
      })
    nock(host)
      .get('/v3/certificates')
      .reply(function () {
        serials.push(String(this.req.headers['wechatpay-serial']))
        return [200, body, proof(body)]
      })
    await list(clientOf({ publicKeyId, publicKey }))
    expect(serials).toEqual([publicKeyId, publicKeyId])
  })

  it('given as options verify without a download', async () => {
    const server = play()
    await list(clientOf({ apiV3Key: undefined, certificates: [first.certificate] }))
    expect(server.downloads).toBe(0)
  })

  it('that rotate are fetched at once: no restart, no failure', async () => {
    const server = play()
    const client = clientOf()
    await list(client)
    server.listed = [first, second]
    server.signer = second
    await Promise.all([list(client), list(client)])
    expect(server.downloads).toBe(2)
  })

  it('that came into use while a download was under way are asked for again', async () => {
    const client = clientOf()
    const server = play({ listed: [first] })
    let lists = 0
    server.sign = (body) => {
      if (body.includes('serial_no')) {
        const proven = proofBy(first, body)
        server.listed = [first, second]
        return proven
      }
      lists += 1
      return proofBy(lists === 1 ? first : second, body)
    }
    await Promise.all([list(client), list(client)])
    expect(server.downloads).toBe(2)
  })

  it('are refreshed when older than 12 hours, by the next answer that needs one', async () => {
    fakeClocks()
    const server = play()
    const client = clientOf()
    await list(client)
    vi.advanceTimersByTime(12 * hourMs - 1000)
    await list(client)
    expect(server.downloads).toBe(1)
    vi.advanceTimersByTime(1000)
    await list(client)
    await list(client)
    expect(server.downloads).toBe(2)
  })

  it('are kept when a refresh fails, which is reported by an event and tried again later', async () => {
    fakeClocks()
    const server = play()
    const client = clientOf()
    await list(client)
    vi.advanceTimersByTime(12 * hourMs)
    server.status = 503
    await list(client)
    await list(client)
    expect(server.downloads).toBe(2)
    expect(events.filter(({ type }) => type === 'warning')).toMatchObject([{ warning: 'certificateRefreshFailed' }])
    server.status = 200
    vi.advanceTimersByTime(60_000)
    await list(client)
    expect(server.downloads).toBe(3)
  })

  it('are kept when a gateway says unsigned that there are none, which is reported by an event and asked again soon', async () => {
    fakeClocks()
    const server = play()
    const client = clientOf({ publicKeyId, publicKey })
    await list(client)
    vi.advanceTimersByTime(12 * hourMs)
    server.status = 404
    await list(client)
    await list(client)
    expect(server.downloads).toBe(2)
    expect(events.filter(({ type }) => type === 'warning')).toMatchObject([
      { warning: 'certificateRefreshFailed', message: expect.stringMatching(/the present ones stay in use: .*none/) },
    ])
    server.status = 200
    vi.advanceTimersByTime(60_000)
    await list(client)
    await list(client)
    expect(server.downloads).toBe(3)
  })

  it('that have expired since they were fetched prove nothing', async () => {
    fakeClocks()
    const short = createPlatform('7C00000000000000000000000000000000000001', { from: -1, to: 0.25 })
    const server = play({ listed: [short], signer: short })
    const client = clientOf()
    await list(client)
    vi.advanceTimersByTime(7 * hourMs)
    server.listed = [short, first]
    const error = await failure(list(client))
    expect(error).toBeInstanceOf(SignatureError)
    expect(error.message).toMatch(/which expired on \d{4}-\d\d-\d\d/)
  })
})

describe('a refresh of certificates that are still good', () => {
  it('holds no call up when it hangs: one attempt, and no more than 2 s', async () => {
    fakeClocks()
    const server = play()
    const client = new ComplaintClient([wechatpay({ mchid, serialNo, privateKey, apiV3Key })], {
      maxRetries: 3,
      timeoutMs: 300,
      onEvent: (event) => events.push(event),
    })
    await list(client)
    vi.advanceTimersByTime(12 * hourMs)
    nock.removeInterceptor({ hostname: 'api.mch.weixin.qq.com', path: '/v3/certificates', proto: 'https' })
    nock(host).persist().get('/v3/certificates').delay(3_000).reply(503, '')
    await list(client)
    await list(client)
    const attempts = events.filter((event) => event.type === 'request' && event.operation === 'certificates')
    expect([attempts.length, server.downloads]).toEqual([2, 1])
    expect(events.filter(({ type }) => type === 'warning')).toMatchObject([{ warning: 'certificateRefreshFailed' }])
  })

  it('takes part in no other wait: the 2 s hold whatever timeoutMs is', async () => {
    fakeClocks()
    play()
    const client = new ComplaintClient([wechatpay({ mchid, serialNo, privateKey, apiV3Key })], {
      onEvent: (event) => events.push(event),
    })
    await list(client)
    vi.advanceTimersByTime(12 * hourMs)
    nock.removeInterceptor({ hostname: 'api.mch.weixin.qq.com', path: '/v3/certificates', proto: 'https' })
    nock(host).get('/v3/certificates').delay(14_000).reply(503, '')
    await list(client)
    expect(events.filter(({ type }) => type === 'warning')).toMatchObject([
      { warning: 'certificateRefreshFailed', message: expect.stringContaining('within 2000 ms') },
    ])
  })
})

describe('a serial that no download contains', () => {
  it('is a SignatureError that names it, asked for once a minute', async () => {
    fakeClocks()
    const server = play()
    const client = clientOf()
    await list(client)
    server.sign = (body) => proofBy(body.includes('serial_no') ? first : second, body)
    const error = await failure(list(client))
    expect(error).toBeInstanceOf(SignatureError)
    expect(error.message).toContain(second.serialNo)
    expect(await failure(list(client))).toBeInstanceOf(SignatureError)
    expect(server.downloads).toBe(2)
    vi.advanceTimersByTime(60_000)
    server.listed = [first, second]
    await list(client)
    expect(server.downloads).toBe(3)
  })

  it('cannot be made up to spend the quota', async () => {
    const server = play()
    const client = clientOf()
    let made = 0
    server.sign = (body) =>
      body.includes('serial_no')
        ? proofBy(first, body)
        : { ...proofBy(first, body), 'Wechatpay-Serial': `FEED${made++}` }
    for (let call = 0; call < 25; call += 1) await failure(list(client))
    expect(server.downloads).toBe(10)
  })
})

describe('a download', () => {
  it('that fails is the error of the call, and the next call tries again', async () => {
    const server = play({ status: 503 })
    const client = clientOf()
    const error = await failure(list(client))
    expect([error.code, error.status, error.operation, error.retryable]).toEqual(['API', 503, 'certificates', true])
    server.status = 200
    await list(client)
  })

  it('that goes on failing is made ten times a minute at most', async () => {
    fakeClocks()
    const server = play({ status: 503 })
    const client = clientOf()
    for (let call = 0; call < 9; call += 1) expect((await failure(list(client))).code).toBe('API')
    expect((await failure(list(client))).code).toBe('API')
    expect(await failure(list(client))).toBeInstanceOf(SignatureError)
    expect(server.downloads).toBe(10)
    vi.advanceTimersByTime(60_000)
    server.status = 200
    await list(client)
  })

  it('that passes by itself is mended within the call that needs it', async () => {
    const server = play({ status: 503 })
    const sign = server.sign
    server.sign = (body) => {
      server.status = 200
      return sign(body)
    }
    await list(clientOf({}, 1))
  })

  it('that a gateway answers with 404 is not taken for a merchant without certificates, nor for a missing complaint', async () => {
    const server = play()
    nock.removeInterceptor({ hostname: 'api.mch.weixin.qq.com', path: '/v3/certificates', proto: 'https' })
    nock(host).persist().get('/v3/certificates').reply(404, '<html>nginx</html>', { 'Request-ID': 'R7' })
    for (const options of [{}, { publicKeyId, publicKey }]) {
      const error = await failure(list(clientOf(options, 3)))
      expect([error.code, error.operation, error.status, error.requestId]).toEqual(['API', 'certificates', 404, 'R7'])
      expect(error.message).toMatch(/check baseUrl/)
    }
    expect(server.downloads).toBe(0)
  })

  it('that met no answer has no status, whatever that of the answer which needed it', async () => {
    play()
    nock.removeInterceptor({ hostname: 'api.mch.weixin.qq.com', path: '/v3/certificates', proto: 'https' })
    nock(host).persist().get('/v3/certificates').replyWithError('made to fail')
    const error = await failure(list(clientOf()))
    expect([error.code, error.operation, error.status]).toEqual(['NETWORK', 'certificates', null])
  })

  it('of a merchant without certificates says that the public key is to be configured', async () => {
    play({ status: 404 })
    const error = await failure(list(clientOf({}, 3)))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(/publicKeyId and publicKey/)
    expect(error.providerCode).toBe('RESOURCE_NOT_EXISTS')
  })

  it('that apiV3Key does not open says so, and never the key: it may be wrong, or the answer was changed', async () => {
    play({ key: 'fedcba9876543210fedcba9876543210' })
    const error = await failure(list(clientOf()))
    expect(error).toBeInstanceOf(SignatureError)
    expect([error.operation, error.retryable]).toEqual(['certificates', true])
    expect(error.message).toMatch(/apiV3Key/)
    expect(JSON.stringify(error)).not.toContain(apiV3Key)
  })

  it('that the public key proves, and apiV3Key does not open, is a mistake in the options', async () => {
    const server = play({ key: 'fedcba9876543210fedcba9876543210' })
    server.sign = (body) => (body.includes('serial_no') ? proof(body) : proofBy(first, body))
    const error = await failure(list(clientOf({ publicKeyId, publicKey })))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(/apiV3Key/)
  })

  it('that was changed on the way once costs a retry', async () => {
    const server = play({ key: 'fedcba9876543210fedcba9876543210' })
    server.sign = (body) => {
      if (body.includes('serial_no')) server.key = apiV3Key
      return proofBy(first, body)
    }
    await list(clientOf({}, 1))
    expect(server.downloads).toBe(2)
  })

  it.each([
    ['cut short', (body: string) => body.slice(0, -5)],
    ['with another serial number', (body: string) => body.replace(first.serialNo, second.serialNo)],
    ['with another cipher', (body: string) => body.replace('AEAD_AES_256_GCM', 'AEAD_AES_256_GCN')],
    ['with another name for a field', (body: string) => body.replace('encrypt_certificate', 'fncrypt_certificate')],
    ['that is none', () => '{"data":{}}'],
    ['without certificates', () => '{"data":[]}'],
  ])('damaged once costs a retry, whatever its unproven bytes say: %s', async (_, damage) => {
    let downloads = 0
    const empty = JSON.stringify({ data: [] })
    nock(host).get(path).query(true).times(2).reply(200, empty, proofBy(first, empty))
    nock(host)
      .persist()
      .get('/v3/certificates')
      .reply(() => {
        const body = certificatesBody([first])
        downloads += 1
        return [200, downloads === 1 ? damage(body) : body, proofBy(first, body)]
      })
    await list(clientOf({}, 1))
    expect(downloads).toBe(2)
  })

  it('holds no more than 100 certificates, also where all of them are good and proven', async () => {
    const server = play({ listed: Array.from({ length: 101 }, () => first) })
    server.sign = (body) => (body.includes('serial_no') ? proof(body) : proofBy(first, body))
    const client = clientOf({ publicKeyId, publicKey })
    expect(await failure(list(client))).toBeInstanceOf(ResponseError)
    server.listed = server.listed.slice(1)
    await list(client)
  })

  it.each([
    ['signed with an unknown key', (body: string) => proofBy(second, body)],
    ['not signed', () => ({ 'Content-Type': 'application/json' })],
    [
      'changed after signing',
      (body: string) => ({
        ...proofBy(first, body),
        'Wechatpay-Signature': proofBy(first, `${body} `)['Wechatpay-Signature'] ?? '',
      }),
    ],
  ])('%s is refused, though its certificates open', async (_, sign) => {
    const server = play()
    server.sign = (body) => (body.includes('serial_no') ? sign(body) : proofBy(first, body))
    expect(await failure(list(clientOf()))).toBeInstanceOf(SignatureError)
  })

  it('takes no certificate that is not valid now', async () => {
    const server = play({ listed: [expired, first, future] })
    const client = clientOf()
    await list(client)
    for (const platform of [expired, future]) {
      server.signer = platform
      expect(await failure(list(client))).toBeInstanceOf(SignatureError)
    }
  })

  it.each<[string, (body: string) => string]>([
    ['of another kind of key', (body) => body],
    ['under another cipher', (body) => body.replace('AEAD_AES_256_GCM', 'AEAD_SM4_GCM')],
  ])('leaves out a certificate %s: those beside it serve, proven or not', async (_, change) => {
    const odd = { ...second, certificate: elliptic }
    for (const [options, prove] of [
      [{}, (body: string) => proofBy(first, body)],
      [{ publicKeyId, publicKey }, proof],
    ] as const) {
      const body = change(certificatesBody([odd, first]))
      nock(host).get('/v3/certificates').reply(200, body, prove(body))
      nock(host).get(path).query(true).reply(200, '{"data":[]}', proofBy(first, '{"data":[]}'))
      expect(await list(clientOf(options))).toEqual([])
      expect(nock.isDone()).toBe(true)
    }
  })

  it('with a certificate that apiV3Key does not open is refused whole, however good those beside it are', async () => {
    const server = play()
    nock.removeInterceptor({ hostname: 'api.mch.weixin.qq.com', path: '/v3/certificates', proto: 'https' })
    const [good, bad] = [certificatesBody([first]), certificatesBody([second], 'fedcba9876543210fedcba9876543210')]
    const body = JSON.stringify({ data: [...JSON.parse(good).data, ...JSON.parse(bad).data] })
    nock(host).get('/v3/certificates').reply(200, body, proof(body))
    const error = await failure(list(clientOf({ publicKeyId, publicKey })))
    expect(error).toBeInstanceOf(ConfigError)
    expect(server.downloads).toBe(0)
  })

  it('with no certificate that is valid now says so', async () => {
    play({ listed: [expired], signer: expired })
    const error = await failure(list(clientOf()))
    expect(error).toBeInstanceOf(ResponseError)
    expect(error.message).toMatch(/clock/)
  })

  describe.each([
    ['proven by the public key, is a ResponseError', proof, 'ResponseError', false],
    ['proven by nothing, is a SignatureError', (body: string) => proofBy(first, body), 'SignatureError', true],
  ] as const)('%s:', (_, prove, name, retryable) => {
    it.each([
      ['no list', '{"data":{}}'],
      ['no certificates', '{}'],
      ['another cipher', certificatesBody([first]).replace('AEAD_AES_256_GCM', 'AEAD_SM4_GCM')],
      ['another serial number than its certificate has', certificatesBody([{ ...first, serialNo: second.serialNo }])],
      ['not JSON', 'certificates'],
    ])('%s', async (__, body) => {
      nock(host).get(path).query(true).reply(200, '{"data":[]}', proofBy(first, '{"data":[]}'))
      nock(host).get('/v3/certificates').reply(200, body, prove(body))
      const error = await failure(list(clientOf({ publicKeyId, publicKey })))
      expect([error.name, error.retryable, error.operation]).toEqual([name, retryable, 'certificates'])
    })
  })
})

it('wrong keys are distinguished before any request', () => {
  const options = { mchid, serialNo, privateKey }
  expect(() => wechatpay({ ...options, certificates: [first.certificate], serialNo: first.serialNo })).toThrow(
    /serialNo names a platform certificate/,
  )
  const own = createPlatform('7D00000000000000000000000000000000000001')
  expect(() => wechatpay({ ...options, privateKey: own.privateKey, certificates: [own.certificate] })).toThrow(
    /certificates holds the merchant's own key/,
  )
  // @ts-expect-error: the options have no way to verify responses
  expect(() => wechatpay(options)).toThrow(/no way to verify/)
  expect(() => wechatpay({ ...options, apiV3Key })).not.toThrow()
})

describe('certificates given as options', () => {
  it('all serve when several stand in one text, as text or as bytes', async () => {
    const chain = second.certificate + first.certificate
    for (const each of [chain, Buffer.from(chain)]) {
      play()
      await list(clientOf({ apiV3Key: undefined, certificates: [each] }))
      nock.cleanAll()
    }
  })

  const given = (platform: Platform): ComplaintClient =>
    clientOf({ apiV3Key: undefined, certificates: [platform.certificate] })
  const dayOf = (at: Date): string => new Date(at.getTime() + 8 * hourMs).toISOString().slice(0, 10)

  it('prove nothing once they have expired, and say so', async () => {
    play({ signer: expired })
    const error = await failure(list(given(expired)))
    expect([error.name, error.retryable]).toEqual(['SignatureError', true])
    expect(error.message).toContain(
      `is signed with platform certificate ${expired.serialNo}, which expired on ${dayOf(expired.validTo)}; add the new one`,
    )
  })

  it('prove nothing before they are valid, and say so', async () => {
    play({ signer: future })
    const error = await failure(list(given(future)))
    expect(error).toBeInstanceOf(SignatureError)
    expect(error.message).toContain(`which is not valid before ${dayOf(future.validFrom)}; check the clock`)
  })

  it('prove nothing beside others that are valid, nor is anything downloaded for them', async () => {
    const server = play({ signer: expired })
    const client = clientOf({ certificates: [expired.certificate, first.certificate] })
    expect(await failure(list(client))).toBeInstanceOf(SignatureError)
    expect(server.downloads).toBe(0)
    server.signer = first
    await list(client)
  })

  it('that come to their end are reported, 30 days before and when they have, once a client', async () => {
    fakeClocks()
    const ending = createPlatform('7E00000000000000000000000000000000000001', { from: -1, to: 31 })
    play({ signer: ending })
    const client = clientOf({ apiV3Key: undefined, certificates: [ending.certificate, expired.certificate] })
    const outlived = clientOf({ apiV3Key: undefined, certificates: [ending.certificate, first.certificate] })
    const warnings = (): unknown[] => events.filter(({ type }) => type === 'warning')
    await list(client)
    expect(warnings()).toEqual([])
    vi.advanceTimersByTime(2 * 24 * hourMs)
    await list(client)
    await list(client)
    const soon = {
      warning: 'certificateExpiresSoon',
      provider: 'wechatpay',
      account: mchid,
      message: expect.stringContaining(ending.serialNo),
    }
    expect(warnings()).toMatchObject([soon])
    vi.advanceTimersByTime(30 * 24 * hourMs)
    for (let call = 0; call < 2; call += 1) expect(await failure(list(client))).toBeInstanceOf(SignatureError)
    expect(warnings()).toMatchObject([soon, { warning: 'certificateExpired' }])
    // One that another outlives is replaced already.
    await failure(list(outlived))
    expect(warnings()).toHaveLength(2)
  })
})

it('the cool-down does not grow when the time of day is set back', async () => {
  fakeClocks()
  const server = play()
  const client = clientOf()
  await list(client)
  server.sign = (body) => proofBy(body.includes('serial_no') ? first : second, body)
  await failure(list(client))
  vi.setSystemTime(Date.now() - hourMs)
  vi.advanceTimersByTime(60_000)
  server.listed = [first, second]
  await list(client)
})
