import { sleep } from '../async/abort.js'
import { createYieldQueue } from '../async/yield-queue.js'
import {
  addContext,
  ComplaintError,
  type ErrorCode,
  type RateLimitError,
  ResponseError,
  rewriteTexts,
  TransportError,
} from '../errors.js'
import type { ComplaintEvent } from '../events.js'
import type { ProviderName } from '../model.js'
import { createRedactor } from '../privacy/redact.js'
import type { AdapterRuntime, Call, CallOptions, EventOf, RateLimit, SharedQuota, WireResponse } from '../provider.js'
import { createLimiter } from './limiter.js'
import { retryDelay } from './retry.js'
import { createSharedLimiter } from './shared-limiter.js'
import type { Transport } from './transport/transport.js'

/** What a refused account is held for when nobody waits to ask again. */
const longestSilentPauseMs = 1_000

export interface RuntimeDependencies {
  provider: ProviderName
  account: string
  rateLimit: RateLimit | null
  sharedQuota?: SharedQuota | undefined
  transport: Transport
  onEvent: (event: ComplaintEvent) => void
  /** Milliseconds since 1970. */
  now: () => number
  /** A number in [0, 1), for jitter. */
  random: () => number
}

/** What the core lends to one adapter of one client: the fixed order prepare → authorise → send → verify → classify → parse. */
export function createRuntime(dependencies: RuntimeDependencies): AdapterRuntime {
  const { provider, account, transport, now } = dependencies
  const emit = (event: EventOf): void => dependencies.onEvent({ ...event, provider, account } as ComplaintEvent)
  // Not the time of day: a clock set back would hold requests for as long, one set forward would break the quota.
  const clock = (): number => performance.now()
  const { sharedQuota } = dependencies
  const shared =
    sharedQuota === undefined
      ? null
      : createSharedLimiter(sharedQuota, `${provider}:${account}`, clock, (how) =>
          emit({ type: 'warning', warning: 'rateLimiterFailed', message: outOf(how, sharedQuota.fallback) }),
        )
  const limiter = createLimiter(dependencies.rateLimit, clock, shared, sharedQuota?.fallback)
  const redactor = createRedactor()
  const nextTurn = createYieldQueue()

  async function attemptOnce<T>(
    call: Call<T>,
    number: number,
    options: CallOptions,
    sent: { times: number },
  ): Promise<T> {
    const { signal } = options
    const giveBack = await options.semaphore?.acquire(signal)
    let answer: WireResponse | null = null
    let startedAt: number | null = null
    /** Says of an error where it happened, and takes out what nobody may read. */
    const complete = (error: ComplaintError): void => {
      const requestId = answer?.headers['request-id']
      addContext(error, { provider, account, operation: call.operation, status: answer?.status, requestId })
      rewriteTexts(error, redactor.redact)
    }
    const ended = (failure: ErrorCode | null): void => {
      if (startedAt === null) return
      const durationMs = now() - startedAt
      const status = answer?.status ?? null
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
      sent.times += 1
      answer = await transport(request, options)
      giveBack?.()
      // Whoever waited for the place sends first, and answers that arrive together are read in turn.
      await nextTurn()
      const result = await judge(call, answer)
      ended(null)
      // A row that cannot be used is told after those before it, when the call is over.
      const { failure } = Object(result) as { failure?: unknown }
      if (ComplaintError.isInstance(failure)) {
        complete(failure)
        failure.attempts = sent.times
      }
      return result
    } catch (error) {
      signal?.throwIfAborted()
      const failure = asComplaintError(error)
      ended(failure.code)
      // One of a call within this one has an answer of its own, or none.
      if (failure.attempts === 0) complete(failure)
      throw failure
    } finally {
      giveBack?.()
    }
  }

  async function send<T>(call: Call<T>, options: CallOptions): Promise<T> {
    let recovered = false
    let failures = 0
    const sent = { times: 0 }
    for (let number = 1; ; number += 1) {
      try {
        return await attemptOnce(call, number, options, sent)
      } catch (error) {
        // Before anything else: the user's reason may itself be an error of this family.
        options.signal?.throwIfAborted()
        // An error that already counts attempts is that of a call within this one (a token), which had its retries.
        if (!ComplaintError.isInstance(error) || error.attempts > 0) throw error
        error.attempts = sent.times
        let delayMs: number | null = 0
        if (!recovered && call.recover?.(error) === true) recovered = true
        else delayMs = retryDelay(error, ++failures, options.maxRetries, dependencies.random())
        // Nothing was sent when the adapter itself keeps a limit.
        if (error.code === 'RATE_LIMIT' && sent.times > 0) limiter.backOff(delayMs ?? pauseOfRefused(error))
        if (delayMs === null) throw error
        emit({ type: 'retry', operation: call.operation, attempt: number, delayMs, failure: error.code })
        await sleep(delayMs, options.signal)
      }
    }
  }

  return { send, emit, now, protect: redactor.addSecret }
}

/** Whoever was refused and asks again at once shall not hammer; nor wait for what was called too long a wait. */
function pauseOfRefused(error: ComplaintError): number {
  const { retryAfterMs } = error as Partial<RateLimitError>
  return Math.min(retryAfterMs ?? longestSilentPauseMs, longestSilentPauseMs)
}

/** Verified and understood, or an error: nothing of an answer leaves here unjudged. */
function judge<T>(call: Call<T>, response: WireResponse): T | Promise<T> {
  if (response.status >= 200 && response.status < 300) return call.read(response)
  if (response.status >= 300 && response.status < 400) {
    throw new TransportError(
      `the provider answered with a redirect (${response.status}), which is never followed; check baseUrl`,
    )
  }
  throw call.refuse(response)
}

/** What an answer may provoke in a reader is no reason to leave the family. */
function asComplaintError(error: unknown): ComplaintError {
  if (ComplaintError.isInstance(error)) return error
  return new ResponseError(`the answer could not be read (${error instanceof Error ? error.name : 'unknown failure'})`)
}

function outOf(how: string, fallback: RateLimit | null): string {
  const kept = fallback === null ? 'no quota' : `${fallback.requests} requests per ${fallback.perMs} ms`
  return `rateLimiter.consume() ${how}; until it answers again, this process alone keeps to ${kept}`
}
