import { randomBytes } from 'node:crypto'
import type { AccountInfo, AdapterRuntime } from '../provider.js'
import type { AccountKeys } from './keys.js'
import { type SafeStore, storeError } from './safe-store.js'
import type { Entry } from './snapshot.js'
import {
  type AccountIndex,
  type DayEntries,
  decodeDay,
  decodeIndex,
  decodeJournal,
  decodeMark,
  encodeDay,
  encodeIndex,
  encodeJournal,
  encodeMark,
  type Journal,
  type JournalItem,
} from './stored.js'

/** What the store holds of one account. Its methods reject with a StoreError when the store fails. */
export interface AccountRecords {
  /** Reads the index, or creates it, and takes over what a crash left in hand. To be called at the start of a pass. */
  open(): Promise<void>
  index(): AccountIndex
  /** The entries of a Beijing day; kept until the next `open`. */
  entriesOf(day: string): Promise<DayEntries>
  /** Some entries of the day were invalid, or all were gone, when it was last read. */
  isDamaged(day: string): boolean
  /** Complaints that were handed out and are not known to be handled, by id, with their days. */
  readonly inHand: ReadonlyMap<string, string>
  /** Writes the journal of a batch that is about to be handed out. */
  begin(items: readonly JournalItem[]): Promise<void>
  /**
   * The first so many changes of the batch were handled.
   * @returns false: another follower has taken over the batch, so that nothing more of it is to be handed out
   */
  mark(handled: number): Promise<boolean>
  /** All changes of the batch were handled. */
  commit(): Promise<void>
  /** The provider no longer has these complaints, by id with their days. */
  drop(complaints: ReadonlyMap<string, string>): Promise<void>
  /**
   * Ends a whole pass: deletes days before `firstDay` on which nothing is open.
   * @param lastOld as in `AccountIndex`
   * @param isComplete false: some days could not be read, so that a first pass goes on
   */
  tidy(firstDay: string, lastOld: string | null, isComplete: boolean): Promise<void>
}

export interface RecordsContext {
  readonly store: SafeStore
  readonly keys: AccountKeys
  readonly info: AccountInfo
  /** Keys of indexes that the store has had. */
  readonly seen: Set<string>
  emit: AdapterRuntime['emit']
  /** `from` of an account that the store does not know, in milliseconds since 1970. */
  initialFrom(): number
}

/** Two followers that write at the same moment read each other's journal again so often. */
const maxResignTries = 5

