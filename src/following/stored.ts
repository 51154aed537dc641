import { isRecord } from '../parsing/coerce.js'
import { decodeEntry, type Entry, encodeEntry } from './snapshot.js'

/** The version of every stored value. */
const version = 1

/** What is remembered of an account as a whole. */
export interface AccountIndex {
  /** Complaints made before are not new, in milliseconds since 1970. */
  readonly from: number
  /** True until a whole pass has ended: it reads from `from` on, however long ago that is. */
  readonly isFirst: boolean
  /** Beijing days that have a value of their own, in ascending order. */
  readonly days: readonly string[]
  /** The old complaint after which the next whole pass continues, `day id`; null: it starts with the oldest. */
  readonly lastOld: string | null
}

/** A change of a batch as the journal holds it. */
export interface JournalItem {
  readonly id: string
  readonly day: string
  readonly entry: Entry
  readonly isDue: boolean
}

/** The batch that is being handled. */
export interface Journal {
  /** Differs from batch to batch. */
  readonly batch: string
  readonly items: readonly JournalItem[]
  /** Complaints of earlier batches that are not known to be handled, by id, with their days. */
  readonly carried: ReadonlyMap<string, string>
}

/** How much of a batch was handled. */
export interface Mark {
  readonly batch: string
  /** The first so many changes. */
  readonly handled: number
}

export function encodeIndex({ from, isFirst, days, lastOld }: AccountIndex): object {
  return { v: version, from, ...(isFirst ? { first: true } : {}), days, ...(lastOld === null ? {} : { lastOld }) }
}

/** null: not what `encodeIndex` returned. */
export function decodeIndex(value: unknown): AccountIndex | null {
  if (!isStored(value)) return null
  const { from, first = false, days, lastOld = null } = value
  if (typeof from !== 'number' || !Number.isFinite(from) || typeof first !== 'boolean') return null
  if (!Array.isArray(days) || !days.every(isDay) || (lastOld !== null && typeof lastOld !== 'string')) return null
  return { from, isFirst: first, days: [...days].sort(), lastOld }
}

/** The entries of a day by id. */
export type DayEntries = ReadonlyMap<string, Entry>

export function encodeDay(entries: DayEntries): object {
  return { v: version, complaints: [...entries].map(([id, entry]) => [id, encodeEntry(entry)]) }
}

/** `isWhole` is false when a part was not what `encodeDay` returned; that part is left out. */
export function decodeDay(value: unknown): { entries: Map<string, Entry>; isWhole: boolean } {
  const entries = new Map<string, Entry>()
  if (!isStored(value) || !Array.isArray(value.complaints)) return { entries, isWhole: false }
  let isWhole = true
  for (const pair of value.complaints) {
    const [id, stored] = Array.isArray(pair) ? pair : []
    const entry = decodeEntry(stored)
    if (typeof id === 'string' && entry !== null) entries.set(id, entry)
    else isWhole = false
  }
  return { entries, isWhole }
}

export function encodeJournal({ batch, items, carried }: Journal): object {
  return {
    v: version,
    batch,
    items: items.map(({ id, day, entry, isDue }) => [id, day, encodeEntry(entry), ...(isDue ? [true] : [])]),
    ...(carried.size === 0 ? {} : { carried: [...carried] }),
  }
}

/** null: not what `encodeJournal` returned. */
export function decodeJournal(value: unknown): Journal | null {
  if (!isStored(value)) return null
  const { batch, items, carried = [] } = value
  if (typeof batch !== 'string' || !Array.isArray(items) || !Array.isArray(carried)) return null
  const decoded: JournalItem[] = []
  for (const item of items) {
    const [id, day, stored, isDue = false] = Array.isArray(item) ? item : []
    const entry = decodeEntry(stored)
    if (typeof id !== 'string' || !isDay(day) || entry === null) return null
    decoded.push({ id, day, entry, isDue: isDue === true })
  }
  const left = new Map<string, string>()
  for (const pair of carried) {
    const [id, day] = Array.isArray(pair) ? pair : []
    if (typeof id !== 'string' || !isDay(day)) return null
    left.set(id, day)
  }
  return { batch, items: decoded, carried: left }
}

export function encodeMark({ batch, handled }: Mark): object {
  return { v: version, batch, handled }
}

/** null: not what `encodeMark` returned. */
export function decodeMark(value: unknown): Mark | null {
  if (!isStored(value)) return null
  const { batch, handled } = value
  if (typeof batch !== 'string' || !Number.isSafeInteger(handled) || (handled as number) < 0) return null
  return { batch, handled: handled as number }
}

function isStored(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && value.v === version
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)
}
