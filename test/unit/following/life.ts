import { vi } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { ComplaintError } from '../../../src/errors.js'
import type { ChangeOptions, ComplaintChange, ComplaintChanges } from '../../../src/following/types.js'
import type { Complaint } from '../../../src/model.js'
import { beijingDay } from '../../../src/time.js'
import {
  type CountingStore,
  countingStore,
  type FollowModel,
  followModel,
  writesOf,
} from '../../support/follow-model.js'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const states = ['pending', 'processing', 'resolved', 'unknown'] as const
const deadlines = { replyHours: 24, resolutionHours: 72 }

/** Repeatable chance. */
export type Dice = (sides: number) => number

export function dice(seed: number): Dice {
  let state = (Math.imul(seed, 2_654_435_761) ^ 0x9e3779b9) >>> 0
  return (sides) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_507) + 0x85ebca6b) >>> 0
    return Math.floor((((state ^ (state >>> 13)) >>> 0) / 2 ** 32) * sides)
  }
}

/** The end of the process: nothing is stored from then on. */
class Crash extends Error {}

/** What a consumer knows. */
interface Table {
  readonly rows: Map<string, string>
  /** `id deadline` of each `due`. */
  readonly due: Set<string>
  /** Open ones, by the state last delivered. */
  readonly open: Set<string>
}

export interface LifeResult {
  readonly problems: string[]
  readonly crashes: number
  readonly delivered: number
}

/**
 * One life of a store: complaints arrive, change, are re-opened and vanish; passes of both depths are read, by `for
 * await` or by batches; processes end between any two steps, and stores fail. Each whole pass that came to its end must
 * leave the consumer with what the provider had all the time.
 */
export async function live(seed: number): Promise<LifeResult> {
  const roll = dice(seed)
  const chance = (percent: number): boolean => roll(100) < percent
  let now = Date.parse('2026-03-10T02:00:00Z') + roll(24) * hourMs
  vi.setSystemTime(now)
  const model = followModel('a', 2 + roll(6), deadlines)
  const store = countingStore()
  const table: Table = { rows: new Map(), due: new Set(), open: new Set() }
  const problems: string[] = []
  const lookBackDays = 1 + roll(4)
  const dueWithinMs = chance(50) ? 6 * hourMs : undefined
  const from = new Date(now - roll(8) * 12 * hourMs)
  let count = 0
  let crashes = 0
  let delivered = 0
  /** Complaints that moved during the pass. */
  let moved = new Set<string>()
  const move = (): void => {
    const ids = [...model.complaints.keys()]
    const id = ids[roll(ids.length)]
    if (id === undefined || chance(35)) {
      count += 1
      // Some are shown late.
      const madeAt = now - (chance(70) ? roll(2 * hourMs) : roll((lookBackDays + 2) * dayMs))
      model.put(`c${count}`, { createdAt: new Date(madeAt), state: states[roll(3)] ?? 'pending' })
      moved.add(`c${count}`)
      return
    }
    moved.add(id)
    if (chance(6)) model.complaints.delete(id)
    else if (chance(60)) model.put(id, { state: states[roll(4)] ?? 'pending' })
    // Few values, so that a complaint goes back to what it was.
    else model.put(id, { timesComplained: 1 + roll(2), detail: ['', '手机 13800138000'][roll(2)] ?? '' })
  }

  const handle = ({ kind, complaint, deadline }: ComplaintChange): void => {
    delivered += 1
    if (kind === 'created' && complaint.createdAt < from) problems.push(`${complaint.id} was made before the start`)
    table.rows.set(complaint.id, textOf(complaint))
    if (complaint.state === 'resolved') table.open.delete(complaint.id)
    else table.open.add(complaint.id)
    if (kind === 'due') table.due.add(`${complaint.id} ${deadline?.at.getTime()}`)
  }

  /** True when the pass came to its end. */
  const pass = async (client: ComplaintClient, options: ChangeOptions): Promise<boolean> => {
    const changes = client.changes({ from }, options)
    try {
      if (chance(30)) return await readBatches(changes, handle, () => chance(8))
      for await (const change of changes) {
        handle(change)
        if (chance(4)) return false
      }
      return true
    } catch (error) {
      if (ComplaintError.isInstance(error) && error.code === 'STORE') return false
      throw error
    }
  }

  let client = new ComplaintClient(model.adapter, { maxRetries: 0 })
  for (let round = 0; round < 7; round += 1) {
    for (let moves = roll(5); moves > 0; moves -= 1) move()
    now += [60_000, hourMs, 5 * hourMs, dayMs][roll(4)] ?? 0
    vi.setSystemTime(now)
    moved = new Set()
    let movesInPass = roll(3)
    model.failing = () => {
      if (movesInPass > 0 && chance(40)) {
        movesInPass -= 1
        move()
      }
      return null
    }
    const depth = chance(60) ? 'all' : 'recent'
    const fault = roll(4)
    let steps = fault === 0 ? Number.POSITIVE_INFINITY : 1 + roll(24)
    const isLate = chance(50)
    if (fault > 0) {
      const broken = fault === 1 ? new Error('down') : new Crash()
      let isOver = false
      store.failing = () => {
        steps -= 1
        if (isOver && fault !== 1) return broken
        if (steps > 0) return null
        if (fault === 1 && isOver) return null
        isOver = true
        return broken
      }
      store.isLate = isLate
    }
    const isFirst = isFirstPass(store)
    const isDone = await pass(client, {
      store,
      depth,
      lookBackDays,
      ...(dueWithinMs === undefined ? {} : { dueWithinMs }),
    })
    store.failing = null
    if (!isDone) crashes += 1
    if (!isDone && fault !== 1) client = new ComplaintClient(model.adapter, { maxRetries: 0 })
    if (isDone && depth === 'all') {
      problems.push(
        ...judge(model, table, {
          from,
          firstDay: beijingDay(now - lookBackDays * dayMs),
          moved,
          isFirst,
          now,
          dueWithinMs,
        }).map((text) => `round ${round}: ${text}`),
      )
    }
  }
  model.failing = null
  moved = new Set()
  const isFirst = isFirstPass(store)
  const options: ChangeOptions = { store, lookBackDays, ...(dueWithinMs === undefined ? {} : { dueWithinMs }) }
  for (let quiet = 0; quiet < 3; quiet += 1) {
    let seen = 0
    store.calls.length = 0
    for await (const change of client.changes({ from }, options)) {
      seen += 1
      handle(change)
    }
    if (quiet === 2 && seen > 0) problems.push(`a quiet pass delivered ${seen}`)
    if (quiet === 2 && writesOf(store).length > 0) problems.push(`a quiet pass wrote ${writesOf(store).join()}`)
  }
  problems.push(
    ...judge(model, table, {
      from,
      firstDay: beijingDay(now - lookBackDays * dayMs),
      moved,
      isFirst,
      now,
      dueWithinMs,
    }),
  )
  problems.push(...leftovers(store))
  return { problems, crashes, delivered }
}

