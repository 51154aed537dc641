import { adoptSignal } from '../async/abort.js'
import type { CallOptions, Semaphore } from '../provider.js'
import { type ClientOptions, defaults, type RequestOptions } from './options.js'

/** Resolves the options of a call: its own, else the client's, else the defaults. */
export function resolveCallOptions(options: RequestOptions, client: ClientOptions, semaphore: Semaphore): CallOptions {
  return {
    signal: adoptSignal(options.signal),
    timeoutMs: options.timeoutMs ?? client.timeoutMs ?? defaults.timeoutMs,
    maxRetries: options.maxRetries ?? client.maxRetries ?? defaults.maxRetries,
    semaphore,
  }
}
