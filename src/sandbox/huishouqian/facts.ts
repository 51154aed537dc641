import { drawFen, drawOpenId, drawPhone, drawWords } from '../people.js'
import { digits, type Random } from '../random.js'
import type { DrawInput, Facts } from '../store.js'
import { beijingDigits, floorToSecond } from '../time.js'

/** Made up: the account's own merchant. */
export const merchantNo = '800000000001' as const
/** The agent of all merchants here. */
export const agentNo = '700000000001' as const

/** The account's own merchant first, then others of the same agent. */
export function merchantNumbers(count: number): readonly [string, ...string[]] {
  return [merchantNo, ...Array.from({ length: count - 1 }, (_, index) => String(Number(merchantNo) + index + 1))]
}

export interface HuishouqianFacts extends Facts {
  /** Counts the complaints from 0. */
  readonly index: number
  readonly subject: string
  readonly detail: string
  readonly merchantNo: string
  /** Whether the row has `agentNo`; always for a merchant other than the account's own. */
  readonly hasAgentNo: boolean
  /** null: the row leaves it out. */
  readonly merchantTradeNo: string | null
  readonly fen: number
  readonly times: number
  readonly awaitingReply: boolean
  readonly openId: string
  readonly phone: string
  readonly fullyRefunded: boolean
}

export function drawHuishouqian(
  random: Random,
  input: DrawInput,
  merchants: readonly [string, ...string[]],
): HuishouqianFacts {
  const createdAt = floorToSecond(input.createdAt)
  const day = beijingDigits(createdAt).slice(0, 8)
  const facts = {
    // 27 digits; the index at the end makes the id unique.
    id: `2002102${day}${random.text(digits, 5)}${String(input.index).padStart(7, '0')}`,
    index: input.index,
    createdAt,
    state: input.state,
    ...drawWords(random, input.detail),
    hasAgentNo: random.chance(0.4),
    merchantTradeNo: random.chance(0.8) ? `HSQ${day}${random.text(digits, 10)}` : null,
    fen: drawFen(random),
    times: random.chance(0.7) ? 1 : random.int(2, 6),
    awaitingReply: random.chance(0.3),
    openId: drawOpenId(random),
    phone: drawPhone(random),
    fullyRefunded: random.chance(0.25),
  }
  // Drawn last, so that the number of merchants changes no other field.
  const merchant = random.pick(merchants)
  return { ...facts, merchantNo: merchant, hasAgentNo: facts.hasAgentNo || merchant !== merchantNo }
}
