import { findAccount } from './client/accounts.js'
import { resolveCallOptions } from './client/call-options.js'
import { createConnect } from './client/connect.js'
import { exposeConnectedAccounts } from './client/connected-accounts.js'
import { historyWithErrorContext, unsupported, withErrorContext } from './client/error-context.js'
import { createEventEmitter } from './client/event-emitter.js'
import { createComplaintChanges, createComplaintFeed, type FollowContext } from './client/follow.js'
import { createComplaintList, planQuery } from './client/list.js'
import {
  addRef,
  findNotificationAccount,
  type NotificationBody,
  type NotificationHeaders,
  normalizeNotification,
} from './client/notification-input.js'
import {
  type ClientOptions,
  checkClientOptions,
  checkRequestOptions,
  type ListOptions,
  type RequestOptions,
} from './client/options.js'
import type { AdaptersOf, ProviderOf, RefOf } from './client/refs.js'
import { type AccountRegistry, createRegistry } from './client/registry.js'
import type { ComplaintEvent } from './events.js'
import type {
  ChangeOptions,
  ChangeQuery,
  ChangeStore,
  ComplaintChanges,
  ComplaintFeed,
  FollowOptions,
} from './following/types.js'
import type { ComplaintList } from './listing/list.js'
import type { ComplaintWindow } from './listing/plan.js'
import type { Complaint, ComplaintNotification, ComplaintRef, HistoryEntry, MediaFile, ProviderName } from './model.js'
import { hideInInspect } from './privacy/mask.js'
import type { AccountInfo, Adapter, CallOptions, ComplaintOf, Semaphore } from './provider.js'
import type { ComplaintQuery } from './query.js'

/**
 * Reads the complaints of one or several accounts. Read-only: no call changes a complaint. Two clients share no state.
 * @example
 * ```ts
 * const client = new ComplaintClient([wechatpay(wechatpayOptions), xiaoe(xiaoeOptions)])
 * for await (const complaint of client.list({ from: '2026-01-01', state: 'pending' })) {
 *   console.log(complaint.provider, complaint.id, complaint.createdAt, complaint.detail)
 * }
 * ```
 */
export class ComplaintClient<A extends Adapter<Complaint> = Adapter<Complaint>> {
  readonly #registry: AccountRegistry<A>
  readonly #options: ClientOptions
  readonly #emit: (event: ComplaintEvent) => void
  /** The keys of indexes that each store has had. */
  readonly #seen: WeakMap<ChangeStore, Set<string>> = new WeakMap()

