import {
  type Complaint,
  type ComplaintChange,
  ComplaintClient,
  ComplaintError,
  type ProviderName,
} from '../../../src/index.js'
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js'
import { beijingDay } from '../../../src/time.js'
import { countingStore } from '../../support/follow-model.js'
import { type Dice, dice, faultsOf, furtherFaultsOf } from './faults.js'
import type { Mode } from './modes.js'

const dayMs = 86_400_000
const states = ['pending', 'processing', 'resolved'] as const
const passes = 6
/** So often the last, whole passes are tried: faults end after a while. */
const maxQuietPasses = 60

export interface FollowOutcome {
  /** Passes that ended with an error, by the provider or by the store, or were left. */
  readonly broken: number
  /** Complaints that the consumer knows otherwise than the provider has them. */
  readonly wrong: readonly string[]
  /** Anything thrown that is not one of ours. */
  readonly strange: readonly unknown[]
}

/** One fault plan over a list that is followed while it moves, with a store that fails and processes that end. */
export async function runFollowPlan(mode: Mode, seed: number): Promise<FollowOutcome> {
  const roll = dice(seed)
  const { provider } = mode
  let moves = 10 + roll(20)
  const sandbox = await startSandbox({
    ...mode.sandbox,
    seed,
    complaints: { [provider]: 10 + roll(30) },
    faults: [...faultsOf(mode, roll), ...furtherFaultsOf(mode, roll)],
    quotas: false,
    reuseKeys: true,
    onRequest({ operation, provider: asked }, box) {
      if (operation === 'list' && asked === provider && moves-- > 0 && roll(2) === 0) move(box, provider, roll)
    },
  })
  try {
    const store = countingStore()
    const table = new Map<string, string>()
    const strange: unknown[] = []
    let broken = 0
    const newClient = (): ComplaintClient =>
      new ComplaintClient(mode.adapter(sandbox), { maxRetries: roll(3), timeoutMs: 500, concurrency: 1 + roll(4) })
    let client = newClient()
    // Faults add complaints at the first instant that is asked for: the look-back holds them all.
    const from = beijingDay(Date.now() - 89 * dayMs)

    const handle = ({ complaint }: ComplaintChange): void => {
      table.set(complaint.id, stateOf(complaint))
    }
    /** The number of changes; null: the pass broke off. */
    const pass = async (depth: 'recent' | 'all', stopAfter: number): Promise<number | null> => {
      let count = 0
      try {
        for await (const change of client.changes({ from }, { store, depth, lookBackDays: 90 })) {
          handle(change)
          count += 1
          if (count === stopAfter) return null
        }
        return count
      } catch (error) {
        if (!ComplaintError.isInstance(error)) strange.push(error)
        return null
      }
    }

    for (let number = 0; number < passes; number += 1) {
      for (let count = roll(4); count > 0; count -= 1) move(sandbox, provider, roll)
      let calls = roll(2) === 0 ? Number.POSITIVE_INFINITY : 1 + roll(30)
      store.failing = () => {
        calls -= 1
        return calls < 0 ? new Error('the store is down') : null
      }
      store.isLate = roll(2) === 0
      const stopAfter = roll(3) === 0 ? 1 + roll(10) : Number.POSITIVE_INFINITY
      if ((await pass(roll(3) === 0 ? 'recent' : 'all', stopAfter)) === null) broken += 1
      store.failing = null
      if (roll(2) === 0) client = newClient()
    }
    moves = 0
    let quiet = 0
    while (quiet < maxQuietPasses) {
      quiet += 1
      const stood = sandbox.truth.length
      const changes = await pass('all', Number.POSITIVE_INFINITY)
      if (changes === null) broken += 1
      // A fault may add a complaint behind the place that a pass reads: the next pass has it.
      if (changes === 0 && sandbox.truth.length === stood) break
    }
    const own = sandbox.truth.filter((complaint) => complaint.provider === provider)
    const wrong = own.filter((complaint) => table.get(complaint.id) !== stateOf(complaint)).map(({ id }) => id)
    return { broken, wrong, strange }
  } finally {
    await sandbox.close()
  }
}

function move(sandbox: Sandbox, provider: ProviderName, roll: Dice): void {
  const standing = sandbox.truth.filter((complaint) => complaint.provider === provider)
  const id = standing[roll(standing.length)]?.id
  if (id === undefined || roll(3) === 0) {
    sandbox.addComplaint(provider, { createdAt: new Date(Date.now() - 2_000 - roll(3 * dayMs)) })
  } else sandbox.changeState(provider, id, states[roll(3)] ?? 'pending')
}

function stateOf({ state, detail, closedAt }: Pick<Complaint, 'state' | 'detail' | 'closedAt'>): string {
  return [state, detail, closedAt?.getTime()].join(' ')
}
