import { createAsyncQueue } from '../async/queue.js'
import type { Complaint } from '../model.js'
import type { AccountPage } from './account.js'
import {
  type AccountStreams,
  type Checkpoints,
  cursorOf,
  failureHandler,
  isDone,
  type ListContext,
  type OnFailure,
  ownerOf,
  type PendingPage,
  type RowErrors,
} from './list-context.js'

/** Pages in the order in which they arrive, of any account. */
export async function* mergeByArrival<C extends Complaint>(
  context: ListContext<C>,
  streams: AccountStreams<C>,
  checkpoints: Checkpoints,
  rowErrors: RowErrors,
): AsyncGenerator<PendingPage<C>> {
  const arrivals = mergeArrivals(streams, failureHandler(context, checkpoints), context.maxAccounts)
  for await (const { account, page } of arrivals) {
    checkpoints.set(account, page.next)
    await rowErrors.report(account, page.failures)
    if (page.rows.length === 0 && !isDone(checkpoints)) continue
    yield {
      items: page.rows,
      ...ownerOf(context, account),
      total: page.total,
      cursor: () => cursorOf(context, checkpoints),
    }
  }
}

/** A page and its account. */
export interface Arrival<C> {
  readonly account: string
  readonly page: AccountPage<C>
}

/**
 * Pages of several accounts as they arrive; the account served last waits longest. An account that ends or fails makes
 * room for the next one.
 * @param maxAccounts how many accounts are read concurrently
 */
export async function* mergeArrivals<C>(
  streams: AccountStreams<C>,
  onFailure: OnFailure,
  maxAccounts: number,
): AsyncGenerator<Arrival<C>> {
  type Stream = AsyncGenerator<AccountPage<C>>
  type Outcome = { account: string; stream: Stream; result: IteratorResult<AccountPage<C>> }
  // Not Promise.race: the pending promise of a silent account would retain every page the race resolved with.
  const outcomes = createAsyncQueue<Outcome | { account: string; error: unknown }>()
  const pull = (account: string, stream: Stream): void => {
    stream.next().then(
      (result) => outcomes.push({ account, stream, result }),
      (error: unknown) => outcomes.push({ account, error }),
    )
  }
  const waiting = streams.entries()
  let running = 0
  const begin = (): void => {
    const next = waiting.next()
    if (next.done === true) return
    running += 1
    pull(...next.value)
  }
  while (running < Math.min(maxAccounts, streams.size)) begin()
  while (running > 0) {
    const outcome = await outcomes.shift()
    const { account } = outcome
    if ('error' in outcome) {
      running -= 1
      await onFailure(account, outcome.error)
      begin()
    } else if (outcome.result.done === true) {
      running -= 1
      begin()
    } else {
      // Request the next page before this one is consumed.
      pull(account, outcome.stream)
      yield { account, page: outcome.result.value }
    }
  }
}
