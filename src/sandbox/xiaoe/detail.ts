import { digits, hexDigits, type Random } from '../random.js'
import type { XiaoeFacts } from './facts.js'

/** Fields of the detail call that the list's row does not have. */
export interface Detail {
  /** The row's number in Xiaoe's database. */
  readonly rowNumber: number
  readonly userId: string
  /** Empty when the complaint came through WeChat Pay. */
  readonly content: string
  readonly contentObjects: readonly Readonly<Record<string, unknown>>[]
  readonly images: readonly string[]
  /** null: the complaint did not come through WeChat Pay. */
  readonly subMchid: string | null
  /** Oldest first. All replies; an open complaint shows a part of them. */
  readonly replies: readonly Reply[]
  /** How many replies are visible in the state `processing`. */
  readonly repliesWhileProcessing: number
}

/** One reply in the negotiation. */
export interface Reply {
  readonly from: 'B端' | 'C端' | '小鹅通'
  /** Empty: the reply has only images. */
  readonly text: string
  readonly images: readonly string[]
  /** Milliseconds since 1970. */
  readonly at: number
}

const texts = {
  B端: ['您好,退款已发起,\n预计1-3个工作日到账。', '已与用户电话沟通,正在核实订单。', '课程已重新开通,请查收。'],
  C端: ['还没有收到退款😡', '已补充凭证,请尽快处理', '好的'],
  小鹅通: ['双方已协商一致,投诉单结单。', '超时未处理,平台结单。'],
} as const

export function drawDetail(random: Random, facts: XiaoeFacts): Detail {
  const isWechatPay = facts.channel === 3
  const replies = drawReplies(random, facts)
  return {
    rowNumber: 100_000 + facts.index,
    userId: `u_sandbox_${random.text(hexDigits, 10)}`,
    content: isWechatPay ? '' : `投诉内容:${facts.reason}`,
    contentObjects:
      facts.channel === 1 ? [{ resource_id: facts.resourceId, resource_type: facts.resourceType ?? 0 }] : [],
    images: random.chance(0.4) ? drawImages(random, facts) : [],
    subMchid: isWechatPay ? `19000${random.text(digits, 5)}` : null,
    replies,
    repliesWhileProcessing: random.int(1, replies.length - 1),
  }
}

/** The replies that are visible in the present state. */
export function visibleReplies({ replies, repliesWhileProcessing }: Detail, { state }: XiaoeFacts): readonly Reply[] {
  return replies.slice(0, { pending: 0, processing: repliesWhileProcessing, resolved: replies.length }[state])
}

/**
 * Not the list's numbers: 1 the complainant began, 2 the merchant answered, 3 the complainant answered, 4 entered by
 * Xiaoe, 5 imported, 6 closed by Xiaoe. https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_info.html
 */
export function detailStep(detail: Detail, facts: XiaoeFacts): number {
  if (facts.state === 'resolved') return 6
  const last = visibleReplies(detail, facts).at(-1)
  return last === undefined ? 1 : last.from === 'B端' ? 2 : 3
}

/** Merchant and complainant alternate; the last reply is Xiaoe's. */
function drawReplies(random: Random, facts: XiaoeFacts): Reply[] {
  const count = random.int(2, 6)
  let at = facts.createdAt
  return Array.from({ length: count }, (_, index) => {
    at += random.int(30, 7200) * 1000
    const from = index === count - 1 ? '小鹅通' : index % 2 === 0 ? 'B端' : 'C端'
    const images = from !== '小鹅通' && random.chance(0.3) ? drawImages(random, facts) : []
    const isSilent = images.length > 0 && random.chance(0.3)
    return { from, text: isSilent ? '' : random.pick<string>(texts[from]), images, at }
  })
}

/** The index makes the name unique. */
function drawImages(random: Random, { index }: XiaoeFacts): string[] {
  return Array.from(
    { length: random.int(1, 3) },
    () => `${index}_${random.text(hexDigits, 24)}.${random.pick(['png', 'png', 'gif'])}`,
  )
}
