import { z } from 'zod'
import { isAbortSignal } from '../async/abort.js'
import { type ComplaintError, QueryError, type ResponseError } from '../errors.js'
import type { ComplaintEvent } from '../events.js'
import type { TransportOptions } from '../http/transport/options.js'
import { argumentError, validateOptions } from '../parsing/validate.js'

/** Options of a client, for all of its calls. Unknown keys are a ConfigError. */
export interface ClientOptions {
  /** Timeout of one attempt in milliseconds: 1 to 600 000. Default 15 000. */
  timeoutMs?: number | undefined
  /** Maximum number of attempts after the first: 0 to 20. Default 3. */
  maxRetries?: number | undefined
  /** Requests in flight per account: 1 to 64. Default 4; for Huishouqian 2, because it documents no quota. */
  concurrency?: number | undefined
  /**
   * Accounts that are read at once by all lists of the client together: 1 to 10 000. Default 16. The others wait; `get`,
   * `history`, `media` and notifications do not count.
   */
  maxAccounts?: number | undefined
  /**
   * Called for each event, for logs and metrics. Events hold no personal data or secrets. A listener that
   * throws or rejects changes nothing else; its first failure is reported to it as a `warning` event.
   */
  onEvent?: ((event: ComplaintEvent) => void) | undefined
  /** Agents and proxy of the HTTP client. TLS verification cannot be turned off. */
  axios?: TransportOptions | undefined
}

/** Options of one call. Unknown keys are a QueryError. */
export interface RequestOptions {
  /** On abort, the call stops its requests and rejects with `signal.reason`. */
  signal?: AbortSignal | undefined
  /** Timeout of one attempt in milliseconds: 1 to 600 000. Default: the client's. */
  timeoutMs?: number | undefined
  /** Maximum number of attempts after the first: 0 to 20. Default: the client's. */
  maxRetries?: number | undefined
}

/** Options of one list. Unknown keys are a QueryError. */
export interface ListOptions extends RequestOptions {
  /** Resumes a list of the same query and accounts: its `page.cursor` or `error.cursor`. */
  cursor?: string | undefined
  /** Requests in flight per account: 1 to 64. Default: the client's. */
  concurrency?: number | undefined
  /** Accounts that this list reads at once, within the client's `maxAccounts`: 1 to 10 000. Default: the client's. */
  maxAccounts?: number | undefined
  /**
   * Maximum number of pages of one account: at least 1. Default 10 000. A PaginationError then ends the list; its
   * `cursor` resumes it. Orders `newest` and `oldest` still read the first window completely.
   */
  maxPages?: number | undefined
  /**
   * Called with the error of an account that fails; the list continues with the other accounts, and ends without an
   * error even when every account failed. When absent, the first error ends the list. An async handler is awaited; an
   * error that it throws ends the list. `error.cursor` resumes this account alone, by
   * `list({ ...query, accounts: ['provider:account'] }, { cursor })`.
   */
  onAccountError?: ((error: ComplaintError) => void | Promise<void>) | undefined
  /**
   * Called with the error of each row without id, time or state; such a row is skipped. When absent, the list continues
   * to its end and then throws the first of these errors. An async handler is awaited; an error that it throws ends the
   * list. `error.complaintId` and `error.row` say which row it is.
   */
  onRowError?: ((error: ResponseError) => void | Promise<void>) | undefined
}

/** Defaults of `ClientOptions` and `ListOptions`. */
export const defaults: Readonly<
  Record<'timeoutMs' | 'maxRetries' | 'concurrency' | 'maxAccounts' | 'maxPages', number>
> = {
  timeoutMs: 15_000,
  maxRetries: 3,
  concurrency: 4,
  maxAccounts: 16,
  maxPages: 10_000,
}

