import { createVerify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { requireId } from '../../../../src/adapter-kit/complaint-id.js'
import { NotFoundError, ResponseError } from '../../../../src/errors.js'
import {
  app,
  appId,
  callOptions,
  contentOf,
  failure,
  page,
  parametersOf,
  risk,
  riskList,
  riskQuery,
  riskRow,
  signed,
  success,
  trade,
  tradeList,
  tradeQuery,
  tradeRow,
} from './support.js'

const emptyTrade = signed(tradeList, success({ page_num: 1, page_size: 20, total_num: 0, trade_complain_infos: [] }))
const emptyRisk = signed(riskList, success({ total_size: 0, current_page: 1, page_size: 20, complaint_list: [] }))

describe('what is sent', () => {
  it('has the common parameters in the URL, biz_content in the body, and a signature of both', async () => {
    const { connection, sent } = trade([emptyTrade])
    await connection.listPage(page, callOptions)
    const [request] = sent
    if (request === undefined) expect.fail('nothing was sent')
    expect(request.method).toBe('POST')
    const { sign = '', biz_content: content = '', ...common } = parametersOf(request)
    expect(request.url.startsWith('https://openapi.alipay.com/gateway.do?')).toBe(true)
    expect(request.body).toBe(`biz_content=${encodeURIComponent(content)}`)
    expect(request.headers).toEqual({
      Accept: 'application/json',
      'Content-Type': 'application/x-www-form-urlencoded;charset=utf-8',
    })
    expect(common).toEqual({
      app_id: appId,
      method: tradeList,
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: '2026-09-30 23:59:59',
      version: '1.0',
    })
    const text = `app_id=${appId}&biz_content=${content}&charset=utf-8&format=JSON&method=${tradeList}&sign_type=RSA2&timestamp=2026-09-30 23:59:59&version=1.0`
    expect(createVerify('RSA-SHA256').update(text).verify(app.publicKey, sign, 'base64')).toBe(true)
  })

  it('asks the trade list from the first second to that of the day after the last', async () => {
    const { connection, sent } = trade([emptyTrade])
    await connection.listPage({ ...page, skip: 3, limit: 7 }, callOptions)
    expect(sent.map(contentOf)).toEqual([
      { begin_time: '2026-09-01 00:00:00', end_time: '2026-10-01 00:00:00', page_num: 4, page_size: 7 },
    ])
  })

  it('asks for the given targets only', async () => {
    const { connection, sent } = trade([emptyTrade], { targets: [{ type: 'PUBLICID', id: '2017' }] })
    await connection.listPage(page, callOptions)
    expect(sent.map(contentOf)[0]?.target_infos).toEqual([{ target_id: '2017', target_type: 'PUBLICID' }])
  })

  it('asks the risk list by the time of the complaint', async () => {
    const { connection, sent } = risk([emptyRisk])
    await connection.listPage({ ...page, skip: 1 }, callOptions)
    expect(sent.map(contentOf)).toEqual([
      {
        gmt_complaint_start: '2026-09-01 00:00:00',
        gmt_complaint_end: '2026-10-01 00:00:00',
        current_page_num: 2,
        page_size: 20,
      },
    ])
    expect(sent.map((request) => parametersOf(request).method)).toEqual([riskList])
  })

  it('asks for one complaint by its id', async () => {
    const one = trade([signed(tradeQuery, success(tradeRow()))])
    await one.connection.get('2020092300102000000001459758', callOptions)
    expect(one.sent.map(contentOf)).toEqual([{ complain_event_id: '2020092300102000000001459758' }])
    const other = risk([signed(riskQuery, success(riskRow()))])
    await other.connection.get('123456', callOptions)
    expect(other.sent.map(contentOf)).toEqual([{ complain_id: '123456' }])
  })

  it('is named by its operation in events', async () => {
    const lists = trade([emptyTrade])
    await lists.connection.listPage(page, callOptions)
    const details = trade([signed(tradeQuery, success(tradeRow()))])
    await details.connection.get('2020092300102000000001459758', callOptions)
    for await (const _ of details.connection.history?.('2020092300102000000001459758', callOptions) ?? []);
    const operations = [...lists.events, ...details.events].map((event) =>
      event.type === 'request' ? event.operation : event.type,
    )
    expect(operations).toEqual(['list', 'get', 'history'])
  })

  it.each(['', ' ', 'a b', '../x', 'x'.repeat(65), '编号'])('refuses the id %j before any request', async (id) => {
    const { connection, sent } = trade([emptyTrade])
    await expect(connection.get(id, callOptions)).rejects.toThrow('the complaint id must be 1 to 64 letters')
    expect(() => connection.history?.(id, callOptions)).toThrow('the complaint id must be 1 to 64 letters')
    expect(sent).toEqual([])
    expect(requireId('x'.repeat(64))).toHaveLength(64)
  })
})

describe('what is read', () => {
  it('maps rows, and counts those that cannot be used', async () => {
    const rows = [tradeRow(), { status: 'CLOSED' }, tradeRow({ complain_event_id: '7', gmt_create: 'yesterday' })]
    const { connection } = trade([signed(tradeList, success({ total_num: '3', trade_complain_infos: rows }))])
    const { rows: read, received, total, failures } = await connection.listPage(page, callOptions)
    expect([read.map(({ id }) => id), received, total]).toEqual([['2020092300102000000001459758'], 3, 3])
    expect(failures.map(({ index, error }) => [index, error.complaintId, error.issues[0]?.path])).toEqual([
      [1, null, ['trade_complain_infos', 1, 'complain_event_id']],
      [2, '7', ['trade_complain_infos', 2, 'gmt_create']],
    ])
  })

  it.each([
    [{ total_num: 0 }, 0, 0],
    [{ total_num: 20 }, 1, 20],
    [{ total_num: 39, trade_complain_infos: null }, 2, 39],
  ])('takes a missing list for an empty one where the total allows it: %j', async (fields, skip, total) => {
    const { connection } = trade([signed(tradeList, success(fields))])
    const read = await connection.listPage({ ...page, skip }, callOptions)
    expect([read.rows, read.received, read.total]).toEqual([[], 0, total])
  })

  it.each([
    [{}, 0],
    [{ total_num: 1 }, 0],
    [{ total_num: 21 }, 1],
    [{ total_num: 'many' }, 0],
    [{ total_num: 0, trade_complain_infos: {} }, 0],
    [{ total_num: 0, trade_complain_infos: 'x' }, 0],
  ])('refuses a response without a list otherwise: %j', async (fields, skip) => {
    const { connection } = trade([signed(tradeList, success(fields))])
    const error = await failure(connection.listPage({ ...page, skip }, callOptions))
    expect(error).toBeInstanceOf(ResponseError)
    expect(error.issues.map(({ path }) => path)).toEqual([['trade_complain_infos']])
  })

  it('says that something else stands in place of the list', async () => {
    const { connection } = trade([signed(tradeList, success({ total_num: 0, trade_complain_infos: {} }))])
    const error = await failure(connection.listPage(page, callOptions))
    expect([error.message, error.issues[0]?.message]).toEqual([
      `[alipay-trade ${appId}] the response is not a list of complaints`,
      'expected a list',
    ])
  })

  it('reads rows of the risk list, whose ids may be numbers', async () => {
    const text = `{"code":"10000","total_size":2,"complaint_list":[{"id":9007199254740993,"status":"PROCESSED","gmt_complain":"2026-09-10 12:00:00"},{"id":"5","status":"DROP_COMPLAIN","gmt_complain":"2026-09-10 12:00:00"}]}`
    const { connection } = risk([signed(riskList, text)])
    const { rows, total } = await connection.listPage(page, callOptions)
    expect([rows.map(({ id }) => id), total]).toEqual([['9007199254740993', '5'], 2])
  })

  it('names the missing capability of the product', async () => {
    const forbidden = { code: '40006', msg: 'x', sub_code: 'isv.insufficient-isv-permissions' }
    const ofTrade = await failure(trade([signed(tradeList, forbidden)]).connection.listPage(page, callOptions))
    expect([ofTrade.code, ofTrade.message]).toEqual(['PERMISSION', expect.stringContaining('add the capability 交易投诉 to')]) // biome-ignore format: one line
    const ofRisk = await failure(risk([signed(riskList, forbidden)]).connection.listPage(page, callOptions))
    expect(ofRisk.message).toContain('add the capability 消费者投诉 (RiskGO) to')
  })

  it('a detail without an id is no complaint, one with another id is refused', async () => {
    const none = await failure(trade([signed(tradeQuery, success({}))]).connection.get('1', callOptions))
    expect(none).toBeInstanceOf(NotFoundError)
    expect(none.message).toContain('Alipay has no such complaint; check the id and appId')
    const other = await failure(risk([signed(riskQuery, success(riskRow()))]).connection.get('1', callOptions))
    expect(other).toBeInstanceOf(ResponseError)
    expect(other.message).toContain('about another complaint')
  })

  it('keeps the detail as it was sent, without the code of the response', async () => {
    const detail = tradeRow({ trade_amount: '0.01', later_field: { deep: [1] } })
    const { connection } = trade([signed(tradeQuery, success(detail))])
    const { raw, orders } = await connection.get('2020092300102000000001459758', callOptions)
    expect(raw).toEqual(detail)
    expect(orders).toEqual([{ merchantOrderNo: null, transactionId: null, amount: { fen: 1, currency: 'CNY' } }])
  })
})
