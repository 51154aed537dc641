import { forEach } from '../async/for-each.js'
import { ComplaintError, type ResponseError } from '../errors.js'
import type { Complaint } from '../model.js'
import { beijingDay } from '../time.js'
import { type AccountRun, whileIdle } from './account-run.js'
import { changesOf, maxBatch, openRecords, type ReadRow } from './hand-over.js'
import { selectOld } from './old-complaints.js'
import { type Depth, firstDayOf, startOfPass } from './range.js'

export interface PassSettings {
  readonly lookBackDays: number
  readonly dueWithinMs: number | undefined
  onRowError(error: ResponseError): Promise<void>
}

/** Resolves when the changes of these complaints were handled; rejects on abort. */
export type OfferRows<C extends Complaint> = (run: AccountRun<C>, rows: readonly ReadRow<C>[]) => Promise<void>

/**
 * One pass over one account: reads its complaints and offers those that make changes. What was read before a failure is
 * offered, too.
 */
export async function readAccount<C extends Complaint>(
  run: AccountRun<C>,
  depth: Depth,
  { lookBackDays, dueWithinMs, onRowError }: PassSettings,
  offer: OfferRows<C>,
  signal: AbortSignal,
): Promise<void> {
  const { account, records } = run
  await whileIdle(run, signal, () => openRecords(run))
  const now = Date.now()
  const firstDay = firstDayOf(lookBackDays, now)
  const met = new Set<string>()
  let rows: ReadRow<C>[] = []

  const keep = async (complaint: C, version: number): Promise<void> => {
    const row = { complaint, version, isNotified: false }
    met.add(complaint.id)
    if ((await changesOf(run, row, dueWithinMs)).length === 0) return
    rows.push(row)
    if (rows.length >= maxBatch) await flush()
  }
  const flush = async (): Promise<void> => {
    const some = rows
    rows = []
    if (some.length > 0) await offer(run, some)
  }
  const readOld = async (): Promise<void> => {
    const { complaints, lastOld } = await selectOld(records, firstDay, met)
    const gone = new Map<string, string>()
    await readEach(run, complaints, signal, onRowError, gone, keep)
    await flush()
    await whileIdle(run, signal, async () => {
      if (gone.size > 0) await records.drop(gone)
      await records.tidy(firstDay, lastOld)
    })
  }

  const start = startOfPass(records.index(), depth, lookBackDays, now)
  try {
    if (start < now) {
      const isRemembered = depth === 'recent' ? await rememberedOf(run, start, now) : undefined
      for await (const { items } of account.list(start, signal, onRowError, isRemembered)) {
        const { version } = run
        for (const complaint of items) await keep(complaint, version)
      }
    }
    if (depth === 'all') await readOld()
    else await flush()
  } catch (error) {
    if (!signal.aborted && ComplaintError.isInstance(error) && error.code !== 'STORE') await flush()
    throw error
  }
}

/** Reads complaints one by one, as many at once as the account's concurrency allows. */
async function readEach<C extends Complaint>(
  run: AccountRun<C>,
  complaints: ReadonlyMap<string, string>,
  signal: AbortSignal,
  onRowError: PassSettings['onRowError'],
  gone: Map<string, string>,
  keep: (complaint: C, version: number) => Promise<void>,
): Promise<void> {
  const { version } = run
  const found: C[] = []
  const read = async ([id, day]: [string, string], stop: AbortSignal): Promise<void> => {
    try {
      found.push(await run.account.get(id, stop))
    } catch (error) {
      if (stop.aborted || !ComplaintError.isInstance(error)) throw error
      if (error.code === 'NOT_FOUND') gone.set(id, day)
      else if (error.code === 'RESPONSE') await onRowError(error as ResponseError)
      else throw error
    }
  }
  try {
    await forEach([...complaints], Number.POSITIVE_INFINITY, signal, read)
  } finally {
    for (const complaint of found) await keep(complaint, version)
  }
}

/**
 * Tells whether the rows of a page are all that is remembered of the days from an instant on. The provider serves whole
 * days; rows of other instants than those asked for do not count.
 */
async function rememberedOf<C extends Complaint>(
  { records }: AccountRun<C>,
  start: number,
  now: number,
): Promise<(rows: readonly C[]) => boolean> {
  const remembered = new Set<string>()
  const firstDay = beijingDay(start)
  for (const day of records.index().days.filter((each) => each >= firstDay)) {
    for (const id of (await records.entriesOf(day)).keys()) remembered.add(id)
  }
  return (rows) => {
    const known = rows.filter(({ id }) => remembered.has(id))
    const isAsked = ({ createdAt }: C): boolean => createdAt.getTime() >= start && createdAt.getTime() < now
    const isAllKnown = rows.every((row) => remembered.has(row.id) || !isAsked(row))
    return isAllKnown && new Set(known.map(({ id }) => id)).size === remembered.size
  }
}
