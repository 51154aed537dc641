import { sleep } from '../async/abort.js'
import { createYieldQueue } from '../async/yield-queue.js'
import { addContext, ComplaintError, type RateLimitError } from '../errors.js'
import type { ComplaintEvent } from '../events.js'
import type { ProviderName } from '../model.js'
import { rewriteTexts } from '../privacy/error-texts.js'
import { createRedactor } from '../privacy/redact.js'
import type {
  AdapterRuntime,
  Call,
  CallOptions,
  EventOf,
  RateLimit,
  SharedQuota,
  WireRequest,
  WireResponse,
} from '../provider.js'
import { createLimiter, createQuotaState, type QuotaState } from './limiter.js'
import { createPermit } from './permit.js'
import { handleResponse, hostOf, requestIdOf, rowErrorsOf, toComplaintError } from './response.js'
import { retryDelay } from './retry.js'
import { createSharedLimiter } from './shared-limiter.js'
import { type RequestTrace, traceRequest } from './tracing.js'
import type { Transport } from './transport/transport.js'

/** Maximum pause of an account after a 429 that is not retried. */
const maxPauseAfterFinal429Ms = 1_000

export interface RuntimeDependencies {
  provider: ProviderName
  account: string
  rateLimit: RateLimit | null
  sharedQuota?: SharedQuota | undefined
  /** In lower case; default `request-id`. */
  requestIdHeader?: string | undefined
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
  const { provider, account, transport, now, requestIdHeader = 'request-id' } = dependencies
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
  const limiter = createLimiter(dependencies.rateLimit, clock, shared, sharedQuota?.fallback ?? null, state.quota)
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
    attempt: number,
    options: CallOptions,
    requestsSent: { count: number },
  ): Promise<T> {
    const { signal } = options
    const permit = createPermit(options)
    await permit.acquire()
    /** Adds the context, and removes secrets from the texts. */
    const addErrorContext = (error: ComplaintError, response: WireResponse | null): void => {
      const requestId = response?.headers[requestIdHeader]
      addContext(error, { provider, account, operation: call.operation, status: response?.status, requestId })
      rewriteTexts(error, redactor.redact)
    }
    const toFailure = (error: unknown, response: WireResponse | null): ComplaintError => {
      signal?.throwIfAborted()
      const failure = toComplaintError(error)
      if (!isFromNestedCall(failure)) addErrorContext(failure, response)
      return failure
    }
    const exchange = async (request: WireRequest, trace: RequestTrace): Promise<T> => {
      const startedAt = now()
      let response: WireResponse | null = null
      const emitRequest = (failure: ComplaintError | null): void => {
        const { operation, attempt, host, status, requestId } = trace
        const durationMs = now() - startedAt
        const result = { failure: failure?.code ?? null, providerCode: failure?.providerCode ?? null }
        emit({ type: 'request', operation, attempt, host, status, requestId, durationMs, ...result })
      }
      try {
        response = await transport(request, options)
        trace.status = response.status
        trace.requestId = requestIdOf(response, requestIdHeader, redactor.redact)
        recordClock(response)
        permit.release()
        // Let the next queued request start before this response is parsed; parse one response per event-loop turn.
        await yieldToOthers()
        const result = await handleResponse(call, response)
        emitRequest(null)
        // The errors of invalid rows are returned with the valid rows.
        for (const error of rowErrorsOf(result)) {
          addErrorContext(error, response)
          error.attempts = requestsSent.count
        }
        return result
      } catch (error) {
        const failure = toFailure(error, response)
        emitRequest(failure)
        throw failure
      }
    }
    const prepareRequest = async (): Promise<{ request: WireRequest; trace: RequestTrace }> => {
      const { operation, quota } = call
      try {
        await call.prepare?.({ number: attempt, now: now(), signal })
        if (quota !== null) {
          const onWait = (delayMs: number): void => emit({ type: 'rateLimitWait', operation, delayMs })
          await limiter.acquire(quota, signal, onWait, permit)
        }
        const request = await call.authorise({ number: attempt, now: now(), signal })
        requestsSent.count += 1
        const host = hostOf(request.url)
        return { request, trace: { provider, account, operation, attempt, host, status: null, requestId: null } }
      } catch (error) {
        throw toFailure(error, null)
      }
    }
    try {
      const { request, trace } = await prepareRequest()
      return await traceRequest(trace, () => exchange(request, trace))
    } finally {
      permit.release()
    }
  }

  async function send<T>(call: Call<T>, options: CallOptions): Promise<T> {
    let recovered = false
    let failures = 0
    const requestsSent = { count: 0 }
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await runAttempt(call, attempt, options, requestsSent)
      } catch (error) {
        // First, because the user's reason may itself be a ComplaintError.
        options.signal?.throwIfAborted()
        if (!ComplaintError.isInstance(error) || isFromNestedCall(error)) throw error
        error.attempts = requestsSent.count
        let delayMs: number | null = 0
        if (!recovered && call.recover?.(error) === true) recovered = true
        else delayMs = retryDelay(error, ++failures, options.maxRetries, dependencies.random())
        // A RATE_LIMIT without a request comes from a limit that the adapter itself keeps, such as one on token fetches.
        if (error.code === 'RATE_LIMIT' && requestsSent.count > 0) {
          limiter.backOff(delayMs ?? pauseAfterFinal429(error))
        }
        if (delayMs === null) throw error
        emit({ type: 'retry', operation: call.operation, attempt, delayMs, failure: error.code })
        await sleep(delayMs, options.signal)
      }
    }
  }

  return { send, emit, now, protect: redactor.addSecret, keep, clockAheadMs: () => clockAheadMs }
}

/** The error of a nested call (token): it counts the attempts of that call, and has its own context and retries. */
function isFromNestedCall(error: ComplaintError): boolean {
  return error.attempts > 0
}

/** After a 429 that is not retried, pause up to 1 s, so that an immediate new call does not hammer the provider. */
function pauseAfterFinal429(error: ComplaintError): number {
  const { retryAfterMs } = error as Partial<RateLimitError>
  return Math.min(retryAfterMs ?? maxPauseAfterFinal429Ms, maxPauseAfterFinal429Ms)
}

function limiterWarning(problem: string, fallback: RateLimit | null): string {
  const limit = fallback === null ? 'no quota' : `${fallback.requests} requests per ${fallback.perMs} ms`
  return `rateLimiter.consume() ${problem}; until it recovers, this process alone enforces ${limit}`
}
