import { drawFen, drawPhone, drawWords } from '../people.js'
import { digits, type Random } from '../random.js'
import type { DrawInput, Facts, State } from '../store.js'
import { beijingDigits, floorToSecond } from '../time.js'
import { merchantPid } from './app.js'
import { drawImages } from './images.js'
import { drawDetail } from './words.js'

/** What each status is called. */
export const statusTexts = {
  WAIT_PROCESS: '待处理',
  PROCESSING: '处理中',
  PROCESSED: '处理完成',
  OVERDUE: '超时未处理',
  OVERDUE_PROCESSED: '超时处理完成',
  PART_OVERDUE: '部分超时未处理',
  DROP_COMPLAIN: '用户撤诉',
  DROP_OVERDUE_COMPLAIN: '超时后用户撤诉',
  DROP_OVERDUE_PROCESSED: '超时处理完成用户撤诉',
  DROP_PROCESSED: '处理完成用户撤诉',
} as const

export type RiskStatus = keyof typeof statusTexts

const resolved = [
  'PROCESSED',
  'PROCESSED',
  'OVERDUE_PROCESSED',
  'DROP_COMPLAIN',
  'DROP_OVERDUE_COMPLAIN',
  'DROP_OVERDUE_PROCESSED',
  'DROP_PROCESSED',
] as const

/** One payment that a complaint is about. */
export interface RiskTrade {
  readonly id: string
  readonly tradeNo: string
  /** null: the row leaves it out. */
  readonly outNo: string | null
  readonly paidAt: number
  readonly fen: number
  /** How the row writes the amount in yuan. */
  readonly written: 'text' | 'number'
}

export interface RiskFacts extends Facts {
  /** Counts the complaints from 0. */
  readonly index: number
  readonly statuses: Readonly<Record<State, RiskStatus>>
  /** What the complainant sees, in place of the id. */
  readonly taskId: string
  readonly merchantPid: string
  readonly detail: string
  readonly contact: { readonly value: string; readonly form: 'plain' | 'masked' | 'mail' }
  readonly dueAt: number
  /** null: nothing was done yet. */
  readonly processedAt: number | null
  readonly trades: readonly [RiskTrade, ...RiskTrade[]]
  /** Only the detail has them. */
  readonly tags: readonly string[]
  /** Only the detail has them. */
  readonly proofs: readonly string[]
  readonly isUpgraded: boolean
}

const hourMs = 3_600_000

export function drawRisk(random: Random, input: DrawInput): RiskFacts {
  const createdAt = floorToSecond(input.createdAt)
  const dueAt = createdAt + random.pick([24, 48, 72]) * hourMs
  const lastingMs = random.int(1, 96) * hourMs
  const { index, state } = input
  const trades = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, (_, number) =>
    drawTrade(random, createdAt, index, number),
  )
  return {
    // Beyond what a number holds, so that a digit that was rounded shows.
    id: `90071992547${String(index).padStart(8, '0')}`,
    index,
    createdAt,
    state,
    statuses: {
      pending: dueAt < Date.now() ? 'OVERDUE' : 'WAIT_PROCESS',
      processing: random.pick<RiskStatus>(['PROCESSING', 'PROCESSING', 'PART_OVERDUE']),
      resolved: random.pick<RiskStatus>(resolved),
    },
    taskId: `${beijingDigits(createdAt)}${random.text(digits, 6)}${String(index).padStart(6, '0')}`,
    merchantPid: merchantPid(random.int(1, 3)),
    detail: drawDetail(random, drawWords(random, undefined).detail, input.detail),
    contact: drawContact(random),
    dueAt,
    processedAt: state === 'pending' ? null : createdAt + lastingMs,
    trades: trades as unknown as RiskFacts['trades'],
    tags: ['高风险', '加急', '平台已介入', '升级投诉'].filter(() => random.chance(0.25)),
    proofs: random.chance(0.3) ? drawImages(random, index) : [],
    isUpgraded: random.chance(0.2),
  }
}

/** A complaint that changes state now. */
export function withRiskState(facts: RiskFacts, state: State): RiskFacts {
  const now = Math.max(floorToSecond(Date.now()), facts.createdAt)
  return { ...facts, state, processedAt: state === 'pending' ? null : now }
}

export function riskStatus({ statuses, state }: RiskFacts): RiskStatus {
  return statuses[state]
}

function drawTrade(random: Random, createdAt: number, index: number, number: number): RiskTrade {
  const paidAt = createdAt - random.int(1, 20 * 24) * hourMs
  const day = beijingDigits(paidAt).slice(0, 8)
  return {
    id: `90081992547${String(index * 10 + number).padStart(8, '0')}`,
    tradeNo: `${day}22001${random.text(digits, 8)}${number}${String(index).padStart(6, '0')}`,
    outNo: random.chance(0.85) ? `R${day}${random.text(digits, 8)}` : null,
    paidAt,
    fen: drawFen(random),
    written: random.chance(0.2) ? 'number' : 'text',
  }
}

function drawContact(random: Random): RiskFacts['contact'] {
  const phone = drawPhone(random)
  return random.pick<RiskFacts['contact']>([
    { value: phone, form: 'plain' },
    { value: phone, form: 'plain' },
    { value: `${phone.slice(0, 3)}****${phone.slice(-4)}`, form: 'masked' },
    { value: `someone${phone.slice(-4)}@example.com`, form: 'mail' },
  ])
}
