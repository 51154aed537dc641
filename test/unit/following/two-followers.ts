import { vi } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { ComplaintError } from '../../../src/errors.js'
import type { ChangeStore, ComplaintChange } from '../../../src/following/types.js'
import type { Adapter } from '../../../src/provider.js'
import { followModel } from '../../support/follow-model.js'
import { dice } from './life.js'

const hourMs = 3_600_000
const states = ['pending', 'processing', 'resolved'] as const

type Step = Interleaving['step']
type Turns = Pick<Interleaving, 'step' | 'release'>

interface Process {
  isDead: boolean
  isWriting: boolean
  steps: number
}

/** The end of a process: nothing is stored or handled from then on. */
class Crash extends Error {}

/** Lets calls of several processes proceed one at a time, in an order that chance decides. */
interface Interleaving {
  /** Waits for its turn. With `isKept`, the next turn is for the same process if it wants one. */
  step(process: object, isKept: boolean): Promise<void>
  /** The process wants no further turn. */
  release(process: object): void
  /** Gives turns until all work has ended. */
  run(work: readonly Promise<unknown>[]): Promise<void>
}

function interleave(roll: (sides: number) => number, between: () => void): Interleaving {
  let keeper: object | null = null
  const waiting: { readonly process: object; readonly isKept: boolean; go(): void }[] = []
  return {
    step: (process, isKept) => new Promise<void>((go) => waiting.push({ process, isKept, go })),
    release(process) {
      if (keeper === process) keeper = null
    },
    async run(work) {
      let isDone = false
      void Promise.allSettled(work).then(() => {
        isDone = true
      })
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve))
        if (isDone || waiting.length === 0) continue
        const kept = waiting.findIndex(({ process }) => process === keeper)
        if (kept < 0) between()
        const [next] = waiting.splice(kept < 0 ? roll(waiting.length) : kept, 1)
        keeper = next?.isKept === true ? next.process : null
        next?.go()
      }
    },
  }
}

export interface SharedStoreResult {
  readonly problems: string[]
  /** Rows that a process wrote which was taken over and then crashed. */
  readonly overwritten: number
  readonly delivered: number
  readonly crashes: number
}

/**
 * Two processes follow one provider with one store and write into one table, their calls in any order. When both have
 * ended, a later pass must leave the table as the provider is.
 */
export async function liveTogether(seed: number, isMortal: boolean): Promise<SharedStoreResult> {
  const roll = dice(seed)
  const chance = (percent: number): boolean => roll(100) < percent
  let now = Date.parse('2026-03-10T02:00:00Z')
  vi.setSystemTime(now)
  const model = followModel('a', 3 + roll(10))
  const values = new Map<string, string>()
  const table = new Map<string, string>()
  /** Who wrote the table's row, and who wrote the one before. */
  const writers = new Map<string, { last: Process; before: Process | undefined }>()
  let count = 0
  let delivered = 0
  let crashes = 0
  const move = (): void => {
    const ids = [...model.complaints.keys()]
    const id = ids[roll(ids.length)]
    if (id === undefined || (ids.length < 6 && chance(30))) {
      count += 1
      model.put(`c${count}`, { createdAt: new Date(now - 1_000 - roll(20) * hourMs), state: 'pending' })
    } else model.put(id, { state: states[roll(3)] ?? 'pending' })
  }

  const storeOf = (process: Process, step: Step): ChangeStore => {
    const turn = async (call: string): Promise<void> => {
      // From the look at the journal on, calls belong together.
      process.isWriting = process.isWriting || call.includes(':in-hand')
      await step(process, process.isWriting)
      process.steps -= 1
      if (process.steps <= 0) process.isDead = true
      if (process.isDead) throw new Crash()
    }
    return {
      async get(key: string) {
        await turn(`get ${key}`)
        const text = values.get(key)
        return text === undefined ? undefined : JSON.parse(text)
      },
      async set(key: string, value: unknown) {
        await turn(`set ${key}`)
        values.set(key, JSON.stringify(value))
      },
      async delete(key: string) {
        await turn(`delete ${key}`)
        values.delete(key)
      },
    }
  }
  const textOf = ({ state, timesComplained }: ComplaintChange['complaint']): string => `${state}/${timesComplained}`

  /** While a provider is asked, other processes go on. */
  const adapterOf = (process: Process, onRequest: () => void): Adapter => ({
    ...model.adapter,
    connect(runtime) {
      const connection = model.adapter.connect(runtime)
      return {
        ...connection,
        listPage(...request) {
          process.isWriting = false
          onRequest()
          return connection.listPage(...request)
        },
      }
    },
  })

  const pass = async (process: Process, { step, release }: Turns, byBatches: boolean): Promise<void> => {
    const client = new ComplaintClient(
      adapterOf(process, () => release(process)),
      { maxRetries: 0 },
    )
    const store = storeOf(process, step)
    const handle = async (change: ComplaintChange): Promise<void> => {
      process.isWriting = false
      await step(process, false)
      if (process.isDead) throw new Crash()
      const { id } = change.complaint
      table.set(id, textOf(change.complaint))
      writers.set(id, { last: process, before: writers.get(id)?.last })
      delivered += 1
    }
    try {
      for (let passes = 1 + roll(2); passes > 0; passes -= 1) {
        const changes = client.changes({}, { store })
        if (byBatches) {
          for await (const batch of changes.batches()) for (const change of batch) await handle(change)
        } else for await (const change of changes) await handle(change)
      }
    } catch (error) {
      if (error instanceof Crash || (ComplaintError.isInstance(error) && error.code === 'STORE')) {
        crashes += 1
        return
      }
      throw error
    }
  }

  for (let round = 0; round < 3; round += 1) {
    for (let moves = 2 + roll(5); moves > 0; moves -= 1) move()
    now += 60_000
    vi.setSystemTime(now)
    const turns = interleave(roll, () => {
      if (chance(15)) move()
    })
    const processes = [0, 1].map(
      (): Process => ({
        isDead: false,
        isWriting: false,
        steps: isMortal && chance(40) ? 1 + roll(60) : Number.POSITIVE_INFINITY,
      }),
    )
    await turns.run(processes.map((process) => pass(process, turns, chance(30))))
  }
  const alone: Process = { isDead: false, isWriting: false, steps: Number.POSITIVE_INFINITY }
  for (let quiet = 0; quiet < 2; quiet += 1) await pass(alone, { step: async () => {}, release() {} }, false)
  // See docs/guarantees.md: a process that was taken over wrote its row last, and crashed before it could say so.
  const isOverwritten = (id: string): boolean => {
    const { last, before } = writers.get(id) ?? {}
    return last?.isDead === true && before !== undefined && before !== last
  }
  const wrong = [...model.complaints.values()].filter((complaint) => table.get(complaint.id) !== textOf(complaint))
  const overwritten = wrong.filter(({ id }) => isOverwritten(id)).length
  const problems = wrong
    .filter(({ id }) => !isOverwritten(id))
    .map((complaint) => `${complaint.id} is ${textOf(complaint)}, known as ${table.get(complaint.id)}`)
  if (values.has('unified-complaints:changes:wechatpay:a:in-hand')) problems.push('a journal is left')
  return { problems, overwritten, delivered, crashes }
}
