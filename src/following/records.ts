import type { AccountInfo, AdapterRuntime } from '../provider.js'
import { type BatchJournal, createJournal } from './journal.js'
import type { AccountKeys } from './keys.js'
import { type SafeStore, storeError } from './safe-store.js'
import type { Entry } from './snapshot.js'
import {
  type AccountIndex,
  type DayEntries,
  decodeDay,
  decodeIndex,
  encodeDay,
  encodeIndex,
  type JournalItem,
} from './stored.js'

/** What the store holds of one account. Its methods reject with a StoreError when the store fails. */
export interface AccountRecords extends Pick<BatchJournal, 'inHand' | 'begin' | 'mark' | 'commit'> {
  /** Reads the index, or creates it, and takes over what a crash left in hand. To be called at the start of a pass. */
  open(): Promise<void>
  index(): AccountIndex
  /** The entries of a Beijing day; kept until `forget` or the next `open`. */
  entriesOf(day: string): Promise<DayEntries>
  /** Some entries of the day were invalid, or all were gone, when it was last read. */
  isDamaged(day: string): boolean
  /** The provider no longer has these complaints, by id with their days. */
  drop(complaints: ReadonlyMap<string, string>): Promise<void>
  /**
   * Ends a whole pass: of days before `firstDay`, only what is open is kept.
   * @param lastOld as in `AccountIndex`
   * @param isComplete false: some days could not be read, so that a first pass goes on
   */
  tidy(firstDay: string, lastOld: string | null, isComplete: boolean): Promise<void>
  /** Frees the entries that were read. To be called at the end of a pass. */
  forget(): void
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

export function createRecords({ store, keys, info, seen, emit, initialFrom }: RecordsContext): AccountRecords {
  const days = new Map<string, Promise<DayEntries>>()
  const damaged = new Set<string>()
  let index: AccountIndex = { from: 0, isFirst: true, days: [], lastOld: null }

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

  const journal = createJournal({
    store,
    keys,
    warn,
    async readAll() {
      const all = new Map<string, string>()
      for (const day of index.days) for (const id of (await readDay(day)).keys()) all.set(id, day)
      return all
    },
    writeEntries,
    async refresh() {
      days.clear()
      index = (await readIndex()) ?? index
    },
  })

  return {
    inHand: journal.inHand,
    begin: journal.begin,
    mark: journal.mark,
    commit: journal.commit,
    index: () => index,
    isDamaged: (day) => damaged.has(day),
    async open() {
      days.clear()
      const stored = await readIndex()
      if (stored === null) await writeIndex({ from: initialFrom(), isFirst: true, days: [], lastOld: null })
      else index = stored
      await journal.adopt()
    },
    entriesOf,
    async drop(complaints) {
      for (const [day, pairs] of groupByDay(complaints, ([, each]) => each)) {
        const entries = await entriesOf(day)
        if (!pairs.some(([id]) => entries.has(id))) continue
        await changeDay(day, (fresh) => {
          for (const [id] of pairs) fresh.delete(id)
        })
      }
      await journal.drop(complaints.keys())
    },
    async tidy(firstDay, lastOld, isComplete) {
      const done: string[] = []
      for (const day of index.days.filter((each) => each < firstDay)) {
        const entries = await readDay(day, await days.get(day))
        const resolved = [...entries].filter(([, { snapshot }]) => snapshot.state === 'resolved')
        if (resolved.length === entries.size) done.push(day)
        else if (resolved.length > 0 && !damaged.has(day))
          await changeDay(day, (fresh) => {
            for (const [id] of resolved) fresh.delete(id)
          })
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
    forget: () => days.clear(),
  }
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
