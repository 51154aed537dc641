import { verify } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { QueryError } from '../../../../src/index.js'
import nock from '../../../support/nock.js'
import {
  clientOf,
  drain,
  merchantKey,
  merchantNo,
  merchantPublicKey,
  path,
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

describe('what is sent', () => {
  it('under RSA2 is the documented form, in order, signed over the content that is sent', async () => {
    const [request] = await asked('RSA2', () => drain(clientOf('RSA2')))
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded; charset=UTF-8')
    const content =
      '{"beginDate":"2026-01-01","endDate":"2026-01-03","limit":500,"offset":0,"merchantNo":"814000000001"}'
    expect(request?.fields.slice(0, 6)).toEqual([
      ['method', 'COMPLAINT_QUERY'],
      ['version', '1.0'],
      ['format', 'JSON'],
      ['merchantNo', merchantNo],
      ['signType', 'RSA2'],
      ['signContent', content],
    ])
    expect(request?.fields.slice(6).map(([name]) => name)).toEqual(['sign'])
    expect(request?.body).not.toContain(merchantKey)
    expect(isSigned(request)).toBe(true)
  })

  it('is signed before it is URL-encoded, whatever the content holds', async () => {
    const merchantOrderNo = '订单 1+2&key=x%20"\\/\u2028😀'
    const [request] = await asked('RSA2', () => drain(clientOf('RSA2'), { merchantOrderNo }))
    expect(request?.business.merchantTradeNo).toBe(merchantOrderNo)
    expect(isSigned(request)).toBe(true)
  })

  it('under CFCA is ciphertext in lower-case hex, and no sign', async () => {
    const [request] = await asked('CFCA', () => drain(clientOf('CFCA')))
    expect(request?.fields.map(([name]) => name)).toEqual([
      'method',
      'version',
      'format',
      'merchantNo',
      'signType',
      'signContent',
    ])
    expect(request?.fields[5]?.[1]).toMatch(/^(?:[0-9a-f]{256})+$/)
    expect(request?.business).toEqual({
      beginDate: '2026-01-01',
      endDate: '2026-01-03',
      limit: 500,
      offset: 0,
      merchantNo,
    })
  })

  const agent = { agentMerchantNo: '714000000001' }
  it.each<[string, object, object, object]>([
    ['a merchant asks for itself', {}, {}, { merchantNo }],
    ['a query may name the merchant', {}, { merchant: '814000000002' }, { merchantNo: '814000000002' }],
    ['an agent asks for all of its merchants', agent, {}, agent],
    ['an agent may ask for one', agent, { merchant: '814000000002' }, { ...agent, merchantNo: '814000000002' }],
    [
      'an order number goes to the server',
      {},
      { merchantOrderNo: 'order-9' },
      { merchantNo, merchantTradeNo: 'order-9' },
    ],
    ['a page size too', {}, { pageSize: 20 }, { merchantNo, limit: 20 }],
    ['a state does not, since it may change between two pages', {}, { state: 'pending' }, { merchantNo }],
  ])('%s', async (_, options, query, expected) => {
    const [request] = await asked('RSA2', () => drain(clientOf('RSA2', options), query))
    const dates = { beginDate: '2026-01-01', endDate: '2026-01-03' }
    expect(request?.business).toEqual({ ...dates, limit: 500, offset: 0, ...expected })
    // The envelope names who signs, not whom the query is about.
    expect(Object.fromEntries(request?.fields ?? []).merchantNo).toBe(merchantNo)
  })

  it('by its id, without dates', async () => {
    const requests = playRows('RSA2', [row()])
    await clientOf('RSA2').get(ref)
    expect(requests.map(({ business }) => business)).toEqual([{ limit: 1, offset: 0, merchantNo, complaintId: ref.id }])
  })

  it.each(['', ' ', 'a b', 'a&b', 'x'.repeat(65)])('never an id that cannot be one (%j)', async (id) => {
    const requests = playRows('RSA2', [row()])
    await expect(clientOf('RSA2').get({ ...ref, id })).rejects.toBeInstanceOf(QueryError)
    expect(requests).toEqual([])
  })

  it.each([
    [{ environment: 'test' }, 'https://test-api.huishouqian.com', path],
    [{ environment: 'production' }, 'https://api.huishouqian.com', path],
    [{ environment: 'test', baseUrl: 'https://gateway.example/hsq/' }, 'https://gateway.example', `/hsq${path}`],
  ])('%j goes to %s%s', async (options, host, expectedPath) => {
    const scope = nock(host)
      .post(expectedPath)
      .reply(200, success('RSA2', resultOf([row()])))
    expect((await clientOf('RSA2', options).get(ref)).id).toBe(ref.id)
    expect(scope.isDone()).toBe(true)
  })
})

async function asked(signType: 'RSA2' | 'CFCA', call: () => Promise<unknown>): Promise<ReturnType<typeof playRows>> {
  const requests = playRows(signType, [])
  await call()
  return requests
}

/** The text of the page, put together from the form as it arrived. */
function isSigned(request: ReturnType<typeof playRows>[number] | undefined): boolean {
  const fields = request?.fields ?? []
  const text = fields
    .slice(0, 6)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const [, signature = ''] = fields[6] ?? []
  return (
    /^[0-9a-f]+$/.test(signature) &&
    verify('sha256', Buffer.from(`${text}&key=${merchantKey}`), merchantPublicKey, Buffer.from(signature, 'hex'))
  )
}
