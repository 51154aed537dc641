import { constants, createPublicKey, generateKeyPairSync, publicEncrypt, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  ComplaintClient,
  type ComplaintEvent,
  NotFoundError,
  PaginationError,
  QueryError,
  ResponseError,
  SignatureError,
  type WechatPayComplaint,
  wechatpay,
} from '../../../../src/index.js'
import { failure } from '../../../support/failure.js'
import nock from '../../../support/nock.js'
import { merchant, platformCertificate, proof } from '../../../support/wechatpay-server.js'

/** The official page's own sample, with a synthetic phone in place of the encrypted one. */
const sample = readFileSync(new URL('../../../fixtures/wechatpay/list-official-sample.json', import.meta.url), 'utf8')
const host = 'https://api.mch.weixin.qq.com'
const path = '/v3/merchant-service/complaints-v2'
const range = { from: '2015-05-01', to: '2015-05-30' }

const row = (change: object = {}): object => ({
  complaint_id: '200201820200101080076610000',
  complaint_time: '2015-05-20T13:29:35.120+08:00',
  complaint_detail: '反馈一个重复扣费的问题',
  complaint_state: 'PENDING',
  complaint_full_refunded: false,
  incoming_user_response: true,
  user_complaint_times: 1,
  problem_description: '不满意商家服务',
  ...change,
})
const pageOf = (...rows: unknown[]): string =>
  JSON.stringify({ data: rows, limit: 50, offset: 0, total_count: rows.length })

function clientOf(
  options: object = {},
  onEvent: (event: ComplaintEvent) => void = () => {},
  maxRetries = 0,
): ComplaintClient {
  return new ComplaintClient([wechatpay({ ...merchant, ...options })], { maxRetries, onEvent })
}

/** Replies are given as text: nock would serialise objects its own way, and the signature is over bytes. */
function answer(body: string | Buffer, headers: Record<string, string> = proof(body), times = 1): void {
  nock(host).get(path).query(true).times(times).reply(200, body, headers)
}

async function drained(client: ComplaintClient, query: object = range): Promise<WechatPayComplaint[]> {
  return (await client.list(query as typeof range).toArray({ limit: 1000 })) as WechatPayComplaint[]
}

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
  vi.useRealTimers()
})

