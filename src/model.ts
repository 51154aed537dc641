import type { AlipayRiskComplaintRow, AlipayTradeComplaintRow } from './providers/alipay/wire.js'
import type { HuishouqianComplaintRow } from './providers/huishouqian/wire.js'
import type { WechatPayComplaintRow } from './providers/wechatpay/wire.js'
import type { XiaoeComplaintRow } from './providers/xiaoe/wire.js'

/**
 * The unified states of complaints, for schemas, DTOs and filters.
 * @example
 * ```ts
 * const dto = z.object({ state: z.enum(complaintStates) })
 * ```
 */
export const complaintStates = ['pending', 'processing', 'resolved', 'unknown'] as const

/** The unified state of a complaint; `unknown`: a state that this version does not know (see `providerState`). */
export type ComplaintState = (typeof complaintStates)[number]

/** The channels of complaints, for schemas, DTOs and filters. */
export const complaintChannels = ['wechatpay', 'alipay', 'shop', 'platform', 'unknown'] as const

/** The channel through which the complaint was made; `unknown`: a channel that this version does not know. */
export type ComplaintChannel = (typeof complaintChannels)[number]

/** The providers that this version reads, for schemas, DTOs and filters. */
export const providerNames = ['wechatpay', 'huishouqian', 'xiaoe', 'alipay-trade', 'alipay-risk'] as const

/** The name of a provider, e.g. `wechatpay`. */
export type ProviderName = (typeof providerNames)[number]

/** An amount of money in fen (分, 1/100 CNY). */
export interface Money {
  /** A safe integer; 1 yuan is 100 fen. */
  fen: number
  currency: 'CNY'
}

/** The complainant's phone number. Personal data in every form. */
export interface PayerPhone {
  /** The number, or ciphertext when `form` is `encrypted`. Keep it out of logs. */
  value: string
  /**
   * `plain`: complete. `masked`: the provider replaced digits by `*`. `encrypted`: ciphertext that could not be
   * decrypted, or was not because of `decryptPhone: false`.
   */
  form: 'plain' | 'masked' | 'encrypted'
}

/** A paid order that the complaint is about. Null fields: the provider does not report them. */
export interface ComplaintOrder {
  /** The merchant's own order number. */
  merchantOrderNo: string | null
  /** The provider's transaction number. */
  transactionId: string | null
  /** The amount paid. */
  amount: Money | null
}

/** Images and other files attached to a complaint or history entry. */
export interface ComplaintMedia {
  /** The provider's value for the kind, e.g. `USER_COMPLAINT_IMAGE`; empty when it does not report one. */
  kind: string
  /** URLs of the files. WeChat Pay's need a signed request: use `client.media()`. */
  urls: readonly string[]
  /** False: links to other hosts, which `client.media()` never requests. Absent for all other files. */
  downloadable?: false
}

