import type { ProviderName } from '../model.js'
import type { Answer, ProviderSide } from './exchange.js'
import type { SandboxFault, SandboxRequest } from './types.js'

type Operation = SandboxRequest['operation']

/** Counts a request against every rule and names the first that strikes. */
export type Faults = (provider: ProviderName, operation: Operation) => SandboxFault | undefined

const ordinary: readonly Operation[] = ['list', 'get', 'history', 'media']

export function createFaults(rules: readonly SandboxFault[]): Faults {
  const counted = rules.map((rule) => ({ rule, matching: 0, struck: 0 }))
  return (provider, operation) => {
    const matching = counted.filter(({ rule }) => matches(rule, provider, operation))
    for (const each of matching) each.matching += 1
    const striking = matching.find((each) => strikes(each.rule, each.matching, each.struck))
    if (striking === undefined) return undefined
    striking.struck += 1
    return striking.rule
  }
}

function matches(rule: SandboxFault, provider: ProviderName, operation: Operation): boolean {
  if (rule.provider !== undefined && rule.provider !== provider) return false
  return rule.operation === undefined ? ordinary.includes(operation) : rule.operation === operation
}

function strikes(rule: SandboxFault, number: number, struck: number): boolean {
  if (rule.nth !== undefined && number !== rule.nth) return false
  if (rule.every !== undefined && number % rule.every !== 0) return false
  return rule.times === undefined || struck < rule.times
}

/** What goes over the wire in place of the good answer; null: the connection is reset. */
export function spoil(answer: Answer, fault: SandboxFault | undefined, side: ProviderSide): Answer | null {
  switch (fault?.kind) {
    case undefined:
      return answer
    case 'reset':
      return null
    case 'rateLimit':
      return side.rateLimited(fault.retryAfterSeconds)
    case 'serverError':
      return badGateway
    case 'tamperedSignature':
      return side.tamperSignature(answer)
    case 'tamperedBody':
      return side.tamperBody(answer)
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
