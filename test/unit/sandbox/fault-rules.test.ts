import { describe, expect, it } from 'vitest'
import { createFaults, type FaultContext } from '../../../src/sandbox/fault-rules.js'
import type { SandboxFault, SandboxFaultKind } from '../../../src/sandbox/index.js'

const occasion: FaultContext = {
  provider: 'wechatpay',
  account: '1900000001',
  host: 'primary',
  operation: 'list',
  isApplicable: () => true,
}

/** Which of the first `count` requests are struck, from 1. */
function struck(
  rules: readonly SandboxFault[],
  count: number,
  changes: Partial<FaultContext> = {},
  seed = 1,
): number[] {
  const faults = createFaults(rules, seed)
  return Array.from({ length: count }, (_, index) =>
    faults({ ...occasion, ...changes }).length > 0 ? index + 1 : 0,
  ).filter((number) => number > 0)
}
const kindsAt = (rules: readonly SandboxFaultKind[]): SandboxFaultKind[] =>
  createFaults(
    rules.map((kind) => ({ kind })),
    1,
  )(occasion).map(({ kind }) => kind)

describe('when a rule strikes', () => {
  const table: [string, Partial<SandboxFault>, number[]][] = [
    ['always', {}, [1, 2, 3, 4, 5, 6]],
    ['nth', { nth: 2 }, [2]],
    ['every', { every: 3 }, [3, 6]],
    ['times', { times: 2 }, [1, 2]],
    ['every and times', { every: 2, times: 2 }, [2, 4]],
    ['nth and every', { nth: 4, every: 3 }, []],
    ['never', { times: 0 }, []],
    ['never by chance', { probability: 0 }, []],
    ['surely', { probability: 1, every: 5 }, [5]],
  ]
  it.each(table)('%s', (_, rule, expected) => {
    expect(struck([{ kind: 'reset', ...rule }], 6)).toEqual(expected)
  })

  const conditions: [string, Partial<SandboxFault>, Partial<FaultContext>][] = [
    ['provider', { provider: 'wechatpay' }, { provider: 'xiaoe' }],
    ['account', { account: '1900000001' }, { account: '1900000002' }],
    ['host', { host: 'primary' }, { host: 'backup' }],
    ['operation', { operation: 'list' }, { operation: 'get' }],
    ['no operation: not tokens', {}, { operation: 'token' }],
    ['no operation: not certificates', {}, { operation: 'certificates' }],
    ['what means nothing', {}, { isApplicable: () => false }],
  ]
  it.each(conditions)('only where it matches: %s', (_, rule, other) => {
    expect(struck([{ kind: 'reset', ...rule }], 1)).toEqual([1])
    expect(struck([{ kind: 'reset', ...rule }], 3, other)).toEqual([])
    const faults = createFaults([{ kind: 'reset', ...rule, nth: 1 }], 1)
    expect(faults({ ...occasion, ...other })).toEqual([])
    expect(faults(occasion).length).toBe(1)
  })

  it('by chance, repeatably', () => {
    const rules: SandboxFault[] = [{ kind: 'reset', probability: 0.3 }]
    const once = struck(rules, 1000)
    expect(once.length).toBeGreaterThan(240)
    expect(once.length).toBeLessThan(360)
    expect(struck(rules, 1000)).toEqual(once)
    expect(struck(rules, 1000, {}, 2)).not.toEqual(once)
    expect(struck([{ kind: 'reset', probability: 0.3, seed: 5 }], 1000, {}, 2)).toEqual(
      struck([{ kind: 'reset', probability: 0.3, seed: 5 }], 1000, {}, 3),
    )
    // Two rules draw for themselves.
    const [first, second] = [
      struck([{ kind: 'reset', probability: 0.3 }], 100),
      struck(
        [
          { kind: 'reset', times: 0 },
          { kind: 'reset', probability: 0.3 },
        ],
        100,
      ),
    ]
    expect(second).not.toEqual(first)
    // Other conditions leave the sequence as it is.
    expect(struck([{ kind: 'reset', probability: 0.3, every: 2 }], 1000)).toEqual(once.filter((n) => n % 2 === 0))
  })
})

describe('which strike together', () => {
  it.each<[SandboxFaultKind[], SandboxFaultKind[]]>([
    [
      ['shiftRows', 'reset'],
      ['shiftRows', 'reset'],
    ],
    [
      ['reset', 'shiftRows', 'rotateCertificate', 'killToken'],
      ['reset', 'shiftRows', 'rotateCertificate', 'killToken'],
    ],
    [
      ['tamperedBody', 'tamperedSignature', 'slowBody'],
      ['tamperedBody', 'tamperedSignature', 'slowBody'],
    ],
    [
      ['clampPageSize', 'missingTotal', 'truncate'],
      ['clampPageSize', 'missingTotal', 'truncate'],
    ],
    [
      ['serverError', 'slowBody'],
      ['serverError', 'slowBody'],
    ],
    [['serverError', 'rateLimit', 'reset'], ['serverError']],
    [['reset', 'serverError', 'tamperedBody', 'truncate', 'stall'], ['reset']],
    [['truncate', 'reset', 'slowBody'], ['truncate']],
    [['rateLimit', 'tamperedSignature'], ['rateLimit']],
    [['tamperedSignature', 'rateLimit', 'tamperedSignature'], ['tamperedSignature']],
  ])('%j: %j', (rules, expected) => {
    expect(kindsAt(rules)).toEqual(expected)
  })

  it('one that gave way has not struck', () => {
    const faults = createFaults(
      [
        { kind: 'reset', nth: 1 },
        { kind: 'serverError', times: 1 },
      ],
      1,
    )
    expect([1, 2, 3].map(() => faults(occasion).map(({ kind }) => kind))).toEqual([['reset'], ['serverError'], []])
  })
})