async function readBatches(
  changes: ComplaintChanges,
  handle: (change: ComplaintChange) => void,
  leaves: () => boolean,
): Promise<boolean> {
  for await (const batch of changes.batches()) {
    for (const change of batch) {
      handle(change)
      if (leaves()) return false
    }
  }
  return true
}

interface Circumstances {
  readonly from: Date
  readonly firstDay: string
  readonly moved: ReadonlySet<string>
  readonly isFirst: boolean
  readonly now: number
  readonly dueWithinMs: number | undefined
}

/** What a consumer should know after a whole pass, and does not. */
function judge(
  model: FollowModel,
  { rows, due, open }: Table,
  { from, firstDay, moved, isFirst, now, dueWithinMs }: Circumstances,
): string[] {
  const problems: string[] = []
  for (const complaint of model.complaints.values()) {
    const { id, createdAt, state } = complaint
    if (moved.has(id)) continue
    const isRecent = isFirst ? createdAt >= from : beijingDay(createdAt) >= firstDay
    const isInScope = (createdAt >= from && isRecent) || (rows.has(id) && (isRecent || open.has(id)))
    if (!isInScope) continue
    if (rows.get(id) !== textOf(complaint)) problems.push(`${id} is ${textOf(complaint)}, known as ${rows.get(id)}`)
    const hours = state === 'pending' ? deadlines.replyHours : deadlines.resolutionHours
    const at = createdAt.getTime() + hours * hourMs
    if (state === 'resolved' || dueWithinMs === undefined || at - now >= dueWithinMs) continue
    if (!due.has(`${id} ${at}`)) problems.push(`${id} is due, and was not delivered as due`)
  }
  return problems
}

function textOf({ state, timesComplained, detail }: Complaint): string {
  return [state, timesComplained, detail].join('/')
}

/** No whole pass has ended yet. */
function isFirstPass({ values }: CountingStore): boolean {
  const index = values.get('unified-complaints:changes:wechatpay:a')
  return index === undefined || JSON.parse(index).first === true
}

function leftovers({ values }: CountingStore): string[] {
  const problems: string[] = []
  for (const [key, text] of values) {
    // A mark without its batch says nothing.
    if (key.endsWith(':in-hand')) problems.push(`${key} is left`)
    if (text.includes('13800138000')) problems.push(`${key} holds a phone number`)
  }
  return problems
}
