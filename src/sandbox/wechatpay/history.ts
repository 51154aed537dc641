import { digits, type Random } from '../random.js'
import { beijingDay } from '../time.js'
import { drawMediaIds, type Media, type WechatPayFacts } from './facts.js'
import { lastStep, type Message, type Script, script } from './history-script.js'

/** One step of a negotiation. */
export interface Step {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly action: string
  readonly operator: string
  readonly text: string | null
  readonly media: Media | null
  /** The older field `image_list`: the same URLs as the media, empty, or absent. */
  readonly imageList: 'same' | 'empty' | 'absent'
  /** Null: the step has no `normal_message`. */
  readonly message: Message | null
  /** Members that only some kinds of steps have. */
  readonly extra: Readonly<Record<string, unknown>>
}

const maxSteps = 420

/** The steps of a complaint, the newest first. One history in twelve does not fit into a packet. */
export function drawHistory(random: Random, facts: WechatPayFacts): readonly Step[] {
  const count = facts.index % 12 === 4 ? random.int(140, maxSteps) : random.int(1, 9)
  const steps: Step[] = []
  let at = facts.createdAt
  for (let number = 0; number < count; number += 1) {
    const isLast = number === count - 1
    const entry = number === 0 ? script[0] : isLast && facts.state === 'resolved' ? lastStep : random.pick(script)
    steps.push(drawStep(random, entry, at, facts, number))
    at = at - (at % 1000) + random.int(30, 7200) * 1000
  }
  return steps.reverse()
}

function drawStep(random: Random, entry: Script, at: number, facts: WechatPayFacts, number: number): Step {
  const { action, operator, texts, kind } = entry
  const media = kind !== null && random.chance(0.4) ? { kind, ids: drawMediaIds(random) } : null
  return {
    id: `3002853${beijingDay(at).replaceAll('-', '')}${random.text(digits, 4)}${facts.index}${String(number).padStart(3, '0')}`,
    at,
    action,
    operator,
    text: texts === null ? null : random.pick(texts),
    media,
    imageList: random.pick(media === null ? ['empty', 'absent'] : ['same', 'empty', 'absent']),
    message: entry.message?.(random) ?? null,
    extra: entry.extra?.(random) ?? {},
  }
}
