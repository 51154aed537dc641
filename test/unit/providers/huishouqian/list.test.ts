import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NotFoundError, ResponseError } from '../../../../src/index.js'
import nock from '../../../support/nock.js'
import {
  clientOf,
  drain,
  failed,
  failureOf,
  host,
  merchantNo,
  modes,
  path,
  play,
  playRows,
  ref,
  resultOf,
  row,
  success,
} from './platform.js'

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

describe.each(modes)('a complaint by its id under %s', (signType) => {
  it('is the one asked for', async () => {
    playRows(signType, [row()])
    expect(await clientOf(signType).get(ref)).toMatchObject({ id: ref.id, state: 'pending', raw: row() })
  })

  it.each<[string, () => string]>([
    ['no row', () => success(signType, resultOf([]))],
    ['code 130003', () => failed('130003', '投诉订单号不存在')],
  ])('%s is a NotFoundError', async (_, answer) => {
    play(answer)
    const error = await failureOf(clientOf(signType).get(ref))
    expect(error).toBeInstanceOf(NotFoundError)
    expect([error.provider, error.account, error.operation]).toEqual(['huishouqian', merchantNo, 'get'])
    expect([error.attempts, error.status]).toEqual([1, 200])
  })

  const other = row({ merchantNo: '814000000002' })
  it.each<[string, () => string]>([
    ['no row', () => success(signType, resultOf([]))],
    ['code 130003', () => failed('130003', '投诉订单号不存在')],
    ['code 130004', () => failed('130004', '商户号不匹配')],
  ])("of another merchant, where the account's own brings %s, is found by the id alone", async (_, answer) => {
    const asked = play(({ merchantNo: named }) =>
      named === undefined ? success(signType, resultOf([other])) : answer(),
    )
    expect(await clientOf(signType).get(ref)).toMatchObject({ id: ref.id, merchantId: '814000000002' })
    expect(asked[0]?.business.merchantNo).toBe(merchantNo)
  })

  it.each(['130002', '130004', '130006', '000001'])(
    'unknown stays unknown where the wider question is refused (%s)',
    async (code) => {
      const asked = play(({ merchantNo: named }) =>
        named === undefined ? failed(code, '拒绝') : failed('130003', '投诉订单号不存在'),
      )
      expect(await failureOf(clientOf(signType).get(ref))).toMatchObject({
        name: 'NotFoundError',
        providerCode: '130003',
      })
      expect(asked.map(({ business }) => business.merchantNo)).toEqual([merchantNo, undefined])
    },
  )

  it.each<[string, number, string, string]>([
    ['a gateway that is down', 502, 'bad gateway', 'API'],
    ['too many requests', 429, '', 'RATE_LIMIT'],
    ['an answer that proves nothing', 200, success(signType, resultOf([other])).replace('20', '21'), 'SIGNATURE'],
  ])('is not called unknown where the wider question meets %s', async (_, status, answer, code) => {
    nock(host).post(path).reply(200, failed('130003', '投诉订单号不存在')).post(path).reply(status, answer)
    expect((await failureOf(clientOf(signType).get(ref))).code).toBe(code)
  })

  it('of an agent is asked for once', async () => {
    const asked = play(() => success(signType, resultOf([])))
    const client = clientOf(signType, { agentMerchantNo: '714000000001' })
    expect(await failureOf(client.get(ref))).toBeInstanceOf(NotFoundError)
    expect(asked.map(({ business }) => business.merchantNo)).toEqual([undefined])
  })

  it('that cannot be used is a ResponseError, not an unknown one', async () => {
    playRows(signType, [row({ complaintState: '' })])
    const error = await failureOf(clientOf(signType).get(ref))
    expect(error).toBeInstanceOf(ResponseError)
    expect(error.issues[0]?.path).toEqual(['data', 0, 'complaintState'])
  })
})