/** The fields that all providers share. Null always means "the provider does not report it", never "no". */
export interface ComplaintBase<Provider extends string, Raw> {
  /** Determines the type of `raw` as well. */
  provider: Provider
  /** The adapter's account: mchid, merchantNo or appId unless the option `account` names another. */
  account: string
  /** The provider's complaint number. Text, because it may have more digits than a number can hold. */
  id: string
  /** The unified state. */
  state: ComplaintState
  /** The provider's value for the state, as text. */
  providerState: string
  /** When the complaint was made. An instant, independent of the host's time zone. */
  createdAt: Date
  /** When it was closed; null when it is open or the provider does not report it. */
  closedAt: Date | null
  /** The merchant's deadline for a reply; null when the provider does not report it. */
  dueAt: Date | null
  /** The problem that the complainant chose from the provider's list; null when the provider does not report it. */
  subject: string | null
  /** The complainant's own words; empty when there are none. */
  detail: string
  /** The channel. Complaints of Huishouqian come from WeChat Pay. */
  channel: ComplaintChannel
  /**
   * The merchant complained about (for a service provider: its sub-merchant); null when the provider does not report
   * it.
   */
  merchantId: string | null
  /** The merchant's agent (代理商); null when the provider does not report it. */
  agentId: string | null
  /**
   * The complainant: phone number, and openid within the app or official account. Personal data. Null fields: the
   * provider does not report them.
   */
  payer: { phone: PayerPhone | null; openId: string | null }
  /** Paid orders; empty when the provider reports none. Service orders are in `raw` only. */
  orders: readonly ComplaintOrder[]
  /**
   * What the complaint is about when it is not a paid order (Xiaoe: a resource or order); null when the provider does
   * not report it.
   */
  resource: { id: string; type: string | null } | null
  /**
   * `wanted`: the complainant asks for a refund. `amount`: how much. `completed`: the full amount was refunded. Each is
   * null when the provider does not report it.
   */
  refund: { wanted: boolean | null; amount: Money | null; completed: boolean | null }
  /** The complainant waits for a reply; null when the provider does not report it. */
  awaitingReply: boolean | null
  /** The deadline for a reply has passed; null when the provider does not report it. */
  overdue: boolean | null
  /** The platform asks for immediate handling; null when the provider does not report it. */
  urgent: boolean | null
  /** The platform's customer service has taken the case; null when the provider does not report it. */
  inPlatformService: boolean | null
  /** How many times the complainant has complained about this, from 1; null when the provider does not report it. */
  timesComplained: number | null
  /** The provider's tags for the complainant, e.g. `TRUSTED`, `HIGH_RISK`; empty when it reports none. */
  tags: readonly string[]
  /** Attached images and files; empty when the provider reports none. */
  media: readonly ComplaintMedia[]
  /** The row as the provider sent it, with undocumented fields. Integers of 2^53 or more are decimal text. */
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

/**
 * A trade complaint of Alipay (支付宝交易投诉): about a mini-program or an official account.
 * @experimental written from public descriptions, never tested against the service
 * @see https://opendocs.alipay.com/open/02z18r
 */
export type AlipayTradeComplaint = ComplaintBase<'alipay-trade', AlipayTradeComplaintRow>

/**
 * A consumer complaint of Alipay (支付宝消费者投诉, RiskGO): about payments to a merchant.
 * @experimental written from public descriptions, never tested against the service
 * @see https://opendocs.alipay.com/open/8ad1ac86_alipay.security.risk.complaint.info.batchquery
 */
export type AlipayRiskComplaint = ComplaintBase<'alipay-risk', AlipayRiskComplaintRow>

/** A complaint of any provider; `provider` discriminates the type of `raw`. */
export type Complaint =
  | WechatPayComplaint
  | HuishouqianComplaint
  | XiaoeComplaint
  | AlipayTradeComplaint
  | AlipayRiskComplaint

/**
 * Identifies a complaint across providers and accounts. Every `Complaint` is one, and so is `notification.ref`.
 * @example
 * ```ts
 * const ref: ComplaintRef = { provider: 'xiaoe', account: 'app123', id: 'c_456' }
 * ```
 */
export interface ComplaintRef<Provider extends ProviderName = ProviderName> {
  provider: Provider
  /** The adapter's account, as in `AccountInfo.account`. */
  account: string
  /** The provider's complaint number. */
  id: string
}

/**
 * One step of the negotiation between complainant, merchant and platform (WeChat Pay: 协商历史).
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012533439
 */
export interface HistoryEntry {
  /** The provider's number of this entry. */
  id: string
  /** When the step was taken. */
  at: Date
  /** Who took the step, in the provider's words; null when the provider does not report it. */
  operator: string | null
  /** The provider's value for the kind of step, e.g. `USER_CREATE_COMPLAINT`. */
  action: string
  /** The text of the step; null when there is none. */
  text: string | null
  /** Attached images and files. */
  media: readonly ComplaintMedia[]
  /** The entry as the provider sent it. */
  raw: unknown
}

/**
 * A downloaded image or file.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012467251
 */
export interface MediaFile {
  /** The content, at most 20 MiB. */
  bytes: Uint8Array
  /**
   * The media type, e.g. `image/png`; null when the provider reports none, or one that is not an image, video or
   * document.
   */
  contentType: string | null
}

/**
 * A verified notification (回调) of a provider about a complaint.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012459284
 */
export interface ComplaintNotification<Provider extends ProviderName = ProviderName> {
  provider: Provider
  /** The account that verified it. */
  account: string
  /**
   * The id of the event, not of the complaint, for deduplication: a notification that is delivered again has the same
   * id. Null when the provider sends none.
   */
  id: string | null
  /** The complaint: `client.get(notification.ref)` reads it. */
  ref: ComplaintRef<Provider>
  /** The `id` of the complaint. */
  complaintId: string
  /** The provider's value for what happened, e.g. `CREATE_COMPLAINT`. */
  action: string
  /** When the notification was created; null when the provider does not report it. */
  createdAt: Date | null
  /** The decrypted content as the provider sent it. */
  raw: unknown
}

/** Days of a list that could not be read completely. */
export interface IncompleteRange {
  /** First and last Beijing day, `yyyy-MM-dd`, both included. */
  readonly begin: string
  readonly end: string
  /** How many complaints the provider reports for these days; null when it reports none. */
  readonly total: number | null
  /** How many different complaints of these days were read, before filters. */
  readonly delivered: number
}
