import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { type Adapter, alipayRisk, alipayTrade, type Complaint } from '../../../src/index.js'

/** Alipay's side of the wire with the right keys. */
export type AlipayMode = 'alipay trade' | 'alipay risk'

const app = generateKeyPairSync('rsa', { modulusLength: 2048 })
const platform = generateKeyPairSync('rsa', { modulusLength: 2048 })
/** What the adapters under test verify answers with. */
export const alipayPublicKey: KeyObject = platform.publicKey
export const alipayAppId = '2021000000000009'

export function isAlipay(mode: string): mode is AlipayMode {
  return mode.startsWith('alipay')
}

export function alipayAdapter(mode: AlipayMode, baseUrl: string): Adapter<Complaint> {
  const options = {
    appId: alipayAppId,
    privateKey: app.privateKey,
    alipayPublicKey,
    baseUrl,
    rateLimit: false,
  } as const
  return mode === 'alipay trade' ? alipayTrade(options) : alipayRisk(options)
}

/** What a request asks for. */
export function alipayPlace(
  url: URL,
  body: string,
): { what: 'list' | 'get' | 'other'; skip: number; limit: number; id: string } {
  const method = url.searchParams.get('method') ?? ''
  const fields = JSON.parse(new URLSearchParams(body).get('biz_content') ?? '{}')
  const limit = fields.page_size ?? 10
  const page = fields.page_num ?? fields.current_page_num ?? 1
  const id = String(fields.complain_event_id ?? fields.complain_id ?? '')
  return {
    what: method.endsWith('batchquery') ? 'list' : method.endsWith('query') ? 'get' : 'other',
    skip: (page - 1) * limit,
    limit,
    id,
  }
}

const members = {
  'alipay trade': 'alipay_merchant_tradecomplain',
  'alipay risk': 'alipay_security_risk_complaint_info',
} as const

export function memberOf(mode: AlipayMode, what: string): string {
  return `${members[mode]}_${what === 'get' ? 'query' : 'batchquery'}_response`
}

/** The envelope around a signed member, as bytes: what stands in the member need not be UTF-8. */
export function sealAlipay(member: string, content: Buffer): Buffer {
  const signature = sign('sha256', content, platform.privateKey).toString('base64')
  return Buffer.concat([Buffer.from(`{"${member}":`), content, Buffer.from(`,"sign":"${signature}"}`)])
}

/** A page as the platform tells it, before it is signed. */
export function alipayPage(mode: AlipayMode, rows: readonly unknown[], total: unknown): Record<string, unknown> {
  const success = { code: '10000', msg: 'Success' }
  return mode === 'alipay trade'
    ? { ...success, page_num: 1, page_size: 20, total_num: total, total_page_num: 1, trade_complain_infos: rows }
    : { ...success, current_page: 1, page_size: 20, total_size: total, complaint_list: rows }
}

export function alipayRow(mode: AlipayMode, id: string, number: number, at: string): Record<string, unknown> {
  return mode === 'alipay trade' ? tradeRow(id, number, at) : riskRow(id, number, at)
}

function tradeRow(id: string, number: number, at: string): Record<string, unknown> {
  return {
    complain_event_id: id,
    status: ['MERCHANT_PROCESSING', 'MERCHANT_FEEDBACKED', 'FINISHED'][number % 3],
    complain_reason: '其他问题',
    leaf_category_name: '退款',
    content: '为什么要扣款,请核对一下 "sign":"x"}',
    images: ['https://127.0.0.1:9/a.png'],
    phone_no: '13800000000',
    trade_no: '2026030522001000000000000000',
    merchant_order_no: `order-${number}`,
    target_id: '2021000000000009',
    target_type: 'APPID',
    gmt_create: at,
    gmt_modified: at,
    gmt_finished: number % 3 === 2 ? at : '',
    trade_amount: '3.00',
  }
}

function riskRow(id: string, number: number, at: string): Record<string, unknown> {
  return {
    id,
    task_id: `task-${number}`,
    status: ['WAIT_PROCESS', 'PROCESSING', 'PROCESSED'][number % 3],
    status_description: '待处理',
    opposite_pid: '2088000000000001',
    opposite_name: '示例商户',
    complain_amount: '3.00',
    contact: '13800000000',
    gmt_complain: at,
    gmt_overdue: at,
    complain_content: '为什么要扣款,请核对一下',
    trade_no: '2026030522001000000000000000',
    complaint_trade_info_list: [
      { trade_no: '2026030522001000000000000000', out_no: `order-${number}`, status: 'PROCESSED', amount: 3 },
    ],
    certify_info: ['https://127.0.0.1:9/a.png'],
    label_tag_list: ['加急'],
  }
}

/** The replies that stand within a detail. */
export function alipayReplies(times: readonly string[]): unknown[] {
  return times.map((gmt_create) => ({
    content: '您好',
    gmt_create,
    images: ['a'],
    replier_name: '示例商户',
    replier_role: 'MERCHANT',
  }))
}