const requestShape = () => ({
  timeoutMs: z.int().min(1).max(600_000).exactOptional(),
  maxRetries: z.int().min(0).max(20).exactOptional(),
})
const concurrency = () => z.int().min(1).max(64).exactOptional()
const maxAccounts = () => z.int().min(1).max(10_000).exactOptional()
const callback = () =>
  z
    .custom<(...values: never[]) => void>((value) => typeof value === 'function', { error: 'must be a function' })
    .exactOptional()
const signal = () => z.custom<AbortSignal>(isAbortSignal, { error: 'must be an AbortSignal' }).exactOptional()
/** Checked by `addRequest`, which node:http calls: agents of other packages need not extend Node's. */
const agent = () =>
  z
    .custom<object>((value) => typeof (value as { addRequest?: unknown } | null)?.addRequest === 'function', {
      error: 'must be an Agent',
    })
    .optional()
const proxy = () =>
  z
    .strictObject({
      host: z.string().min(1),
      port: z.int().min(1).max(65_535),
      protocol: z.string().optional(),
      auth: z.strictObject({ username: z.string(), password: z.string() }).optional(),
    })
    .optional()

const clientSchema = z.lazy(() =>
  z.strictObject({
    ...requestShape(),
    concurrency: concurrency(),
    maxAccounts: maxAccounts(),
    onEvent: callback(),
    axios: z.strictObject({ httpAgent: agent(), httpsAgent: agent(), proxy: proxy() }).exactOptional(),
  }),
)
const requestSchema = z.lazy(() => z.strictObject({ ...requestShape(), signal: signal() }))
const listSchema = z.lazy(() =>
  z.strictObject({
    ...requestShape(),
    signal: signal(),
    cursor: z
      .string({
        error: 'must be the text of page.cursor or error.cursor; a cursor of null means that nothing is left',
      })
      .exactOptional(),
    concurrency: concurrency(),
    maxAccounts: maxAccounts(),
    maxPages: z.int().min(1).exactOptional(),
    onAccountError: callback(),
    onRowError: callback(),
  }),
)
const store = () =>
  z.custom<object>(
    (value) =>
      ['get', 'set', 'delete'].every((name) => typeof (value as Record<string, unknown> | null)?.[name] === 'function'),
    { error: 'must have the methods get, set and delete, as a Keyv or a Map has' },
  )
/** The most that a timer takes. */
const maxDelayMs = 2 ** 31 - 1
const changeShape = () => ({
  ...requestShape(),
  signal: signal(),
  store: store(),
  lookBackDays: z.int().min(1).max(180).exactOptional(),
  dueWithinMs: z.number().min(0).exactOptional(),
  concurrency: concurrency(),
  maxAccounts: maxAccounts(),
  onAccountError: callback(),
  onRowError: callback(),
})
const optionsError = argumentError('the second argument must be an object of options with a store')
const changesSchema = z.lazy(() =>
  z.strictObject({ ...changeShape(), depth: z.enum(['recent', 'all']).exactOptional() }, optionsError),
)
const followSchema = z.lazy(() =>
  z.strictObject(
    {
      ...changeShape(),
      everyMs: z.int().min(1_000).max(maxDelayMs).exactOptional(),
      reviewEveryMs: z.int().min(1_000).max(maxDelayMs).exactOptional(),
    },
    optionsError,
  ),
)

/** @throws ConfigError */
export function checkClientOptions(options: ClientOptions): void {
  validateOptions(clientSchema, options, 'ComplaintClient options')
}

/** @throws QueryError */
export function checkRequestOptions(options: RequestOptions, what: string): void {
  validateOptions(requestSchema, options, what, QueryError)
}

/** @throws QueryError */
export function checkListOptions(options: ListOptions): void {
  validateOptions(listSchema, options, 'list()', QueryError)
}

/** @throws QueryError */
export function checkChangeOptions(options: object): void {
  validateOptions(changesSchema, options, 'changes()', QueryError)
}

/** @throws QueryError */
export function checkFollowOptions(options: object): void {
  validateOptions(followSchema, options, 'follow()', QueryError)
}
