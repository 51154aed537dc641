import { constants, createPrivateKey, privateEncrypt, publicDecrypt, sign, verify, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxComplaint, startSandbox } from '../../../src/sandbox/index.js'
import { type RawAnswer, send } from './raw.js'

const formType = 'application/x-www-form-urlencoded; charset=UTF-8'
const days = { beginDate: '2026-01-01', endDate: '2026-01-31' }

type Fields = Record<string, string>
interface Envelope {
  success: boolean
  result: string | null
  errorCode: string | null
  errorMsg: string | null
  sign?: string
}
interface Result {
  data?: Record<string, unknown>[] | null
  offset: number
  totalSize: number
}

/** The public fields of a good request, in order. */
function fieldsOf(sandbox: Sandbox, business: unknown): Fields {
  const { merchantNo, signType, key, privateKey } = sandbox.huishouqian
  const json = typeof business === 'string' ? business : JSON.stringify(business)
  const head = { method: 'COMPLAINT_QUERY', version: '1.0', format: 'JSON', merchantNo, signType }
  if (signType === 'CFCA') return { ...head, signContent: cipherText(json, privateKey) }
  const fields = { ...head, signContent: json }
  return { ...fields, sign: signatureOf(fields, key, privateKey) }
}

function signatureOf(fields: Fields, key: string, privateKey: string): string {
  const text = Object.entries(fields).map(([name, value]) => `${name}=${value}`)
  return sign('sha256', Buffer.from([...text, `key=${key}`].join('&')), createPrivateKey(privateKey)).toString('hex')
}

function cipherText(json: string, pem: string): string {
  const key = createPrivateKey(pem)
  const room = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8 - 11
  const plain = Buffer.from(Buffer.from(json).toString('base64'))
  let hex = ''
  for (let at = 0; at < plain.length; at += room) {
    hex += privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, plain.subarray(at, at + room)).toString('hex')
  }
  return hex
}

function post(sandbox: Sandbox, fields: Fields, contentType: string | null = formType): Promise<RawAnswer> {
  const body = Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
  const headers = contentType === null ? {} : { 'Content-Type': contentType }
  return send(`${sandbox.huishouqian.baseUrl}/complaint/query`, { method: 'POST', headers, body })
}

async function ask(sandbox: Sandbox, business: unknown): Promise<Envelope> {
  const answer = await post(sandbox, fieldsOf(sandbox, business))
  expect(answer.status).toBe(200)
  return JSON.parse(answer.body) as Envelope
}

/** Reads a good answer only when it is proven. */
function resultOf(sandbox: Sandbox, envelope: Envelope): Result {
  const { key, platformCertificate, signType } = sandbox.huishouqian
  const { publicKey } = new X509Certificate(platformCertificate)
  expect(envelope).toMatchObject({ success: true, result: expect.any(String) })
  const result = envelope.result ?? ''
  if (signType === 'RSA2') {
    const text = Buffer.from(`result=${result}&success=true&key=${key}`)
    expect(verify('sha256', text, publicKey, Buffer.from(envelope.sign ?? '', 'hex'))).toBe(true)
    return JSON.parse(result) as Result
  }
  const size = (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const bytes = Buffer.from(result, 'hex')
  const blocks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) {
    blocks.push(publicDecrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, bytes.subarray(at, at + size)))
  }
  return JSON.parse(Buffer.from(Buffer.concat(blocks).toString(), 'base64').toString()) as Result
}

const truthOf = (sandbox: Sandbox): SandboxComplaint[] =>
  sandbox.truth.filter(({ provider }) => provider === 'huishouqian')

const variants = [
  { signType: 'RSA2', huishouqianKeyBits: 2048 },
  { signType: 'CFCA', huishouqianKeyBits: 1024 },
  { signType: 'CFCA', huishouqianKeyBits: 2048 },
] as const

