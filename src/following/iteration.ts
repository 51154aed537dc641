import { setMaxListeners } from 'node:events'
import { createAbortController, raceAbort } from '../async/abort.js'
import { cancellable, cancelled } from '../async/cancellable.js'
import { createAsyncQueue } from '../async/queue.js'
import type { Complaint } from '../model.js'
import type { AccountRun } from './account-run.js'
import { type Batch, handOver, type Offer, type ReadRow } from './hand-over.js'
import type { OfferRows } from './pass.js'
import type { ComplaintChange, ComplaintChanges } from './types.js'

/** What reading the accounts needs of an iteration. */
export interface Iteration<C extends Complaint> {
  readonly offer: OfferRows<C>
  /** Aborts when the iteration ends. */
  readonly signal: AbortSignal
  /** Aborts a second later, so that what is being stored is stored. */
  readonly storeSignal: AbortSignal
}

/** Reads accounts and offers what makes changes; resolves when there is nothing more to read. */
export type Producer<C extends Complaint> = (iteration: Iteration<C>) => Promise<void>

interface IterationSettings {
  readonly dueWithinMs: number | undefined
  readonly signal: AbortSignal | undefined
}

/** How long an iteration that was left waits for a store. */
const storeGraceMs = 1_000

/** Changes to be iterated; each iteration has a producer of its own. */
export function createChanges<C extends Complaint>(
  settings: IterationSettings,
  producer: Producer<C>,
): ComplaintChanges<C> {
  async function* items(controller: AbortController): AsyncGenerator<ComplaintChange<C>> {
    for await (const batch of iterate(settings, producer, controller)) {
      const { changes } = batch
      for (const [index, change] of changes.entries()) {
        settings.signal?.throwIfAborted()
        yield change
        // The next change was asked for, so this one was handled; the last is committed with its batch.
        if (index === changes.length - 1) await batch.commit()
        else if (!(await batch.mark(index + 1))) break
      }
    }
  }
  async function* batches(controller: AbortController): AsyncGenerator<readonly ComplaintChange<C>[]> {
    for await (const batch of iterate(settings, producer, controller)) {
      yield batch.changes
      await batch.commit()
    }
  }
  return { ...iterable(items), batches: () => iterable(batches) }
}

/** Each iteration ends without an error when it is left, also while it waits for the store. */
function iterable<T>(generate: (controller: AbortController) => AsyncGenerator<T>): AsyncIterable<T> {
  async function* untilCancelled(controller: AbortController): AsyncGenerator<T> {
    try {
      yield* generate(controller)
    } catch (error) {
      if (error !== cancelled) throw error
    }
  }
  return { [Symbol.asyncIterator]: () => cancellable(untilCancelled) }
}

/** One iteration: everything that it starts has ended when it ends. */
async function* iterate<C extends Complaint>(
  { dueWithinMs, signal }: IterationSettings,
  producer: Producer<C>,
  controller: AbortController,
): AsyncGenerator<Batch<C>> {
  signal?.throwIfAborted()
  const queue = createAsyncQueue<Offer<C> | { readonly error: unknown } | 'end'>()
  const store = createAbortController()
  // Each account that waits for the store listens to it.
  setMaxListeners(0, store.signal)
  let grace: NodeJS.Timeout | undefined
  const onAbort = (): void => controller.abort(signal?.reason)
  const onStop = (): void => {
    grace = setTimeout(() => store.abort(controller.signal.reason), storeGraceMs)
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  controller.signal.addEventListener('abort', onStop, { once: true })
  const offer = (run: AccountRun<C>, rows: readonly ReadRow<C>[]): Promise<void> =>
    raceAbort(
      new Promise<void>((done) => {
        queue.push({ run, rows, done })
      }),
      controller.signal,
    )
  const producing = producer({ offer, signal: controller.signal, storeSignal: store.signal }).then(
    () => queue.push('end'),
    (error: unknown) => queue.push({ error }),
  )
  try {
    for (;;) {
      const next = await raceAbort(queue.shift(), controller.signal)
      if (next === 'end') break
      if ('error' in next) throw next.error
      yield* handOver(next, dueWithinMs, controller.signal)
      next.done()
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    controller.abort(cancelled)
    await producing
    clearTimeout(grace)
  }
}