describe('requests', () => {
  it('is the documented GET, signed, with every mandatory header', async () => {
    const body = pageOf()
    const seen: { url: string; headers: Record<string, string> }[] = []
    nock(host)
      .get(path)
      .query(true)
      .reply(function () {
        seen.push({ url: this.req.path, headers: this.req.headers as unknown as Record<string, string> })
        return [200, body, proof(body)]
      })
    await drained(clientOf(), { ...range, merchant: '1900012181' })
    expect(seen[0]?.url).toBe(
      `${path}?limit=50&offset=0&begin_date=2015-05-01&end_date=2015-05-30&complainted_mchid=1900012181`,
    )
    const {
      authorization,
      accept,
      'user-agent': agent,
      'accept-language': language,
      'wechatpay-serial': serial,
    } = seen[0]?.headers ?? {}
    expect(authorization).toMatch(
      /^WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="[0-9a-f]{32}",timestamp="\d{10}",serial_no="408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",signature="[A-Za-z0-9+/]{342}=="$/,
    )
    expect([accept, agent, language, serial]).toEqual([
      'application/json',
      'unified-complaints',
      'zh-CN',
      merchant.publicKeyId,
    ])
  })

  it('is signed exactly as it goes over the wire, also where URL parsing rewrites a character', async () => {
    const body = pageOf()
    const seen: string[] = []
    nock(host)
      .get(path)
      .query(true)
      .reply(function () {
        seen.push(this.req.path, String(this.req.headers.authorization))
        return [200, body, proof(body)]
      })
    await drained(clientOf(), { ...range, merchant: "it's (a) *merchant* !~" })
    const [target = '', authorization = ''] = seen
    const field = (name: string): string => new RegExp(`${name}="([^"]+)"`).exec(authorization)?.[1] ?? ''
    const text = `GET\n${target}\n${field('timestamp')}\n${field('nonce_str')}\n\n`
    expect(target).toContain('%27')
    expect(
      verify(
        'sha256',
        Buffer.from(text),
        createPublicKey(merchant.privateKey),
        Buffer.from(field('signature'), 'base64'),
      ),
    ).toBe(true)
  })

  it('is authorised afresh for each attempt', async () => {
    const body = pageOf()
    const authorizations: string[] = []
    let request = 0
    for (const each of [host, 'https://api2.mch.weixin.qq.com']) {
      nock(each)
        .get(path)
        .query(true)
        .times(3)
        .reply(function () {
          authorizations.push(String(this.req.headers.authorization))
          request += 1
          return request < 3 ? [502, '<html>bad gateway</html>', {}] : [200, body, proof(body)]
        })
    }
    await drained(clientOf({}, undefined, 3))
    expect(new Set(authorizations.map((text) => /nonce_str="([^"]+)"/.exec(text)?.[1])).size).toBe(3)
    expect(new Set(authorizations.map((text) => /signature="([^"]+)"/.exec(text)?.[1])).size).toBe(3)
  })
})

describe('the official sample', () => {
  it('is mapped whole', async () => {
    // It reports 1000 rows and shows one, whatever is requested: the list ends all the same, with an error.
    answer(sample, proof(sample), 50)
    const delivered: WechatPayComplaint[] = []
    const error = await failure(
      (async () => {
        for await (const row of clientOf({ decryptPhone: false }).list(range)) delivered.push(row as WechatPayComplaint)
      })(),
    )
    expect(error).toBeInstanceOf(PaginationError)
    expect((error as PaginationError).incomplete).toMatchObject([{ total: 1000, delivered: 1 }])
    const [complaint, ...others] = delivered
    expect(others).toEqual([])
    const { raw, ...mapped } = complaint as WechatPayComplaint
    expect(mapped).toEqual({
      provider: 'wechatpay',
      account: '1900000001',
      id: '200201820200101080076610000',
      state: 'pending',
      providerState: 'PENDING',
      createdAt: new Date('2015-05-20T05:29:35.120Z'),
      closedAt: null,
      dueAt: null,
      subject: '不满意商家服务',
      detail: '反馈一个重复扣费的问题',
      channel: 'wechatpay',
      merchantId: null,
      agentId: null,
      payer: { phone: { value: '18500000000', form: 'encrypted' }, openId: null },
      orders: [
        {
          merchantOrderNo: '20190906154617947762231',
          transactionId: '4200000404201909069117582536',
          amount: { fen: 3, currency: 'CNY' },
        },
      ],
      resource: null,
      refund: { wanted: true, amount: { fen: 10, currency: 'CNY' }, completed: true },
      awaitingReply: true,
      overdue: null,
      urgent: true,
      inPlatformService: true,
      timesComplained: 1,
      tags: ['TRUSTED'],
      media: [
        { kind: 'USER_COMPLAINT_IMAGE', urls: ['https://api.mch.weixin.qq.com/v3/merchant-service/images/xxxxx'] },
      ],
    })
    expect(raw).toEqual(JSON.parse(sample).data[0])
  })
})

describe('responses are parsed tolerantly', () => {
  it.each<[string, object, Partial<WechatPayComplaint>]>([
    ['a new state', { complaint_state: 'ESCALATED' }, { state: 'unknown', providerState: 'ESCALATED' }],
    [
      'no milliseconds',
      { complaint_time: '2015-05-20T13:29:35+08:00' },
      { createdAt: new Date('2015-05-20T05:29:35Z') },
    ],
    ['another offset', { complaint_time: '2015-05-20T05:29:35Z' }, { createdAt: new Date('2015-05-20T05:29:35Z') }],
    ['a number for a text', { complaint_detail: 12 }, { detail: '12' }],
    ['a text for a number', { user_complaint_times: '3' }, { timesComplained: 3 }],
    ['nulls', { complaint_order_info: null, user_tag_list: null, problem_type: null }, { orders: [], tags: [] }],
    ['empty lists', { complaint_order_info: [], complaint_media_list: [] }, { orders: [], media: [] }],
    [
      'one media object',
      { complaint_media_list: { media_type: 'X', media_url: ['u'] } },
      { media: [{ kind: 'X', urls: ['u'] }] },
    ],
    [
      'a problem that is not a refund',
      { problem_type: 'OTHERS' },
      { refund: { wanted: false, amount: null, completed: false } },
    ],
    ['a sub-merchant', { complainted_mchid: '1900012181' }, { merchantId: '1900012181' }],
    ['an unknown field', { brand_new: { deep: [1] } }, { state: 'pending' }],
  ])('%s', async (_, change, expected) => {
    const body = pageOf(row(change))
    answer(body)
    const [complaint] = await drained(clientOf())
    expect(complaint).toMatchObject(expected)
    expect(complaint?.raw).toEqual(JSON.parse(body).data[0])
  })

  it('an integer beyond 2^53 keeps its digits as text, and an amount of that size is refused', async () => {
    answer(
      pageOf(row()).replace(
        '"user_complaint_times":1',
        '"user_complaint_times":9007199254740993,"ticket":123456789012345678901',
      ),
    )
    const [complaint] = await drained(clientOf())
    expect(complaint?.raw.ticket).toBe('123456789012345678901')
    expect(complaint?.timesComplained).toBeNull()
    answer(
      pageOf(row({ apply_refund_amount: 0 })).replace(
        '"apply_refund_amount":0',
        '"apply_refund_amount":9007199254740993',
      ),
    )
    const error = await failure(drained(clientOf()))
    expect(error).toBeInstanceOf(ResponseError)
    expect(error.issues[0]?.path).toEqual(['data', 0, 'apply_refund_amount'])
  })

  it.each([
    ['no id', { complaint_id: undefined }, 'complaint_id'],
    ['an empty id', { complaint_id: '' }, 'complaint_id'],
    ['an id that is an object', { complaint_id: {} }, 'complaint_id'],
    ['no time', { complaint_time: null }, 'complaint_time'],
    ['a time without offset', { complaint_time: '2015-05-20T13:29:35' }, 'complaint_time'],
    ['a day that does not exist', { complaint_time: '2015-02-30T13:29:35+08:00' }, 'complaint_time'],
    ['no state', { complaint_state: undefined }, 'complaint_state'],
  ])(
    'a row with %s is skipped; its ResponseError with its path ends the list after all other rows',
    async (_, change, field) => {
      answer(pageOf(row({ complaint_id: 'first' }), row(change), row({ complaint_id: 'third' })))
      const delivered: string[] = []
      const error = await failure(
        (async () => {
          for await (const { id } of clientOf().list(range)) delivered.push(id)
        })(),
      )
      expect(delivered).toEqual(['first', 'third'])
      expect(error).toBeInstanceOf(ResponseError)
      expect((error as ResponseError).complaintId).toBe(field === 'complaint_id' ? null : '200201820200101080076610000')
      expect(error.issues[0]?.path).toEqual(['data', 1, field])
      expect(error.message).toContain(`[wechatpay 1900000001] data.1.${field}`)
      // Every other row was delivered.
      expect(error.cursor).toBeNull()
    },
  )

  it('a null row is a ResponseError', async () => {
    answer(pageOf(null))
    expect((await failure(drained(clientOf()))).issues[0]?.path).toEqual(['data', 0])
  })

  it('a row that cannot be used is reported like any other error: where it came from, and no phone number', async () => {
    answer(pageOf(null), { ...proof(pageOf(null)), 'Request-ID': 'R-13800001234' })
    expect(await failure(drained(clientOf()))).toMatchObject({
      operation: 'list',
      attempts: 1,
      status: 200,
      requestId: 'R-138****1234',
    })
  })

  it.each(['[]', '"x"', '{"data":{}}', 'null', '{"data":[', ''])(
    'a verified response that is not a list (%s) is a ResponseError',
    async (body) => {
      answer(body)
      const error = await failure(drained(clientOf()))
      expect(error).toBeInstanceOf(ResponseError)
      expect(error.requestId).toBe('08F78BB6AA0610D2011889BCDF0320B6A8')
    },
  )

  it('an answer without data is an empty one', async () => {
    answer('{"limit":50,"offset":0,"total_count":0}')
    expect(await drained(clientOf())).toEqual([])
  })
})

describe('unverified responses are rejected', () => {
  const body = pageOf(row())

  it.each<[string, Record<string, string> | undefined, string]>([
    ['no signature', { 'Wechatpay-Signature': '' }, body],
    ['no serial', { 'Wechatpay-Serial': '' }, body],
    ['no nonce', { 'Wechatpay-Nonce': '' }, body],
    ['no timestamp', { 'Wechatpay-Timestamp': '' }, body],
    ['another nonce', { 'Wechatpay-Nonce': 'x' }, body],
    ['a stale time', { 'Wechatpay-Timestamp': String(Math.floor(Date.now() / 1000) - 301) }, body],
    ['a time to come', { 'Wechatpay-Timestamp': String(Math.floor(Date.now() / 1000) + 302) }, body],
    ['another key', { 'Wechatpay-Serial': 'PUB_KEY_ID_9' }, body],
    ['another kind of signature', { 'Wechatpay-Signature-Type': 'WECHATPAY2-SM2-WITH-SM3' }, body],
    ['a probe', { 'Wechatpay-Signature': `WECHATPAY/SIGNTEST/${proof(body)['Wechatpay-Signature']}` }, body],
    ['a byte of the body changed', undefined, body.replace('PENDING', 'PENDINH')],
    ['a space added', undefined, body.replace('{', '{ ')],
  ])('%s', async (_, change, sent) => {
    answer(sent, { ...proof(body), ...change })
    const error = await failure(drained(clientOf()))
    expect(error).toBeInstanceOf(SignatureError)
    expect(error.retryable).toBe(true)
  })

  it('a probe costs one retry, no row, and is reported', async () => {
    answer(body, { ...proof(body), 'Wechatpay-Signature': `WECHATPAY/SIGNTEST/${proof(body)['Wechatpay-Signature']}` })
    answer(body)
    const events: ComplaintEvent[] = []
    expect((await drained(clientOf({}, (event) => events.push(event), 1))).length).toBe(1)
    expect(events.filter(({ type }) => type === 'warning')).toMatchObject([{ warning: 'verificationProbe' }])
  })

  it('platform certificates verify as public keys do, chosen by serial', async () => {
    // The published certificate expired on 2025-05-09.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2025-01-01T00:00:00Z') })
    const { publicKeyId: _, publicKey: __, ...rest } = merchant
    answer(body, proof(body, { 'Wechatpay-Serial': platformCertificate.serialNo }))
    const client = new ComplaintClient([wechatpay({ ...rest, certificates: [platformCertificate.pem] })])
    expect((await drained(client)).length).toBe(1)
  })
})

describe('error responses are classified, never trusted', () => {
  it.each<[number, string, string, boolean]>([
    [400, 'PARAM_ERROR', 'ApiError', false],
    [400, 'INVALID_REQUEST', 'ApiError', false],
    [401, 'SIGN_ERROR', 'AuthenticationError', false],
    [403, 'NO_AUTH', 'PermissionError', false],
    [404, 'RESOURCE_NOT_EXISTS', 'NotFoundError', false],
    [429, 'FREQUENCY_LIMITED', 'RateLimitError', true],
    [500, 'SYSTEM_ERROR', 'ApiError', true],
    [503, 'SERVICE_UNAVAILABLE', 'ApiError', true],
    [302, '', 'TransportError', false],
  ])('%i %s is %s', async (status, code, name, retryable) => {
    nock(host)
      .get(path)
      .query(true)
      .reply(status, JSON.stringify({ code, message: '请联系用户13800001234处理' }), {
        'Request-ID': 'R1',
        Location: 'https://example.com',
      })
    const error = await failure(drained(clientOf()))
    expect([error.name, error.retryable, error.status, error.attempts]).toEqual([name, retryable, status, 1])
    if (code !== '')
      expect([error.providerCode, error.requestId, error.providerMessage]).toEqual([
        code,
        'R1',
        '请联系用户138****1234处理',
      ])
    expect(inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error)).not.toMatch(
      /WECHATPAY2|PRIVATE KEY|13800001234/,
    )
  })

  it.each([
    [400, 'NOT_FOUND'],
    [404, 'NOT_FOUND'],
    [401, 'AUTHENTICATION'],
    [403, 'PERMISSION'],
    [429, 'RATE_LIMIT'],
    [500, 'API'],
    [503, 'API'],
  ])(
    'RESOURCE_NOT_EXISTS under %i is %s: an unverified body does not overrule another status',
    async (status, code) => {
      nock(host).get(`${path}/1`).reply(status, '{"code":"RESOURCE_NOT_EXISTS"}')
      const error = await failure(clientOf().get({ provider: 'wechatpay', account: '1900000001', id: '1' }))
      expect([error.code, error.providerCode]).toEqual([code, 'RESOURCE_NOT_EXISTS'])
    },
  )

  it('a wrong Wechatpay-Serial names the option that it comes from', async () => {
    nock(host).get(path).query(true).reply(400, '{"code":"PARAM_ERROR","message":"Http头Wechatpay-Serial错误"}')
    const error = await failure(drained(clientOf()))
    expect(error.message).toMatch(/Wechatpay-Serial错误; check publicKeyId: .*PUB_KEY_ID_/)
  })

  it('a redirect is reported with its Request-ID', async () => {
    nock(host).get(path).query(true).reply(302, '', { 'Request-ID': 'R9', Location: 'https://example.com' })
    const error = await failure(drained(clientOf()))
    expect([error.code, error.status, error.requestId]).toEqual(['NETWORK', 302, 'R9'])
  })

  it.each(['<html>502</html>', '', '\u0000', '[]'])(
    'the status alone selects the error for a response of a gateway (%j)',
    async (body) => {
      nock(host).get(path).query(true).reply(502, body)
      expect((await failure(drained(clientOf()))).status).toBe(502)
    },
  )

  it.each(['<html>404</html>', '', '{}', '{"code":1}'])(
    'an unsigned 404 without a code (%j) of a list is a wrong address: no complaint was named that might not exist',
    async (body) => {
      nock(host).get(path).query(true).reply(404, body, { 'Request-ID': 'R4' })
      const error = await failure(drained(clientOf()))
      expect([error.name, error.retryable, error.status, error.requestId]).toEqual(['ApiError', false, 404, 'R4'])
      expect(error.message).toMatch(/HTTP 404; check baseUrl$/)
    },
  )

  it('a 401 shows the text that WeChat signed over', async () => {
    const detail = {
      sign_information: { method: 'GET', url: path, truncated_sign_message: `GET\n${path}\n`, sign_message_length: 40 },
    }
    nock(host)
      .get(path)
      .query(true)
      .reply(401, JSON.stringify({ code: 'SIGN_ERROR', message: '签名错误', detail }))
    expect((await failure(drained(clientOf()))).message).toContain(JSON.stringify(`GET\n${path}\n`))
  })

  it('a packet too large is asked again, smaller, at the same place', async () => {
    const limits: string[] = []
    nock(host)
      .get(path)
      .query(true)
      .times(3)
      .reply((uri) => {
        const { searchParams } = new URL(uri, host)
        limits.push(`${searchParams.get('offset')}+${searchParams.get('limit')}`)
        if (Number(searchParams.get('limit')) > 12) {
          return [
            400,
            JSON.stringify({ code: 'PARAM_ERROR', message: '当前查询结果数据量过大，请缩小limit后重试' }),
            {},
          ]
        }
        const body = pageOf(row())
        return [200, body, proof(body)]
      })
    expect((await drained(clientOf())).length).toBe(1)
    expect(limits).toEqual(['0+50', '0+25', '0+12'])
  })
})

describe('phones', () => {
  const encrypt = (text: string): string => {
    const key = createPublicKey(merchant.privateKey)
    return publicEncrypt(
      { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
      Buffer.from(text),
    ).toString('base64')
  }

  it('are left as they came with decryptPhone: false', async () => {
    const encrypted = encrypt('13800001234')
    answer(pageOf(row({ payer_phone: encrypted })))
    const [complaint] = await drained(clientOf({ decryptPhone: false }))
    expect(complaint?.payer.phone).toEqual({ value: encrypted, form: 'encrypted' })
  })

  it('are decrypted by whichever of several private keys fits, each its own', async () => {
    const { privateKey: _, ...rest } = merchant
    const older = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const encryptOld = (text: string): string =>
      publicEncrypt(
        { key: older.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
        Buffer.from(text),
      ).toString('base64')
    answer(
      pageOf(
        row({ payer_phone: encrypt('13800001234') }),
        row({ complaint_id: 'b', payer_phone: encryptOld('13900005678') }),
      ),
    )
    const client = new ComplaintClient([wechatpay({ ...rest, privateKeys: [merchant.privateKey, older.privateKey] })])
    const phones = (await drained(client)).map(({ payer }) => payer.phone)
    expect(phones).toEqual([
      { value: '13800001234', form: 'plain' },
      { value: '13900005678', form: 'plain' },
    ])
  })

  it('are decrypted; one that cannot be stays encrypted, and none stays none', async () => {
    const broken = Buffer.alloc(256, 7).toString('base64')
    answer(
      pageOf(
        row({ payer_phone: encrypt('13800001234') }),
        row({ complaint_id: 'b', payer_phone: broken }),
        row({ complaint_id: 'c', payer_phone: '' }),
        row({ complaint_id: 'd' }),
      ),
    )
    const phones = (await drained(clientOf())).map(({ payer }) => payer.phone)
    expect(phones).toEqual([{ value: '13800001234', form: 'plain' }, { value: broken, form: 'encrypted' }, null, null])
  })
})

describe('get', () => {
  it('reads one complaint with its openid', async () => {
    const body = JSON.stringify(row({ payer_openid: 'oUpF8uMuAJOM2pxb1Q9zNjWeS6o0' }))
    nock(host).get(`${path}/200201820200101080076610000`).reply(200, body, proof(body))
    const complaint = await clientOf().get({
      provider: 'wechatpay',
      account: '1900000001',
      id: '200201820200101080076610000',
    })
    expect(complaint.payer.openId).toBe('oUpF8uMuAJOM2pxb1Q9zNjWeS6o0')
  })

  it('refuses an answer about another complaint', async () => {
    const body = JSON.stringify(row({ complaint_id: 'other' }))
    nock(host).get(`${path}/asked`).reply(200, body, proof(body))
    expect(await failure(clientOf().get({ provider: 'wechatpay', account: '1900000001', id: 'asked' }))).toBeInstanceOf(
      ResponseError,
    )
  })

  it('is a NotFoundError for an unknown id, and a QueryError before any request for one that is none', async () => {
    nock(host).get(`${path}/unknown`).reply(404, '{"code":"RESOURCE_NOT_EXISTS","message":"投诉单不存在"}')
    const ref = { provider: 'wechatpay', account: '1900000001' } as const
    expect(await failure(clientOf().get({ ...ref, id: 'unknown' }))).toBeInstanceOf(NotFoundError)
    for (const id of ['', '../certificates', 'a/b', 'a?b', 'ä']) {
      expect(await failure(clientOf().get({ ...ref, id }))).toBeInstanceOf(QueryError)
    }
  })
})

it.each([
  [-301, 'behind'],
  [301, 'ahead'],
])('a 401 says how far the clock is off: %i s', async (seconds) => {
  const date = new Date(Date.now() - seconds * 1000).toUTCString()
  nock(host).get(path).query(true).reply(401, '{"code":"SIGN_ERROR","message":"签名错误"}', { Date: date })
  expect((await failure(drained(clientOf()))).message).toMatch(/this host's clock is 30[0-2] s off/)
})

it('a 401 does not mention a clock that is right', async () => {
  nock(host).get(path).query(true).reply(401, '{"code":"SIGN_ERROR"}', { Date: new Date().toUTCString() })
  expect((await failure(drained(clientOf()))).message).not.toMatch(/ s off/)
})

it.each([
  ['fails verification', '{"data":[]}', { ...proof('{"data": []}') }],
  ['cannot be understood', '{"data":7}', { ...proof('{"data":7}') }],
  ['is not JSON', 'x', { ...proof('x') }],
])('an answer that %s leaves its Request-ID and status in the error', async (_, body, headers) => {
  answer(body, headers)
  const error = await failure(drained(clientOf()))
  expect([error.requestId, error.status]).toEqual([headers['Request-ID'], 200])
})

it.each([
  ['nothing', '{}'],
  ['an error of the provider', '{"code":"SYSTEM_ERROR","message":"系统繁忙"}'],
  ['one complaint', JSON.stringify(row())],
  ['a total, and null for the rows', '{"data":null,"total_count":5,"limit":50,"offset":0}'],
  ['a total without rows', '{"total_count":5,"limit":50,"offset":0}'],
])('a signed answer that holds %s does not say that there are no complaints', async (_, body) => {
  answer(body)
  const error = await failure(drained(clientOf()))
  expect(error).toBeInstanceOf(ResponseError)
  expect([error.issues.length, error.requestId !== null]).toEqual([1, true])
})

it.each([
  '{"data":[]}',
  '{"data":null,"limit":50,"offset":0}',
  '{"limit":50,"offset":0,"total_count":0}',
  '{"offset":10,"total_count":0}',
])('%s says that there are none', async (body) => {
  answer(body, proof(body), 2)
  expect(await drained(clientOf())).toEqual([])
})

it('an invalid row is reported with the Request-ID of its response, after the rows before it', async () => {
  answer(pageOf(row(), row({ complaint_id: null })))
  const ids: string[] = []
  const error = await failure(
    (async () => {
      for await (const { id } of clientOf().list(range as { from: string })) ids.push(id)
    })(),
  )
  expect(ids).toEqual(['200201820200101080076610000'])
  expect([error.name, error.attempts, error.status, error.requestId]).toEqual([
    'ResponseError',
    1,
    200,
    '08F78BB6AA0610D2011889BCDF0320B6A8',
  ])
})