describe.each(variants)('Huishouqian, $signType with $huishouqianKeyBits bits', (variant) => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({
      reuseKeys: true,
      ...variant,
      seed: 3,
      complaints: 80,
      from: '2026-01-01',
      to: '2026-01-31',
    })
  })
  afterAll(() => sandbox.close())

  it('has a self-signed certificate that is valid now', () => {
    const certificate = new X509Certificate(sandbox.huishouqian.platformCertificate)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.subject).toBe('CN=MANDAO_800000000001')
    expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now())
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now() + 300 * 86_400_000)
  })

  it('serves exactly the truth, page by page', async () => {
    const rows: Record<string, unknown>[] = []
    for (let offset = 0; offset < 80; offset += 30) {
      const result = resultOf(sandbox, await ask(sandbox, { ...days, limit: 30, offset }))
      expect(result).toMatchObject({ offset, totalSize: 80 })
      rows.push(...(result.data ?? []))
    }
    const expected = truthOf(sandbox)
    expect(rows.length).toBe(80)
    for (const [index, row] of rows.entries()) {
      expect(expected[index]).toMatchObject({
        id: row.complaintId,
        account: '800000000001',
        providerState: row.complaintState,
        subject: row.problemDescription,
        detail: row.complaintDetail,
        merchantId: row.merchantNo,
        agentId: row.agentNo ?? null,
        payer: { phone: { value: row.payerPhone, form: 'plain' }, openId: row.payerOpenid },
        orders: [
          {
            merchantOrderNo: row.merchantTradeNo ?? null,
            transactionId: null,
            amount: { fen: row.amount, currency: 'CNY' },
          },
        ],
        refund: { wanted: null, amount: null, completed: row.complaintFullRefunded === 1 },
        awaitingReply: row.incomingUserResponse === 1,
        timesComplained: row.userComplaintTimes,
      })
      const time = String(row.complaintTime).replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6+08:00')
      expect(expected[index]?.createdAt).toEqual(new Date(time))
    }
  })

  it('finds one by its number, and says 130003 for an unknown one', async () => {
    const id = truthOf(sandbox)[5]?.id
    const result = resultOf(sandbox, await ask(sandbox, { complaintId: id }))
    expect(result.data).toMatchObject([{ complaintId: id }])
    const unknown = await ask(sandbox, { complaintId: '200210220000101000000000000' })
    expect(unknown).toMatchObject({ success: false, errorCode: '130003', result: null })
    expect(sandbox.requests.slice(-2).map(({ operation }) => operation)).toEqual(['get', 'get'])
  })

  it('answers without rows in all three forms', async () => {
    const forms = []
    for (const offset of [900, 901, 902]) {
      forms.push(resultOf(sandbox, await ask(sandbox, { ...days, limit: 30, offset })).data)
    }
    expect(forms).toEqual(expect.arrayContaining([null, undefined, []]))
  })

  const wrong: [string, unknown, string][] = [
    ['no dates', { limit: 10 }, '130002'],
    ['one date', { beginDate: '2026-01-01', limit: 10 }, '130002'],
    ['31 February', { beginDate: '2026-02-01', endDate: '2026-02-31' }, '130002'],
    ['reversed dates', { beginDate: '2026-01-02', endDate: '2026-01-01' }, '130002'],
    ['31 days apart', { beginDate: '2026-01-01', endDate: '2026-02-01' }, '130002'],
    ['limit 0', { ...days, limit: 0 }, '130002'],
    ['limit 501', { ...days, limit: 501 }, '130002'],
    ['a limit as text', { ...days, limit: '10' }, '130002'],
    ['a negative offset', { ...days, offset: -1 }, '130002'],
    ['half an offset', { ...days, offset: 0.5 }, '130002'],
    ['an unknown field', { ...days, state: 'PENDING' }, '130002'],
    ['an empty field', { ...days, merchantTradeNo: '' }, '130002'],
    ['null', { ...days, merchantNo: null }, '130002'],
    ['an id as a number', { complaintId: 1 }, '130002'],
    ['no JSON', '{"limit":1,}', '130002'],
    ['a list', '[]', '130002'],
    ['a foreign merchant', { ...days, merchantNo: '899999999999' }, '130004'],
    ['a foreign agent', { ...days, agentMerchantNo: '799999999999' }, '130006'],
  ]
  it.each(wrong)('refuses %s', async (_, business, errorCode) => {
    expect(await ask(sandbox, business)).toMatchObject({ success: false, errorCode, result: null })
  })

  const spoilt: [string, (fields: Fields) => Fields, string][] = [
    ['another method', (fields) => ({ ...fields, method: 'COMPLAINT' }), '130002'],
    ['another version', (fields) => ({ ...fields, version: '2.0' }), '130002'],
    ['another format', (fields) => ({ ...fields, format: 'XML' }), '130002'],
    ['an unknown merchant', (fields) => ({ ...fields, merchantNo: '800000000009' }), '130005'],
    ['an unknown signType', (fields) => ({ ...fields, signType: 'MD5' }), '130002'],
    [
      'the mechanism that is not configured',
      (fields) => ({ ...fields, signType: fields.signType === 'RSA2' ? 'CFCA' : 'RSA2' }),
      '130011',
    ],
    ['an empty field', (fields) => ({ ...fields, version: '' }), '130002'],
    ['a field too many', (fields) => ({ ...fields, extra: '1' }), '130002'],
    ['another order', ({ method, ...rest }) => ({ ...rest, method: method ?? '' }), '130002'],
    ['content that does not match', (fields) => ({ ...fields, signContent: `${fields.signContent}00` }), '130002'],
    ['hex in capitals', (fields) => upperCased(fields), '130002'],
  ]
  it.each(spoilt)('refuses %s', async (_, spoil, errorCode) => {
    const answer = await post(sandbox, spoil(fieldsOf(sandbox, days)))
    expect(JSON.parse(answer.body)).toMatchObject({ success: false, errorCode })
  })

  it('refuses another content type, method or path', async () => {
    for (const type of [null, 'application/json', 'application/x-www-form-urlencoded']) {
      const answer = await post(sandbox, fieldsOf(sandbox, days), type)
      expect(JSON.parse(answer.body)).toMatchObject({ success: false, errorCode: '130002' })
    }
    const { baseUrl } = sandbox.huishouqian
    expect((await send(`${baseUrl}/complaint/query`)).status).toBe(405)
    expect((await send(`${baseUrl}/complaint/reply`, { method: 'POST', body: 'a=1' })).status).toBe(404)
    expect((await send(`${baseUrl}/complaint/query?x=1`, { method: 'POST', body: 'a=1' })).status).toBe(404)
  })
})

