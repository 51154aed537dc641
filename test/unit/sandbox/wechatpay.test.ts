import { constants, createPublicKey, privateDecrypt, verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxComplaint, startSandbox } from '../../../src/sandbox/index.js'
import { type RawAnswer, type WechatPayTweaks, wechatPayGet } from './raw.js'

const base = '/v3/merchant-service/complaints-v2'
const january = `${base}?limit=50&offset=0&begin_date=2026-01-01&end_date=2026-01-31`

interface Row extends Record<string, unknown> {
  complaint_id: string
  complaint_time: string
  payer_phone?: string
}

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({ reuseKeys: true, seed: 7, complaints: 120, from: '2026-01-01', to: '2026-02-28' })
})
afterAll(() => sandbox.close())

const truth = (): SandboxComplaint[] => sandbox.truth.filter(({ provider }) => provider === 'wechatpay')

function verified(answer: RawAnswer): boolean {
  const {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': signature,
  } = answer.headers
  return verify(
    'sha256',
    Buffer.from(`${timestamp}\n${nonce}\n${answer.body}\n`),
    createPublicKey(sandbox.wechatpay.publicKey ?? ''),
    Buffer.from(String(signature), 'base64'),
  )
}

async function drain(begin: string, end: string, limit: number): Promise<Row[]> {
  const rows: Row[] = []
  for (let offset = 0; ; offset += limit) {
    const query = `limit=${limit}&offset=${offset}&begin_date=${begin}&end_date=${end}`
    const answer = await wechatPayGet(sandbox, `${base}?${query}`)
    expect(answer.status).toBe(200)
    const page = (JSON.parse(answer.body) as { data?: Row[] }).data ?? []
    rows.push(...page)
    if (page.length < limit) return rows
  }
}

