import type { Answer, Incoming, ProviderSide } from './exchange.js'
import type { SandboxFault, SandboxFaultKind, SandboxRequest } from './types.js'

const defaultClampRows = 5

/** Whether a kind means anything to a provider's operation. */
export function isMeant(kind: SandboxFaultKind, side: ProviderSide, operation: SandboxRequest['operation']): boolean {
  const isPaged = operation === 'list' || operation === 'history'
  switch (kind) {
    case 'probeSignature':
      return side.probeSignature !== undefined
    case 'wrongSerial':
      return side.wrongSerial !== undefined
    case 'rotateCertificate':
      return side.rotateCertificate !== undefined
    case 'killToken':
      return side.killToken !== undefined
    case 'missingTotal':
      return isPaged && side.withoutTotal !== undefined
    case 'refusal':
      return side.refused !== undefined
    case 'packetTooLarge':
      return isPaged && side.packetTooLarge !== undefined
    case 'clampPageSize':
      return isPaged
    case 'shiftRows':
      return operation === 'list'
    default:
      return true
  }
}

/** What happens just before an answer is computed. */
export function happen(faults: readonly SandboxFault[], side: ProviderSide, incoming: Incoming): void {
  for (const { kind } of faults) {
    if (kind === 'rotateCertificate') side.rotateCertificate?.({})
    if (kind === 'killToken') side.killToken?.()
    if (kind === 'shiftRows') side.add({ createdAt: new Date(frontOf(side, incoming)) })
  }
}

function frontOf(side: ProviderSide, incoming: Incoming): number {
  const asked = side.frontOf?.(incoming) ?? null
  if (asked !== null) return asked
  const [newest] = side.truth()
  return newest === undefined ? incoming.at : newest.createdAt.getTime() + 1000
}

/** How many rows a page may have; undefined: as many as usual. */
export function clampOf(faults: readonly SandboxFault[]): number | undefined {
  const clamp = faults.find(({ kind }) => kind === 'clampPageSize')
  return clamp === undefined ? undefined : (clamp.rows ?? defaultClampRows)
}

/** What goes over the wire in place of the good answer. */
export function spoil(answer: Answer, faults: readonly SandboxFault[], side: ProviderSide): Answer {
  // First what is proven again, which would mend what others spoilt.
  const isProven = ({ kind }: SandboxFault): boolean => kind === 'missingTotal'
  const ordered = [...faults.filter(isProven), ...faults.filter((fault) => !isProven(fault))]
  return ordered.reduce((spoilt, fault) => spoilBy(fault, spoilt, side), answer)
}

function spoilBy(fault: SandboxFault, answer: Answer, side: ProviderSide): Answer {
  switch (fault.kind) {
    case 'rateLimit':
      return side.rateLimited(fault.retryAfterSeconds)
    case 'serverError':
      return badGateway
    case 'refusal':
      return side.refused?.(fault.code) ?? answer
    case 'packetTooLarge':
      return side.packetTooLarge?.(answer) ?? answer
    case 'missingTotal':
      return side.withoutTotal?.(answer) ?? answer
    case 'tamperedSignature':
      return side.tamperSignature(answer)
    case 'tamperedBody':
      return side.tamperBody(answer)
    case 'probeSignature':
      return side.probeSignature?.(answer) ?? answer
    case 'wrongSerial':
      return side.wrongSerial?.(answer) ?? answer
    case 'truncate':
      return { ...answer, cut: true }
    default:
      return answer
  }
}

const badGateway: Answer = {
  status: 502,
  headers: { 'Content-Type': 'text/html' },
  body: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n',
}

/** Changes the first digit, so that the body still reads as JSON and only the signature tells. */
export function changeDigit(body: string): string {
  return body.replace(/\d/, (digit) => String(digit === '9' ? 8 : Number(digit) + 1))
}

/** Flips one bit in the middle of what an encoded text stands for. */
export function flipBit(text: string, encoding: 'base64' | 'hex'): string {
  const bytes = Buffer.from(text, encoding)
  const middle = bytes.length >> 1
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  return bytes.toString(encoding)
}
