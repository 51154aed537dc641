import type { ProviderName } from '../model.js'
import { createRandom } from './random.js'
import type { SandboxFault, SandboxFaultKind, SandboxRequest } from './types.js'

/** What is known of a request before it is answered. */
export interface FaultContext {
  readonly provider: ProviderName
  readonly account: string
  readonly host: SandboxRequest['host']
  readonly operation: SandboxRequest['operation']
  /** Whether a kind means anything to this provider and operation. */
  isApplicable(kind: SandboxFaultKind): boolean
}

/** Counts a request against every rule and names those that strike. */
export type FaultSelector = (context: FaultContext) => readonly SandboxFault[]

/** Where a kind takes hold of an answer. */
type FaultPhase = 'before' | 'other' | 'changed' | 'lost' | 'late'

const phases: Readonly<Record<SandboxFaultKind, FaultPhase>> = {
  shiftRows: 'before',
  lateRow: 'before',
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
  staleList: 'changed',
  reset: 'lost',
  stall: 'lost',
  truncate: 'late',
  slowBody: 'late',
}

/** An answer that is lost was not changed, and one that is another cannot be changed either. */
const excludes: Readonly<Record<FaultPhase, readonly FaultPhase[]>> = {
  before: [],
  other: ['other', 'changed', 'lost'],
  changed: ['other', 'lost'],
  lost: ['other', 'changed', 'lost', 'late'],
  late: ['lost', 'late'],
}

const defaultOperations: readonly SandboxRequest['operation'][] = ['list', 'get', 'history', 'media']

/** @param seed of the rules that have none of their own */
export function createFaults(rules: readonly SandboxFault[], seed: number): FaultSelector {
  const counters = rules.map((rule, index) => ({
    rule,
    matching: 0,
    applied: 0,
    random: createRandom(rule.seed ?? seed, rule.seed === undefined ? index : 0),
  }))
  return (context) => {
    const selected: SandboxFault[] = []
    for (const each of counters.filter(({ rule }) => matches(rule, context))) {
      each.matching += 1
      // Drawn for every matching request, so that the other conditions do not shift the sequence.
      const isLikely = each.random.chance(each.rule.probability ?? 1)
      if (!isLikely || !isDue(each.rule, each.matching, each.applied) || !isCompatible(each.rule, selected)) continue
      each.applied += 1
      selected.push(each.rule)
    }
    return selected
  }
}

function matches(rule: SandboxFault, context: FaultContext): boolean {
  if (rule.provider !== undefined && rule.provider !== context.provider) return false
  if (rule.account !== undefined && rule.account !== context.account) return false
  if (rule.host !== undefined && rule.host !== context.host) return false
  const operations = rule.operation === undefined ? defaultOperations : [rule.operation]
  return operations.includes(context.operation) && context.isApplicable(rule.kind)
}

function isDue(rule: SandboxFault, number: number, applied: number): boolean {
  if (rule.nth !== undefined && number !== rule.nth) return false
  if (rule.every !== undefined && number % rule.every !== 0) return false
  return rule.times === undefined || applied < rule.times
}

/** The same change made twice may undo itself. */
function isCompatible(rule: SandboxFault, selected: readonly SandboxFault[]): boolean {
  const excluded = excludes[phases[rule.kind]]
  return selected.every(({ kind }) => kind !== rule.kind && !excluded.includes(phases[kind]))
}
