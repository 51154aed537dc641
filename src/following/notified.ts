import type { ComplaintRef } from '../model.js'

/** Complaints that the user named, until they were read. */
export interface Notified {
  add(ref: ComplaintRef): void
  /** Complaints to be read now, and when the next is to be read, in milliseconds of the feed's clock. */
  take(now: number): { refs: ComplaintRef[]; nextAt: number }
  /** It was read. If it was named again meanwhile, it is to be read again. */
  done(ref: ComplaintRef): void
  /** It could not be read: again at `at`. */
  again(ref: ComplaintRef, at: number): void
  /** Calls `onAdd` when there is something to be taken. Returns the function that ends it. */
  listen(onAdd: () => void): () => void
}

interface Waiting {
  readonly ref: ComplaintRef
  at: number
  isReading: boolean
  isNamedAgain: boolean
}

export function createNotified(): Notified {
  const waiting = new Map<string, Waiting>()
  const listeners = new Set<() => void>()
  const keyOf = ({ provider, account, id }: ComplaintRef): string => JSON.stringify([provider, account, id])
  const ring = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    add({ provider, account, id }) {
      const ref = { provider, account, id }
      const known = waiting.get(keyOf(ref))
      if (known === undefined) waiting.set(keyOf(ref), { ref, at: 0, isReading: false, isNamedAgain: false })
      else if (known.isReading) known.isNamedAgain = true
      else known.at = 0
      ring()
    },
    take(now) {
      const refs: ComplaintRef[] = []
      let nextAt = Number.POSITIVE_INFINITY
      for (const each of waiting.values()) {
        if (each.isReading) continue
        if (each.at <= now) {
          each.isReading = true
          refs.push(each.ref)
        } else nextAt = Math.min(nextAt, each.at)
      }
      return { refs, nextAt }
    },
    done(ref) {
      const known = waiting.get(keyOf(ref))
      if (known?.isNamedAgain === true) {
        known.isReading = false
        known.isNamedAgain = false
        ring()
      } else waiting.delete(keyOf(ref))
    },
    again(ref, at) {
      const known = waiting.get(keyOf(ref))
      if (known === undefined) return
      known.at = known.isNamedAgain ? 0 : at
      known.isReading = false
      known.isNamedAgain = false
      ring()
    },
    listen(onAdd) {
      // What the iteration before had begun to read, and did not hand out, is read again.
      for (const each of waiting.values()) each.isReading = false
      listeners.add(onAdd)
      return () => listeners.delete(onAdd)
    },
  }
}
