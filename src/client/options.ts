import { z } from 'zod'
import { type ComplaintError, QueryError } from '../errors.js'
import type { ComplaintEvent } from '../events.js'
import type { TransportOptions } from '../http/transport/options.js'
import { validateOptions } from '../parsing/validate.js'

/** What holds for every call of a client. Unknown keys are refused. */
export interface ClientOptions {
  /** How long one attempt may take, in milliseconds: 1 to 600 000, default 15 000. */
  timeoutMs?: number | undefined
  /** How many attempts may follow a failed one: 0 to 20, default 3. */
  maxRetries?: number | undefined
  /** Requests in flight per account: 1 to 64. Default 4; Huishouqian 2, whose quotas are unstated. */
  concurrency?: number | undefined
  /** Told what happens, for logs and metrics; free of personal data and secrets. What it throws is ignored. */
  onEvent?: ((event: ComplaintEvent) => void) | undefined
  /** Agents and proxy of the HTTP client. TLS verification cannot be switched off. */
  axios?: TransportOptions | undefined
}

/** What a single call may change. Unknown keys are refused. */
export interface RequestOptions {
  /** An abort rejects with `signal.reason` and stops every request. */
  signal?: AbortSignal | undefined
  /** Milliseconds for one attempt, instead of the client's. */
  timeoutMs?: number | undefined
  /** Attempts after a failed one, instead of the client's. */
  maxRetries?: number | undefined
}

/** What one list may change, beside what any call may. Unknown keys are refused. */
export interface ListOptions extends RequestOptions {
  /** Goes on where `page.cursor` or `error.cursor` of the same query and accounts stood. */
  cursor?: string | undefined
  /** Requests in flight per account: 1 to 64, instead of the client's. */
  concurrency?: number | undefined
  /**
   * Pages of one account after which a PaginationError ends the list; its `cursor` goes on. Default 10 000. Under
   * `newest` and `oldest` the window that was begun first is read to its end all the same.
   */
  maxPages?: number | undefined
  /**
   * An account that fails is told here and the others go on; without it, the first failure ends the list. One that is
   * async is waited for, and what it throws ends the list.
   */
  onAccountError?: ((error: ComplaintError) => void) | undefined
}

/** What holds unless the user says otherwise. */
export const defaults: Readonly<Record<'timeoutMs' | 'maxRetries' | 'concurrency' | 'maxPages', number>> = {
  timeoutMs: 15_000,
  maxRetries: 3,
  concurrency: 4,
  maxPages: 10_000,
}

const requestShape = () => ({
  timeoutMs: z.int().min(1).max(600_000).exactOptional(),
  maxRetries: z.int().min(0).max(20).exactOptional(),
})
const concurrency = () => z.int().min(1).max(64).exactOptional()
const callback = () =>
  z
    .custom<(...values: never[]) => void>((value) => typeof value === 'function', { error: 'must be a function' })
    .exactOptional()
const signal = () =>
  z.custom<AbortSignal>((value) => value instanceof AbortSignal, { error: 'must be an AbortSignal' }).exactOptional()
/** What node:http asks of an agent; those of other packages need not extend Node's. */
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
        error: 'must be the text that page.cursor or error.cursor gave; null there means that nothing is left',
      })
      .exactOptional(),
    concurrency: concurrency(),
    maxPages: z.int().min(1).exactOptional(),
    onAccountError: callback(),
  }),
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
