// A default import, because other runtimes lack tracingChannel.
import diagnostics from 'node:diagnostics_channel'
import type { Operation } from '../errors.js'
import type { ProviderName } from '../model.js'

/**
 * What subscribers of `diagnostics_channel.tracingChannel('unified-complaints:request')` get: one object for each
 * attempt, the same for all of its messages. `status` and `requestId` are filled when the response arrives; Node adds
 * `error` when the attempt fails. It never holds rows, bytes or secrets.
 */
export interface RequestTrace {
  readonly provider: ProviderName
  readonly account: string
  readonly operation: Operation
  /** 1 for the first attempt of a call. */
  readonly attempt: number
  /** Host of the request, with its port when that is not the default of the protocol. */
  readonly host: string
  /** HTTP status; null: there is no response yet, or there was none. */
  status: number | null
  /** The provider's request id; null: there is no response yet, or it has none. */
  requestId: string | null
}

const channel = diagnostics.tracingChannel?.<unknown, RequestTrace>('unified-complaints:request')

/** Runs an attempt within a trace. Without subscribers it only runs it. */
export async function traceRequest<T>(trace: RequestTrace, run: () => Promise<T>): Promise<T> {
  if (channel?.hasSubscribers !== true) return run()
  let outcome: PromiseSettledResult<T> | undefined
  // Node publishes what the promise resolves to, so it resolves to nothing.
  const traced = async (): Promise<void> => {
    const [result] = await Promise.allSettled([run()])
    outcome = result
    if (result.status === 'rejected') throw toError(result.reason)
  }
  await channel.tracePromise(traced, trace).catch(() => {})
  return outcome?.status === 'fulfilled' ? outcome.value : Promise.reject(outcome?.reason)
}

/** Subscribers get an Error: the reason of an abort may be any value of the user, or this library's `cancelled` symbol. */
function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new DOMException('This operation was aborted', 'AbortError')
}
