import { allowManyListeners } from './async/abort.js'
import { createSemaphore } from './async/semaphore.js'
import { findAccount, selectAccounts } from './client/accounts.js'
import { historyWithErrorContext, unsupported, withErrorContext } from './client/error-context.js'
import { assertNotificationInput } from './client/notification-input.js'
import {
  type ClientOptions,
  checkClientOptions,
  checkListOptions,
  checkRequestOptions,
  defaults,
  type ListOptions,
  type RequestOptions,
} from './client/options.js'
import { ConfigError, QueryError } from './errors.js'
import type { ComplaintEvent } from './events.js'
import { createRuntime } from './http/pipeline.js'
import { createTransport } from './http/transport/transport.js'
import { decodeCursor, fingerprintQuery, type ListCheckpoint } from './listing/cursor.js'
import { type ComplaintList, createList } from './listing/list.js'
import type { ListAccount } from './listing/list-run.js'
import { type ComplaintWindow, planPieces, planWindows } from './listing/plan.js'
import type { Complaint, ComplaintNotification, ComplaintRef, HistoryEntry, MediaFile } from './model.js'
import { hideInInspect } from './privacy/mask.js'
import type {
  AccountInfo,
  Adapter,
  AdapterRuntime,
  CallOptions,
  ComplaintOf,
  Connection,
  NotificationHeaders,
  Semaphore,
} from './provider.js'
import { type CheckedQuery, type ComplaintQuery, checkQuery, matches, parseQuery } from './query.js'

/** One adapter as this client uses it. */
interface Account<C extends Complaint> {
  readonly key: string
  readonly info: AccountInfo
  readonly connection: Connection<C>
  readonly runtime: AdapterRuntime
  readonly places: Semaphore
}

/** Reads complaints of any number of accounts. Holds nothing that another client shares. */
export class ComplaintClient<A extends Adapter<Complaint> = Adapter<Complaint>> {
  /** What is configured, in the order given: limits and capabilities of each adapter. */
  readonly accounts: readonly AccountInfo[]
  readonly #accounts: readonly Account<ComplaintOf<A>>[]
  readonly #options: ClientOptions
  readonly #emit: (event: ComplaintEvent) => void

