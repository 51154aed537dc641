import type { Complaint, HistoryEntry, ProviderName } from '../model.js'
import type { SandboxAlipay, SandboxAlipayOptions } from './alipay-options.js'
import type { SandboxListOptions } from './list-options.js'
import type { SandboxNotification, SandboxNotificationOptions } from './notification-types.js'

/** What a perfect client delivers for one complaint of the sandbox: every field of the model but `raw`. */
export type SandboxComplaint = Omit<Complaint, 'raw'>

/** What a perfect client delivers for one step of a negotiation history: every field of the model but `raw`. */
export type SandboxHistoryEntry = Omit<HistoryEntry, 'raw'>

/** One file of a complaint or of its history, as a download must return it. */
export interface SandboxMedia {
  url: string
  bytes: Uint8Array
  contentType: string
}

/** One request as a server received it, before any check. Secrets and tokens in the URL and body are masked. */
export interface SandboxRequest {
  provider: ProviderName
  /** The host of the request; only WeChat Pay has a backup. */
  host: 'primary' | 'backup'
  /** Counts the requests of this provider, at all its hosts, from 1. */
  number: number
  operation: 'list' | 'get' | 'history' | 'media' | 'token' | 'certificates' | 'unknown'
  method: string
  /** Path and query as received. */
  url: string
  headers: Readonly<Record<string, string>>
  body: string
  /** Milliseconds since 1970 when it arrived, by the host's clock. */
  at: number
  /** HTTP status of the response; null until it is sent, and when the connection was cut. */
  status: number | null
  /** Business fields as the server understood them (after signature checks): page, dates, ids. */
  query: Readonly<Record<string, unknown>>
  /** Ids of the complaints in the response, in order. */
  served: readonly string[]
}

/**
 * What a fault does.
 * - Another response: `rateLimit`, `serverError` (502 with HTML), `packetTooLarge` (400: the limit must shrink),
 *   `refusal` (a code of Huishouqian's).
 * - A changed response: `tamperedSignature`, `tamperedBody`, `probeSignature` (`WECHATPAY/SIGNTEST/…`), `wrongSerial`
 *   (an unknown one), `clampPageSize` (at most `rows` rows), `missingTotal`, `staleList` (the list as it was before its
 *   last `changes` changes).
 * - A response that arrives badly: `reset`, `stall` (nothing comes until the client gives up), `truncate`, `slowBody`.
 * - An event just before the response is made: `rotateCertificate`, `killToken`, `shiftRows` (a new complaint becomes
 *   row 1 of the list asked for, the others move down by one), `lateRow` (a new complaint becomes row `row`, and only
 *   the rows behind it move down).
 */
export type SandboxFaultKind =
  | 'rateLimit'
  | 'serverError'
  | 'reset'
  | 'stall'
  | 'truncate'
  | 'slowBody'
  | 'tamperedSignature'
  | 'tamperedBody'
  | 'probeSignature'
  | 'wrongSerial'
  | 'rotateCertificate'
  | 'killToken'
  | 'clampPageSize'
  | 'missingTotal'
  | 'shiftRows'
  | 'lateRow'
  | 'staleList'
  | 'packetTooLarge'
  | 'refusal'

/**
 * One rule: what goes wrong, and with which requests. All conditions must hold; without conditions the rule applies to
 * every request. A request whose provider or operation cannot have the kind is not counted. Several rules may apply to
 * one request; of two that exclude each other, the first in the list applies.
 */
export interface SandboxFault {
  kind: SandboxFaultKind
  /** Only this provider; by default all. */
  provider?: ProviderName
  /** Only this account: mchid, merchantNo or appId. */
  account?: string
  /** Only this host; by default both. */
  host?: SandboxRequest['host']
  /** Only this operation; by default list, get, history and media. */
  operation?: SandboxRequest['operation']
  /** Only the n-th matching request, from 1. */
  nth?: number
  /** Every k-th matching request. */
  every?: number
  /** At most this many times. */
  times?: number
  /** How likely it is for each matching request, from 0 to 1. */
  probability?: number
  /** For `probability`: the same seed selects the same matching requests. Default: the sandbox's. */
  seed?: number
  /** For `rateLimit`: the Retry-After header in seconds; absent: no header. */
  retryAfterSeconds?: number
  /** For `clampPageSize`: at most this many rows. Default 5. */
  rows?: number
  /**
   * For `lateRow`: the row that the new complaint takes, from 1, or the last when there are fewer. Default: half-way
   * between row 1 and the page asked for, e.g. row 51 when row 101 is asked for.
   */
  row?: number
  /** For `staleList`: how many changes the list is behind; each complaint added, changed or removed is one. Default 1. */
  changes?: number
  /** For `refusal`: the code; null: no code. Default `000001` (system busy). */
  code?: string | null
}