describe('WeChat Pay, good requests', () => {
  it('answers a list signed over its exact bytes', async () => {
    const answer = await wechatPayGet(sandbox, january)
    expect(answer.status).toBe(200)
    expect(answer.headers['request-id']).toMatch(/\S/)
    expect(answer.headers['wechatpay-serial']).toBe(sandbox.wechatpay.publicKeyId)
    expect(verified(answer)).toBe(true)
    expect(verified({ ...answer, body: `${answer.body} ` })).toBe(false)
    expect(JSON.parse(answer.body)).toMatchObject({ limit: 50, offset: 0 })
  })

  it('serves exactly the truth of the days asked, newest first', async () => {
    const january = await drain('2026-01-01', '2026-01-31', 50)
    const february = await drain('2026-02-01', '2026-02-28', 7)
    const rows = [...february, ...january]
    expect(rows.map((row) => row.complaint_id)).toEqual(truth().map(({ id }) => id))
    expect(rows.map((row) => Date.parse(row.complaint_time))).toEqual(
      truth().map(({ createdAt }) => createdAt.getTime()),
    )
    expect(rows.every((row) => row.complaint_time.endsWith('+08:00'))).toBe(true)
    expect(january.every((row) => row.complaint_time < '2026-02')).toBe(true)
  })

  it('shapes optional fields as documented: present, absent, or an empty list', async () => {
    const rows = [...(await drain('2026-01-01', '2026-01-31', 50)), ...(await drain('2026-02-01', '2026-02-28', 50))]
    const optional = [
      ...['complainted_mchid', 'payer_phone', 'complaint_order_info', 'service_order_info', 'complaint_media_list'],
      ...['problem_type', 'apply_refund_amount', 'user_tag_list', 'additional_info'],
      ...['in_platform_service', 'need_immediate_service', 'is_agent_mode'],
    ]
    for (const name of optional) {
      expect(
        rows.some((row) => name in row),
        `${name} present`,
      ).toBe(true)
      expect(
        rows.some((row) => !(name in row)),
        `${name} absent`,
      ).toBe(true)
    }
    expect(rows.some((row) => Array.isArray(row.user_tag_list) && row.user_tag_list.length === 0)).toBe(true)
    expect(rows.some((row) => /:\d\d\.\d{3}\+/.test(row.complaint_time))).toBe(true)
    expect(rows.some((row) => /T\d\d:\d\d:\d\d\+/.test(row.complaint_time))).toBe(true)
    expect(rows.every((row) => /^\d{27}$/.test(row.complaint_id))).toBe(true)
  })

  it('says in the rows what the truth says', async () => {
    const rows = await drain('2026-01-01', '2026-01-31', 50)
    for (const row of rows) {
      const expected = truth().find(({ id }) => id === row.complaint_id)
      expect(expected).toMatchObject({
        account: '1900000001',
        providerState: row.complaint_state,
        subject: row.problem_description,
        detail: row.complaint_detail,
        merchantId: row.complainted_mchid ?? null,
        awaitingReply: row.incoming_user_response,
        inPlatformService: row.in_platform_service ?? null,
        urgent: row.need_immediate_service ?? null,
        timesComplained: row.user_complaint_times,
        tags: row.user_tag_list ?? [],
        refund: {
          wanted: row.problem_type === undefined ? null : row.problem_type === 'REFUND',
          amount: row.apply_refund_amount === undefined ? null : { fen: row.apply_refund_amount, currency: 'CNY' },
          completed: row.complaint_full_refunded,
        },
        payer: { openId: null },
        state: { PENDING: 'pending', PROCESSING: 'processing', PROCESSED: 'resolved' }[String(row.complaint_state)],
      })
      const orders = (row.complaint_order_info ?? []) as {
        transaction_id: string
        out_trade_no: string
        amount: number
      }[]
      expect(expected?.orders).toEqual(
        orders.map((order) => ({
          merchantOrderNo: order.out_trade_no,
          transactionId: order.transaction_id,
          amount: { fen: order.amount, currency: 'CNY' },
        })),
      )
      const media = (row.complaint_media_list ?? []) as { media_type: string; media_url: string[] }[]
      expect(expected?.media).toEqual(media.map((each) => ({ kind: each.media_type, urls: each.media_url })))
    }
    expect(rows.length).toBeGreaterThan(20)
  })

  it('encrypts phones for the merchant', async () => {
    const rows = await drain('2026-01-01', '2026-01-31', 50)
    const encrypted = rows.filter((row) => (row.payer_phone ?? '') !== '')
    expect(encrypted.length).toBeGreaterThan(10)
    for (const row of encrypted) {
      const key = { key: sandbox.wechatpay.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
      const phone = privateDecrypt(key, Buffer.from(row.payer_phone ?? '', 'base64')).toString()
      expect(phone).toMatch(/^1380000\d{4}$/)
      expect(truth().find(({ id }) => id === row.complaint_id)?.payer.phone).toEqual({ value: phone, form: 'plain' })
    }
    const without = rows.filter((row) => (row.payer_phone ?? '') === '').map((row) => row.complaint_id)
    expect(
      truth()
        .filter(({ id }) => without.includes(id))
        .every(({ payer }) => payer.phone === null),
    ).toBe(true)
  })

  it('has the total on the first page only', async () => {
    const first = JSON.parse((await wechatPayGet(sandbox, january)).body)
    const second = JSON.parse((await wechatPayGet(sandbox, january.replace('offset=0', 'offset=10'))).body)
    expect(first.total_count).toBe(
      truth().filter(({ createdAt }) => createdAt < new Date('2026-02-01T00:00+08:00')).length,
    )
    expect(second).not.toHaveProperty('total_count')
  })

  it('filters by the merchant complained of', async () => {
    const answer = await wechatPayGet(sandbox, `${january}&complainted_mchid=1900000101`)
    const rows = (JSON.parse(answer.body) as { data: Row[] }).data
    const expected = truth().filter(
      ({ merchantId, createdAt }) => merchantId === '1900000101' && createdAt < new Date('2026-02-01T00:00+08:00'),
    )
    expect(rows.map((row) => row.complaint_id)).toEqual(expected.map(({ id }) => id))
    expect(rows.length).toBeGreaterThan(0)
  })

  it('gives a detail with the openid, and 404 for an unknown one', async () => {
    const id = truth()[0]?.id
    const detail = await wechatPayGet(sandbox, `${base}/${id}`)
    expect(JSON.parse(detail.body)).toMatchObject({ complaint_id: id, payer_openid: expect.stringMatching(/^o/) })
    expect(verified(detail)).toBe(true)
    const unknown = await wechatPayGet(sandbox, `${base}/200201820200101080076610000`)
    expect([unknown.status, JSON.parse(unknown.body).code]).toEqual([404, 'RESOURCE_NOT_EXISTS'])
  })
})

describe('WeChat Pay, bad requests', () => {
  const old = String(Math.floor(Date.now() / 1000) - 400)
  const unauthorised: [string, WechatPayTweaks][] = [
    ['no Authorization', { headers: { Authorization: undefined } }],
    ['another scheme', { scheme: 'WECHATPAY2-SM2-WITH-SM3' }],
    ['another mchid', { authorization: { mchid: '1900000009' } }],
    ['another serial', { authorization: { serial_no: 'ABCDEF' } }],
    ['a short nonce', { authorization: { nonce_str: 'short' } }],
    ['an old timestamp', { authorization: { timestamp: old } }],
    ['a timestamp in milliseconds', { authorization: { timestamp: String(Date.now()) } }],
    ['a foreign signature', { authorization: { signature: Buffer.alloc(256, 1).toString('base64') } }],
    ['a signature over other text', { signedPath: january.replace('limit=50', 'limit=49') }],
    ['a signature over the path alone', { signedPath: base }],
  ]
  it.each(unauthorised)('refuses %s', async (_, tweaks) => {
    const answer = await wechatPayGet(sandbox, january, tweaks)
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([401, 'SIGN_ERROR'])
    expect(answer.body).not.toContain('"data"')
  })

  it('shows the text it built when the signature is wrong', async () => {
    const answer = await wechatPayGet(sandbox, january, { signedPath: base })
    const { sign_information } = JSON.parse(answer.body).detail
    expect(sign_information.truncated_sign_message).toMatch(/^GET\n\/v3\/.+end_date=2026-01-31\n\d{10}\n\w{32}\n\n$/)
  })

  it('refuses a nonce that was used before', async () => {
    const authorization = { nonce_str: 'once0once0once0once0once0once000' }
    expect((await wechatPayGet(sandbox, january, { authorization })).status).toBe(200)
    expect((await wechatPayGet(sandbox, january, { authorization })).status).toBe(401)
  })

  const headers: [string, Record<string, string | undefined>][] = [
    ['no Accept', { Accept: undefined }],
    ['another Accept', { Accept: '*/*' }],
    ['no User-Agent', { 'User-Agent': undefined }],
    ['any language', { 'Accept-Language': '*' }],
    ['no Wechatpay-Serial', { 'Wechatpay-Serial': undefined }],
    ['another Wechatpay-Serial', { 'Wechatpay-Serial': 'PUB_KEY_ID_1' }],
  ]
  it.each(headers)('refuses %s', async (_, tweaked) => {
    const answer = await wechatPayGet(sandbox, january, { headers: tweaked })
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([400, 'PARAM_ERROR'])
  })

  const queries = [
    'offset=0&begin_date=2026-01-01&end_date=2026-01-31',
    'limit=0&begin_date=2026-01-01&end_date=2026-01-31',
    'limit=51&begin_date=2026-01-01&end_date=2026-01-31',
    'limit=1e1&begin_date=2026-01-01&end_date=2026-01-31',
    'limit=5&offset=-1&begin_date=2026-01-01&end_date=2026-01-31',
    'limit=5&offset=&begin_date=2026-01-01&end_date=2026-01-31',
    'limit=5&limit=5&begin_date=2026-01-01&end_date=2026-01-31',
    'limit=5&begin_date=2026-01-01',
    'limit=5&begin_date=2026-01-01&end_date=2026-02-30',
    'limit=5&begin_date=20260101&end_date=20260131',
    'limit=5&begin_date=2026-01-02&end_date=2026-01-01',
    'limit=5&begin_date=2026-01-01&end_date=2026-02-01',
    'limit=5&begin_date=2026-01-01&end_date=2026-01-31&complainted_mchid=',
    'limit=5&begin_date=2026-01-01&end_date=2026-01-31&state=PENDING',
    'limit=5&begin_date=2026-01-01&end_date=2026-01-31&',
    'limit=5&begin_date=2026-01-01&end_date=%E0%A4%A',
  ]
  it.each(queries)('refuses the query %s', async (query) => {
    const answer = await wechatPayGet(sandbox, `${base}?${query}`)
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([400, 'PARAM_ERROR'])
  })

  it('accepts end − begin of 30 days, and one day', async () => {
    for (const query of ['begin_date=2026-01-01&end_date=2026-01-31', 'begin_date=2026-01-05&end_date=2026-01-05']) {
      expect((await wechatPayGet(sandbox, `${base}?limit=1&${query}`)).status).toBe(200)
    }
  })

  it('refuses a detail with a query, and knows no other path', async () => {
    const id = truth()[0]?.id
    expect((await wechatPayGet(sandbox, `${base}/${id}?x=1`)).status).toBe(400)
    for (const path of [
      `${base}/1/negotiation-historys?limit=1`,
      '/v3/certificates',
      '/v3/merchant-service/images/1',
      '/',
    ]) {
      expect((await wechatPayGet(sandbox, path)).status).toBe(404)
    }
    expect(sandbox.requests.slice(-4).map(({ operation }) => operation)).toEqual([
      'history',
      'certificates',
      'media',
      'unknown',
    ])
  })
})
