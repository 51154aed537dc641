import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../../../src/errors.js'
import type { XiaoeComplaint } from '../../../../src/model.js'
import { mapComplaint } from '../../../../src/providers/xiaoe/map.js'

const row = {
  channel_type: 1,
  closed_at: '2024-04-29 11:21:38',
  complainant_phone: '138****0001',
  complaint_from: 101,
  complaint_id: 'c_made_up_1',
  complaint_reason: '要退款',
  complaint_resource_id: 'p_made_up_1',
  complaint_resource_type: 3,
  complaint_time: '2024-04-19 22:57:42',
  complaint_type: 1,
  current_step: 2,
  is_overtime: 2,
  operate_end_time: '2024-04-22 22:57:42',
  operate_time: '2024-04-19 22:57:42',
  state: 2,
  time_limit: 72,
}
const mapped = (change: Record<string, unknown> = {}): XiaoeComplaint => mapComplaint({ ...row, ...change }, 'main')

describe('a row', () => {
  it('is mapped whole, and stands in raw as it came', () => {
    const sent = { ...row, added_later: { kept: true } }
    const complaint = mapComplaint(sent, 'main')
    expect(complaint).toEqual({
      provider: 'xiaoe',
      account: 'main',
      id: 'c_made_up_1',
      state: 'resolved',
      providerState: '2',
      createdAt: new Date('2024-04-19T14:57:42Z'),
      closedAt: new Date('2024-04-29T03:21:38Z'),
      dueAt: new Date('2024-04-22T14:57:42Z'),
      subject: null,
      detail: '要退款',
      channel: 'shop',
      merchantId: null,
      agentId: null,
      payer: { phone: { value: '138****0001', form: 'masked' }, openId: null },
      orders: [],
      resource: { id: 'p_made_up_1', type: '3' },
      refund: { wanted: null, amount: null, completed: null },
      awaitingReply: null,
      overdue: true,
      urgent: null,
      inPlatformService: null,
      timesComplained: null,
      tags: [],
      media: [],
      raw: sent,
    })
    expect(complaint.raw).toBe(sent)
  })

  it('with every integer as text, as the page declares them, says the same', () => {
    const { raw: _, ...asNumbers } = mapped()
    const texts = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]))
    const { raw: __, ...asTexts } = mapComplaint(texts, 'main')
    expect(asTexts).toEqual(asNumbers)
  })

  it('needs no more than id, state and time', () => {
    const { complaint_id, state, complaint_time } = row
    for (const others of [undefined, null, '']) {
      const bare = Object.fromEntries(Object.keys(row).map((name) => [name, others]))
      expect(mapComplaint({ ...bare, complaint_id, state, complaint_time }, 'main')).toMatchObject({
        id: 'c_made_up_1',
        closedAt: null,
        dueAt: null,
        detail: '',
        channel: 'unknown',
        payer: { phone: null },
        resource: null,
        overdue: null,
      })
    }
  })

  it('is not lost to values of a type that nobody documented', () => {
    const odd = Object.fromEntries(Object.keys(row).map((name) => [name, { nested: [] }]))
    const { complaint_id, state, complaint_time } = row
    expect(mapComplaint({ ...odd, complaint_id, state, complaint_time }, 'main')).toMatchObject({
      closedAt: null,
      dueAt: null,
      detail: '',
      channel: 'unknown',
      payer: { phone: null },
      resource: null,
      overdue: null,
    })
  })
})

