import type { KeyObject } from 'node:crypto'
import type { ConnectionDiagnostics } from './adapter-kit/diagnostics.js'
import type { ComplaintError, Operation, ResponseError } from './errors.js'
import type { ComplaintEvent } from './events.js'
import type { DeadlineRule } from './following/deadline.js'
import type { Complaint, ComplaintNotification, HistoryEntry, MediaFile } from './model.js'

/**
 * One account of a provider: a factory such as `wechatpay()` returns it, and a client takes it. This is the contract for
 * authors of adapters.
 *
 * The factory checks every option at once. The adapter holds the parsed options and no state; `connect` creates the
 * state of one client (token cache, certificates), so two clients share nothing. The core never asks for the provider's
 * name: every difference between providers is a property here.
 */
export interface Adapter<C extends Complaint = Complaint> {
  readonly provider: C['provider']
  /** Unique among the adapters of one provider in a client. */
  readonly account: string
  readonly limits: AdapterLimits
  readonly capabilities: AdapterCapabilities
  /** The provider's published rule for deadlines; absent: it has none, or states the deadline of each complaint. */
  readonly deadlines?: DeadlineRule | undefined
  /**
   * The form of a complaint's id, anchored at both ends. Errors of `get`, `history` and `media` name the complaint only
   * if its id has this form: any other text may be a secret that was passed by mistake. Absent: 1 to 64 digits.
   */
  readonly complaintId?: RegExp | undefined
  /** A quota that several processes share; absent: this process keeps to `limits.rateLimit` on its own. */
  readonly sharedQuota?: SharedQuota | undefined
  /**
   * Fields that `get` fills and a list leaves empty, although the complaint is the same. `changes()` and `follow()` read
   * complaints both ways, so a difference in these fields does not count as a change. Absent: a list has all fields.
   */
  readonly detailFields?: readonly (keyof Complaint)[] | undefined
  /** The response header that holds the provider's request id, in lower case. Default `request-id`. */
  readonly requestIdHeader?: string | undefined
  /** Creates the connection of one client; sends no request. */
  connect(runtime: AdapterRuntime): Connection<C>
}

/** An account of a client, as configured; known without a request. */
export interface AccountInfo {
  readonly provider: Complaint['provider']
  /** mchid, merchantNo or appId unless the option `account` names another. */
  readonly account: string
  readonly limits: AdapterLimits
  readonly capabilities: AdapterCapabilities
}

/** The complaint type of an adapter, or of a union of adapters. */
export type ComplaintOf<A> = A extends Adapter<infer C> ? C : never

/** At most `requests` requests start in any interval of `perMs` milliseconds. */
export interface RateLimit {
  /** An integer of at least 1. */
  requests: number
  /** Milliseconds: an integer of at least 1. */
  perMs: number
}

/** Counts the requests of several processes. The limiters of the package rate-limiter-flexible have this shape. */
export interface RateLimiter {
  /**
   * Called before a request starts; `key` is `provider:account:quota class`. Resolves when the request may start.
   * Rejects with `{ msBeforeNext }` when the quota is used up; it is called again after that many milliseconds. Rejects
   * with anything else when its store failed.
   */
  consume(key: string, points?: number): Promise<unknown>
}

/** A quota that several processes share. */
export interface SharedQuota {
  readonly limiter: RateLimiter
  /** The limit of this process alone while the limiter's store fails; null: no limit. */
  readonly fallback: RateLimit | null
}

