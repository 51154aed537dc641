import type { Complaint, HistoryEntry, ProviderName } from '../model.js'
import type { SandboxListOptions } from './list-options.js'

/** What a perfect client delivers for one complaint of the sandbox: every field of the model but `raw`. */
export type SandboxComplaint = Omit<Complaint, 'raw'>

/** What a perfect client delivers for one step of a negotiation history: every field of the model but `raw`. */
export type SandboxHistoryEntry = Omit<HistoryEntry, 'raw'>

/** One file of a complaint or of its history, as a download must bring it. */
export interface SandboxMedia {
  url: string
  bytes: Uint8Array
  contentType: string
}

/** A callback as the provider would POST it; the body is signed byte for byte. */
export interface SandboxNotification {
  headers: Record<string, string>
  body: string
}

/** What a callback may say; the rest comes from the sandbox. */
export interface SandboxNotificationOptions {
  /** The provider's word for what happened. Default: that the complaint was created. */
  action?: string
  /** The id for de-duplication; by default a new one for each notification. Huishouqian sends none. */
  id?: string
}

/** One request as it reached a server, before anything was checked. Holds no secret of the sandbox in the clear but what the client sent. */
export interface SandboxRequest {
  provider: ProviderName
  /** Which of the provider's hosts was asked; only WeChat Pay has a backup. */
  host: 'primary' | 'backup'
  /** Counts the requests of this provider, at all its hosts, from 1. */
  number: number
  operation: 'list' | 'get' | 'history' | 'media' | 'token' | 'certificates' | 'unknown'
  method: string
  /** Path and query as they were on the wire. */
  url: string
  headers: Readonly<Record<string, string>>
  body: string
  /** Milliseconds since 1970 when it arrived, by the host's clock. */
  at: number
  /** HTTP status answered; null when the connection was cut instead. Set once the answer is sent. */
  status: number | null
  /** Business fields as the server understood them (after signature checks): page, dates, ids. */
  query: Readonly<Record<string, unknown>>
  /** Ids of the complaints answered, in order. */
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
 * When something goes wrong: all conditions are combined with "and"; none of them means every request. A kind that
 * means nothing to a provider, or to an operation, neither strikes nor counts there. Several rules may strike one
 * request where that makes sense; where it does not, the first in the list strikes.
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
  /** At most so many times. */
  times?: number
  /** How likely it is for each matching request, from 0 to 1. */
  probability?: number
  /** For `probability`: the same seed strikes the same matching requests. Default: the sandbox's. */
  seed?: number
  /** For `rateLimit`: the Retry-After header in seconds; absent: no header. */
  retryAfterSeconds?: number
  /** For `clampPageSize`: no more rows than this. Default 5. */
  rows?: number
  /**
   * For `lateRow`: the row that the new complaint takes, from 1, or the last when there are fewer. Default: half-way
   * between row 1 and the page asked for, e.g. row 51 when row 101 is asked for.
   */
  row?: number
  /** For `staleList`: how many changes the list is behind; each complaint added, changed or removed is one. Default 1. */
  changes?: number
  /** For `refusal`: the code; null: none is named. Default: the one that says the provider is busy. */
  code?: string | null
}

/** What the three servers hold and how they behave. Unknown keys are refused. */
export interface SandboxOptions extends SandboxListOptions {
  /** The same seed gives the same complaints, but for the port in media URLs (keys are made on the spot). Default 1. */
  seed?: number
  /** How many complaints each provider holds; a number for all, or one for each. Default 60. */
  complaints?: number | Partial<Record<ProviderName, number>>
  /** First and last Beijing day of the complaints, `yyyy-MM-dd`, both included. Default: the 60 days before today. */
  from?: string
  to?: string
  /** How long each answer is held back, in milliseconds. Default 0. */
  latencyMs?: number
  faults?: readonly SandboxFault[]
  /** Huishouqian's encryption mechanism. Default RSA2. */
  signType?: 'RSA2' | 'CFCA'
  /** Bits of Huishouqian's keys; small ones are in use beside 2048. Default 2048. */
  huishouqianKeyBits?: 1024 | 2048 | 4096
  /** Which reading of Huishouqian's `totalSize` holds. Default `total`. */
  huishouqianTotals?: 'total' | 'page'
  /** Whose complaints Huishouqian holds: those of the account's own merchant, and of so many less one of the same agent. 1 to 1000, default 1. */
  huishouqianMerchants?: number
  /** Huishouqian's `success` as its sample shows it (`boolean`) or, beside `000000`, as its page declares it (`text`). Default `boolean`. */
  huishouqianSuccess?: 'boolean' | 'text'
  /** How a null `errorCode` or `errorMsg` is signed under RSA2: not at all, as an empty text, or as `null`. Default `absent`. */
  huishouqianNulls?: 'absent' | 'empty' | 'null'
  /** Xiaoe's integer fields as its page declares them (`text`) or as its sample shows them (`number`). Default `number`. */
  xiaoeNumbers?: 'number' | 'text'
  /**
   * Which of Xiaoe's two documented rules holds. `minted`: each fetch brings a new token, and the one before dies 5
   * minutes later, or sooner of old age. `kept` (default): the same one comes back while more than 30 minutes remain.
   */
  xiaoeTokens?: 'minted' | 'kept'
  /** How long Xiaoe's tokens live, in seconds; under `kept` one of up to 1800 never comes back. Default 7200. */
  xiaoeTokenSeconds?: number
  /**
   * A code that Xiaoe refuses all good requests with: 2001 to 2006 and 2020 the fetching of tokens, 2051 (the address
   * is not on the allow-list) that and every other call, all others, e.g. 2017 (no permission), 2053 (quota exhausted)
   * and 2054 (too many at once), every call but the fetching of tokens. Pictures are for everybody.
   */
  xiaoeRefusal?: number
  /**
   * What WeChat Pay signs with. `publicKey` (default): a new merchant, without platform certificates; every request must
   * name the key. `certificate`: an old merchant, without a public key. The others are stages of the migration:
   * `onRequest` signs with the key that a request names, and with the newest certificate when it names none;
   * `alternate` signs with the public key and the newest certificate in turn, whatever a request says.
   */
  wechatpaySigning?: 'publicKey' | 'certificate' | 'onRequest' | 'alternate'
  /** More rows than this in one WeChat Pay answer are refused: the packet is too large. Default: 130 of a history, any number of a list. */
  wechatpayPacketRows?: number
  /** Serve no more rows a page than this, in silence. */
  clampPageSize?: number
  /**
   * Whether quotas are kept: WeChat Pay 200 lists, 200 histories and 60 certificate downloads a minute; Xiaoe 500 lists
   * and 500 details in 10 s, and 100 tokens in 10 minutes. Default true.
   */
  quotas?: boolean
  /** Take the keys that an earlier sandbox of this process made with this option: starting one for each test then takes milliseconds. Default false. */
  reuseKeys?: boolean
  /** Called before a request is checked and served: make the list move here. */
  onRequest?: (request: Readonly<SandboxRequest>, sandbox: Sandbox) => void | Promise<void>
}

