import type { TroubledList } from './list.js'
import { idOf, type ListRow, randomNumbers, rowAt } from './rows.js'

type Change = (request: number, list: TroubledList) => void

/** A complaint is made before every nth request. */
export function arrivals(every: number): Change {
  return (request, list) => {
    if (request % every === 0) arrive(list)
  }
}

/** A complaint is made: one second after the newest. */
export function arrive(list: TroubledList): void {
  const newest = Math.max(...list.rows.map(({ createdAt }) => createdAt))
  list.rows.unshift(rowAt(idOf(900_000 + list.rows.length), newest + 1000))
}

/** One of the rows is updated before every nth request, and so moves to the front of a list ordered by update. */
export function updates(every: number, seed = 1): Change {
  const random = randomNumbers(seed)
  return (request, list) => {
    if (request % every !== 0) return
    const newest = Math.max(...list.rows.map(({ updatedAt }) => updatedAt))
    const row = list.rows[Math.floor(random() * list.rows.length)]
    if (row !== undefined) row.updatedAt = newest + 1000
  }
}

/** Before every nth request a replica answers that lacks the newest rows; the request after it has them again. */
export function staleReplica(every: number, count: number): Change {
  let held: ListRow[] = []
  return (request, list) => {
    list.rows.unshift(...held)
    held = request % every === 0 ? list.rows.splice(0, count) : []
  }
}
