import { sleep } from '../async/abort.js'
import { createYieldQueue } from '../async/yield-queue.js'
import {
  addContext,
  ComplaintError,
  type ErrorCode,
  type RateLimitError,
  ResponseError,
  TransportError,
} from '../errors.js'
import type { ComplaintEvent } from '../events.js'
import type { ProviderName } from '../model.js'
import { rewriteTexts } from '../privacy/error-texts.js'
import { createRedactor } from '../privacy/redact.js'
import type { AdapterRuntime, Call, CallOptions, EventOf, RateLimit, SharedQuota, WireResponse } from '../provider.js'
import { createLimiter, createQuotaState, type QuotaState } from './limiter.js'
import { retryDelay } from './retry.js'
import { createSharedLimiter } from './shared-limiter.js'
import type { Transport } from './transport/transport.js'

/** Maximum back-off of an account after a 429 that is not retried. */
const maxFinalBackOffMs = 1_000

export interface RuntimeDependencies {
  provider: ProviderName
  account: string
  rateLimit: RateLimit | null
  sharedQuota?: SharedQuota | undefined
  transport: Transport
  /** Shared by all adapters that the account has had in the client. */
  state?: AccountState | undefined
  /** Shared by all accounts of a client, so that responses are parsed one per event-loop turn. */
  yieldToOthers?: (() => Promise<void>) | undefined
  onEvent: (event: ComplaintEvent) => void
  /** Milliseconds since 1970. */
  now: () => number
  /** A number in [0, 1), for jitter. */
  random: () => number
}

/** What is kept of an account when its adapter is replaced. */
export interface AccountState {
  readonly quota: QuotaState
  readonly kept: Map<string, unknown>
}

export function createAccountState(): AccountState {
  return { quota: createQuotaState(), kept: new Map() }
}

