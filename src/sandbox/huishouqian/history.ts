import { alphanumerics, digits, type Random } from '../random.js'
import { beijingDigits } from '../time.js'
import type { HuishouqianFacts } from './facts.js'
import { firstStep, lastStep, type Script, script } from './history-script.js'

/** One step of a negotiation. */
export interface Step {
  readonly id: string
  /** Milliseconds since 1970, whole seconds. */
  readonly at: number
  readonly action: string
  readonly operator: string
  readonly text: string | null
  readonly imageIds: readonly string[]
  /** How the row shows a member without a value. */
  readonly emptyAs: 'null' | 'absent'
}

/** More than fit into one response with the largest limit. */
const maxSteps = 560

/** The steps of a complaint, the newest first. One history in twelve is long. */
export function drawHistory(random: Random, facts: HuishouqianFacts): readonly Step[] {
  const count = facts.index % 12 === 4 ? random.int(110, maxSteps) : random.int(1, 9)
  const steps: Step[] = []
  let at = facts.createdAt
  for (let number = 0; number < count; number += 1) {
    const isLast = number === count - 1
    const entry = number === 0 ? firstStep : isLast && facts.state === 'resolved' ? lastStep : random.pick(script)
    steps.push(drawStep(random, entry, at, facts, number))
    at += random.int(30, 7200) * 1000
  }
  return steps.reverse()
}

function drawStep(
  random: Random,
  { action, operator, texts, mayHaveImages }: Script,
  at: number,
  facts: HuishouqianFacts,
  number: number,
): Step {
  const day = beijingDigits(at).slice(0, 8)
  return {
    // The numbers at the end make the id unique.
    id: `3002102${day}${random.text(digits, 4)}${facts.index}${String(number).padStart(3, '0')}`,
    at,
    action,
    operator,
    text: texts === null ? null : random.pick(texts),
    imageIds: mayHaveImages && random.chance(0.4) ? drawImageIds(random) : [],
    emptyAs: random.pick(['null', 'absent']),
  }
}

function drawImageIds(random: Random): string[] {
  return Array.from({ length: random.int(1, 3) }, () => `Sandbox${random.text(alphanumerics, 24)}`)
}