describe('fields', () => {
  it.each([
    ['c_1', 'c_1'],
    [0, '0'],
    [9_007_199_254_740_991, '9007199254740991'],
    ['20260101000000000001', '20260101000000000001'],
  ])('complaint_id %j is %j', (complaint_id, id) => {
    expect(mapped({ complaint_id }).id).toBe(id)
  })

  it.each([
    [0, 'pending', '0'],
    ['0', 'pending', '0'],
    [1, 'processing', '1'],
    ['1', 'processing', '1'],
    [2, 'resolved', '2'],
    ['2', 'resolved', '2'],
    [3, 'unknown', '3'],
    ['已撤销', 'unknown', '已撤销'],
    [-1, 'unknown', '-1'],
  ])('state %j is %s', (state, unified, providerState) => {
    expect(mapped({ state })).toMatchObject({ state: unified, providerState })
  })

  it.each([
    [1, 'shop'],
    ['1', 'shop'],
    [2, 'platform'],
    ['2', 'platform'],
    [3, 'wechatpay'],
    ['3', 'wechatpay'],
    [4, 'alipay'],
    ['4', 'alipay'],
    [0, 'unknown'],
    [5, 'unknown'],
    ['', 'unknown'],
    [null, 'unknown'],
  ])('channel_type %j is %s', (channel_type, channel) => {
    expect(mapped({ channel_type }).channel).toBe(channel)
  })

  it.each([
    [1, false],
    ['1', false],
    [2, true],
    ['2', true],
    [0, null],
    [3, null],
    ['', null],
    [null, null],
  ])('is_overtime %j is overdue %j', (is_overtime, overdue) => {
    expect(mapped({ is_overtime }).overdue).toBe(overdue)
  })

  it.each(['closed_at', 'operate_end_time'])('%s in a form that says "never" is null', (name) => {
    const forms = [
      '1970-01-01 00:00:00',
      '1970-01-01 08:00:00',
      '1970-01-02 00:00:00',
      '0000-00-00 00:00:00',
      '-0001-11-30 00:00:00',
      '-0001-11-30 08:05:43',
      '',
      null,
      undefined,
      0,
      '0',
      '处理中',
      '2024-02-30 00:00:00',
    ]
    for (const form of forms) {
      const { closedAt, dueAt } = mapped({ [name]: form })
      expect([form, name === 'closed_at' ? closedAt : dueAt]).toEqual([form, null])
      expect(name === 'closed_at' ? dueAt : closedAt).not.toBeNull()
    }
  })

  it.each([
    ['2024-04-13 00:00:00', '2024-04-12T16:00:00Z'],
    ['2024-04-13 11:25:19', '2024-04-13T03:25:19Z'],
    ['2024-04-13 12:00:00', '2024-04-13T04:00:00Z'],
    ['2024-04-13 22:57:42', '2024-04-13T14:57:42Z'],
    ['2024-02-29 23:59:59', '2024-02-29T15:59:59Z'],
    // A local clock is put forward in this hour in New York, and never in Beijing.
    ['2024-03-10 02:30:00', '2024-03-09T18:30:00Z'],
  ])('%s is Beijing, 24-hour', (time, instant) => {
    expect(mapped({ complaint_time: time }).createdAt).toEqual(new Date(instant))
    expect(mapped({ closed_at: time }).closedAt).toEqual(new Date(instant))
    expect(mapped({ operate_end_time: time }).dueAt).toEqual(new Date(instant))
  })

  it('operate_time proves nothing: an untouched ticket has one', () => {
    expect(mapped({ operate_time: row.complaint_time, state: 0, closed_at: '1970-01-02 00:00:00' })).toMatchObject({
      state: 'pending',
      closedAt: null,
    })
  })

  it.each([
    ['138****0001', { value: '138****0001', form: 'masked' }],
    ['13800000000', { value: '13800000000', form: 'plain' }],
    [13_800_000_000, { value: '13800000000', form: 'plain' }],
    ['', null],
    [null, null],
  ])('complainant_phone %j', (complainant_phone, phone) => {
    expect(mapped({ complainant_phone }).payer).toEqual({ phone, openId: null })
  })

  it.each([
    ['o_1', 0, { id: 'o_1', type: '0' }],
    ['o_1', '0', { id: 'o_1', type: '0' }],
    ['o_1', null, { id: 'o_1', type: null }],
    ['o_1', '', { id: 'o_1', type: null }],
    [12, 3, { id: '12', type: '3' }],
    ['', 3, null],
    [null, 3, null],
  ])('complaint_resource_id %j of type %j', (complaint_resource_id, complaint_resource_type, resource) => {
    expect(mapped({ complaint_resource_id, complaint_resource_type }).resource).toEqual(resource)
  })

  it.each([10, '10', 210, 209])('complaint_from %j is kept raw', (complaint_from) => {
    expect(mapped({ complaint_from }).raw.complaint_from).toBe(complaint_from)
  })
})

describe('a row that is no complaint', () => {
  it.each([
    ['complaint_id', undefined],
    ['complaint_id', null],
    ['complaint_id', ''],
    ['complaint_id', {}],
    ['complaint_id', 2 ** 53],
    ['complaint_id', 0.5],
    ['state', undefined],
    ['state', null],
    ['state', ''],
    ['state', []],
    ['complaint_time', undefined],
    ['complaint_time', null],
    ['complaint_time', ''],
    ['complaint_time', '2024-04-31 00:00:00'],
    ['complaint_time', '2024-04-13'],
    ['complaint_time', '0000-00-00 00:00:00'],
    ['complaint_time', 1_713_500_000],
  ])('%s is %j', (name, value) => {
    const change: Record<string, unknown> = { ...row, [name]: value }
    const map = (): unknown => mapComplaint(change, 'main')
    expect(map).toThrow(ResponseError)
    expect(map).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [name] })] }))
  })

  it.each([null, undefined, 'c_1', 1, []])('it is %j', (value) => {
    expect(() => mapComplaint(value, 'main')).toThrow(
      expect.objectContaining({ issues: [{ path: [], message: 'expected an object' }] }),
    )
  })
})