/** What `addComplaint` may fix; the rest comes from the seed. */
export interface NewSandboxComplaint {
  createdAt?: Date
  state?: 'pending' | 'processing' | 'resolved'
  detail?: string
}

/** Three running servers, and what their other side sees. */
export interface Sandbox {
  /** Go straight into `wechatpay()`, `huishouqian()` and `xiaoe()`. */
  readonly wechatpay: {
    mchid: string
    serialNo: string
    privateKey: string
    /** Absent in the mode `certificate`. */
    publicKeyId?: string
    publicKey?: string
    /** 32 bytes. */
    apiV3Key: string
    baseUrl: string
  }
  /** A second host of WeChat Pay: the same complaints, nonces and quotas. */
  readonly wechatpayBackupUrl: string
  /** WeChat Pay's platform certificates that are valid now, as PEM, the newest last; none in the mode `publicKey`. */
  readonly wechatpayCertificates: readonly string[]
  readonly huishouqian: {
    merchantNo: string
    signType: 'RSA2' | 'CFCA'
    key: string
    privateKey: string
    /** The one that signs now. */
    platformCertificate: string
    baseUrl: string
  }
  /**
   * Huishouqian's platform certificates as PEM: those that signed, the one that signs now and, handed out ahead, the one
   * that signs after the next `rotateCertificate`. The last is made when first asked for, which large keys take seconds for.
   */
  readonly huishouqianCertificates: readonly string[]
  readonly xiaoe: { appId: string; clientId: string; secretKey: string; baseUrl: string }
  /** What stands in the lists now, of all providers, newest first within each. */
  readonly truth: readonly SandboxComplaint[]
  /** What arrived, of all providers, in order of arrival. */
  readonly requests: readonly SandboxRequest[]
  /** Adds one complaint (created now unless said otherwise) and returns it. */
  addComplaint(provider: ProviderName, complaint?: NewSandboxComplaint): SandboxComplaint
  /** Gives a complaint another state, as the provider would between two pages. */
  changeState(provider: ProviderName, id: string, state: 'pending' | 'processing' | 'resolved'): void
  /** Takes a complaint out of its list. */
  removeComplaint(provider: ProviderName, id: string): void
  /** A complaint's negotiation history in the order served; empty for a provider without histories. */
  historyOf(provider: ProviderName, id: string): readonly SandboxHistoryEntry[]
  /** Every file of a complaint and of its history. */
  mediaOf(provider: ProviderName, id: string): readonly SandboxMedia[]
  /**
   * A callback about a complaint.
   * @throws Error when the provider sends none, or there is no such complaint
   */
  notification(provider: ProviderName, id: string, options?: SandboxNotificationOptions): SandboxNotification
  /**
   * POSTs a callback to a URL on loopback.
   * @returns the HTTP status that was answered
   * @throws Error when the URL is not on loopback, or no answer comes within 5 s
   */
  sendNotification(
    url: string,
    provider: ProviderName,
    id: string,
    options?: SandboxNotificationOptions,
  ): Promise<number>
  /**
   * A new platform certificate signs from now on, WeChat Pay's unless Huishouqian is named; the old ones stay valid
   * unless dropped.
   * @throws Error for WeChat Pay in the mode `publicKey`, which has no certificates
   */
  rotateCertificate(options?: { dropOld?: boolean; provider?: 'wechatpay' | 'huishouqian' }): void
  /** Xiaoe's current token dies at once, as when another process fetched a new one. */
  killToken(): void
  /** Stops the servers and cuts open connections; the process may then end. */
  close(): Promise<void>
}
