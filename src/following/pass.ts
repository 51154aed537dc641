import { forEach } from '../async/for-each.js'
import { ComplaintError, type ResponseError } from '../errors.js'
import type { Complaint } from '../model.js'
import { beijingDay, dayMs, startOfBeijingDay } from '../time.js'
import { type AccountRun, type ListingOptions, whileIdle } from './account-run.js'
import { changesOf, maxBatch, openRecords, type ReadRow } from './hand-over.js'
import { selectOld } from './old-complaints.js'
import { type Depth, firstDayOf, startOfPass } from './range.js'

export interface PassSettings {
  readonly lookBackDays: number
  readonly dueWithinMs: number | undefined
  onRowError(error: ResponseError): Promise<void>
  /** A single complaint cannot be read; the others can. */
  onComplaintError(error: ComplaintError): Promise<void>
}

type Keep<C> = (complaint: C, version: number) => Promise<void>

/** Resolves when the changes of these complaints were handled; rejects on abort. */
export type OfferRows<C extends Complaint> = (run: AccountRun<C>, rows: readonly ReadRow<C>[]) => Promise<void>

/**
 * One pass over one account: reads its complaints and offers those that make changes. What was read before a failure is
 * offered, too.
 */
export async function readAccount<C extends Complaint>(
  run: AccountRun<C>,
  depth: Depth,
  settings: PassSettings,
  offer: OfferRows<C>,
  signal: AbortSignal,
): Promise<void> {
  const { account, records } = run
  const { lookBackDays, dueWithinMs, onRowError } = settings
  await whileIdle(run, signal, () => openRecords(run))
  const now = Date.now()
  const firstDay = firstDayOf(lookBackDays, now)
  const met = new Set<string>()
  let rows: ReadRow<C>[] = []

  const flush = async (): Promise<void> => {
    const some = rows
    rows = []
    if (some.length > 0) await offer(run, some)
  }
  const keep: Keep<C> = async (complaint, version) => {
    const row = { complaint, version, isNotified: false }
    met.add(complaint.id)
    if ((await changesOf(run, row, dueWithinMs)).length === 0) return
    rows.push(row)
    if (rows.length >= maxBatch) await flush()
  }
  const readList = async (from: number, options: ListingOptions<C>): Promise<void> => {
    for await (const { items } of account.list(from, signal, onRowError, options)) {
      const { version } = run
      for (const complaint of items) await keep(complaint, version)
    }
  }
  /** Days before the look-back whose entries are damaged are listed again. */
  const readDamaged = async (): Promise<void> => {
    for (const day of records.index().days.filter((each) => each < firstDay)) {
      await records.entriesOf(day)
      const from = records.isDamaged(day) ? startOfBeijingDay(day) : null
      if (from !== null) await readList(from, { to: from + dayMs })
    }
  }
  const readOld = async (isComplete: boolean): Promise<void> => {
    await readDamaged()
    const { complaints, lastOld } = await selectOld(records, firstDay, met)
    const gone = await readEach(run, complaints, signal, settings, keep)
    await flush()
    await whileIdle(run, signal, async () => {
      if (gone.size > 0) await records.drop(gone)
      await records.tidy(firstDay, lastOld, isComplete)
    })
  }

  const start = startOfPass(records.index(), depth, lookBackDays, now)
  try {
    const isRemembered = depth === 'recent' ? await rememberedOf(run, start, now) : undefined
    const failure = start < now ? await contentErrorOf(readList(start, { isRemembered })) : null
    if (depth === 'all') await readOld(failure === null)
    else await flush()
    if (failure !== null) throw failure
  } catch (error) {
    if (!signal.aborted && ComplaintError.isInstance(error) && error.code !== 'STORE') await flush()
    throw error
  } finally {
    records.forget()
  }
}

/** The error of a list whose responses are at fault: it has delivered all that it could. Any other is thrown. */
async function contentErrorOf(reading: Promise<void>): Promise<ComplaintError | null> {
  try {
    await reading
    return null
  } catch (error) {
    if (ComplaintError.isInstance(error) && (error.code === 'RESPONSE' || error.code === 'PAGINATION')) return error
    throw error
  }
}

/** So many calls that fail are an outage, unless more succeed: these complaints cannot be read, others can. */
const outageFailures = 3

/**
 * Reads complaints one by one, as many at once as the account's concurrency allows.
 * @returns those that the provider no longer has, by id with their days
 */
async function readEach<C extends Complaint>(
  run: AccountRun<C>,
  complaints: ReadonlyMap<string, string>,
  signal: AbortSignal,
  { onRowError, onComplaintError }: PassSettings,
  keep: Keep<C>,
): Promise<ReadonlyMap<string, string>> {
  const { version } = run
  const found: C[] = []
  const gone = new Map<string, string>()
  let failures = 0
  const read = async ([id, day]: [string, string], stop: AbortSignal): Promise<void> => {
    try {
      found.push(await run.account.get(id, stop))
    } catch (error) {
      if (stop.aborted || !ComplaintError.isInstance(error)) throw error
      if (error.code === 'NOT_FOUND') gone.set(id, day)
      else if (error.code === 'RESPONSE') await onRowError(error as ResponseError)
      else if (isAboutComplaint(error)) await onComplaintError(error)
      else {
        failures += 1
        if (isAboutAccount(error) || failures >= Math.max(outageFailures, found.length)) throw error
        await onComplaintError(error)
      }
    }
  }
  try {
    await forEach([...complaints], Number.POSITIVE_INFINITY, signal, read)
  } finally {
    for (const complaint of found) await keep(complaint, version)
  }
  return gone
}

/** The provider rejects this complaint's id; it would accept others. */
function isAboutComplaint({ code, retryable }: ComplaintError): boolean {
  return (code === 'API' && !retryable) || code === 'QUERY'
}

/** The provider would reject every other call, too. */
function isAboutAccount({ code }: ComplaintError): boolean {
  return code === 'AUTHENTICATION' || code === 'PERMISSION' || code === 'RATE_LIMIT'
}

/** Reading this complaint again would fail in the same way. */
export function isFinal(error: ComplaintError): boolean {
  return error.code === 'NOT_FOUND' || error.code === 'RESPONSE' || isAboutComplaint(error)
}

/**
 * Whether the rows of a page are all that is remembered of the days from an instant on. The provider serves whole
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
