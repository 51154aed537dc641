import type { ListConditions } from './list-page.js'
import type { IncomingRequest, ProviderSimulator, SimulatedResponse } from './simulator.js'
import type { SandboxFault, SandboxFaultKind, SandboxRequest } from './types.js'

const defaultClampRows = 5

/** Whether a provider's operation can have a fault of this kind. */
export function isApplicable(
  kind: SandboxFaultKind,
  simulator: ProviderSimulator,
  operation: SandboxRequest['operation'],
): boolean {
  const isPaged = operation === 'list' || operation === 'history'
  switch (kind) {
    case 'probeSignature':
      return simulator.probeSignature !== undefined
    case 'wrongSerial':
      return simulator.wrongSerial !== undefined
    case 'rotateCertificate':
      return simulator.rotateCertificate !== undefined
    case 'killToken':
      return simulator.killToken !== undefined
    case 'missingTotal':
      return isPaged && simulator.removeTotal !== undefined
    case 'refusal':
      return simulator.refuse !== undefined
    case 'packetTooLarge':
      return isPaged && simulator.packetTooLarge !== undefined
    case 'clampPageSize':
      return isPaged
    case 'shiftRows':
    case 'lateRow':
    case 'staleList':
      return operation === 'list'
    default:
      return true
  }
}

/** Applies the faults that change the sandbox before the response is made. */
export function applyBefore(
  faults: readonly SandboxFault[],
  simulator: ProviderSimulator,
  request: IncomingRequest,
): void {
  for (const { kind, row } of faults) {
    if (kind === 'rotateCertificate') simulator.rotateCertificate?.({})
    if (kind === 'killToken') simulator.killToken?.()
    if (kind === 'shiftRows') simulator.addRow(request, 1)
    if (kind === 'lateRow') simulator.addRow(request, row ?? null)
  }
}

/** How the list is cut for this response. */
export function listConditions(faults: readonly SandboxFault[]): ListConditions {
  const clamp = faults.find(({ kind }) => kind === 'clampPageSize')
  const stale = faults.find(({ kind }) => kind === 'staleList')
  return {
    maxRows: clamp === undefined ? Number.POSITIVE_INFINITY : (clamp.rows ?? defaultClampRows),
    changesBehind: stale === undefined ? 0 : (stale.changes ?? 1),
  }
}

/** Applies the faults that replace or change the response. */
export function applyFaults(
  response: SimulatedResponse,
  faults: readonly SandboxFault[],
  simulator: ProviderSimulator,
): SimulatedResponse {
  // `missingTotal` first: it signs the response again, which would undo a tampered signature.
  const isSignedAgain = ({ kind }: SandboxFault): boolean => kind === 'missingTotal'
  const ordered = [...faults.filter(isSignedAgain), ...faults.filter((fault) => !isSignedAgain(fault))]
  return ordered.reduce((changed, fault) => applyFault(fault, changed, simulator), response)
}

function applyFault(fault: SandboxFault, response: SimulatedResponse, simulator: ProviderSimulator): SimulatedResponse {
  switch (fault.kind) {
    case 'rateLimit':
      return simulator.rateLimit(fault.retryAfterSeconds)
    case 'serverError':
      return badGateway
    case 'refusal':
      return simulator.refuse?.(fault.code) ?? response
    case 'packetTooLarge':
      return simulator.packetTooLarge?.(response) ?? response
    case 'missingTotal':
      return simulator.removeTotal?.(response) ?? response
    case 'tamperedSignature':
      return simulator.tamperSignature(response)
    case 'tamperedBody':
      return simulator.tamperBody(response)
    case 'probeSignature':
      return simulator.probeSignature?.(response) ?? response
    case 'wrongSerial':
      return simulator.wrongSerial?.(response) ?? response
    case 'truncate':
      return { ...response, cut: true }
    default:
      return response
  }
}

const badGateway: SimulatedResponse = {
  status: 502,
  headers: { 'Content-Type': 'text/html' },
  body: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n',
}

/** Changes the first digit: the body remains valid JSON, and only the signature fails. */
export function changeDigit(body: string): string {
  return body.replace(/\d/, (digit) => String(digit === '9' ? 8 : Number(digit) + 1))
}

/** Flips one bit in the middle of the decoded bytes. */
export function flipBit(text: string, encoding: 'base64' | 'hex'): string {
  const bytes = Buffer.from(text, encoding)
  const middle = bytes.length >> 1
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  return bytes.toString(encoding)
}
