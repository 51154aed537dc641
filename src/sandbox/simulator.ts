import type { ProviderName } from '../model.js'
import type { ListConditions } from './list-page.js'
import type {
  NewSandboxComplaint,
  SandboxComplaint,
  SandboxHistoryEntry,
  SandboxMedia,
  SandboxNotification,
  SandboxNotificationOptions,
  SandboxRequest,
} from './types.js'

/** A request as one of the servers reads it. */
export interface IncomingRequest {
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

export interface SimulatedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Sent in place of `body`: what is no text. */
  readonly bytes?: Uint8Array
  /** Business fields as the server understood them. */
  readonly query?: Readonly<Record<string, unknown>>
  /** Ids of the complaints in the body. */
  readonly served?: readonly string[]
  /** The connection ends in the middle of the body. */
  readonly cut?: boolean
}

/** One provider's side of the wire. What is optional is not known to every provider. */
export interface ProviderSimulator {
  readonly provider: ProviderName
  /** What the request is about, told before it is checked. */
  classify(request: IncomingRequest): SandboxRequest['operation']
  respond(request: IncomingRequest, conditions: ListConditions): SimulatedResponse
  rateLimit(retryAfterSeconds: number | undefined): SimulatedResponse
  tamperSignature(response: SimulatedResponse): SimulatedResponse
  tamperBody(response: SimulatedResponse): SimulatedResponse
  /** The signature becomes one that checks whether clients verify. */
  probeSignature?(response: SimulatedResponse): SimulatedResponse
  /** The answer names a key that nobody knows. */
  wrongSerial?(response: SimulatedResponse): SimulatedResponse
  /** The answer without its total, proven again. */
  removeTotal?(response: SimulatedResponse): SimulatedResponse
  /** A refusal of the provider's own, proven where it proves any. `undefined`: it is busy; null: it names no code. */
  refuse?(code: string | null | undefined): SimulatedResponse
  /** In place of this answer, and proven as it was. */
  packetTooLarge?(response: SimulatedResponse): SimulatedResponse
  rotateCertificate?(options: { dropOld?: boolean }): void
  killToken?(): void
  truth(): SandboxComplaint[]
  add(complaint: NewSandboxComplaint): SandboxComplaint
  /** Adds a complaint at a row of the list asked for, from 1; null: half-way between row 1 and the page asked for. */
  addRow(request: IncomingRequest, row: number | null): void
  changeState(id: string, state: 'pending' | 'processing' | 'resolved'): void
  remove(id: string): void
  historyOf?(id: string): readonly SandboxHistoryEntry[]
  mediaOf?(id: string): readonly SandboxMedia[]
  notification?(id: string, options: SandboxNotificationOptions): SandboxNotification
}

/** Without a number there is no header. */
export function retryAfterHeader(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { 'Retry-After': String(seconds) }
}