/** The data and behaviour of the servers. Unknown keys are refused. */
export interface SandboxOptions extends SandboxListOptions, SandboxAlipayOptions {
  /** The same seed gives the same complaints, except for the port in media URLs. Keys are always new. Default 1. */
  seed?: number
  /**
   * How many complaints each provider has: one number for all, or one for each that is named, and none of the others.
   * Default 60 for all.
   */
  complaints?: number | Partial<Record<ProviderName, number>>
  /** First and last Beijing day of the complaints, `yyyy-MM-dd`, both included. Default: the 60 days before today. */
  from?: string
  to?: string
  /** Delay of each response, in milliseconds. Default 0. */
  latencyMs?: number
  faults?: readonly SandboxFault[]
  /** Huishouqian's encryption mechanism. Default RSA2. */
  signType?: 'RSA2' | 'CFCA'
  /** Bits of Huishouqian's keys; 1024 is in use as well. Default 2048. */
  huishouqianKeyBits?: 1024 | 2048 | 4096
  /** Meaning of Huishouqian's `totalSize`: the total, or the number of rows in the page. Default `total`. */
  huishouqianTotals?: 'total' | 'page'
  /** How many merchants of one agent Huishouqian has complaints of, the account's own included. 1 to 1000, default 1. */
  huishouqianMerchants?: number
  /** Huishouqian's `success` as in the documentation's sample (`boolean`) or, with `errorCode` 000000, as in its table (`text`). Default `boolean`. */
  huishouqianSuccess?: 'boolean' | 'text'
  /** How a null `errorCode` or `errorMsg` is signed under RSA2: not at all, as an empty text, or as `null`. Default `absent`. */
  huishouqianNulls?: 'absent' | 'empty' | 'null'
  /** Xiaoe's integer fields as in the documentation's table (`text`) or sample (`number`). Default `number`. */
  xiaoeNumbers?: 'number' | 'text'
  /**
   * Which of Xiaoe's two documented rules applies. `minted`: each fetch returns a new token, and the previous one expires
   * within 5 minutes. `kept` (default): a fetch returns the same token while more than 30 minutes remain.
   */
  xiaoeTokens?: 'minted' | 'kept'
  /** Lifetime of Xiaoe's tokens in seconds; under `kept` every fetch returns a new token when it is at most 1800. Default 7200. */
  xiaoeTokenSeconds?: number
  /**
   * The code with which Xiaoe refuses all valid requests. 2001 to 2006 and 2020: the token call. 2051 (the IP address is
   * not on the allow-list): every call. Any other, e.g. 2017 (no permission), 2053 (quota exhausted) or 2054 (too many
   * requests): every call but the token call. Images are always served.
   */
  xiaoeRefusal?: number
  /**
   * The key that WeChat Pay signs with. `publicKey` (default): a new merchant without platform certificates; every request
   * must name the key. `certificate`: an old merchant without a public key. Two stages of the migration between them:
   * `onRequest` signs with the key that a request names, or with the newest certificate; `alternate` signs with the
   * public key and the newest certificate in turn.
   */
  wechatpaySigning?: 'publicKey' | 'certificate' | 'onRequest' | 'alternate'
  /** WeChat Pay refuses a page with more rows than this: the packet is too large. Default: 130 for histories, no bound for lists. */
  wechatpayPacketRows?: number
  /** A page has at most this many rows, whatever limit is asked for. Default: no bound. */
  clampPageSize?: number
  /**
   * Whether quotas are enforced: WeChat Pay 200 lists, 200 histories and 60 certificate downloads a minute; Xiaoe 500 lists
   * and 500 details in 10 s, and 100 tokens in 10 minutes. Default true.
   */
  quotas?: boolean
  /** Reuse the keys of an earlier sandbox of this process with this option; a start then takes milliseconds. Default false. */
  reuseKeys?: boolean
  /**
   * Every so many milliseconds one complaint arrives, is handled, closed or re-opened, the providers in turn; the seed says
   * which. Default: the lists only change by `addComplaint`, `changeState` and `removeComplaint`.
   */
  arrivalsEveryMs?: number
  /** Called before a request is checked and served, e.g. to change the list. */
  onRequest?: (request: Readonly<SandboxRequest>, sandbox: Sandbox) => void | Promise<void>
}

