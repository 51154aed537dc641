import { drawFen, drawOpenId, drawPhone, drawWords } from '../people.js'
import { type ReturnPlace, returnPlaces } from '../phrases.js'
import { alphanumerics, digits, type Random } from '../random.js'
import type { DrawInput, Facts } from '../store.js'
import { beijingDay } from '../time.js'

/** Made up. Complaints about sub-merchants come through the same account. */
export const mchid = '1900000001' as const
const merchants = [mchid, mchid, mchid, '1900000101', '1900000102'] as const

/** null: the row leaves the member out. */
export interface WechatPayFacts extends Facts {
  /** Counts the complaints from 0. */
  readonly index: number
  readonly subject: string
  readonly detail: string
  readonly merchantId: string
  /** Whether the row has `complainted_mchid`; always for a sub-merchant. */
  readonly hasMerchantId: boolean
  /** Empty: the row has an empty string. */
  readonly phone: string | null
  readonly openId: string
  readonly orders: readonly PaidOrder[] | null
  readonly serviceOrders: readonly ServiceOrder[] | null
  readonly media: readonly Media[] | null
  readonly fullyRefunded: boolean
  readonly awaitingReply: boolean
  readonly times: number
  readonly problemType: 'REFUND' | 'SERVICE_NOT_WORK' | 'OTHERS' | null
  readonly refundFen: number | null
  readonly tags: readonly string[] | null
  readonly returned: ReturnedItem | null
  readonly inPlatformService: boolean | null
  readonly urgent: boolean | null
  readonly agentMode: boolean | null
}

export interface PaidOrder {
  readonly transactionId: string
  readonly outTradeNo: string
  readonly fen: number
}

export interface ServiceOrder {
  readonly orderId: string
  readonly outOrderNo: string
  readonly state: string
}

export interface Media {
  readonly kind: string
  /** Media ids, percent-encoded as in URLs. */
  readonly ids: readonly string[]
}

/** A shared power bank that was given back. */
export interface ReturnedItem {
  readonly at: number
  readonly place: ReturnPlace
  readonly sameMachine: boolean
}

export function drawWechatPay(random: Random, input: DrawInput): WechatPayFacts {
  const problemType = drawProblemType(random)
  const merchantId = random.pick(merchants)
  return {
    // The index at the end makes the id unique.
    id: `2002018${day(input.createdAt)}${random.text(digits, 5)}${String(input.index).padStart(7, '0')}`,
    index: input.index,
    createdAt: input.createdAt,
    state: input.state,
    ...drawWords(random, input.detail),
    merchantId,
    hasMerchantId: merchantId !== mchid || random.chance(0.7),
    phone: random.chance(0.85) ? drawPhone(random) : random.chance(0.5) ? '' : null,
    openId: drawOpenId(random),
    orders: drawList(random, 0.9, 2, () => drawPaidOrder(random, input.createdAt)),
    serviceOrders: drawList(random, 0.15, 1, () => drawServiceOrder(random)),
    media: drawList(random, 0.4, 2, (index) => drawMedia(random, index)),
    fullyRefunded: random.chance(0.2),
    awaitingReply: random.chance(0.3),
    times: random.chance(0.7) ? 1 : random.int(2, 6),
    problemType,
    refundFen: problemType === 'REFUND' ? drawFen(random) : null,
    tags: drawList(random, 0.3, 2, (index) => (index === 0 ? 'TRUSTED' : 'HIGH_RISK')),
    returned: random.chance(0.12) ? drawReturned(random, input.createdAt) : null,
    inPlatformService: drawFlag(random),
    urgent: drawFlag(random),
    agentMode: random.chance(0.2) ? random.chance(0.5) : null,
  }
}

function drawProblemType(random: Random): WechatPayFacts['problemType'] {
  return random.pick<WechatPayFacts['problemType']>(['REFUND', 'REFUND', 'SERVICE_NOT_WORK', 'OTHERS', null])
}

/** Real responses send `[]` as often as they leave a field out. */
function drawList<T>(random: Random, probability: number, maxItems: number, create: (index: number) => T): T[] | null {
  if (random.chance(probability)) return Array.from({ length: random.int(1, maxItems) }, (_, index) => create(index))
  return random.chance(0.5) ? [] : null
}

function drawFlag(random: Random): boolean | null {
  return random.chance(0.75) ? random.chance(0.25) : null
}

function drawPaidOrder(random: Random, createdAt: number): PaidOrder {
  return {
    transactionId: `4200000404${day(createdAt)}${random.text(digits, 10)}`,
    outTradeNo: `SANDBOX${day(createdAt)}${random.text(digits, 10)}`,
    fen: drawFen(random),
  }
}

function drawServiceOrder(random: Random): ServiceOrder {
  return {
    orderId: `15646${random.text(digits, 15)}`,
    outOrderNo: `SERVICE${random.text(digits, 12)}`,
    state: random.pick(['DOING', 'REVOKED', 'WAITPAY', 'DONE']),
  }
}

function drawMedia(random: Random, index: number): Media {
  return { kind: index === 0 ? 'USER_COMPLAINT_IMAGE' : 'OPERATION_IMAGE', ids: drawMediaIds(random) }
}

/** Media ids come percent-encoded. */
export function drawMediaIds(random: Random): string[] {
  return Array.from(
    { length: random.int(1, 3) },
    () =>
      `Sandbox${random.text(alphanumerics, 30)}%2F${random.text(alphanumerics, 8)}%2B${random.text(alphanumerics, 8)}%3D`,
  )
}

function drawReturned(random: Random, createdAt: number): ReturnedItem {
  const at = createdAt - (createdAt % 1000) - random.int(1, 48) * 3_600_000
  return { at, place: random.pick(returnPlaces), sameMachine: random.chance(0.5) }
}

function day(instant: number): string {
  return beijingDay(instant).replaceAll('-', '')
}
