import { expect, it } from 'vitest'
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.js'
import { type Harness, ids, month, orders, range } from './harness.js'

const states = ['pending', 'processing', 'resolved'] as const

/** Repeatable chance: the same seed moves the list in the same way. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

/** Each complaint that stands in the range from start to end of a drain is delivered exactly once. */
export function describeMoving({ given, start, clientOf, drain, own }: Harness): void {
  const { provider } = given
  /** A sandbox whose list moves before each list request is answered, up to `moves` times. */
  const moving = (
    options: SandboxOptions,
    move: (sandbox: Sandbox, turn: number) => void,
    moves = Number.POSITIVE_INFINITY,
  ): Promise<Sandbox> => {
    let turn = 0
    return start({
      ...month,
      complaints: 120,
      ...options,
      onRequest({ operation }, sandbox) {
        if (operation === 'list' && ++turn <= moves) move(sandbox, turn)
      },
    })
  }
  const pick = (sandbox: Sandbox, roll: (sides: number) => number): string => {
    const standing = own(sandbox)
    return standing[roll(standing.length)]?.id ?? ''
  }

  it.each(orders.flatMap((order) => [1, 2].map((seed) => [order, seed] as const)))(
    'a complaint arrives before every page and states change (%s, seed %i)',
    async (order, seed) => {
      const roll = dice(seed)
      let turns = 0
      const sandbox = await moving({ seed }, (box, turn) => {
        turns = turn
        const createdAt = new Date(Date.parse('2026-03-30T10:00:00Z') + turn * 1000)
        box.addComplaint(provider, { createdAt, state: 'pending' })
        box.changeState(provider, pick(box, roll), states[roll(3)] ?? 'pending')
      })
      const stood = ids(own(sandbox))
      const rows = await drain(clientOf(sandbox), { ...month, order, pageSize: 10 })
      expect(new Set(ids(rows)).size).toBe(rows.length)
      expect(stood.filter((id) => !rows.some((row) => row.id === id))).toEqual([])
      expect(turns).toBeGreaterThan(12)
    },
  )

  it.each(orders)('complaints that go away, come and change place take no other with them (%s)', async (order) => {
    const roll = dice(7)
    const gone = new Set<string>()
    const sandbox = await moving(
      {},
      (box, turn) => {
        if (turn % 2 === 0) {
          const id = pick(box, roll)
          gone.add(id)
          box.removeComplaint(provider, id)
        }
        if (turn % 3 === 0) box.addComplaint(provider, { createdAt: new Date(Date.UTC(2026, 2, 2 + roll(27))) })
      },
      12,
    )
    const stood = ids(own(sandbox))
    const rows = await drain(clientOf(sandbox), { ...month, order, pageSize: 10 })
    expect(gone.size).toBe(6)
    expect(new Set(ids(rows)).size).toBe(rows.length)
    expect(stood.filter((id) => !gone.has(id) && !rows.some((row) => row.id === id))).toEqual([])
  })

  it('the newest goes away again and again, over several windows', async () => {
    const gone = new Set<string>()
    const sandbox = await moving(
      range,
      (box, turn) => {
        if (turn % 3 !== 0) return
        const [newest] = own(box)
        gone.add(newest?.id ?? '')
        box.removeComplaint(provider, newest?.id ?? '')
      },
      15,
    )
    const stood = ids(own(sandbox))
    const rows = await drain(clientOf(sandbox), { pageSize: 10 })
    expect(gone.size).toBeGreaterThan(3)
    expect(new Set(ids(rows)).size).toBe(rows.length)
    expect(stood.filter((id) => !gone.has(id) && !rows.some((row) => row.id === id))).toEqual([])
  })

  it('a state filter misses nothing that kept its state while others changed theirs', async () => {
    const roll = dice(3)
    const changed = new Set<string>()
    const sandbox = await moving({}, (box) => {
      const id = pick(box, roll)
      changed.add(id)
      box.changeState(provider, id, states[roll(3)] ?? 'pending')
    })
    const stood = own(sandbox).filter(({ state }) => state === 'pending')
    const rows = await drain(clientOf(sandbox), { ...month, state: 'pending', pageSize: 10 })
    expect(rows.every(({ state }) => state === 'pending')).toBe(true)
    expect(new Set(ids(rows)).size).toBe(rows.length)
    const kept = ids(stood).filter((id) => !changed.has(id))
    expect(kept.length).toBeGreaterThan(10)
    expect(kept.filter((id) => !rows.some((row) => row.id === id))).toEqual([])
  })
}
