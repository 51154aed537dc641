import { drawWords } from '../people.js'
import { alphanumerics, digits, hexDigits, type Random } from '../random.js'
import type { DrawInput, Facts, State } from '../store.js'
import { beijingDigits, floorToSecond } from '../time.js'

/** Made up. */
export const appId = 'appSandbox0000001' as const
export const clientId = 'xopSandbox0000001' as const

export interface XiaoeFacts extends Facts {
  readonly index: number
  readonly reason: string
  /** 1 shop, 2 Xiaoe's platform, 3 WeChat Pay, 4 Alipay. */
  readonly channel: 1 | 2 | 3 | 4
  readonly from: number
  readonly complaintType: number
  readonly step: number
  /** Masked by the provider. */
  readonly phone: string
  readonly resourceId: string
  /** null: left out of the row. */
  readonly resourceType: number | null
  readonly limitHours: number
  readonly handledAt: number
  /** null while it is open. */
  readonly closedAt: number | null
  /** How the row says that it is not closed. */
  readonly notClosed: string
}

const minuteMs = 60_000
const hourMs = 3_600_000

/** By channel: where such a complaint comes from (complaint_from). */
const sources = { 1: [101, 102, 103, 107], 2: [203, 10, 210, 209], 3: [201, 208], 4: [202] } as const

export function drawXiaoe(random: Random, input: DrawInput): XiaoeFacts {
  const createdAt = floorToSecond(input.createdAt)
  const channel = random.pick<XiaoeFacts['channel']>([1, 1, 1, 2, 3, 3, 4])
  const from = sources[channel]
  const limitHours = random.pick([24, 48, 72])
  const afterMs = input.state === 'pending' ? 0 : random.int(1, 180) * minuteMs
  const facts = {
    // The index in hexadecimal keeps ids apart, whatever is drawn.
    id: `c_${hex(createdAt / 1000, 8)}${hex(input.index, 5)}_${random.text(alphanumerics, 8)}`,
    index: input.index,
    createdAt,
    state: input.state,
    reason: drawWords(random, input.detail).detail,
    channel,
    from: from[random.int(0, from.length - 1)] ?? from[0],
    complaintType: channel === 1 ? 1 : 3,
    step: stepFor(input.state),
    phone: `138****${random.text(digits, 4)}`,
    resourceId: drawResource(random, createdAt),
    resourceType: random.chance(0.85) ? random.pick([0, 1, 3, 5]) : null,
    limitHours,
  }
  const lateAt = deadline(facts) + afterMs
  const isLate = random.chance(0.25) && input.state === 'resolved' && lateAt < Date.now()
  const handledAt = isLate ? lateAt : createdAt + afterMs
  return {
    ...facts,
    handledAt,
    closedAt: input.state === 'resolved' ? handledAt + random.int(0, 600) * 1000 : null,
    notClosed: random.pick([
      '1970-01-02 00:00:00',
      '1970-01-02 00:00:00',
      '1970-01-02 00:00:00',
      '0000-00-00 00:00:00',
      '-0001-11-30 00:00:00',
      '',
    ]),
  }
}

/** When the merchant must have acted. */
export function deadline({ createdAt, limitHours }: Pick<XiaoeFacts, 'createdAt' | 'limitHours'>): number {
  return createdAt + limitHours * hourMs
}

/** It was closed after its deadline, or is open and the deadline has passed. */
export function isOverdue(facts: XiaoeFacts): boolean {
  return (facts.closedAt ?? Date.now()) > deadline(facts)
}

/** A complaint that changes state now. */
export function withState(facts: XiaoeFacts, state: State): XiaoeFacts {
  const now = Math.max(floorToSecond(Date.now()), facts.createdAt)
  return { ...facts, state, step: stepFor(state), handledAt: now, closedAt: state === 'resolved' ? now : null }
}

/** current_step: 1 new, 2 the merchant answered, 5 closed by Xiaoe. */
function stepFor(state: State): number {
  return { pending: 1, processing: 2, resolved: 5 }[state]
}

/** A course, or an order. */
function drawResource(random: Random, createdAt: number): string {
  return random.chance(0.3)
    ? `p_${random.text(hexDigits, 13)}_${random.text(alphanumerics, 8)}`
    : `E${beijingDigits(createdAt)}${random.text(digits, 6)}V2`
}

function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, '0')
}