  /**
   * @throws ConfigError for no adapter, two of the same provider and account, or a wrong option
   */
  constructor(adapters: A | readonly A[], options: ClientOptions = {}) {
    checkClientOptions(options)
    this.#options = { ...options }
    const { onEvent } = options
    this.#emit = (event) => {
      try {
        const answer: unknown = onEvent?.(event)
        if (answer instanceof Promise) answer.catch(() => {})
      } catch {
        // A listener's mistake must not cost a row, nor, made later by one that is async, the process.
      }
    }
    const list: readonly A[] = Array.isArray(adapters) ? adapters : [adapters as A]
    if (list.length === 0)
      throw new ConfigError('ComplaintClient needs at least one adapter, such as this package exports')
    for (const [index, adapter] of list.entries()) {
      if (typeof adapter?.connect !== 'function')
        throw new ConfigError(`adapters.${index} is no adapter; call an adapter's factory with its options`)
    }
    const transport = createTransport(options.axios)
    this.#accounts = list.map((adapter) => {
      const { provider, account, limits, capabilities, sharedQuota } = adapter
      const runtime = createRuntime({
        provider,
        account,
        rateLimit: limits.rateLimit,
        sharedQuota,
        transport,
        onEvent: this.#emit,
        now: Date.now,
        random: Math.random,
      })
      return {
        key: `${provider}:${account}`,
        info: { provider, account, limits, capabilities },
        connection: adapter.connect(runtime) as Connection<ComplaintOf<A>>,
        runtime,
        places: createSemaphore(this.#concurrencyOf(limits.concurrency)),
      }
    })
    this.accounts = this.#accounts.map(({ info }) => info)
    for (const [index, { key }] of this.#accounts.entries()) {
      if (this.#accounts.findIndex((other) => other.key === key) !== index) {
        throw new ConfigError(`two adapters are both ${key}; give one of them another account name`)
      }
    }
  }

  /**
   * Lists complaints by the time they were made. Nothing is requested before the first iteration.
   * @throws QueryError at once for a wrong query, option or cursor; any other ComplaintError on iteration, with `cursor`
   */
  list(query: ComplaintQuery, options: ListOptions = {}): ComplaintList<ComplaintOf<A>> {
    checkListOptions(options)
    const parsed = parseQuery(query)
    const selected = selectAccounts(this.#accounts, parsed.accounts)
    const infos = selected.map(({ info }) => info)
    // Its range was checked when the list was begun, and may have no end of its own but the cursor's.
    const given = options.cursor === undefined ? parsed : { ...parsed, longRange: undefined }
    let checked = checkQuery(given, infos, Date.now())
    const windowDays = Math.min(...infos.map(({ limits }) => limits.windowDays))
    const keys = selected.map(({ key }) => key)
    const owner = fingerprintQuery(keys, windowDays, checked)
    const resumed = options.cursor === undefined ? null : decodeCursor(options.cursor, owner)
    if (resumed !== null) checked = { ...checked, to: resumed.to }
    const start: ListCheckpoint = resumed ?? {
      to: checked.to,
      accounts: Object.fromEntries(keys.map((key) => [key, { window: 0, at: null }])),
    }
    return createList({
      query: checked,
      accounts: selected.map((account) => this.#listAccount(account, checked, options)),
      windows: planWindows(checked.from, checked.to, windowDays, checked.order === 'newest' ? 'newest' : 'oldest'),
      start,
      queryFingerprint: owner,
      signal: allowManyListeners(options.signal),
      onAccountError: options.onAccountError,
      emit: this.#emit,
    })
  }

  /**
   * Cuts a query into windows, for other processes or another day: plain JSON, each of one account, which
   * `list(window)` reads. Together they are the query; no instant is in two of them. A `to` that is absent or lies in
   * the future is now. Each window keeps the query's filters; `order` holds within each.
   * @throws QueryError for what `list()` would refuse, and for a range that lies in the future
   */
  plan(query: ComplaintQuery): ComplaintWindow[] {
    const parsed = parseQuery(query, 'plan()')
    const selected = selectAccounts(this.#accounts, parsed.accounts)
    const infos = selected.map(({ info }) => info)
    const now = Date.now()
    const checked = checkQuery(parsed, infos, now)
    return planPieces(
      parsed,
      checked.to > now ? checkQuery({ ...parsed, to: undefined }, infos, now) : checked,
      selected.map(({ key, info }) => ({ key, windowDays: info.limits.windowDays })),
    )
  }

  /**
   * One complaint as it stands now.
   * @throws NotFoundError when the provider knows no such complaint
   * @throws QueryError for an account that is not configured
   * @throws ComplaintError of another class when the call fails; an abort rejects with `signal.reason` itself
   */
  async get(ref: ComplaintRef, options: RequestOptions = {}): Promise<ComplaintOf<A>> {
    const { connection, places, info } = this.#find(ref)
    const call = this.#callOptions(options, places, 'get()')
    return hideInInspect(await withErrorContext(info, 'get', call.signal, () => connection.get(ref.id, call)))
  }

  /**
   * What was said and done about a complaint. Nothing is requested before an iteration, and each starts afresh. Entries
   * that one reading missed come last.
   * @throws UnsupportedError, on iteration, where a provider has no history
   * @throws QueryError, on iteration, for an account that is not configured
   * @throws PaginationError, on iteration, when the history stays shorter than the provider says
   */
  history(ref: ComplaintRef, options: RequestOptions = {}): AsyncIterable<HistoryEntry> {
    return { [Symbol.asyncIterator]: () => this.#history(ref, options) }
  }

  async *#history(ref: ComplaintRef, options: RequestOptions): AsyncGenerator<HistoryEntry> {
    const { connection, places, info } = this.#find(ref)
    const call = this.#callOptions(options, places, 'history()')
    if (connection.history === undefined) throw unsupported(info, 'history')
    yield* historyWithErrorContext(info, call.signal, connection.history(ref.id, call))
  }

  /**
   * An image or file of a complaint, at most 20 MiB, by the URL that `complaint.media` gives.
   * @throws UnsupportedError where a provider has none
   * @throws QueryError for an account that is not configured
   */
  async media(ref: ComplaintRef, url: string, options: RequestOptions = {}): Promise<MediaFile> {
    const { connection, places, info } = this.#find(ref)
    const call = this.#callOptions(options, places, 'media()')
    const { media } = connection
    if (media === undefined) throw unsupported(info, 'media')
    return withErrorContext(info, 'media', call.signal, () => media(ref.id, url, call))
  }

  /**
   * Verifies and reads a callback of a provider. The body must be the bytes or text exactly as received; headers may
   * be Node's or a WHATWG `Headers`.
   * @param options `account` (or `provider:account`) when several accounts are configured
   * @throws SignatureError when it is not proven to come from the provider
   * @throws UnsupportedError where a provider has none
   */
  async parseNotification(
    message: { headers: NotificationHeaders; body: string | Uint8Array },
    options: { account?: string } = {},
  ): Promise<ComplaintNotification> {
    assertNotificationInput(message)
    const account = options?.account
    const selected = selectAccounts(this.#accounts, account === undefined ? undefined : [account])
    const able = selected.flatMap(({ key, info, connection: { parseNotification } }) =>
      parseNotification === undefined ? [] : [{ key, info, parseNotification }],
    )
    const [only] = able
    if (only === undefined) throw unsupported(selected[0]?.info, 'notification')
    if (able.length > 1) {
      throw new QueryError(`parseNotification() needs { account }, one of ${able.map(({ key }) => key).join(', ')}`)
    }
    return withErrorContext(only.info, 'notification', undefined, () => only.parseNotification(message))
  }

  #listAccount(
    account: Account<ComplaintOf<A>>,
    query: CheckedQuery,
    options: ListOptions,
  ): ListAccount<ComplaintOf<A>> {
    const { key, info, connection, runtime } = account
    const { limits, capabilities } = info
    const width = options.concurrency ?? this.#concurrencyOf(limits.concurrency)
    const places = options.concurrency === undefined ? account.places : createSemaphore(width)
    const { merchant, merchantOrderNo } = query
    return {
      key,
      info,
      source: (signal) => {
        const call = { ...this.#callOptions(options, places, 'list()'), signal }
        return {
          paging: capabilities.paging,
          pageSize: query.pageSize ?? limits.pageSize.default,
          rescanPageSize: Math.max(query.pageSize ?? 0, limits.pageSize.default),
          concurrency: width,
          maxPages: options.maxPages ?? defaults.maxPages,
          wholeWindows: query.order !== 'arrival',
          fetch: async ({ begin, end }, skip, limit) => {
            const page = await connection.listPage({ begin, end, merchant, merchantOrderNo, skip, limit }, call)
            for (const row of page.rows) hideInInspect(row)
            return page
          },
          matches: (complaint) => matches(query, capabilities, complaint),
          emit: runtime.emit,
        }
      },
    }
  }

  #callOptions(options: RequestOptions, places: Semaphore, what: string): CallOptions {
    if (what !== 'list()') checkRequestOptions(options, what)
    return {
      signal: allowManyListeners(options.signal),
      timeoutMs: options.timeoutMs ?? this.#options.timeoutMs ?? defaults.timeoutMs,
      maxRetries: options.maxRetries ?? this.#options.maxRetries ?? defaults.maxRetries,
      semaphore: places,
    }
  }

  #concurrencyOf(usual: number | null): number {
    return this.#options.concurrency ?? usual ?? defaults.concurrency
  }

  #find(ref: ComplaintRef): Account<ComplaintOf<A>> {
    if (typeof ref?.id !== 'string' || ref.id === '') {
      throw new QueryError('a complaint is named by { provider, account, id }; id must be text that is not empty')
    }
    return findAccount(this.#accounts, `${ref.provider}:${ref.account}`)
  }
}