/** The services of one adapter in one client. Each attempt: prepare, authorise, send, verify, classify, parse. */
export function createRuntime(dependencies: RuntimeDependencies): AdapterRuntime {
  const { provider, account, transport, now } = dependencies
  const { state = createAccountState(), yieldToOthers = createYieldQueue() } = dependencies
  const emit = (event: EventOf): void => dependencies.onEvent({ ...event, provider, account } as ComplaintEvent)
  // Monotonic: setting the system clock back would block requests, setting it forward would break the quota.
  const clock = (): number => performance.now()
  const { sharedQuota } = dependencies
  const shared =
    sharedQuota === undefined
      ? null
      : createSharedLimiter(sharedQuota, `${provider}:${account}`, clock, (problem) =>
          emit({
            type: 'warning',
            warning: 'rateLimiterFailed',
            message: limiterWarning(problem, sharedQuota.fallback),
          }),
        )
  const limiter = createLimiter(dependencies.rateLimit, clock, shared, sharedQuota?.fallback, state.quota)
  const redactor = createRedactor()

  const keep = <T>(name: string, create: () => T): T => {
    if (!state.kept.has(name)) state.kept.set(name, create())
    return state.kept.get(name) as T
  }

  let clockAheadMs: number | null = null
  const recordClock = ({ headers }: WireResponse): void => {
    const date = Date.parse(headers.date ?? '')
    if (!Number.isNaN(date)) clockAheadMs = date - now()
  }

  async function runAttempt<T>(
    call: Call<T>,
    number: number,
    options: CallOptions,
    sent: { count: number },
  ): Promise<T> {
    const { signal } = options
    const release = await options.semaphore?.acquire(signal)
    let response: WireResponse | null = null
    let startedAt: number | null = null
    /** Adds the context, and removes secrets from the texts. */
    const addErrorContext = (error: ComplaintError): void => {
      const requestId = response?.headers['request-id']
      addContext(error, { provider, account, operation: call.operation, status: response?.status, requestId })
      rewriteTexts(error, redactor.redact)
    }
    const emitRequest = (failure: ErrorCode | null): void => {
      if (startedAt === null) return
      const durationMs = now() - startedAt
      const status = response?.status ?? null
      emit({ type: 'request', operation: call.operation, attempt: number, status, durationMs, failure })
    }
    try {
      await call.prepare?.({ number, now: now(), signal })
      if (call.quota !== null) {
        await limiter.acquire(call.quota, signal, (delayMs) =>
          emit({ type: 'rateLimitWait', operation: call.operation, delayMs }),
        )
      }
      const request = await call.authorise({ number, now: now(), signal })
      startedAt = now()
      sent.count += 1
      response = await transport(request, options)
      recordClock(response)
      release?.()
      // Let the next queued request start before this response is parsed; parse one response per event-loop turn.
      await yieldToOthers()
      const result = await handleResponse(call, response)
      emitRequest(null)
      // The errors of invalid rows are returned with the valid rows.
      for (const error of rowErrorsOf(result)) {
        addErrorContext(error)
        error.attempts = sent.count
      }
      return result
    } catch (error) {
      signal?.throwIfAborted()
      const failure = toComplaintError(error)
      emitRequest(failure.code)
      // A nested call (token) already has its own context.
      if (failure.attempts === 0) addErrorContext(failure)
      throw failure
    } finally {
      release?.()
    }
  }

  async function send<T>(call: Call<T>, options: CallOptions): Promise<T> {
    let recovered = false
    let failures = 0
    const sent = { count: 0 }
    for (let number = 1; ; number += 1) {
      try {
        return await runAttempt(call, number, options, sent)
      } catch (error) {
        // First, because the user's reason may itself be a ComplaintError.
        options.signal?.throwIfAborted()
        // An error that already counts attempts comes from a nested call (token), which had its own retries.
        if (!ComplaintError.isInstance(error) || error.attempts > 0) throw error
        error.attempts = sent.count
        let delayMs: number | null = 0
        if (!recovered && call.recover?.(error) === true) recovered = true
        else delayMs = retryDelay(error, ++failures, options.maxRetries, dependencies.random())
        // Without a request, the error is the adapter's own limit.
        if (error.code === 'RATE_LIMIT' && sent.count > 0) limiter.backOff(delayMs ?? backOffAfter(error))
        if (delayMs === null) throw error
        emit({ type: 'retry', operation: call.operation, attempt: number, delayMs, failure: error.code })
        await sleep(delayMs, options.signal)
      }
    }
  }

  return { send, emit, now, protect: redactor.addSecret, keep, clockAheadMs: () => clockAheadMs }
}

/** After a final 429, pause up to 1 s, so that an immediate new call does not hammer the provider. */
function backOffAfter(error: ComplaintError): number {
  const { retryAfterMs } = error as Partial<RateLimitError>
  return Math.min(retryAfterMs ?? maxFinalBackOffMs, maxFinalBackOffMs)
}

/** The verified and parsed result of a 2xx response; otherwise throws. */
function handleResponse<T>(call: Call<T>, response: WireResponse): T | Promise<T> {
  if (response.status >= 200 && response.status < 300) return call.read(response)
  if (response.status >= 300 && response.status < 400) {
    throw new TransportError(
      `the provider responded with a redirect (${response.status}), which is not followed; check baseUrl`,
    )
  }
  throw call.refuse(response)
}

/** Any exception of a response handler becomes a ResponseError. */
function toComplaintError(error: unknown): ComplaintError {
  if (ComplaintError.isInstance(error)) return error
  return new ResponseError(
    `the response could not be read (${error instanceof Error ? error.name : 'unknown failure'})`,
  )
}

function limiterWarning(problem: string, fallback: RateLimit | null): string {
  const limit = fallback === null ? 'no quota' : `${fallback.requests} requests per ${fallback.perMs} ms`
  return `rateLimiter.consume() ${problem}; until it recovers, this process alone enforces ${limit}`
}

/** The errors of a page of a list (`failures`) or of a history (`failure`). */
function rowErrorsOf(result: unknown): ComplaintError[] {
  const { failure, failures } = Object(result) as { failure?: unknown; failures?: readonly { error: unknown }[] }
  const errors = Array.isArray(failures) ? failures.map(({ error }) => error) : [failure]
  return errors.filter((error) => ComplaintError.isInstance(error))
}
