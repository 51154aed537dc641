import type { SandboxFault, SandboxFaultKind } from '../../../src/sandbox/index.js'
import { anyCall, type Mode } from './modes.js'

/** Repeatable chance. */
export type Dice = (sides: number) => number

export function dice(seed: number): Dice {
  let state = Math.imul(seed, 2_654_435_761) >>> 0
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

/** Some faults, each of which ends after a while: a drain that goes on must come to its end. */
export function faultsOf(mode: Mode, roll: Dice): SandboxFault[] {
  return Array.from({ length: 1 + roll(4) }, (): SandboxFault => {
    const kind = mode.kinds[roll(mode.kinds.length)] ?? 'reset'
    const when = [{ nth: 1 + roll(20) }, { every: 1 + roll(6) }, { probability: 0.3, seed: roll(1000) }][roll(3)]
    const times = 1 + roll(12)
    return {
      kind,
      provider: mode.provider,
      operation: 'list',
      // A 429 costs seconds each: more than the retries of a request are enough.
      times: kind === 'rateLimit' ? Math.min(times, 4) : times,
      ...when,
      ...(kind === 'rateLimit' ? { retryAfterSeconds: 0 } : {}),
    }
  })
}

/** Faults beside those of the list: of the calls that it depends on, of refusals, and by account. */
export function furtherFaultsOf(mode: Mode, roll: Dice): SandboxFault[] {
  const some = (kinds: readonly SandboxFaultKind[], rule: Omit<SandboxFault, 'kind'>, firstCalls = 4): SandboxFault[] =>
    Array.from({ length: 1 + roll(2) }, () => {
      const kind = kinds[roll(kinds.length)] ?? 'reset'
      const when = [{ nth: 1 + roll(firstCalls) }, { every: 1 + roll(3) }, { probability: 0.5, seed: roll(1000) }][
        roll(3)
      ]
      return { kind, ...rule, times: 1 + roll(4), ...when, ...(kind === 'rateLimit' ? { retryAfterSeconds: 0 } : {}) }
    })
  const { account, beside, provider, refusals } = mode
  return [
    ...(beside === null ? [] : some(beside.kinds, { provider, operation: beside.operation }, beside.firstCalls)),
    ...(refusals !== null && roll(2) === 0
      ? some(['refusal'], { provider, operation: 'list', ...refusals[roll(refusals.length)] })
      : []),
    // No provider is named: another account of the same client must not feel it.
    ...(roll(2) === 0 ? some(anyCall, { account }) : []),
  ]
}
