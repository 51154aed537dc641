import type { ProviderName } from '../model.js'
import type { ListConditions } from './list-page.js'
import type { SandboxNotification, SandboxNotificationOptions } from './notification-types.js'
import type {
  NewSandboxComplaint,
  SandboxComplaint,
  SandboxHistoryEntry,
  SandboxMedia,
  SandboxRequest,
} from './types.js'

/** A request as a server received it. */
export interface IncomingRequest {
  readonly method: string
  /** Path and query exactly as they were on the wire. */
  readonly url: string
  readonly path: string
  /** The text after the question mark; null: there is none. */
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
  /** A binary body, sent in place of `body`. */
  readonly bytes?: Uint8Array
  /** Business fields as the server understood them. */
  readonly query?: Readonly<Record<string, unknown>>
  /** Ids of the complaints in the body. */
  readonly served?: readonly string[]
  /** The connection ends in the middle of the body. */
  readonly cut?: boolean
}

/** The server side of one provider. Optional members exist only for some providers. */
export interface ProviderSimulator {
  readonly provider: ProviderName
  /** The operation of a request, before it is checked. */
  classify(request: IncomingRequest): SandboxRequest['operation']
  respond(request: IncomingRequest, conditions: ListConditions): SimulatedResponse
  rateLimit(retryAfterSeconds: number | undefined): SimulatedResponse
  tamperSignature(response: SimulatedResponse): SimulatedResponse
  tamperBody(response: SimulatedResponse): SimulatedResponse
  /** The signature becomes a probe that clients must reject. */
  probeSignature?(response: SimulatedResponse): SimulatedResponse
  /** The response names an unknown key. */
  wrongSerial?(response: SimulatedResponse): SimulatedResponse
  /** The response without its total, signed again. */
  removeTotal?(response: SimulatedResponse): SimulatedResponse
  /** A signed error of the provider. undefined: the code for "busy"; null: no code. */
  refuse?(code: string | null | undefined): SimulatedResponse
  /** Replaces this response, signed with the same key. */
  packetTooLarge?(response: SimulatedResponse): SimulatedResponse
  rotateCertificate?(options: { dropOld?: boolean }): void
  killToken?(): void
  truth(): SandboxComplaint[]
  add(complaint: NewSandboxComplaint): SandboxComplaint
  /** Adds a complaint at a row of the list asked for, from 1; null: half-way between row 1 and the page asked for. */
  addRow(request: IncomingRequest, row: number | null): void
  changeState(id: string, state: 'pending' | 'processing' | 'resolved'): void
  remove(id: string): void
  /** What a single call returns of a complaint, where lists return less. */
  complaintOf?(id: string): SandboxComplaint
  historyOf?(id: string): readonly SandboxHistoryEntry[]
  mediaOf?(id: string): readonly SandboxMedia[]
  notification?(id: string, options: SandboxNotificationOptions): SandboxNotification
}

/** undefined: no header. */
export function retryAfterHeader(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { 'Retry-After': String(seconds) }
}
