import type { ProviderName } from '../model.js'
import { createRandom } from './random.js'
import type { SandboxFault, SandboxFaultKind, SandboxRequest } from './types.js'

/** Properties of a request that rules can match. */
export interface FaultContext {
  readonly provider: ProviderName
  readonly account: string
  readonly host: SandboxRequest['host']
  readonly operation: SandboxRequest['operation']
  /** Whether this provider's operation can have a fault of this kind. */
  isApplicable(kind: SandboxFaultKind): boolean
}

/** Counts a request for every rule and returns the rules that apply. */
export type FaultSelector = (context: FaultContext) => readonly SandboxFault[]

/** When a fault takes effect: before the response is made, by replacing, changing or dropping it, or while it is sent. */
type FaultPhase = 'before' | 'replace' | 'change' | 'drop' | 'send'

const phases: Readonly<Record<SandboxFaultKind, FaultPhase>> = {
  shiftRows: 'before',
  lateRow: 'before',
  rotateCertificate: 'before',
  killToken: 'before',
  rateLimit: 'replace',
  serverError: 'replace',
  packetTooLarge: 'replace',
  refusal: 'replace',
  tamperedSignature: 'change',
  tamperedBody: 'change',
  probeSignature: 'change',
  wrongSerial: 'change',
  clampPageSize: 'change',
  missingTotal: 'change',
  staleList: 'change',
  reset: 'drop',
  stall: 'drop',
  truncate: 'send',
  slowBody: 'send',
}

/** Phases that cannot be combined: a dropped or replaced response cannot be changed as well. */
const excludes: Readonly<Record<FaultPhase, readonly FaultPhase[]>> = {
  before: [],
  replace: ['replace', 'change', 'drop'],
  change: ['replace', 'drop'],
  drop: ['replace', 'change', 'drop', 'send'],
  send: ['drop', 'send'],
}

const defaultOperations: readonly SandboxRequest['operation'][] = ['list', 'get', 'history', 'media']

/** @param seed for rules without a seed */
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

/** Each kind applies once: the same change twice may undo itself. */
function isCompatible(rule: SandboxFault, selected: readonly SandboxFault[]): boolean {
  const excluded = excludes[phases[rule.kind]]
  return selected.every(({ kind }) => kind !== rule.kind && !excluded.includes(phases[kind]))
}
