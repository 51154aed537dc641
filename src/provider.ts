import type { KeyObject } from 'node:crypto'
import type { ComplaintError, Operation } from './errors.js'
import type { ComplaintEvent } from './events.js'
import type { Complaint, ComplaintNotification, HistoryEntry, MediaFile } from './model.js'

/**
 * The adapter contract: the one file that an adapter's author reads.
 *
 * An adapter is made by a factory that checks every option at once. It holds parsed options and no state;
 * `connect` makes what lives for one client (token cache, certificates), so two clients share nothing.
 * The core never asks which provider it talks to: whatever differs is a property here.
 */
export interface Adapter<C extends Complaint = Complaint> {
  readonly provider: C['provider']
  readonly account: string
  readonly limits: AdapterLimits
  readonly capabilities: AdapterCapabilities
  /** A quota that several processes share; absent: each process keeps `limits.rateLimit` alone. */
  readonly sharedQuota?: SharedQuota | undefined
  /** Makes what lives for one client; sends nothing yet. */
  connect(runtime: AdapterRuntime): Connection<C>
}

/** What a client knows about one of its accounts before any request. */
export interface AccountInfo {
  readonly provider: Complaint['provider']
  readonly account: string
  readonly limits: AdapterLimits
  readonly capabilities: AdapterCapabilities
}

/** The complaint type that an adapter, or a union of adapters, delivers. */
export type ComplaintOf<A> = A extends Adapter<infer C> ? C : never

/** At most `requests` requests start in any interval of `perMs` milliseconds. */
export interface RateLimit {
  requests: number
  perMs: number
}

/** Counts requests for several processes: the shape of rate-limiter-flexible, whose limiters fit as they are. */
export interface RateLimiter {
  /**
   * Asked when a request is about to start, under `provider:account:quota class`. Resolves when it may; rejects with
   * `{ msBeforeNext }` when the quota is used up, to be asked again after as many milliseconds; rejects with anything
   * else when its store failed.
   */
  consume(key: string, points?: number): Promise<unknown>
}

/** A quota that several processes share. */
export interface SharedQuota {
  readonly limiter: RateLimiter
  /** What this process keeps to by itself while the limiter's store fails; null: nothing. */
  readonly fallback: RateLimit | null
}

/** What the provider allows, and how the core keeps to it. */
export interface AdapterLimits {
  readonly pageSize: { readonly min: number; readonly max: number; readonly default: number }
  /** How many Beijing days, both ends counted, a planned window holds at most. */
  readonly windowDays: number
  /** The documented bound of `end − begin` in days; null where the provider states none. */
  readonly maxSpanDays: number | null
  /** Characters at most of a filter that the server applies; absent: the provider states none, or never sees it. */
  readonly filterLengths?: { readonly merchant?: number; readonly merchantOrderNo?: number }
  /** Requests in flight unless the user says otherwise; null: the client's default. */
  readonly concurrency: number | null
  /** Per quota class, counted apart; null: no quota. */
  readonly rateLimit: RateLimit | null
}

/** What the provider can do, for the core to ask instead of the provider's name. */
export interface AdapterCapabilities {
  readonly history: boolean
  readonly media: boolean
  readonly notifications: boolean
  /** Knows sub-merchants, so that `query.merchant` has a meaning; the server filters by it. */
  readonly merchant: boolean
  /** The server itself filters by the merchant's order number; otherwise mapped rows are filtered. */
  readonly merchantOrderNo: boolean
  /**
   * How the list is paged. `offset`: from a row number, so neighbouring pages can overlap by a row. `page`: by page
   * number. `totals`: `exact` when a total that agrees with a short page proves the end; `hint` when totals prove nothing.
   */
  readonly paging: { readonly style: 'offset' | 'page'; readonly totals: 'exact' | 'hint' }
}

/** One page of one window. Filters whose value can change while paging (`state`) are not here: the core applies them to mapped rows. */
export interface ListPageRequest {
  /** First and last Beijing day asked for, `yyyy-MM-dd`, both included. */
  readonly begin: string
  readonly end: string
  readonly merchant: string | undefined
  readonly merchantOrderNo: string | undefined
  /** Paging style `offset`: how many rows to skip. Style `page`: how many pages to skip (0 is the first page). */
  readonly skip: number
  /** Rows asked for. */
  readonly limit: number
}

export interface ListPage<C> {
  /** Mapped rows in the provider's order. When `failure` is set: those before the row that failed. */
  readonly rows: readonly C[]
  /** How many rows the provider sent, those that could not be mapped included. */
  readonly received: number
  /** The provider's total for the window; null when it tells none, or nonsense (negative, not an integer). */
  readonly total: number | null
  /** A row that cannot be understood (no id, state or time): a ResponseError, thrown after the rows before it. */
  readonly failure: ComplaintError | null
}

