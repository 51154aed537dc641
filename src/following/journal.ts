import { randomBytes } from 'node:crypto'
import type { AccountKeys } from './keys.js'
import type { SafeStore } from './safe-store.js'
import { decodeJournal, decodeMark, encodeJournal, encodeMark, type Journal, type JournalItem } from './stored.js'

/** The batch that is being handled, and what earlier ones left in hand. */
export interface BatchJournal {
  /** Complaints that were handed out and are not known to be handled, by id, with their days. */
  readonly inHand: ReadonlyMap<string, string>
  /** Takes over the journal of a process that ended, or of another follower, which may deliver the same then. */
  adopt(): Promise<void>
  /** Writes the journal of a batch that is about to be handed out. */
  begin(items: readonly JournalItem[]): Promise<void>
  /**
   * The first so many changes of the batch were handled.
   * @returns false: another follower has taken over the batch, so that nothing more of it is to be handed out
   */
  mark(handled: number): Promise<boolean>
  /** All changes of the batch were handled. */
  commit(): Promise<void>
  /** The provider no longer has these complaints. */
  drop(ids: Iterable<string>): Promise<void>
}

export interface JournalContext {
  readonly store: SafeStore
  readonly keys: AccountKeys
  /** Reports an invalid value. */
  warn(what: string): void
  /** All complaints that are stored, by id, with their days. */
  readAll(): Promise<ReadonlyMap<string, string>>
  writeEntries(items: readonly JournalItem[]): Promise<void>
  /** Forgets what was read: another follower has written since. */
  refresh(): Promise<void>
}

/** Two followers that write at the same moment read each other's journal again so often. */
const maxResignTries = 5

export function createJournal({ store, keys, warn, readAll, writeEntries, refresh }: JournalContext): BatchJournal {
  const inHand = new Map<string, string>()
  /** The batch of the journal that was written last. */
  let batch = newBatch()
  let batchItems: readonly JournalItem[] = []
  /** So many changes of the batch have a mark. */
  let marked = 0
  /** There may be a mark to delete: also one of a process that ended before it did. */
  let mayBeMarked = true

  const writeCarried = async (carried: ReadonlyMap<string, string>): Promise<void> => {
    if (carried.size === 0) await store.delete(keys.inHand)
    else await store.set(keys.inHand, encodeJournal({ batch, items: [], carried }))
  }

  const adopt = async (): Promise<void> => {
    const stored = await store.get(keys.inHand)
    if (stored === null) return
    const journal = decodeJournal(stored)
    if (journal?.batch === batch) {
      // Another follower, which handed out the same, may have added some.
      for (const [id, day] of journal.carried) inHand.set(id, day)
      return
    }
    if (journal === null) {
      warn('the journal')
      // Anything may have been in hand.
      for (const [id, day] of await readAll()) inHand.set(id, day)
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
    batch = newBatch()
    // Read again: the other follower may have written its journal at the same time.
    for (let journal = read, tries = 0; tries < maxResignTries && !holds(journal, inHand); tries += 1) {
      if (journal === null) await writeCarried(inHand)
      else
        await store.set(keys.inHand, encodeJournal({ ...journal, carried: new Map([...journal.carried, ...inHand]) }))
      journal = await readJournal()
    }
    await refresh()
  }

  return {
    inHand,
    adopt,
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
      // A follower of many accounts holds nothing of their complaints between passes.
      const items = batchItems
      batchItems = []
      const before = await readJournal()
      if (before?.batch !== batch) {
        // Who takes over a batch deletes its mark; here the journal was overwritten, and nothing marked was stored.
        const isOverwritten = decodeMark(await store.get(keys.handled))?.batch === batch
        return resign(before, isOverwritten ? items : items.slice(Math.max(0, marked - 1)))
      }
      await writeEntries(items)
      for (const { id, isDue } of items) if (!isDue) inHand.delete(id)
      const after = await readJournal()
      // What was just written may be older than what the other follower wrote.
      if (after?.batch !== batch) return resign(after, items)
      // Another follower, which handed out the same, may have added some.
      for (const [id, day] of after.carried) inHand.set(id, day)
      await writeCarried(inHand)
      if (mayBeMarked) await store.delete(keys.handled)
      mayBeMarked = false
    },
    async drop(ids) {
      let wasInHand = false
      for (const id of ids) wasInHand = inHand.delete(id) || wasInHand
      if (wasInHand) await writeCarried(inHand)
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
