import type { Complaint } from '../model.js'
import { beijingDay } from '../time.js'
import { type AccountRun, whileIdle } from './account-run.js'
import { type Evaluated, evaluate } from './evaluate.js'
import type { JournalItem } from './stored.js'
import type { ComplaintChange } from './types.js'

/** A complaint that was read. */
export interface ReadRow<C extends Complaint> {
  readonly complaint: C
  /** The account's version when it was read. */
  readonly version: number
  readonly isNotified: boolean
}

/** Complaints of one account that make changes. */
export interface Offer<C extends Complaint> {
  readonly run: AccountRun<C>
  readonly rows: readonly ReadRow<C>[]
  /** Their changes were handled. */
  done(): void
}

/** Changes that are handed out together. */
export interface Batch<C extends Complaint> {
  readonly changes: readonly ComplaintChange<C>[]
  /**
   * The first so many changes were handled.
   * @returns false: the others are not to be handed out
   */
  mark(handled: number): Promise<boolean>
  /** All changes were handled. */
  commit(): Promise<void>
}

/** The largest batch. */
export const maxBatch = 100

/** The changes of a complaint, by what is remembered now. */
export async function changesOf<C extends Complaint>(
  { account, records, readAt }: AccountRun<C>,
  { complaint, version, isNotified }: ReadRow<C>,
  dueWithinMs: number | undefined,
): Promise<(Evaluated<C> & JournalItem)[]> {
  // It was read by itself since: what was handed out then is newer.
  if ((readAt.get(complaint.id) ?? 0) > version) return []
  const day = beijingDay(complaint.createdAt)
  const known = (await records.entriesOf(day)).get(complaint.id) ?? null
  const { deadlines, detailFields } = account
  const context = { from: records.index().from, now: Date.now(), dueWithinMs, deadlines, detailFields }
  const changes = evaluate(complaint, known, context, { isInHand: records.inHand.has(complaint.id), isNotified })
  return changes.map((each) => ({ ...each, id: complaint.id, day, isDue: each.change.kind === 'due' }))
}

/**
 * Hands out the changes of some complaints in batches. The journal of a batch is written before. The consumer marks or
 * commits what it has handled; what it has not is delivered again by a later pass.
 */
export async function* handOver<C extends Complaint>(
  { run, rows }: Pick<Offer<C>, 'run' | 'rows'>,
  dueWithinMs: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<Batch<C>> {
  const { records, lock } = run
  if (!run.isOpen) await whileIdle(run, signal, () => openRecords(run))
  const release = await lock.acquire(signal)
  try {
    /** Changes that were handed out, so that two followers that take over each other's batches come to an end. */
    const handedOut = new Set<string>()
    for (let rest = rows; rest.length > 0; ) {
      const items = await evaluateRows(run, rest, dueWithinMs, handedOut)
      rest = []
      for (let start = 0; start < items.length && rest.length === 0; start += maxBatch) {
        const batch = items.slice(start, start + maxBatch)
        await records.begin(batch)
        yield {
          changes: batch.map(({ change }) => change),
          async mark(handled) {
            for (const item of batch.slice(0, handled)) handedOut.add(keyOf(item))
            if (await records.mark(handled)) return true
            // What is left is evaluated again: the other follower may have handed it out meanwhile.
            rest = rows
            return false
          },
          commit: () => records.commit(),
        }
      }
    }
  } finally {
    release()
  }
}

/** Evaluated again: a batch that was handed out since the rows were read may have held the same complaint. */
async function evaluateRows<C extends Complaint>(
  run: AccountRun<C>,
  rows: readonly ReadRow<C>[],
  dueWithinMs: number | undefined,
  handedOut: ReadonlySet<string>,
): Promise<(Evaluated<C> & JournalItem)[]> {
  const items: (Evaluated<C> & JournalItem)[] = []
  for (const row of rows) {
    items.push(...(await changesOf(run, row, dueWithinMs)).filter((item) => !handedOut.has(keyOf(item))))
    if (row.isNotified) run.readAt.set(row.complaint.id, row.version)
  }
  return items
}

function keyOf({ id, isDue }: JournalItem): string {
  return `${isDue ? 'due' : 'changed'} ${id}`
}

/** To be called while no batch of the account is in hand. */
export async function openRecords<C extends Complaint>(run: AccountRun<C>): Promise<void> {
  await run.records.open()
  run.readAt.clear()
  run.isOpen = true
}
