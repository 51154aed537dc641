import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  type HuishouqianComplaint,
  maskComplaint,
  type WechatPayComplaint,
  type XiaoeComplaint,
} from '../../src/index.js'
import { hideInInspect, maskText } from '../../src/privacy/mask.js'
import { mapComplaint } from '../../src/providers/huishouqian/map.js'
import { mapEntry } from '../../src/providers/wechatpay/history.js'
import { mapComplaint as wechatpayComplaint } from '../../src/providers/wechatpay/map.js'
import { mapComplaint as xiaoeComplaint } from '../../src/providers/xiaoe/map.js'

const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const row = {
  complaintId: '13800000000',
  complaintState: 'PENDING',
  complaintTime: '20260301101112',
  complaintDetail: `回电 13800000001，或 010-12345678；微信 ${openid}`,
  payerPhone: '13800000002',
  payerOpenid: openid,
  amount: 13_800_000_000,
}
const images = { baseUrl: 'https://api.mch.weixin.qq.com', imageOrigins: ['https://api.mch.weixin.qq.com'] }
const mapWechatPay = (fields: object): WechatPayComplaint => wechatpayComplaint(fields, '1900000001', images)
const mapXiaoe = (fields: object): XiaoeComplaint => xiaoeComplaint(fields, 'app')
const complaintOf = (fields: object): HuishouqianComplaint => mapComplaint({ ...row, ...fields }, '13800000000')