export function createRecords({ store, keys, info, seen, emit, initialFrom }: RecordsContext): AccountRecords {
  const days = new Map<string, Promise<DayEntries>>()
  const damaged = new Set<string>()
  const inHand = new Map<string, string>()
  let index: AccountIndex = { from: 0, isFirst: true, days: [], lastOld: null }
  /** The batch of the journal that these records wrote last. */
  let batch = newBatch()
  let batchItems: readonly JournalItem[] = []
  /** So many changes of the batch have a mark. */
  let marked = 0
  /** There may be a mark to delete: also one of a process that ended before it did. */
  let mayBeMarked = true

  const warn = (what: string): void => {
    const message = `${what} in the store of changes() and follow() is not a value of this library; what it should have said is delivered again`
    emit({ type: 'warning', warning: 'changeStoreInvalid', message })
  }

  /** null: the store has none, or an invalid one. */
  const readIndex = async (): Promise<AccountIndex | null> => {
    const stored = await store.get(keys.index)
    // Keyv answers "nothing" for a failed read unless `throwOnErrors` is set.
    if (stored === null && seen.has(keys.index))
      throw storeError(`the value of ${keys.index} is gone: the store lost it, or failed without saying so`, info)
    if (stored === null) return null
    seen.add(keys.index)
    const decoded = decodeIndex(stored)
    if (decoded === null) warn('the index')
    return decoded
  }

  const writeIndex = async (changes: Partial<AccountIndex>): Promise<void> => {
    index = { ...index, ...changes }
    await store.set(keys.index, encodeIndex(index))
    seen.add(keys.index)
  }

  /** @param known what this pass has read of the day before */
  const readDay = async (day: string, known?: DayEntries): Promise<Map<string, Entry>> => {
    const stored = await store.get(keys.day(day))
    if (stored === null) {
      // The store lost the day, or failed without saying so.
      if (index.days.includes(day)) damaged.add(day)
      return new Map(known)
    }
    const { entries, isWhole } = decodeDay(stored)
    if (isWhole) damaged.delete(day)
    else {
      if (!damaged.has(day)) warn(`the day ${day}`)
      damaged.add(day)
    }
    return entries
  }

  /** Another follower may have written meanwhile, so each day is read again and only these entries are changed. */
  const changeDay = async (day: string, change: (entries: Map<string, Entry>) => void): Promise<void> => {
    const entries = await readDay(day, await days.get(day))
    change(entries)
    await store.set(keys.day(day), encodeDay(entries))
    damaged.delete(day)
    days.set(day, Promise.resolve(entries))
  }

  const entriesOf = (day: string): Promise<DayEntries> => {
    const known = days.get(day)
    if (known !== undefined) return known
    if (!index.days.includes(day)) return Promise.resolve(new Map())
    const reading = readDay(day)
    days.set(day, reading)
    return reading
  }

  const writeEntries = async (items: readonly JournalItem[]): Promise<void> => {
    const byDay = groupByDay(items, ({ day }) => day)
    const added = [...byDay.keys()].filter((day) => !index.days.includes(day))
    if (added.length > 0) {
      index = (await readIndex()) ?? index
      await writeIndex({ days: [...new Set([...index.days, ...added])].sort() })
    }
    for (const [day, ofDay] of byDay) {
      await changeDay(day, (entries) => {
        for (const { id, entry } of ofDay) entries.set(id, entry)
      })
    }
  }

  const writeCarried = async (carried: ReadonlyMap<string, string>): Promise<void> => {
    if (carried.size === 0) await store.delete(keys.inHand)
    else await store.set(keys.inHand, encodeJournal({ batch, items: [], carried }))
  }

  /** Takes over the journal of a process that ended, or of another follower, which may deliver the same then. */
  const adopt = async (): Promise<void> => {
    const stored = await store.get(keys.inHand)
    if (stored === null) return
    const journal = decodeJournal(stored)
    if (journal?.batch === batch) return
    if (journal === null) {
      warn('the journal')
      // Anything may have been in hand.
      for (const day of index.days) for (const id of (await readDay(day)).keys()) inHand.set(id, day)
    } else {
      const handled = await readHandled(journal.batch)
      await writeEntries(journal.items.slice(0, handled))
      for (const { id, day, isDue } of journal.items.slice(handled)) if (!isDue) inHand.set(id, day)
      for (const [id, day] of journal.carried) inHand.set(id, day)
    }
    batch = newBatch()
    await writeCarried(inHand)
    await store.delete(keys.handled)
  }

  const readHandled = async (of: string): Promise<number> => {
    const stored = await store.get(keys.handled)
    if (stored === null) return 0
    const mark = decodeMark(stored)
    if (mark === null) warn('the mark of a batch')
    return mark?.batch === of ? mark.handled : 0
  }

  const readJournal = async (): Promise<Journal | null> => decodeJournal(await store.get(keys.inHand))

  const writeMark = async (handled: number): Promise<void> => {
    mayBeMarked = true
    await store.set(keys.handled, encodeMark({ batch, handled }))
    marked = handled
  }

  /**
   * Leaves the batch to the follower that took it over and stored what was marked.
   * @param read the journal of the other follower; null: it has ended its batch
   * @param unsure changes that both may have handed out, in any order: they stay in hand, and are delivered again as they
   * are then. The other follower need not have read the last mark.
   */
  const resign = async (read: Journal | null, unsure: readonly JournalItem[]): Promise<void> => {
    for (const { id, day, isDue } of unsure) if (!isDue) inHand.set(id, day)
    days.clear()
    index = (await readIndex()) ?? index
    batch = newBatch()
    // Read again: the other follower may have written its journal at the same time.
    for (let journal = read, tries = 0; tries < maxResignTries && !holds(journal, inHand); tries += 1) {
      if (journal === null) await writeCarried(inHand)
      else
        await store.set(keys.inHand, encodeJournal({ ...journal, carried: new Map([...journal.carried, ...inHand]) }))
      journal = await readJournal()
    }
  }

  return {
    inHand,
    index: () => index,
    isDamaged: (day) => damaged.has(day),
    async open() {
      days.clear()
      const stored = await readIndex()
      if (stored === null) await writeIndex({ from: initialFrom(), isFirst: true, days: [], lastOld: null })
      else index = stored
      await adopt()
    },
    entriesOf,
    async begin(items) {
      await adopt()
      batch = newBatch()
      batchItems = items
      marked = 0
      const carried = new Map(inHand)
      for (const { id } of items) carried.delete(id)
      await store.set(keys.inHand, encodeJournal({ batch, items, carried }))
      // A batch of several changes always has a mark: its absence says that another follower took over the batch.
      if (items.length > 1) await writeMark(0)
    },
    async mark(handled) {
      const mark = decodeMark(await store.get(keys.handled))
      if (mark?.batch !== batch) {
        const journal = await readJournal()
        if (journal?.batch !== batch) {
          await resign(journal, batchItems.slice(Math.max(0, marked - 1), handled))
          return false
        }
      }
      await writeMark(handled)
      return true
    },
    async commit() {
      const before = await readJournal()
      if (before?.batch !== batch) return resign(before, batchItems.slice(Math.max(0, marked - 1)))
      await writeEntries(batchItems)
      for (const { id, isDue } of batchItems) if (!isDue) inHand.delete(id)
      const after = await readJournal()
      // What was just written may be older than what the other follower wrote.
      if (after?.batch !== batch) return resign(after, batchItems)
      // Another follower, which handed out the same, may have added some.
      for (const [id, day] of after.carried) inHand.set(id, day)
      await writeCarried(inHand)
      if (mayBeMarked) await store.delete(keys.handled)
      mayBeMarked = false
    },
    async drop(complaints) {
      let wasInHand = false
      for (const [day, pairs] of groupByDay(complaints, ([, each]) => each)) {
        for (const [id] of pairs) wasInHand = inHand.delete(id) || wasInHand
        const entries = await entriesOf(day)
        if (!pairs.some(([id]) => entries.has(id))) continue
        await changeDay(day, (fresh) => {
          for (const [id] of pairs) fresh.delete(id)
        })
      }
      if (wasInHand) await writeCarried(inHand)
    },
    async tidy(firstDay, lastOld, isComplete) {
      const done: string[] = []
      for (const day of index.days.filter((each) => each < firstDay)) {
        const entries = await readDay(day, await days.get(day))
        if ([...entries.values()].every(({ snapshot }) => snapshot.state === 'resolved')) done.push(day)
      }
      // What was damaged has been delivered again, or is gone.
      if (isComplete) for (const day of [...damaged]) if (!done.includes(day)) await changeDay(day, () => {})
      const isFirst = index.isFirst && !isComplete
      if (done.length === 0 && isFirst === index.isFirst && lastOld === index.lastOld) return
      index = (await readIndex()) ?? index
      // The index goes first: a day of the index whose value is gone would be listed again.
      await writeIndex({ isFirst, lastOld, days: index.days.filter((day) => !done.includes(day)) })
      for (const day of done) {
        await store.delete(keys.day(day))
        days.delete(day)
        damaged.delete(day)
      }
    },
  }
}

/** The journal names all of these complaints as not known to be handled. */
function holds(journal: Journal | null, complaints: ReadonlyMap<string, string>): boolean {
  return [...complaints.keys()].every((id) => journal?.carried.has(id) === true)
}

function newBatch(): string {
  return randomBytes(6).toString('base64url')
}

function groupByDay<T>(items: Iterable<T>, dayOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(dayOf(item))
    if (group === undefined) groups.set(dayOf(item), [item])
    else group.push(item)
  }
  return groups
}
