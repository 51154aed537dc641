import type { ProviderName } from '../model.js'
import { createRandom } from './random.js'
import type { SandboxFault, SandboxFaultKind, SandboxRequest } from './types.js'

/** What is known of a request before it is answered. */
export interface Occasion {
  readonly provider: ProviderName
  readonly account: string
  readonly host: SandboxRequest['host']
  readonly operation: SandboxRequest['operation']
  /** Whether a kind means anything to this provider and operation. */
  isMeant(kind: SandboxFaultKind): boolean
}

/** Counts a request against every rule and names those that strike. */
export type Faults = (occasion: Occasion) => readonly SandboxFault[]

/** Where a kind takes hold of an answer. */
type Hold = 'before' | 'other' | 'changed' | 'lost' | 'late'

const holds: Readonly<Record<SandboxFaultKind, Hold>> = {
  shiftRows: 'before',
  rotateCertificate: 'before',
  killToken: 'before',
  rateLimit: 'other',
  serverError: 'other',
  packetTooLarge: 'other',
  refusal: 'other',
  tamperedSignature: 'changed',
  tamperedBody: 'changed',
  probeSignature: 'changed',
  wrongSerial: 'changed',
  clampPageSize: 'changed',
  missingTotal: 'changed',
  reset: 'lost',
  stall: 'lost',
  truncate: 'late',
  slowBody: 'late',
}

/** An answer that is lost was not changed, and one that is another cannot be changed either. */
const excludes: Readonly<Record<Hold, readonly Hold[]>> = {
  before: [],
  other: ['other', 'changed', 'lost'],
  changed: ['other', 'lost'],
  lost: ['other', 'changed', 'lost', 'late'],
  late: ['lost', 'late'],
}

const ordinary: readonly SandboxRequest['operation'][] = ['list', 'get', 'history', 'media']

/** @param seed of the rules that have none of their own */
export function createFaults(rules: readonly SandboxFault[], seed: number): Faults {
  const counted = rules.map((rule, index) => ({
    rule,
    matching: 0,
    struck: 0,
    random: createRandom(rule.seed ?? seed, rule.seed === undefined ? index : 0),
  }))
  return (occasion) => {
    const striking: SandboxFault[] = []
    for (const each of counted.filter(({ rule }) => matches(rule, occasion))) {
      each.matching += 1
      // Drawn for every matching request, so that the other conditions do not shift the sequence.
      const isLikely = each.random.chance(each.rule.probability ?? 1)
      if (!isLikely || !isDue(each.rule, each.matching, each.struck) || !fits(each.rule, striking)) continue
      each.struck += 1
      striking.push(each.rule)
    }
    return striking
  }
}

function matches(rule: SandboxFault, occasion: Occasion): boolean {
  if (rule.provider !== undefined && rule.provider !== occasion.provider) return false
  if (rule.account !== undefined && rule.account !== occasion.account) return false
  if (rule.host !== undefined && rule.host !== occasion.host) return false
  const operations = rule.operation === undefined ? ordinary : [rule.operation]
  return operations.includes(occasion.operation) && occasion.isMeant(rule.kind)
}

function isDue(rule: SandboxFault, number: number, struck: number): boolean {
  if (rule.nth !== undefined && number !== rule.nth) return false
  if (rule.every !== undefined && number % rule.every !== 0) return false
  return rule.times === undefined || struck < rule.times
}

/** The same change made twice may undo itself. */
function fits(rule: SandboxFault, striking: readonly SandboxFault[]): boolean {
  const excluded = excludes[holds[rule.kind]]
  return striking.every(({ kind }) => kind !== rule.kind && !excluded.includes(holds[kind]))
}
