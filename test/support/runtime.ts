import { setImmediate } from 'node:timers/promises'
import { vi } from 'vitest'
import { ApiError, type ComplaintError, ResponseError } from '../../src/errors.js'
import type { ComplaintEvent } from '../../src/events.js'
import { createRuntime, type RuntimeDependencies } from '../../src/http/runtime.js'
import { errorForStatus } from '../../src/http/status-error.js'
import type { AdapterRuntime, Call, CallOptions, WireRequest, WireResponse } from '../../src/provider.js'

/** What the other side does: an answer, or an error of the wire. */
export type Step = Partial<WireResponse> | Error

export interface Bench {
  readonly runtime: AdapterRuntime
  readonly sent: WireRequest[]
  readonly events: ComplaintEvent[]
  /** Milliseconds from the beginning at which each request was sent. */
  readonly times: number[]
}

/** A runtime over a wire that answers as written; the last step repeats. */
export function bench(steps: readonly Step[], parts: Partial<RuntimeDependencies> = {}): Bench {
  const sent: WireRequest[] = []
  const events: ComplaintEvent[] = []
  const times: number[] = []
  const begun = performance.now()
  const runtime = createRuntime({
    provider: 'wechatpay',
    account: '1900000001',
    rateLimit: null,
    transport: async (request, { signal }) => {
      signal?.throwIfAborted()
      const step = steps[Math.min(sent.length, steps.length - 1)] ?? {}
      sent.push(request)
      times.push(performance.now() - begun)
      await Promise.resolve()
      if (step instanceof Error) throw step
      return { status: 200, headers: {}, body: Buffer.from('"ok"'), ...step }
    },
    onEvent: (event) => events.push(event),
    now: Date.now,
    random: () => 0.5,
    ...parts,
  })
  return { runtime, sent, events, times }
}

/** A call that says what it was answered. */
export function call(part: Partial<Call<unknown>> = {}): Call<unknown> {
  return {
    operation: 'list',
    quota: 'list',
    authorise: ({ number, now }) => ({
      method: 'GET',
      url: `https://provider.example/${number}`,
      headers: { At: String(now) },
    }),
    read: ({ body }) => JSON.parse(body.toString()),
    refuse: (response) => errorForStatus(response, `HTTP ${response.status}`, {}, Date.now()),
    ...part,
  }
}

export const options: CallOptions = { signal: undefined, timeoutMs: 1000, maxRetries: 3 }

/** An error that may be tried again. */
export const busy = (): ComplaintError => new ApiError('busy', { retryable: true })
export const garbled = (): ComplaintError => new ResponseError('garbled')

/** Moves the faked clock from timer to timer until all promises are settled. */
export async function settle<T>(...promises: readonly Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
  let outcome: PromiseSettledResult<T>[] | null = null
  void Promise.allSettled(promises).then((results) => {
    outcome = results
  })
  for (let turn = 0; outcome === null && turn < 1000; turn += 1) {
    await rest()
    if (outcome === null) await vi.advanceTimersToNextTimerAsync()
  }
  if (outcome === null) throw new Error('not settled after 1000 timers')
  return outcome
}

/** Lets everything happen that waits for no time, while the clock is faked. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await setImmediate()
    await vi.advanceTimersByTimeAsync(0)
  }
}
