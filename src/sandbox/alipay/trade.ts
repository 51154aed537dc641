import { drawFen, drawPhone, drawWords } from '../people.js'
import { digits, type Random } from '../random.js'
import type { DrawInput, State } from '../store.js'
import { beijingDigits, floorToSecond } from '../time.js'
import { appIds, merchantPid } from './app.js'
import { drawImages } from './images.js'
import { drawReplies, type Negotiation } from './trade-replies.js'
import { drawDetail } from './words.js'

/** https://opendocs.alipay.com/open/02z1b0 */
const statuses = {
  pending: ['MERCHANT_PROCESSING', 'MERCHANT_PROCESSING', 'MERCHANT_PROCESSING', 'MERCHANT_FEEDBACK_TIMEOUT'],
  processing: ['MERCHANT_FEEDBACKED', 'MERCHANT_FEEDBACKED', 'PLATFORM_PROCESSING'],
  resolved: ['FINISHED', 'FINISHED', 'CANCELLED', 'PLATFORM_FINISH', 'CLOSED', 'REPORT_SUCCEED'],
} as const

export type TradeStatus = (typeof statuses)[State][number]

export interface TradeFacts extends Negotiation {
  /** Counts the complaints from 0. */
  readonly index: number
  /** The status that the complaint has in each state. */
  readonly statuses: Readonly<Record<State, TradeStatus>>
  readonly subject: string
  readonly detail: string
  /** What the complainant wants. */
  readonly demand: string
  readonly images: readonly string[]
  readonly phone: { readonly value: string; readonly form: 'plain' | 'masked' }
  readonly tradeNo: string
  /** null: the row leaves it out. */
  readonly merchantOrderNo: string | null
  readonly target: { readonly id: string; readonly type: 'APPID' | 'PUBLICID' | 'PID' }
  readonly fen: number
  readonly modifiedAt: number
  /** How the row says that it is open. */
  readonly notFinished: '' | null | undefined
}

const hourMs = 3_600_000

export function drawTrade(random: Random, input: DrawInput): TradeFacts {
  const createdAt = floorToSecond(input.createdAt)
  const day = beijingDigits(createdAt).slice(0, 8)
  const index = String(input.index).padStart(6, '0')
  const words = drawWords(random, undefined)
  const phone = drawPhone(random)
  const isMasked = random.chance(0.4)
  const lastingMs = random.int(1, 72) * hourMs
  const state = input.state
  const modifiedAt = state === 'pending' ? createdAt : createdAt + lastingMs
  return {
    // 28 digits, as in the documentation; the index makes the id unique.
    id: `${day}00102000000000${index}`,
    index: input.index,
    createdAt,
    state,
    statuses: {
      pending: random.pick(statuses.pending),
      processing: random.pick(statuses.processing),
      resolved: random.pick(statuses.resolved),
    },
    subject: words.subject,
    detail: drawDetail(random, words.detail, input.detail),
    demand: random.pick(['退款', '退货退款', '补发商品', '解释说明']),
    images: random.chance(0.4) ? drawImages(random, input.index) : [],
    phone: isMasked
      ? { value: `${phone.slice(0, 3)}****${phone.slice(-4)}`, form: 'masked' }
      : { value: phone, form: 'plain' },
    tradeNo: `${day}22001${random.text(digits, 9)}${index}`,
    merchantOrderNo: random.chance(0.8) ? `T${day}${random.text(digits, 8)}` : null,
    target: random.pick<TradeFacts['target']>([
      { id: appIds['alipay-trade'], type: 'APPID' },
      { id: appIds['alipay-trade'], type: 'APPID' },
      { id: '2015000000000001', type: 'PUBLICID' },
      { id: merchantPid(1), type: 'PID' },
    ]),
    fen: drawFen(random),
    modifiedAt,
    finishedAt: state === 'resolved' ? modifiedAt : null,
    notFinished: random.pick<TradeFacts['notFinished']>(['', null, undefined]),
    replies: drawReplies(random, createdAt, input.index),
  }
}

/** A complaint that changes state now. */
export function withTradeState(facts: TradeFacts, state: State): TradeFacts {
  const now = Math.max(floorToSecond(Date.now()), facts.createdAt)
  return { ...facts, state, modifiedAt: now, finishedAt: state === 'resolved' ? now : null }
}

export function tradeStatus({ statuses, state }: TradeFacts): TradeStatus {
  return statuses[state]
}