/** The limits of a provider, and how the client keeps to them. */
export interface AdapterLimits {
  /** Rows of one list request. */
  readonly pageSize: { readonly min: number; readonly max: number; readonly default: number }
  /** Maximum length of a window that the client plans, in Beijing days, both ends counted. */
  readonly windowDays: number
  /**
   * Days that a list request asks for after its window, because the documentation does not say whether the end is
   * included; rows of those days are delivered with their own window. Default 0.
   */
  readonly padDays?: number
  /** Documented maximum of `end − begin` of a request, in days; null when the provider documents none. */
  readonly maxSpanDays: number | null
  /** Documented maximum length of a filter that the server applies, in characters; absent: none is documented. */
  readonly filterLengths?: { readonly merchant?: number; readonly merchantOrderNo?: number }
  /** Default number of requests in flight; null: the client's default, 4. */
  readonly concurrency: number | null
  /** Applies to each quota class (list, history …) separately; null: no limit. */
  readonly rateLimit: RateLimit | null
}

/** What a provider supports. */
export interface AdapterCapabilities {
  /** `client.history()` is supported. */
  readonly history: boolean
  /** `client.media()` is supported. */
  readonly media: boolean
  /** `client.parseNotification()` is supported. */
  readonly notifications: boolean
  /** The server filters by `query.merchant`; false: the provider has no sub-merchants. */
  readonly merchant: boolean
  /** The server filters by `query.merchantOrderNo`; false: the client filters the mapped rows. */
  readonly merchantOrderNo: boolean
  /**
   * How the list is paged. `style` `offset`: by row number, so neighbouring pages can overlap by a row; `page`: by page
   * number. `totals` `exact`: a total that agrees with a short page proves the end; `hint`: totals prove nothing.
   */
  readonly paging: { readonly style: 'offset' | 'page'; readonly totals: 'exact' | 'hint' }
}

/**
 * A request for one page of one window. Filters whose value can change while paging (`state`) are applied to mapped
 * rows instead.
 */
export interface ListPageRequest {
  /** First Beijing day, `yyyy-MM-dd`. */
  readonly begin: string
  /** Last Beijing day, included. */
  readonly end: string
  readonly merchant: string | undefined
  readonly merchantOrderNo: string | undefined
  /** Paging style `offset`: rows to skip. Style `page`: pages to skip. 0 is the first page. */
  readonly skip: number
  /** Maximum number of rows. */
  readonly limit: number
}

/** A row of a list without id, time or state. */
export interface RowFailure {
  /** Where the row is in the response, from 0. */
  readonly index: number
  /** Stands for the row where ids are compared: its complaint id, or a hash of the row when it has none. */
  readonly id: string
  /** `complaintId`, `row` and `issues` say which row it is and what it lacks. */
  readonly error: ResponseError
}

/** One page of a list, mapped. */
export interface ListPage<C> {
  /** Mapped rows in the provider's order, without those in `failures`. */
  readonly rows: readonly C[]
  /** Number of rows in the response, including those that could not be mapped. */
  readonly received: number
  /** The provider's total for the window; null when the response has none, or an invalid one. */
  readonly total: number | null
  /** Rows that could not be mapped, by index; the rows after them are in `rows`. */
  readonly failures: readonly RowFailure[]
}

/** The calls of one account for one client. Each rejects with a ComplaintError, or with `signal.reason` on abort. */
export interface Connection<C extends Complaint> {
  /** Requests and maps one page. */
  listPage(request: ListPageRequest, options: CallOptions): Promise<ListPage<C>>
  /** @throws NotFoundError when the provider has no such complaint */
  get(id: string, options: CallOptions): Promise<C>
  /** Absent when `capabilities.history` is false. */
  history?(id: string, options: CallOptions): AsyncIterable<HistoryEntry>
  /** Absent when `capabilities.media` is false. */
  media?(id: string, url: string, options: CallOptions): Promise<MediaFile>
  /** Verifies and parses a notification. Absent when `capabilities.notifications` is false. */
  parseNotification?(message: ReceivedNotification): Promise<ParsedNotification>
  /** What `diagnose()` of `unified-complaints/config` checks; absent: only a request. */
  readonly diagnostics?: ConnectionDiagnostics
}

/** A notification as an adapter parses it; the client adds `ref`. */
export type ParsedNotification = Omit<ComplaintNotification, 'ref'>