  /**
   * Sends no request.
   * @param adapters one adapter or several, from factories such as `wechatpay()`
   * @throws ConfigError for an invalid option, no adapter, or two adapters of the same provider and account
   * @example
   * ```ts
   * const client = new ComplaintClient([wechatpay(wechatpayOptions), huishouqian(huishouqianOptions)], { timeoutMs: 10_000 })
   * ```
   */
  constructor(adapters: AdaptersOf<A>, options: ClientOptions = {}) {
    checkClientOptions(options)
    this.#options = { ...options }
    this.#emit = createEventEmitter(options.onEvent)
    this.#registry = createRegistry(adapters as A | readonly A[], createConnect<A>(this.#options, this.#emit))
    exposeConnectedAccounts(this, () => this.#registry.accounts())
  }

  /**
   * The configured accounts with their limits and capabilities, in the order of the constructor's adapters; added ones
   * last.
   */
  get accounts(): readonly AccountInfo[] {
    return this.#registry.infos()
  }

  /**
   * Adds an account. Lists under way continue with the accounts they began with; `follow` reads it from its next pass on.
   * An account that was removed before continues with its quota.
   * @throws ConfigError for an account that is configured already
   */
  add(adapter: A): void {
    this.#registry.add(adapter)
  }

  /**
   * Replaces the adapter of an account, for instance after its key was rotated. Quotas, pauses and tokens of the account
   * are kept. Calls under way continue with the old adapter, later ones use the new one.
   * @throws ConfigError for an account that is not configured
   * @example
   * ```ts
   * client.replace(wechatpay({ ...options, serialNo: newSerialNo, privateKeys: [newKey, oldKey] }))
   * ```
   */
  replace(adapter: A): void {
    this.#registry.replace(adapter)
  }

  /**
   * Removes an account. Lists under way read it to their end. A client without accounts is allowed; its lists are
   * QueryErrors.
   * @param key `provider:account`
   * @throws ConfigError for an account that is not configured
   */
  remove(key: string): void {
    this.#registry.remove(key)
  }

  /**
   * Lists complaints by the time they were made. The first request is sent when an iteration starts; each iteration
   * starts again.
   * @throws QueryError at once for an invalid query, option or cursor
   * @throws ComplaintError of any other class on iteration; `cursor` resumes the list
   * @example
   * ```ts
   * for await (const page of client.list({ from: '2026-01-01', to: '2026-03-31' }).pages()) {
   *   await save(page.items, page.cursor)
   * }
   * ```
   */
  list(query: ComplaintQuery, options: ListOptions = {}): ComplaintList<ComplaintOf<A>> {
    const client = { accounts: this.#registry.accounts(), options: this.#options, emit: this.#emit }
    return createComplaintList(client, query, options)
  }

  /**
   * Splits a query into windows, for other processes or a later time. Each window is plain JSON, belongs to one account,
   * keeps the query's filters, and is read by `list(window)`. The windows cover the query without overlap. `order` holds
   * within each window. `to` is now when it is absent or in the future.
   * @throws QueryError for a query that `list()` would reject, and for a range in the future
   * @example
   * ```ts
   * for (const window of client.plan({ from: '2026-01-01', to: '2026-03-31' })) await queue.add('read', window)
   * ```
   */
  plan(query: ComplaintQuery): ComplaintWindow[] {
    return planQuery(this.#registry.accounts(), query)
  }

  /**
   * One pass over the accounts: complaints that are new, that differ from what was last delivered, or whose deadline is
   * near. Ends when all were read; for cron, a job of a queue, or a function in the cloud. At least once: a change counts
   * as handled, and is remembered in the store, when the next one is asked for or the loop ends after the last. The first
   * request is sent when an iteration starts.
   * @throws QueryError at once for an invalid query or option
   * @throws StoreError on iteration, when the store fails; what was not stored is delivered again
   * @throws ComplaintError of any other class on iteration, for a failed account, after the others were delivered
   * @example
   * ```ts
   * const store = new Keyv({ store: redis, throwOnErrors: true })
   * for await (const { kind, complaint, changed } of client.changes({}, { store })) {
   *   await save(complaint)
   * }
   * ```
   */
  changes(query: ChangeQuery, options: ChangeOptions): ComplaintChanges<ComplaintOf<A>> {
    return createComplaintChanges(this.#followContext(), query, options)
  }

  /**
   * Like `changes()`, pass after pass, until the loop is left or the signal aborts: what was made today and yesterday
   * every minute, everything of `lookBackDays` every quarter of an hour. An account that fails is reported
   * (`accountError` event, `onAccountError`) and read again later; only a failing store ends the feed.
   * @throws QueryError at once for an invalid query or option
   * @throws StoreError on iteration, when the store fails; an abort throws `signal.reason` itself
   * @example
   * ```ts
   * const store = new Keyv({ store: redis, throwOnErrors: true })
   * for await (const { kind, complaint } of client.follow({}, { store, signal, onAccountError: console.error })) {
   *   await save(complaint)
   * }
   * ```
   */
  follow(query: ChangeQuery, options: FollowOptions): ComplaintFeed<ComplaintOf<A>> {
    return createComplaintFeed(this.#followContext(), query, options)
  }

  #followContext(): FollowContext<ComplaintOf<A>> {
    return { accounts: () => this.#registry.accounts(), options: this.#options, emit: this.#emit, seen: this.#seen }
  }

  /**
   * Reads the current state of one complaint.
   * @throws NotFoundError when the provider has no such complaint
   * @param ref a complaint, `notification.ref`, or `{ provider, account, id }`
   * @throws QueryError for an invalid option or reference, or an account that is not configured
   * @throws ComplaintError of another class when the call fails; an abort rejects with `signal.reason` itself
   * @example
   * ```ts
   * const complaint = await client.get({ provider: 'xiaoe', account: 'app123', id: 'c_456' })
   * ```
   */
  async get<P extends ProviderName>(ref: RefOf<A, P>, options: RequestOptions = {}): Promise<ComplaintOf<A>> {
    const account = findAccount(this.#registry.accounts(), ref)
    const call = this.#callOptions(options, account, 'get()')
    const found = withErrorContext(account, 'get', call.signal, () => account.connection.get(ref.id, call), ref.id)
    return hideInInspect(await found)
  }

  /**
   * Reads the negotiation history of one complaint, each entry once. The first request is sent when an iteration starts;
   * each iteration starts again. Entries that the first scan missed come last.
   * @throws UnsupportedError on iteration, when the provider has no history
   * @throws QueryError on iteration, for an invalid option or reference, or an account that is not configured
   * @throws PaginationError on iteration, when the history keeps fewer entries than its total
   * @example
   * ```ts
   * for await (const { at, operator, action, text } of client.history(complaint)) console.log(at, operator, action, text)
   * ```
   */
  history<P extends ProviderName>(ref: RefOf<A, P>, options: RequestOptions = {}): AsyncIterable<HistoryEntry> {
    return { [Symbol.asyncIterator]: () => this.#history(ref, options) }
  }

  async *#history(ref: ComplaintRef, options: RequestOptions): AsyncGenerator<HistoryEntry> {
    const account = findAccount(this.#registry.accounts(), ref)
    const call = this.#callOptions(options, account, 'history()')
    const entries = account.connection.history?.(ref.id, call)
    if (entries === undefined) throw unsupported(account.info, 'history')
    yield* historyWithErrorContext(account, call.signal, entries, ref.id)
  }

  /**
   * Downloads an image or file of a complaint, at most 20 MiB.
   * @param url one of `complaint.media` or of a history entry's `media`
   * @throws UnsupportedError when the provider has no download
   * @throws QueryError for an invalid option, reference or URL, or an account that is not configured
   * @example
   * ```ts
   * const files = complaint.media.filter(({ downloadable }) => downloadable !== false)
   * for (const url of files.flatMap(({ urls }) => urls)) {
   *   const { bytes, contentType } = await client.media(complaint, url)
   * }
   * ```
   */
  async media<P extends ProviderName>(ref: RefOf<A, P>, url: string, options: RequestOptions = {}): Promise<MediaFile> {
    const account = findAccount(this.#registry.accounts(), ref)
    const call = this.#callOptions(options, account, 'media()')
    const { media } = account.connection
    if (media === undefined) throw unsupported(account.info, 'media')
    return withErrorContext(account, 'media', call.signal, () => media(ref.id, url, call), ref.id)
  }

  /**
   * Verifies and parses a notification (回调) of a provider.
   * @param message `body`: the bytes or text exactly as received, since the signature covers them: a Buffer,
   *   `await request.arrayBuffer()` or text; `headers`: Node's `request.headers`, a WHATWG `Headers`, a Map or pairs
   * @param options `account`: the account's name or `provider:account`; required when several accounts support
   *   notifications
   * @throws SignatureError when the signature is missing or invalid
   * @throws UnsupportedError when the provider sends no notifications
   * @throws QueryError for an invalid message or an account that is not configured
   * @example
   * ```ts
   * const { ref, action } = await client.parseNotification({ headers: request.headers, body: rawBody })
   * const complaint = await client.get(ref)
   * ```
   */
  async parseNotification(
    message: { headers: NotificationHeaders; body: NotificationBody },
    options: { account?: string } = {},
  ): Promise<ComplaintNotification<ProviderOf<A>>> {
    const received = normalizeNotification(message)
    const { account, parseNotification } = findNotificationAccount(this.#registry.accounts(), options?.account)
    return addRef(await withErrorContext(account, 'notification', undefined, () => parseNotification(received)))
  }

  #callOptions(options: RequestOptions, { semaphore }: { semaphore: Semaphore }, method: string): CallOptions {
    checkRequestOptions(options, method)
    return resolveCallOptions(options, this.#options, semaphore)
  }
}
