import type { Complaint } from '../model.js'
import type { ListedPlace } from './cursor.js'
import {
  type AccountStreams,
  type Checkpoints,
  cursorOf,
  failureHandler,
  isDone,
  type ListRun,
  type PendingPage,
} from './list-run.js'
import { compareKeys, gatherWindows, type OnFailure, type SortKey } from './merge.js'

const chunkSize = 100

/**
 * By time, window by window: all accounts' complaints of one window are gathered, sorted and delivered in chunks. An
 * account that failed stays where it failed; resumed, it is read from there beside the others, and catches up.
 */
export async function* mergeByTime<C extends Complaint>(
  job: ListRun<C>,
  streams: AccountStreams<C>,
  places: Checkpoints,
): AsyncGenerator<PendingPage<C>> {
  const sign = job.query.order === 'newest' ? -1 : 1
  const only = job.accounts.length === 1 ? job.accounts[0]?.info : undefined
  const starts = new Map([...streams.keys()].map((key) => [key, places.get(key) ?? null]))
  const first = Math.min(...[...starts.values()].map((place) => place?.window ?? job.windows.length))
  const failed = new Set<string>()
  const note = failureHandler(job, streams.size, places)
  const onFailure: OnFailure = (account, error) => {
    failed.add(account)
    return note(account, error)
  }
  const isFurther = ({ window, last }: ListedPlace, to: ListedPlace): boolean =>
    window > to.window ||
    (window === to.window && last !== undefined && (to.last === undefined || sign * compareKeys(last, to.last) > 0))
  /** Moves accounts on; who is further already, or failed, stays. Null: nothing is left. */
  const advance = (to: ListedPlace | null): void => {
    for (const key of streams.keys()) {
      const place = places.get(key) ?? null
      const stays = failed.has(key) || place === null || (to !== null && isFurther(place, to))
      if (!stays) places.set(key, to)
    }
  }
  const isUndelivered = (window: number, key: SortKey): boolean => {
    const start = starts.get(key[1]) ?? null
    return start?.window !== window || start.last === undefined || sign * compareKeys(key, start.last) > 0
  }

  for await (const { window, rows, broken } of gatherWindows(streams, upFrom(first, job.windows.length), onFailure)) {
    // An abort with an error of another list must not be taken for a broken account.
    job.signal?.throwIfAborted()
    for (const { account } of broken) failed.add(account)
    const next = window + 1 < job.windows.length ? { window: window + 1, at: null } : null
    const sorted = rows
      .map(({ account, row }) => ({ row, key: [row.createdAt.getTime(), account, row.id] as SortKey }))
      .filter(({ key }) => isUndelivered(window, key))
      .sort((a, b) => sign * compareKeys(a.key, b.key))
    for (let index = 0; index < sorted.length; index += chunkSize) {
      const chunk = sorted.slice(index, index + chunkSize)
      const last = index + chunkSize < sorted.length ? chunk.at(-1)?.key : undefined
      advance(last === undefined ? next : { window, at: null, last })
      yield {
        items: chunk.map(({ row }) => row),
        provider: only?.provider ?? null,
        account: only?.account ?? null,
        total: null,
        isLast: isDone(places),
        cursor: () => cursorOf(job, places),
      }
    }
    advance(next)
    for (const { account, error } of broken) await onFailure(account, error)
  }
}

function upFrom(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index)
}