/** A notification as an adapter gets it. */
export interface ReceivedNotification {
  /** Names in lower case; a repeated header has a list of values. Values are not checked. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string | Uint8Array
}

/** The options of one call, resolved from those of the call, the client and the defaults. */
export interface CallOptions {
  readonly signal: AbortSignal | undefined
  /** Milliseconds of one attempt. */
  readonly timeoutMs: number
  /** Attempts after the first. */
  readonly maxRetries: number
  /** Limits the requests in flight; absent for calls that are not limited (tokens, certificates). */
  readonly semaphore?: Semaphore | undefined
}

/** Limits how many requests are in flight at once. */
export interface Semaphore {
  /** Resolves to the function that releases the permit; rejects with `signal.reason` on abort. */
  acquire(signal: AbortSignal | undefined): Promise<() => void>
}

/** The client's services for one adapter. */
export interface AdapterRuntime {
  /** Sends a call with retries. Each attempt: prepare, authorise, send, verify, classify, parse. */
  send<T>(call: Call<T>, options: CallOptions): Promise<T>
  /** Passes an event to `ClientOptions.onEvent`. */
  emit(event: EventOf): void
  /** Milliseconds since 1970. */
  now(): number
  /** Registers a secret (merchant key, token) to be removed from every error and event. */
  protect(secret: string): void
  /** Gets or creates a value of the account, such as its tokens, that outlives this adapter; `name` holds no secret. */
  keep<T>(name: string, create: () => T): T
  /** Milliseconds by which the provider's clock (`Date` of the newest response) is ahead of this host's; null: unknown. */
  clockAheadMs(): number | null
}

/** An event without provider and account, which the runtime adds. */
export type EventOf = ComplaintEvent extends infer E
  ? E extends ComplaintEvent
    ? Omit<E, 'provider' | 'account'>
    : never
  : never

/** One call to the provider. `AdapterRuntime.send` runs its functions in this order, once per attempt. */
export interface Call<T> {
  readonly operation: Operation
  /** The quota class that the request counts in, e.g. `list`; null: not counted, not limited (tokens, certificates). */
  readonly quota: string | null
  /**
   * Slow preparation outside the quota, such as fetching a token. It runs before the request is counted: requests that
   * wait for the same token would otherwise be counted early and then start all at once.
   */
  prepare?(attempt: Attempt): Promise<void>
  /** Builds the request of an attempt with a new timestamp, nonce, signature and token. It is sent at once. */
  authorise(attempt: Attempt): WireRequest | Promise<WireRequest>
  /**
   * Handles a 2xx response: verifies the bytes, then checks the business code, then parses. Throws a ComplaintError.
   */
  read(response: WireResponse): T | Promise<T>
  /** Returns the error for a response of any other status. Its content is not trusted. */
  refuse(response: WireResponse): ComplaintError
  /**
   * Called after each failed attempt, before the retry policy. True: the cause was removed (an expired token dropped),
   * so one more attempt follows that does not count against `maxRetries`. Only the first true of a call has an effect.
   */
  recover?(error: ComplaintError): boolean
}

/** One attempt of a call. */
export interface Attempt {
  /** 1 for the first attempt. */
  readonly number: number
  /** Milliseconds since 1970. */
  readonly now: number
  readonly signal: AbortSignal | undefined
}

/** A request as it is sent. */
export interface WireRequest {
  readonly method: 'GET' | 'POST'
  /** Absolute and percent-encoded; sent unchanged. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** A response of any status, with its complete body. */
export interface WireResponse {
  readonly status: number
  /** Names in lower case; values of a repeated header are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** At most 20 MiB, after content decoding. */
  readonly body: Buffer
}

/** A private key, public key or certificate: PEM or base64 text, PEM or DER bytes, or a `KeyObject` of node:crypto. */
export type KeyInput = string | Uint8Array | KeyObject
