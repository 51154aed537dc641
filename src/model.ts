import type { HuishouqianComplaintRow } from './providers/huishouqian/wire.js'
import type { WechatPayComplaintRow } from './providers/wechatpay/wire.js'
import type { XiaoeComplaintRow } from './providers/xiaoe/wire.js'

/** Where a complaint stands; `unknown` keeps a state that the provider added later (see `providerState`). */
export type ComplaintState = 'pending' | 'processing' | 'resolved' | 'unknown'

/** Through which channel the complainant came. */
export type ComplaintChannel = 'wechatpay' | 'alipay' | 'shop' | 'platform' | 'unknown'

/** An amount of money in integer fen (分, 1/100 CNY). */
export interface Money {
  /** A safe integer, never a fraction: 1 yuan is 100. */
  fen: number
  currency: 'CNY'
}

/**
 * The complainant's phone number as far as the provider gives it: `plain` (complete), `masked` (the provider hid
 * digits) or `encrypted` (ciphertext that could not, or should not, be decrypted). Personal data in every form.
 */
export interface PayerPhone {
  /** As it was given or decrypted; ciphertext under `encrypted`. Keep it out of logs. */
  value: string
  form: 'plain' | 'masked' | 'encrypted'
}

/** A paid order that the complaint is about; `null` members were not told. */
export interface ComplaintOrder {
  /** The merchant's own order number. */
  merchantOrderNo: string | null
  /** The provider's number of the payment. */
  transactionId: string | null
  /** What was paid. */
  amount: Money | null
}

/** Images and other files attached to a complaint; `kind` is the provider's word. */
export interface ComplaintMedia {
  kind: string
  /** Where the files are; WeChat Pay's open to a signed request only: `client.media()`. */
  urls: readonly string[]
}

/** What all providers' complaints have in common. `null` always says "this provider does not tell", never "no". */
export interface ComplaintBase<Provider extends string, Raw> {
  provider: Provider
  /** The account it was read with: mchid, merchantNo, appId, or the name given to the adapter. */
  account: string
  /** The provider's complaint number, always text: it may have more digits than a number holds. */
  id: string
  /** Where it stands; `providerState` has the provider's own word. */
  state: ComplaintState
  /** The provider's own word or number for the state, as text. */
  providerState: string
  /** When the complaint was made; the instant, whatever zone the host is in. */
  createdAt: Date
  /** When it was closed; null when it is open or the provider does not tell. */
  closedAt: Date | null
  /** Until when the merchant must have answered; null when the provider does not tell. */
  dueAt: Date | null
  /** The question that the complainant chose from a list; null when the provider has no such list. */
  subject: string | null
  /** The complainant's own words. */
  detail: string
  /** Through which channel it came; Huishouqian's complaints are WeChat Pay's. */
  channel: ComplaintChannel
  /** The merchant complained of (sub-merchant for service providers); null when the provider does not tell. */
  merchantId: string | null
  /** The agent that the merchant belongs to (代理商); null when the provider does not tell. */
  agentId: string | null
  /** The complainant. Personal data: phone number, and the id within the app or official account. */
  payer: { phone: PayerPhone | null; openId: string | null }
  /** Paid orders; service orders stay in `raw`. */
  orders: readonly ComplaintOrder[]
  /** What was complained of where it is no paid order (Xiaoe: the resource or order). */
  resource: { id: string; type: string | null } | null
  /** Whether money back is asked for, how much, and whether it was all given back. */
  refund: { wanted: boolean | null; amount: Money | null; completed: boolean | null }
  /** The complainant wrote and waits for an answer; null when the provider does not tell. */
  awaitingReply: boolean | null
  /** The time for an answer ran out; null when the provider does not tell. */
  overdue: boolean | null
  /** The platform wants it dealt with at once; null when the provider does not tell. */
  urgent: boolean | null
  /** The platform's own service has taken it up; null when the provider does not tell. */
  inPlatformService: boolean | null
  /** How often the complainant has complained about this; the first time counts 1. Null when the provider does not tell. */
  timesComplained: number | null
  /** The provider's words about the complainant, e.g. `TRUSTED`, `HIGH_RISK`; empty when it says none. */
  tags: readonly string[]
  media: readonly ComplaintMedia[]
  /** The row as the provider sent it, unknown fields included. Integers beyond 2^53 are kept as decimal text. */
  raw: Raw
}

/**
 * A complaint of WeChat Pay (微信支付).
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012533431
 */
export type WechatPayComplaint = ComplaintBase<'wechatpay', WechatPayComplaintRow>

/**
 * A complaint of Huishouqian (慧收钱).
 * @see https://docs.huishouqian.com/docs/interface_document/interface_document-1eog1c4tjusj9
 */
export type HuishouqianComplaint = ComplaintBase<'huishouqian', HuishouqianComplaintRow>

/**
 * A complaint of Xiaoe-tech (小鹅通).
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_list.html
 */
export type XiaoeComplaint = ComplaintBase<'xiaoe', XiaoeComplaintRow>

/** A complaint of any provider; `provider` tells which, and so the type of `raw`. */
export type Complaint = WechatPayComplaint | HuishouqianComplaint | XiaoeComplaint

/** The name of a provider. */
export type ProviderName = Complaint['provider']

/** What identifies a complaint across providers and accounts. */
export type ComplaintRef = Pick<Complaint, 'provider' | 'account' | 'id'>

/** One step of the negotiation between complainant, merchant and platform. */
export interface HistoryEntry {
  /** The provider's number of this step. */
  id: string
  /** When it was done. */
  at: Date
  /** Who did it, in the provider's words; null when it does not tell. */
  operator: string | null
  /** The provider's word for what was done. */
  action: string
  /** What was written; null when nothing was. */
  text: string | null
  media: readonly ComplaintMedia[]
  /** The entry as the provider sent it. */
  raw: unknown
}

/** A downloaded image or file. */
export interface MediaFile {
  /** At most 20 MiB. */
  bytes: Uint8Array
  /** What kind of picture, film or document the answer says it is, such as `image/png`; null when it says nothing of the kind. */
  contentType: string | null
}

/** A verified callback of a provider: something happened to a complaint. */
export interface ComplaintNotification {
  provider: ProviderName
  account: string
  /** For de-duplication: the same event delivered twice has the same id; null when the provider sends none. */
  id: string | null
  /** The complaint it is about: `id` of a `ComplaintRef`. */
  complaintId: string
  /** The provider's word for what happened. */
  action: string
  /** When it happened; null when the provider does not tell. */
  createdAt: Date | null
  /** The decrypted resource as the provider sent it. */
  raw: unknown
}
