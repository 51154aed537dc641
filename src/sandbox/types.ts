import type { Complaint, ProviderName } from '../model.js'

/** What a perfect client delivers for one complaint of the sandbox: every field of the model but `raw`. */
export type SandboxComplaint = Omit<Complaint, 'raw'>

/** One request as it reached a server, before anything was checked. Holds no secret of the sandbox in the clear but what the client sent. */
export interface SandboxRequest {
  provider: ProviderName
  /** Counts the requests of this provider from 1. */
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

/** What goes wrong. */
export type SandboxFaultKind = 'rateLimit' | 'serverError' | 'reset' | 'tamperedSignature' | 'tamperedBody'

/** When something goes wrong: `nth`, `every` and `times` are combined with "and"; none of them means every request. */
export interface SandboxFault {
  kind: SandboxFaultKind
  /** Only this provider; by default all. */
  provider?: ProviderName
  /** Only this operation; by default list, get, history and media. */
  operation?: SandboxRequest['operation']
  /** Only the n-th matching request, from 1. */
  nth?: number
  /** Every k-th matching request. */
  every?: number
  /** At most so many times. */
  times?: number
  /** For `rateLimit`: the Retry-After header in seconds; absent: no header. */
  retryAfterSeconds?: number
}

export interface SandboxOptions {
  /** The same seed gives the same complaints (keys are made on the spot). Default 1. */
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
  /** Xiaoe's integer fields as its page declares them (`text`) or as its sample shows them (`number`). Default `number`. */
  xiaoeNumbers?: 'number' | 'text'
  /** Serve no more rows a page than this, in silence. */
  clampPageSize?: number
  /**
   * Whether the documented quotas are kept: WeChat Pay 200 lists a minute; Xiaoe 500 lists in 10 s and 100 tokens in
   * 10 minutes. Default true.
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

export interface Sandbox {
  /** Go straight into `wechatpay()`, `huishouqian()` and `xiaoe()`. */
  readonly wechatpay: {
    mchid: string
    serialNo: string
    privateKey: string
    publicKeyId: string
    publicKey: string
    baseUrl: string
  }
  readonly huishouqian: {
    merchantNo: string
    signType: 'RSA2' | 'CFCA'
    key: string
    privateKey: string
    platformCertificate: string
    baseUrl: string
  }
  readonly xiaoe: { appId: string; clientId: string; secretKey: string; baseUrl: string }
  /** What stands in the lists now, of all providers, newest first within each. */
  readonly truth: readonly SandboxComplaint[]
  /** What arrived, of all providers, in order of arrival. */
  readonly requests: readonly SandboxRequest[]
  /** Adds one complaint (created now unless said otherwise) and returns it. */
  addComplaint(provider: ProviderName, complaint?: NewSandboxComplaint): SandboxComplaint
  changeState(provider: ProviderName, id: string, state: 'pending' | 'processing' | 'resolved'): void
  removeComplaint(provider: ProviderName, id: string): void
  /** Xiaoe's current token dies at once, as when another process fetched a new one. */
  killToken(): void
  close(): Promise<void>
}