describe('maskComplaint', () => {
  it('masks phones and openids in payer, detail and raw, and changes nothing else', () => {
    const complaint = complaintOf({})
    const before = structuredClone(complaint)
    const masked = maskComplaint(complaint)
    expect(complaint).toStrictEqual(before)
    const detail = '回电 138****0001，或 010-****78；微信 oUpF8u…'
    expect(masked).toStrictEqual({
      ...before,
      detail,
      payer: { phone: { value: '138****0002', form: 'masked' }, openId: 'oUpF8u…' },
      raw: { ...row, complaintDetail: detail, payerPhone: '138****0002', payerOpenid: 'oUpF8u…' },
    })
    expect(JSON.stringify(masked)).not.toMatch(/1380000000[12]|010-12345678|oUpF8uM/)
  })

  it.each([
    ['plain', '13800000002', { value: '138****0002', form: 'masked' }],
    ['encrypted', 'QUJDREVGR0hJSktMTU5PUA==', { value: 'QUJD****UA==', form: 'masked' }],
    ['masked', '138****0002', { value: '138****0002', form: 'masked' }],
    ['plain', 'unknown', { value: 'unknown', form: 'plain' }],
  ] as const)('C18: says that a phone that was %s is masked (%s)', (form, value, expected) => {
    const complaint = { ...complaintOf({}), payer: { phone: { value, form }, openId: null } }
    expect(maskComplaint(complaint).payer.phone).toEqual(expected)
    expect(complaint.payer.phone).toEqual({ value, form })
  })

  it('C18: masks what a JSON logger prints of the copy', () => {
    expect(JSON.stringify(complaintOf({}))).toContain('13800000002')
    expect(JSON.stringify(maskComplaint(complaintOf({})))).not.toMatch(/1380000000[12]/)
  })

  it('shares no mutable data with the complaint', () => {
    const complaint = complaintOf({ deep: { list: [{ a: 1 }] } })
    const raw = maskComplaint(complaint).raw as unknown as { deep: { list: { a: number }[] } }
    for (const item of raw.deep.list) item.a = 2
    expect(complaint.raw).toMatchObject({ deep: { list: [{ a: 1 }] } })
  })

  it.each([
    ['a number', 13800000000, '138****0000'],
    ['in groups', '138 0000 0000', '138 **** 0000'],
    ['with the country code', '+8613800000000', '+86138****0000'],
    ['of another country', '+852 9123 4567', '+852 ****67'],
    ['a landline', '87654321', '87****21'],
    ['few digits', '110', '****'],
    ['ciphertext', 'QUJDREVGR0hJSktMTU5PUA==', 'QUJD****UA=='],
    ['masked', '138****0000', '138****0000'],
    ['words', 'unknown', 'unknown'],
    ['nothing', '', ''],
    ['null', null, null],
    ['a list', ['13800000000', 87654321], ['138****0000', '87****21']],
    ['an object', { value: '87654321', form: 'plain' }, { value: '87****21', form: 'plain' }],
  ])('masks a phone that is %s', (_, phone, shown) => {
    const raw = maskComplaint(complaintOf({ contactMobile: phone })).raw as unknown as { contactMobile: unknown }
    expect(raw.contactMobile).toEqual(shown)
  })

  it('masks an openid of any form by its field name', () => {
    const raw = maskComplaint(complaintOf({ open_id: 'abcdefgh', sub: { openid: 'ab' } })).raw
    expect(raw).toMatchObject({ open_id: 'abcd…', sub: { openid: 'a…' } })
  })

  it('does not mask the end of a request id that looks like a landline', () => {
    for (const id of ['08F2A9C0AD8F0128-268435462', '20C004-268435462', '08B9C7D0AC010-12345678']) {
      expect(maskText(id)).toBe(id)
    }
    expect(maskText('tel010-12345678,座机A0755-12345678')).toBe('tel010-****78,座机A0755-****78')
    expect(maskText('A+852 9123 4567')).toBe('A+852 ****67')
  })

  it.each(['order_20260101_0000000000001', 'A13812345678', '13812345678', '010-12345678'])(
    'does not mask an identifier field that looks like a phone or openid: %s',
    (number) => {
      const order = { out_trade_no: number, transaction_id: number }
      const wechatpay = mapWechatPay({
        complaint_id: number,
        complaint_state: 'PENDING',
        complaint_time: '2026-03-01T10:11:12+08:00',
        complainted_mchid: number,
        complaint_order_info: [order],
        service_order_info: [{ order_id: number, out_order_no: number }],
      })
      const xiaoe = mapXiaoe({
        complaint_id: 'c_1',
        state: 0,
        complaint_time: '2026-03-01 10:11:12',
        complaint_resource_id: number,
      })
      const huishouqian = complaintOf({ merchantTradeNo: number, merchantNo: number, agentNo: number })
      const entry = mapEntry({ log_id: number, operate_time: '2026-03-01T10:11:12+08:00' }, images)
      for (const whole of [wechatpay, xiaoe]) expect(maskComplaint(whole)).toStrictEqual(whole)
      const { orders, merchantId, agentId, raw } = maskComplaint(huishouqian)
      expect({ orders, merchantId, agentId }).toMatchObject({
        orders: [{ merchantOrderNo: number }],
        merchantId: number,
        agentId: number,
      })
      expect(raw).toMatchObject({ merchantTradeNo: number, merchantNo: number, agentNo: number })
      expect(inspect(hideInInspect(entry))).toContain(`log_id: '${number}'`)
    },
  )

  it('does not mask URLs of files, so that they can be downloaded', () => {
    const url = `https://api.mch.weixin.qq.com/v3/merchant-service/images/${openid}/13800000001`
    const complaint = mapWechatPay({
      complaint_id: '1',
      complaint_state: 'PENDING',
      complaint_time: '2026-03-01T10:11:12+08:00',
      complaint_media_list: [{ media_type: 'USER_COMPLAINT_IMAGE', media_url: [url] }],
    })
    expect(maskComplaint(complaint)).toStrictEqual(complaint)
    const entry = mapEntry({ log_id: '1', operate_time: '2026-03-01T10:11:12+08:00', image_list: [url] }, images)
    expect(maskComplaint(entry as never)).toStrictEqual(entry)
  })

  it.each([
    ['an id of somebody', { user_id: '13800000003', buyerId: openid, contact: { id: '13800000003' } }],
    ['an account of somebody', { account: '13800000003' }],
    ['a resource of somebody', { resource: { id: '13800000003' } }],
    ['a member of a number', { order_id: { note: '13800000003', list: [openid] } }],
    ['a number of a phone', { payer_phone: { orderId: '13800000003', url: 'https://example.com/13800000003' } }],
    ['an address that is none', { media_url: ['tel:13800000003', `see https://example.com/ ${openid}`] }],
    ['a text beside a number', { operate_details: 'A13800000003', message: { text: `order ${openid}` } }],
  ])('masks a phone or openid in %s', (_, fields) => {
    const shown = JSON.stringify(maskComplaint(complaintOf(fields)).raw)
    expect(shown).not.toMatch(/13800000003|oUpF8uM/)
    expect(shown).toMatch(/138\*{4}|oUpF8u…|\*{4}/)
  })

  it('accepts a hostile response', () => {
    let deep: unknown = '13800000003'
    for (let level = 0; level < 20_000; level += 1) deep = [deep]
    const hostile = JSON.parse('{"__proto__":{"phone":"13800000004"},"constructor":1,"toString":"13800000005"}')
    const raw = maskComplaint(complaintOf({ deep, hostile })).raw as unknown as { hostile: object }
    expect(Object.hasOwn(raw.hostile, '__proto__')).toBe(true)
    expect(Object.getPrototypeOf(raw.hostile)).toBe(Object.prototype)
    expect(JSON.stringify(raw)).not.toMatch(/1380000000[345]/)
    expect(inspect(hideInInspect(complaintOf({ deep })), { depth: Infinity })).toContain('[…]')
  })

  it('prints a complaint that contains itself', () => {
    const complaint = hideInInspect(complaintOf({}))
    Object.assign(complaint, { self: complaint })
    expect(inspect(complaint)).toContain('138****0002')
  })
})

describe('maskText', () => {
  it.each([
    'order 4200000000202601050000000000',
    '2026-01-05T10:11:12.123+08:00',
    '20260105101112',
    'timestamp 1767607872, amount 13800',
    '0.13800000000001',
    '1767607872000',
    'total 0 rows',
  ])('does not mask %s', (text) => {
    expect(maskText(text)).toBe(text)
  })
})
