import type { Random } from '../random.js'
import type { Facts } from '../store.js'
import { beijingText } from '../time.js'
import type { SandboxHistoryEntry } from '../types.js'
import { drawImages } from './images.js'

/** One reply of a negotiation; Alipay gives it no id. */
export interface Reply {
  /** Milliseconds since 1970, whole seconds. */
  readonly at: number
  readonly role: 'USER' | 'MERCHANT' | 'SYSTEM' | 'AUDITOR' | 'GOVERNMENT'
  readonly name: string
  /** null: the row leaves it out. */
  readonly text: string | null
  readonly images: readonly string[]
}

/** The facts of a complaint that its negotiation depends on. */
export interface Negotiation extends Facts {
  /** null while it is open. */
  readonly finishedAt: number | null
  /** Oldest first. All replies; an open complaint shows a part of them. */
  readonly replies: readonly Reply[]
}

const names = {
  USER: '*明',
  MERCHANT: '示例商户',
  SYSTEM: '系统',
  AUDITOR: '审核小二',
  GOVERNMENT: '政府单位',
} as const
const texts = {
  USER: ['还没有收到退款😡', '已补充凭证，请尽快处理', '好的'],
  MERCHANT: ['您好，退款已发起，\n预计1-3个工作日到账。', '已与用户电话沟通，正在核实订单。'],
  SYSTEM: ['投诉已完结'],
  AUDITOR: ['请双方补充凭证'],
  GOVERNMENT: ['已转交相关部门'],
} as const

export function drawReplies(random: Random, createdAt: number, index: number): Reply[] {
  let at = createdAt
  return Array.from({ length: random.int(2, 7) }, (_, number) => {
    // Some replies share a second.
    at += random.chance(0.15) ? 0 : random.int(30, 7200) * 1000
    const role = number === 0 ? 'USER' : random.pick<Reply['role']>(['MERCHANT', 'MERCHANT', 'USER', 'AUDITOR'])
    const isSilent = random.chance(0.1)
    const images = isSilent || random.chance(0.2) ? drawImages(random, index) : []
    return { at, role, name: names[role], text: isSilent ? null : random.pick<string>(texts[role]), images }
  })
}

/** The replies that the present state shows, oldest first; the last of a closed complaint has no words. */
export function visibleReplies({ replies, state, finishedAt, createdAt }: Negotiation): readonly Reply[] {
  if (state === 'pending') return replies.slice(0, 1)
  if (state === 'processing') return replies.slice(0, -1)
  const at = Math.max(finishedAt ?? createdAt, ...replies.map((reply) => reply.at))
  return [...replies, { at, role: 'SYSTEM', name: names.SYSTEM, text: null, images: [] }]
}

/** One item of `reply_detail_infos`. */
export function toReplyRow({ at, role, name, text, images }: Reply): Record<string, unknown> {
  return {
    content: text ?? undefined,
    gmt_create: beijingText(at),
    images: images.length === 0 ? undefined : images,
    replier_name: name,
    replier_role: role,
  }
}

/** What a perfect client delivers, but for the ids: Alipay has none, so these are of the sandbox alone. */
export function toReplyTruth(facts: Negotiation): SandboxHistoryEntry[] {
  return visibleReplies(facts).map(({ at, role, name, text, images }, index) => ({
    id: `${facts.id}:${index}`,
    at: new Date(at),
    operator: name,
    action: role,
    text,
    media: images.length === 0 ? [] : [{ kind: 'image', urls: images }],
  }))
}
