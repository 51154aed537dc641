import type { SandboxConfig } from './config.js'
import { createRandom, type Random } from './random.js'
import type { NewSandboxComplaint, SandboxComplaint } from './types.js'

export type State = 'pending' | 'processing' | 'resolved'

/** What the sandbox knows of every complaint; each provider adds its own. */
export interface Facts {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly state: State
}

/** What is settled about a complaint before the provider draws the rest. */
export interface DrawInput {
  /** Counts the provider's complaints from 0: keeps ids apart. */
  readonly index: number
  readonly createdAt: number
  readonly state: State
  readonly detail: string | undefined
}

export interface StoreOptions<F extends Facts> {
  /** Keeps the providers' randomness apart. */
  readonly salt: number
  readonly count: number
  draw(random: Random, input: DrawInput): F
  truth(facts: F): SandboxComplaint
  withState(facts: F, state: State): F
}

export interface Store<F extends Facts> {
  /** Newest first. */
  all(): readonly F[]
  find(id: string): F | undefined
  truth(): SandboxComplaint[]
  add(complaint: NewSandboxComplaint): SandboxComplaint
  changeState(id: string, state: State): void
  remove(id: string): void
}

/** One provider's complaints. */
export function createStore<F extends Facts>(options: StoreOptions<F>, config: SandboxConfig): Store<F> {
  let nextIndex = 0
  const create = (complaint: NewSandboxComplaint, now: number | null): F => {
    const index = nextIndex
    nextIndex += 1
    const random = createRandom(config.seed, options.salt, index)
    const drawn = drawInstant(random, config.from, config.to)
    const state = random.pick<State>(['pending', 'pending', 'processing', 'resolved', 'resolved'])
    return options.draw(random, {
      index,
      createdAt: complaint.createdAt?.getTime() ?? now ?? drawn,
      state: complaint.state ?? state,
      detail: complaint.detail,
    })
  }
  const facts = Array.from({ length: options.count }, () => create({}, null)).sort(newestFirst)
  const indexOf = (id: string): number => {
    const index = facts.findIndex((each) => each.id === id)
    if (index < 0) throw new Error(`the sandbox holds no complaint ${id}`)
    return index
  }
  return {
    all: () => facts,
    find: (id) => facts.find((each) => each.id === id),
    truth: () => facts.map(options.truth),
    add(complaint) {
      const added = create(complaint, Date.now())
      facts.push(added)
      facts.sort(newestFirst)
      return options.truth(added)
    },
    changeState(id, state) {
      const index = indexOf(id)
      const before = facts[index]
      if (before !== undefined) facts[index] = options.withState(before, state)
    },
    remove(id) {
      facts.splice(indexOf(id), 1)
    },
  }
}

/** A third of the instants fall on a whole second: WeChat Pay then leaves the milliseconds out. */
function drawInstant(random: Random, from: number, to: number): number {
  const instant = random.int(from, to - 1)
  return random.chance(1 / 3) ? instant - (instant % 1000) : instant
}

function newestFirst(one: Facts, other: Facts): number {
  return other.createdAt - one.createdAt || (one.id < other.id ? 1 : -1)
}
