import type { ProviderName } from '../model.js'
import type { NewSandboxComplaint, SandboxComplaint, SandboxRequest } from './types.js'

/** A request as one of the servers reads it. */
export interface Incoming {
  readonly method: string
  /** Path and query exactly as they were on the wire. */
  readonly url: string
  readonly path: string
  /** What follows the question mark; null: there was none. */
  readonly search: string | null
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Business fields as the server understood them. */
  readonly query?: Readonly<Record<string, unknown>>
  /** Ids of the complaints in the body. */
  readonly served?: readonly string[]
  /** The connection ends in the middle of the body. */
  readonly cut?: boolean
}

/** One provider's side of the wire. */
export interface ProviderSide {
  readonly provider: ProviderName
  /** What the request is about, told before it is checked. */
  operationOf(incoming: Incoming): SandboxRequest['operation']
  answer(incoming: Incoming): Answer
  rateLimited(retryAfterSeconds: number | undefined): Answer
  tamperSignature(answer: Answer): Answer
  tamperBody(answer: Answer): Answer
  truth(): SandboxComplaint[]
  add(complaint: NewSandboxComplaint): SandboxComplaint
  changeState(id: string, state: 'pending' | 'processing' | 'resolved'): void
  remove(id: string): void
}

/** Without a number there is no header. */
export function retryAfterHeader(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { 'Retry-After': String(seconds) }
}