/** Fields that `addComplaint` may set; the others come from the seed. */
export interface NewSandboxComplaint {
  createdAt?: Date
  /** Default: pending, as new complaints are. */
  state?: 'pending' | 'processing' | 'resolved'
  detail?: string
}

/** The running servers. */
export interface Sandbox {
  /** Options for `wechatpay()`, `huishouqian()` and `xiaoe()`. */
  readonly wechatpay: {
    mchid: string
    serialNo: string
    privateKey: string
    /** 32 bytes. */
    apiV3Key: string
    baseUrl: string
  } & (
    | { publicKeyId: string; publicKey: string }
    // In the mode `certificate`.
    | { publicKeyId?: undefined; publicKey?: undefined }
  )
  /** A second host of WeChat Pay with the same complaints, nonces and quotas. */
  readonly wechatpayBackupUrl: string
  /** WeChat Pay's platform certificates that are valid now, as PEM, the newest last; none in the mode `publicKey`. */
  readonly wechatpayCertificates: readonly string[]
  readonly huishouqian: {
    merchantNo: string
    signType: 'RSA2' | 'CFCA'
    key: string
    privateKey: string
    /** The certificate that signs now. */
    platformCertificate: string
    baseUrl: string
  }
  /**
   * Huishouqian's platform certificates as PEM: earlier ones, the present one, and the one after the next
   * `rotateCertificate`. The last is made when this is first read, which takes seconds with large keys.
   */
  readonly huishouqianCertificates: readonly string[]
  readonly xiaoe: { appId: string; clientId: string; secretKey: string; baseUrl: string }
  /** Options for `alipayTrade()`: complaints about mini-programs and official accounts. */
  readonly alipayTrade: SandboxAlipay
  /** Options for `alipayRisk()`: complaints about payments to a merchant. */
  readonly alipayRisk: SandboxAlipay
  /** The complaints that a perfect client delivers now, of all providers, the newest first within each. */
  readonly truth: readonly SandboxComplaint[]
  /** The requests of all providers, in order of arrival. */
  readonly requests: readonly SandboxRequest[]
  /** Adds one complaint and returns it. It is created a second ago unless `createdAt` is set, so that a list whose end is
   * now includes it. */
  addComplaint(provider: ProviderName, complaint?: NewSandboxComplaint): SandboxComplaint
  /** Changes the state of a complaint. */
  changeState(provider: ProviderName, id: string, state: 'pending' | 'processing' | 'resolved'): void
  /** Removes a complaint. */
  removeComplaint(provider: ProviderName, id: string): void
  /** What a single call delivers of a complaint: with Alipay more than its list does, e.g. amounts and tags. */
  complaintOf(provider: ProviderName, id: string): SandboxComplaint
  /** A complaint's negotiation history in the order that a client delivers; empty for a provider without histories. */
  historyOf(provider: ProviderName, id: string): readonly SandboxHistoryEntry[]
  /** Every file of a complaint and of its history. */
  mediaOf(provider: ProviderName, id: string): readonly SandboxMedia[]
  /**
   * A notification about a complaint.
   * @throws Error when the provider does not send notifications, or the complaint does not exist
   */
  notification(provider: ProviderName, id: string, options?: SandboxNotificationOptions): SandboxNotification
  /**
   * POSTs a notification to a URL on loopback.
   * @returns the HTTP status of the response
   * @throws Error when the URL is not on loopback, or no response comes within 5 s
   */
  sendNotification(
    url: string,
    provider: ProviderName,
    id: string,
    options?: SandboxNotificationOptions,
  ): Promise<number>
  /**
   * Signs with a new platform certificate from now on, WeChat Pay's by default. `dropOld`: the old ones become invalid.
   * Alipay's are always dropped.
   * @throws Error for WeChat Pay and Alipay in the mode `publicKey`, which has no certificates
   */
  rotateCertificate(options?: { dropOld?: boolean; provider?: Exclude<ProviderName, 'xiaoe'> }): void
  /** Invalidates Xiaoe's current token, as when another process fetched a new one. */
  killToken(): void
  /** Stops the servers and cuts open connections; the process may then end. */
  close(): Promise<void>
}
