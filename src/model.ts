import type { HuishouqianComplaintRow } from './providers/huishouqian/wire.js'
import type { WechatPayComplaintRow } from './providers/wechatpay/wire.js'
import type { XiaoeComplaintRow } from './providers/xiaoe/wire.js'

/** Where a complaint stands; `unknown` keeps a state that the provider added later (see `providerState`). */
export type ComplaintState = 'pending' | 'processing' | 'resolved' | 'unknown'

/** Through which channel the complainant came. */
export type ComplaintChannel = 'wechatpay' | 'alipay' | 'shop' | 'platform' | 'unknown'

/** An amount of money in integer fen (分, 1/100 CNY). */
export interface Money {
  fen: number
  currency: 'CNY'
}

/**
 * The complainant's phone number as far as the provider gives it: `plain` (complete), `masked` (the provider hid
 * digits) or `encrypted` (ciphertext that could not, or should not, be decrypted). Personal data in every form.
 */
export interface PayerPhone {
  value: string
  form: 'plain' | 'masked' | 'encrypted'
}

/** A paid order that the complaint is about; `null` members were not told. */
export interface ComplaintOrder {
  merchantOrderNo: string | null
  transactionId: string | null
  amount: Money | null
}

/** Images and other files attached to a complaint; `kind` is the provider's word. */
export interface ComplaintMedia {
  kind: string
  urls: readonly string[]
}

/** What all providers' complaints have in common. `null` always says "this provider does not tell", never "no". */
export interface ComplaintBase<Provider extends string, Raw> {
  provider: Provider
  /** The account it was read with: mchid, merchantNo, appId, or the name given to the adapter. */
  account: string
  /** The provider's complaint number, always text: it may have more digits than a number holds. */
  id: string
  state: ComplaintState
  /** The provider's own word or number for the state, as text. */
  providerState: string
  createdAt: Date
  /** When it was closed; null when it is open or the provider does not tell. */
  closedAt: Date | null
  /** Until when the merchant must have answered. */
  dueAt: Date | null
  /** The question that the complainant chose from a list. */
  subject: string | null
  /** The complainant's own words. */
  detail: string
  channel: ComplaintChannel
  /** The merchant complained of (sub-merchant for service providers). */
  merchantId: string | null
  agentId: string | null
  payer: { phone: PayerPhone | null; openId: string | null }
  /** Paid orders; service orders stay in `raw`. */
  orders: readonly ComplaintOrder[]
  /** What was complained of where it is no paid order (Xiaoe: the resource or order). */
  resource: { id: string; type: string | null } | null
  refund: { wanted: boolean | null; amount: Money | null; completed: boolean | null }
  /** The complainant wrote and waits for an answer. */
  awaitingReply: boolean | null
  overdue: boolean | null
  urgent: boolean | null
  inPlatformService: boolean | null
  /** How often the complainant has complained about this; the first time counts 1. */
  timesComplained: number | null
  /** The provider's words. */
  tags: readonly string[]
  media: readonly ComplaintMedia[]
  /** The row as the provider sent it, unknown fields included. Integers beyond 2^53 are kept as decimal text. */
  raw: Raw
}

export type WechatPayComplaint = ComplaintBase<'wechatpay', WechatPayComplaintRow>
export type HuishouqianComplaint = ComplaintBase<'huishouqian', HuishouqianComplaintRow>
export type XiaoeComplaint = ComplaintBase<'xiaoe', XiaoeComplaintRow>

/** A complaint of any provider; `provider` tells which, and so the type of `raw`. */
export type Complaint = WechatPayComplaint | HuishouqianComplaint | XiaoeComplaint

/** The name of a provider. */
export type ProviderName = Complaint['provider']

/** What identifies a complaint across providers and accounts. */
export type ComplaintRef = Pick<Complaint, 'provider' | 'account' | 'id'>

/** One step of the negotiation between complainant, merchant and platform. */
export interface HistoryEntry {
  id: string
  at: Date
  operator: string | null
  /** The provider's word for what was done. */
  action: string
  text: string | null
  media: readonly ComplaintMedia[]
  raw: unknown
}

/** A downloaded image or file. */
export interface MediaFile {
  bytes: Uint8Array
  contentType: string | null
}

/** A verified callback of a provider: something happened to a complaint. */
export interface ComplaintNotification {
  provider: ProviderName
  account: string
  /** For de-duplication: the same event delivered twice has the same id; null when the provider sends none. */
  id: string | null
  complaintId: string
  /** The provider's word for what happened. */
  action: string
  createdAt: Date | null
  raw: unknown
}