describe('rows that answer another question', () => {
  const refusal = { RSA2: 'ResponseError', CFCA: 'SignatureError' } as const
  const cases: [string, object, object | null][] = [
    ['another complaint', { complaintId: '200210220211228100360913299' }, null],
    ["another merchant's complaint, by its id", { merchantNo: '814000000002' }, null],
    ["another merchant's complaint", { merchantNo: '814000000002' }, {}],
    ["another than the named merchant's", {}, { merchant: '814000000002' }],
    ["another order's complaint", { merchantTradeNo: 'order-2' }, { merchantOrderNo: 'order-1' }],
  ]
  for (const signType of modes) {
    it.each(cases)(`under ${signType}: %s is refused`, async (_, change, query) => {
      playRows(signType, [row(change)])
      const client = clientOf(signType)
      const error = await failureOf(query === null ? client.get(ref) : drain(client, query))
      expect([error.name, error.retryable]).toEqual([refusal[signType], signType === 'CFCA'])
    })

    it(`under ${signType}: a row that names no merchant passes`, async () => {
      playRows(signType, [row({ merchantNo: null })])
      expect((await drain(clientOf(signType), { merchant: '814000000002' })).length).toBe(1)
    })
  }

  it.each(modes)("under %s: another agent's complaint is refused, of a list and by its id", async (signType) => {
    const agentMerchantNo = '714000000001'
    playRows(signType, [row({ agentNo: '714000000002' })])
    const client = clientOf(signType, { agentMerchantNo })
    for (const call of [() => drain(client), () => client.get(ref)])
      expect(await failureOf(call())).toMatchObject({
        name: refusal[signType],
        message: expect.stringContaining('a complaint of another agent'),
      })
    nock.cleanAll()
    playRows(signType, [row({ agentNo: agentMerchantNo }), row({ complaintId: '2', agentNo: null })])
    expect((await drain(client)).length).toBe(2)
  })

  it.each(modes)('under %s: who is no agent learns whose agent a merchant has', async (signType) => {
    playRows(signType, [row({ agentNo: '714000000002' })])
    expect((await drain(clientOf(signType))).length).toBe(1)
  })

  it("an agent's list holds many merchants", async () => {
    playRows('CFCA', [row(), row({ complaintId: '2', merchantNo: '814000000002' })])
    expect((await drain(clientOf('CFCA', { agentMerchantNo: '714000000001' }))).length).toBe(2)
  })
})

describe.each(modes)('an answer to another question under %s', (signType) => {
  const refusal = signType === 'RSA2' ? 'ResponseError' : 'SignatureError'

  it.each([
    ['an empty object', {}],
    ['a list under another name', { list: [row()], total: 28 }],
    ["a file's", { bytes: 'QQ==', suffix: 'png' }],
    ["a callback's", { actionType: 'CREATE_COMPLAINT', complaintId: ref.id }],
  ])('is no empty list, nor proof of an unknown complaint: %s', async (_, content) => {
    play(() => success(signType, JSON.stringify(content)))
    const client = clientOf(signType)
    for (const call of [() => drain(client), () => client.get(ref)])
      expect(await failureOf(call())).toMatchObject({
        name: refusal,
        message: expect.stringContaining('the response holds no list of complaints'),
      })
  })

  it.each([{ data: null }, { offset: 0 }, { totalSize: 0 }])('is not what %j is: an empty list', async (content) => {
    play(() => success(signType, JSON.stringify(content)))
    expect(await drain(clientOf(signType))).toEqual([])
    expect(await failureOf(clientOf(signType).get(ref))).toBeInstanceOf(NotFoundError)
  })
})

describe('rows that cannot be used', () => {
  it.each([
    ['complaintId', null],
    ['complaintId', ''],
    ['complaintState', undefined],
    ['complaintTime', null],
    ['complaintTime', '20260231000000'],
    ['complaintTime', '2026-01-01 10:59:14'],
    ['amount', 1.5],
  ])('%s %j is skipped; its error ends the list after all other rows', async (field, value) => {
    playRows('RSA2', [row({ complaintId: '1' }), row({ complaintId: '2', [field]: value }), row({ complaintId: '3' })])
    const seen: string[] = []
    const error = await failureOf(
      (async () => {
        for await (const { id } of clientOf('RSA2').list({ from: '2026-01-01', to: '2026-01-02' })) seen.push(id)
      })(),
    )
    expect(seen).toEqual(['1', '3'])
    expect(error).toBeInstanceOf(ResponseError)
    expect(error.issues[0]?.path).toEqual(['data', 1, field])
    expect((error as ResponseError).complaintId).toBe(field === 'complaintId' ? null : '2')
  })

  it.each(modes)('an id of 27 digits that arrives as a number keeps them all (%s)', async (signType) => {
    const text = resultOf([row()]).replace(`"${ref.id}"`, ref.id)
    expect(text).toContain(`:${ref.id},`)
    play(() => success(signType, text))
    expect((await clientOf(signType).get(ref)).id).toBe(ref.id)
  })
})
