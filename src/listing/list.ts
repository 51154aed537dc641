import { setMaxListeners } from 'node:events'
import { abortWith, createAbortController } from '../async/abort.js'
import { cancellable, cancelled } from '../async/cancellable.js'
import { QueryError } from '../errors.js'
import type { Complaint, ProviderName } from '../model.js'
import { type AccountPage, scanAccount } from './account.js'
import type { AccountCheckpoint } from './checkpoint.js'
import {
  type Checkpoints,
  createRowErrors,
  cursorOf,
  isDone,
  type ListAccount,
  type ListContext,
  type PendingPage,
} from './list-context.js'
import { mergeByArrival } from './merge-by-arrival.js'
import { mergeByTime } from './merge-by-time.js'
import type { Window } from './plan.js'

/** One page of complaints. */
export interface Page<C> {
  readonly items: readonly C[]
  /**
   * Provider and account of the items; null when the page may mix accounts (`newest`, `oldest` over several accounts),
   * and on a last page that only ends the list.
   */
  readonly provider: ProviderName | null
  readonly account: string | null
  /** Rows in the provider's window before filters; null: not reported, or a sorted order. */
  readonly total: number | null
  /** Resumes after this page, given as `cursor`; null: nothing is left. */
  readonly cursor: string | null
}

/** Lazy and re-iterable: each `for await` starts a new read; leaving the loop aborts its requests. */
export interface ComplaintList<C> extends AsyncIterable<C> {
  /**
   * The same complaints page by page, each with a cursor to resume from; each `for await` over them starts a new read, too.
   * @example
   * ```ts
   * for await (const { items, cursor } of client.list({ from: '2026-01-01' }).pages()) await save(items, cursor)
   * ```
   */
  pages(): AsyncIterable<Page<C>>
  /**
   * The first `limit` complaints.
   * @throws QueryError unless `limit` is an integer of at least 1
   * @example
   * ```ts
   * const newest = await client.list({ from: '2026-01-01', order: 'newest' }).toArray({ limit: 20 })
   * ```
   */
  toArray(options: { limit: number }): Promise<C[]>
}

/**
 * The invariants of a list, which this folder keeps:
 * - Windows partition the range (`plan.ts`).
 * - An id enters `delivered` before its row is yielded (`seen-rows.ts`).
 * - A window is done only by an accepted scan of each of its parts (`consistency.ts`), or is reported as incomplete.
 * - A cursor names a position only if every row before it was delivered or will be seen again (`nextOf`, `checkpointAt`).
 * - At most `concurrency` requests of an account are in flight and 2 × `concurrency` + 1 pages held (`prefetch-budget.ts`),
 *   and every loop has a ceiling.
 * - One AbortController for an iteration and for each account.
 */
export function createList<C extends Complaint>(context: ListContext<C>): ComplaintList<C> {
  async function* pages(controller: AbortController): AsyncGenerator<Page<C>> {
    for await (const { items, provider, account, total, cursor } of iterate(context, controller)) {
      yield { items, provider, account, total, cursor: cursor() }
    }
  }
  async function* items(controller: AbortController): AsyncGenerator<C> {
    for await (const page of iterate(context, controller)) {
      for (const item of page.items) {
        context.signal?.throwIfAborted()
        yield item
      }
    }
  }
  return {
    pages: () => ({ [Symbol.asyncIterator]: () => cancellable(pages) }),
    [Symbol.asyncIterator]: () => cancellable(items),
    async toArray(options) {
      const { limit = 0 } = (options as Partial<typeof options> | undefined) ?? {}
      if (!Number.isSafeInteger(limit) || limit < 1) {
        throw new QueryError(
          'toArray() needs { limit }, an integer of at least 1: how many complaints to hold in memory',
        )
      }
      const rows: C[] = []
      for await (const row of cancellable(items)) {
        rows.push(row)
        if (rows.length === limit) break
      }
      return rows
    },
  }
}

/** One iteration: everything it starts ends with it. */
async function* iterate<C extends Complaint>(
  context: ListContext<C>,
  controller: AbortController,
): AsyncGenerator<PendingPage<C>> {
  context.signal?.throwIfAborted()
  const unlink = abortWith(controller, context.signal)
  try {
    const later = yield* iterateOnce(context, controller.signal, true)
    if (later !== null) yield* iterateOnce(later, controller.signal, false)
  } catch (error) {
    if (error !== cancelled) throw error
  } finally {
    unlink()
  }
}

/**
 * @param mayRestart the first page may show that this machine's clock is behind; nothing is yielded then
 * @returns the context to read with instead; null: the list is complete
 */
async function* iterateOnce<C extends Complaint>(
  context: ListContext<C>,
  signal: AbortSignal,
  mayRestart: boolean,
): AsyncGenerator<PendingPage<C>, ListContext<C> | null> {
  const checkpoints: Checkpoints = new Map(context.start.accounts)
  const streams = new Map<string, AsyncGenerator<AccountPage<C>>>()
  const stop = createAbortController()
  setMaxListeners(0, stop.signal)
  abortWith(stop, signal)
  for (const account of context.accounts) {
    const checkpoint = checkpoints.get(account.key) ?? null
    if (checkpoint !== null) {
      streams.set(account.key, scanAccountWithOwnAbort(account, context.windows, checkpoint, stop.signal))
    }
  }
  const mergeStrategy = context.query.order === 'arrival' ? mergeByArrival : mergeByTime
  const rowErrors = createRowErrors(context)
  let sawLastPage = false
  let isFirst = mayRestart
  try {
    for await (const page of mergeStrategy({ ...context, signal }, streams, checkpoints, rowErrors)) {
      const later = isFirst ? context.withLaterEnd() : null
      if (later !== null) return later
      isFirst = false
      sawLastPage = isDone(checkpoints)
      yield page
      context.signal?.throwIfAborted()
    }
    // The user may have aborted in `onAccountError`: then the list has not ended.
    context.signal?.throwIfAborted()
    const later = isFirst ? context.withLaterEnd() : null
    if (later !== null) return later
    // No page so far was the last one: an empty page has the final cursor, which resumes failed accounts.
    if (!sawLastPage) {
      const cursor = (): string | null => cursorOf(context, checkpoints)
      yield { items: [], provider: null, account: null, total: null, cursor }
    }
    rowErrors.throwFirst()
    return null
  } catch (error) {
    throw rowErrors.attachFirst(error)
  } finally {
    stop.abort()
  }
}

/** One account with an AbortController of its own: when it fails or ends, its requests end, whatever the others do. */
async function* scanAccountWithOwnAbort<C extends Complaint>(
  account: ListAccount<C>,
  windows: readonly Window[],
  checkpoint: AccountCheckpoint,
  signal: AbortSignal,
): AsyncGenerator<AccountPage<C>> {
  // The account may have waited until after the abort.
  signal.throwIfAborted()
  const controller = createAbortController()
  setMaxListeners(0, controller.signal)
  const unlink = abortWith(controller, signal)
  try {
    yield* scanAccount(account.source(controller.signal), windows, checkpoint, controller.signal)
  } finally {
    unlink()
    controller.abort()
  }
}