function upperCased(fields: Fields): Fields {
  return fields.sign === undefined
    ? { ...fields, signContent: (fields.signContent ?? '').toUpperCase() }
    : { ...fields, sign: fields.sign.toUpperCase() }
}

describe('Huishouqian, the rest', () => {
  it('signs failures under RSA2', async () => {
    const sandbox = await startSandbox({ complaints: 0, reuseKeys: true })
    const failure = await ask(sandbox, { limit: 1 })
    const { key, platformCertificate } = sandbox.huishouqian
    const text = `errorCode=${failure.errorCode}&errorMsg=${failure.errorMsg}&success=false&key=${key}`
    const { publicKey } = new X509Certificate(platformCertificate)
    expect(verify('sha256', Buffer.from(text), publicKey, Buffer.from(failure.sign ?? '', 'hex'))).toBe(true)
    await sandbox.close()
  })

  it('counts the page in totalSize when asked to, and clamps pages', async () => {
    const range = { from: '2026-01-01', to: '2026-01-31' }
    const sandbox = await startSandbox({
      ...range,
      reuseKeys: true,
      complaints: 9,
      huishouqianTotals: 'page',
      clampPageSize: 4,
    })
    const result = resultOf(sandbox, await ask(sandbox, { ...days, limit: 500, offset: 6 }))
    expect([result.totalSize, result.data?.length]).toEqual([3, 3])
    expect(resultOf(sandbox, await ask(sandbox, { ...days, limit: 500 })).data?.length).toBe(4)
    await sandbox.close()
  })

  it('filters by merchant, agent and order', async () => {
    const sandbox = await startSandbox({
      seed: 5,
      reuseKeys: true,
      complaints: 60,
      from: '2026-01-01',
      to: '2026-01-31',
    })
    const expected = truthOf(sandbox)
    const own = { merchantNo: '800000000001', agentMerchantNo: '700000000001' }
    const all = resultOf(sandbox, await ask(sandbox, { ...days, ...own, limit: 500 }))
    expect(all.data?.map((row) => row.complaintId)).toEqual(expected.map(({ id }) => id))
    const order = expected.find(({ orders }) => orders[0]?.merchantOrderNo !== null)
    const single = resultOf(sandbox, await ask(sandbox, { merchantTradeNo: order?.orders[0]?.merchantOrderNo }))
    expect(single.data).toMatchObject([{ complaintId: order?.id }])
    await sandbox.close()
  })
})
