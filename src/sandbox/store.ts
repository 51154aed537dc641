import type { ProviderName } from '../model.js'
import type { SandboxConfig } from './config.js'
import type { ListConfig } from './list-config.js'
import { createRandom, type Random } from './random.js'
import { floorToSecond } from './time.js'
import type { NewSandboxComplaint, SandboxComplaint } from './types.js'

export type State = 'pending' | 'processing' | 'resolved'

/** The facts that complaints of all providers have; each provider adds its own. */
export interface Facts {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly state: State
}

/** The facts that are fixed before the provider draws the others. */
export interface DrawInput {
  /** Counts the provider's complaints from 0: keeps ids apart. */
  readonly index: number
  readonly createdAt: number
  readonly state: State
  readonly detail: string | undefined
}

/** A complaint and how lists show it. */
export interface ListedRow<F extends Facts> {
  readonly facts: F
  /** Counts the provider's complaints from 0. */
  readonly number: number
  /** Rows are sorted by descending rank: the time of creation, or of the last update. */
  readonly rank: number
  readonly isHidden: boolean
  /** The field that its row lacks; null: none. */
  readonly lacks: 'id' | 'time' | 'state' | null
}

export interface StoreOptions<F extends Facts> {
  readonly provider: ProviderName
  /** Makes the random sequences of the providers independent. */
  readonly salt: number
  draw(random: Random, input: DrawInput): F
  truth(facts: F): SandboxComplaint
  withState(facts: F, state: State): F
}

/** One provider's complaints. */
export interface Store<F extends Facts> {
  /**
   * All rows, the first first.
   * @param changesBehind the list as it was before its last so many changes, or as early as it is kept
   */
  rows(changesBehind?: number): readonly ListedRow<F>[]
  /** undefined for a hidden complaint, too. */
  find(id: string): F | undefined
  findRow(id: string): ListedRow<F> | undefined
  /** @throws Error when there is no such complaint */
  require(id: string): F
  truth(): SandboxComplaint[]
  add(complaint: NewSandboxComplaint): SandboxComplaint
  /** Adds a complaint at a rank of the caller's choice. */
  insert(complaint: NewSandboxComplaint, rank: number): void
  changeState(id: string, state: State): void
  remove(id: string): void
}

const tieSalt = 7
const markSalt = 8

export function createStore<F extends Facts>(options: StoreOptions<F>, config: SandboxConfig): Store<F> {
  const { salt, provider } = options
  const { seed, from, to } = config
  const { order, ties } = config.lists[provider]
  const marks = drawMarks(createRandom(seed, salt, markSalt), config.complaints[provider], config.lists[provider])
  let nextIndex = 0
  const create = (complaint: NewSandboxComplaint, now: number | null, rank?: number): ListedRow<F> => {
    const index = nextIndex
    nextIndex += 1
    const random = createRandom(seed, salt, index)
    const drawn = drawInstant(random, from, to)
    const state = random.pick<State>(['pending', 'pending', 'processing', 'resolved', 'resolved'])
    const initial = ties > 1 ? drawSecond(createRandom(seed, salt, tieSalt, Math.floor(index / ties)), from, to) : drawn
    const createdAt = complaint.createdAt?.getTime() ?? now ?? initial
    const facts = options.draw(random, { index, createdAt, state: complaint.state ?? state, detail: complaint.detail })
    return { facts, number: index, rank: rank ?? facts.createdAt, ...(marks.get(index) ?? unmarked) }
  }
  // The last is the list as it is now.
  let versions: readonly (readonly ListedRow<F>[])[] = [
    Array.from({ length: config.complaints[provider] }, () => create({}, null)).sort(firstRowFirst),
  ]
  const current = (): readonly ListedRow<F>[] => versions.at(-1) ?? []
  const change = (rows: readonly ListedRow<F>[]): void => {
    versions = [...versions, rows].slice(-1 - config.keptVersions)
  }
  const insert = (row: ListedRow<F>): SandboxComplaint => {
    change([...current(), row].sort(firstRowFirst))
    return options.truth(row.facts)
  }
  const frontRank = (): number => Math.max(Date.now(), (current()[0]?.rank ?? 0) + 1)
  const findRow = (id: string): ListedRow<F> | undefined =>
    current().find(({ facts, isHidden }) => facts.id === id && !isHidden)
  const requireRow = (id: string): ListedRow<F> => {
    const row = findRow(id)
    if (row === undefined) throw new Error(`the sandbox has no complaint ${id}`)
    return row
  }
  return {
    rows: (changesBehind = 0) => versions[Math.max(0, versions.length - 1 - changesBehind)] ?? [],
    find: (id) => findRow(id)?.facts,
    findRow,
    require: (id) => requireRow(id).facts,
    truth: () =>
      current()
        .filter(({ isHidden, lacks }) => !isHidden && lacks === null)
        .map(({ facts }) => facts)
        .sort(newestFirst)
        .map(options.truth),
    // A second ago: a list whose end is now excludes what is created now.
    add: (complaint) =>
      insert(create(complaint, floorToSecond(Date.now()) - 1000, order === 'updated' ? frontRank() : undefined)),
    insert(complaint, rank) {
      insert(create(complaint, null, rank))
    },
    changeState(id, state) {
      const row = requireRow(id)
      const facts = options.withState(row.facts, state)
      const changed = { ...row, facts, rank: order === 'updated' ? frontRank() : row.rank }
      change(
        current()
          .map((each) => (each === row ? changed : each))
          .sort(firstRowFirst),
      )
    },
    remove(id) {
      const row = requireRow(id)
      change(current().filter((each) => each !== row))
    },
  }
}

type Marks = Pick<ListedRow<Facts>, 'isHidden' | 'lacks'>

const unmarked: Marks = { isHidden: false, lacks: null }

/** Draws which of the complaints made at the start are hidden, and which lack a field: by their number. */
function drawMarks(random: Random, count: number, { hiddenRows, poisonRows }: ListConfig): ReadonlyMap<number, Marks> {
  const marks = [
    ...repeat(hiddenRows, { isHidden: true, lacks: null }),
    ...repeat(poisonRows.id, { isHidden: false, lacks: 'id' }),
    ...repeat(poisonRows.time, { isHidden: false, lacks: 'time' }),
    ...repeat(poisonRows.state, { isHidden: false, lacks: 'state' }),
  ]
  const numbers = Array.from({ length: count }, (_, number) => ({ number, at: random.next() }))
  numbers.sort((one, other) => one.at - other.at)
  return new Map(numbers.slice(0, marks.length).map(({ number }, index) => [number, marks[index] ?? unmarked]))
}

function repeat(times: number, marks: Marks): Marks[] {
  return Array.from({ length: times }, () => marks)
}

/** A third of the instants are whole seconds: WeChat Pay then leaves the milliseconds out. */
function drawInstant(random: Random, from: number, to: number): number {
  const instant = random.int(from, to - 1)
  return random.chance(1 / 3) ? instant - (instant % 1000) : instant
}

function drawSecond(random: Random, from: number, to: number): number {
  return floorToSecond(random.int(from, to - 1))
}

function firstRowFirst(one: ListedRow<Facts>, other: ListedRow<Facts>): number {
  return other.rank - one.rank || (one.facts.id < other.facts.id ? 1 : -1)
}

function newestFirst(one: Facts, other: Facts): number {
  return other.createdAt - one.createdAt || (one.id < other.id ? 1 : -1)
}