const pageTooLarge: unique symbol = Symbol.for('unified-complaints.pageTooLarge')

/** For `read` and `refuse`: the provider found the page too large, so the same place is asked again with fewer rows. */
export function markPageTooLarge<E extends ComplaintError>(error: E): E {
  return Object.defineProperty(error, pageTooLarge, { value: true })
}

export function isPageTooLarge(error: unknown): boolean {
  return typeof error === 'object' && error !== null && pageTooLarge in error
}

/** What a client does with one adapter. Every method rejects with a ComplaintError, or with `signal.reason` when aborted. */
export interface Connection<C extends Complaint> {
  listPage(request: ListPageRequest, options: CallOptions): Promise<ListPage<C>>
  /** Rejects with a NotFoundError when the provider knows no such complaint. */
  get(id: string, options: CallOptions): Promise<C>
  history?(id: string, options: CallOptions): AsyncIterable<HistoryEntry>
  media?(id: string, url: string, options: CallOptions): Promise<MediaFile>
  parseNotification?(message: {
    headers: NotificationHeaders
    body: string | Uint8Array
  }): Promise<ComplaintNotification>
}

/** What of a WHATWG `Headers` is read. */
export interface HeadersLike {
  /** Names and values, as `Headers.entries()` gives them. */
  entries(): Iterable<readonly [string, string]>
}

/** Headers of a callback as received: texts by name, as `request.headers` has them, or a WHATWG `Headers`. */
export type NotificationHeaders = Readonly<Record<string, string | readonly string[] | undefined>> | HeadersLike

export interface CallOptions {
  readonly signal: AbortSignal | undefined
  /** One attempt. */
  readonly timeoutMs: number
  readonly maxRetries: number
  /** Requests in flight at once share this gate; absent for calls that need no place (tokens, certificates). */
  readonly semaphore?: Semaphore | undefined
}

/** A counted set of places; `take` resolves to the function that gives the place back. */
export interface Semaphore {
  acquire(signal: AbortSignal | undefined): Promise<() => void>
}

/** What the core lends to an adapter, one for each client and adapter. */
export interface AdapterRuntime {
  /** The one way to the wire: prepare → authorise → send → verify → classify → parse, with attempts. */
  send<T>(call: Call<T>, options: CallOptions): Promise<T>
  emit(event: EventOf): void
  /** Milliseconds since 1970. */
  now(): number
  /** Values that must never stand in an error or event: tokens learnt at run time, merchant keys. */
  protect(secret: string): void
}

/** An event as an adapter writes it: the runtime adds provider and account. */
export type EventOf = ComplaintEvent extends infer E
  ? E extends ComplaintEvent
    ? Omit<E, 'provider' | 'account'>
    : never
  : never

/** One call to the provider; the pipeline runs its functions in the order in which they stand here, once per attempt. */
export interface Call<T> {
  readonly operation: Operation
  /** The quota class it counts in, e.g. `list`; null: not counted, and takes no place (tokens, certificates). */
  readonly quota: string | null
  /**
   * What may take long and is no request of this quota, such as fetching a token: it is done before the request counts,
   * since requests that wait for it together would otherwise start together, counted long before.
   */
  prepare?(attempt: Attempt): Promise<void>
  /** Builds the request afresh for each attempt: new timestamp, nonce, signature, token. It starts as soon as it is built. */
  authorise(attempt: Attempt): WireRequest | Promise<WireRequest>
  /** A 2xx answer: verify the bytes, then the business code, then parse. Throws a ComplaintError. */
  read(response: WireResponse): T | Promise<T>
  /** Any other status: classify, never trust. */
  refuse(response: WireResponse): ComplaintError
  /**
   * Told of each failed attempt, before the ordinary retry policy: true when something was mended (a dead token dropped)
   * so that one more attempt, not counted against `maxRetries`, makes sense; believed once per call.
   */
  recover?(error: ComplaintError): boolean
}

export interface Attempt {
  /** 1 for the first. */
  readonly number: number
  /** Milliseconds since 1970. */
  readonly now: number
  readonly signal: AbortSignal | undefined
}

export interface WireRequest {
  readonly method: 'GET' | 'POST'
  /** Complete and percent-encoded; sent exactly as it stands. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface WireResponse {
  readonly status: number
  /** Names in lower case; a repeated header is joined with ", ". */
  readonly headers: Readonly<Record<string, string>>
  /** The bytes as they came, after content decoding. */
  readonly body: Buffer
}

/** A private key, public key or certificate as a user may give it: PEM text, DER bytes, or a KeyObject. */
export type KeyInput = string | Uint8Array | KeyObject
