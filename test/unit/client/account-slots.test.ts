import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createSemaphore } from '../../../src/async/semaphore.js'
import { bothOf, createAccountSlot, createAccountSlots } from '../../../src/client/account-slots.js'
import type { Semaphore } from '../../../src/provider.js'
import { rejectionOf } from '../../support/core.js'

/** Acquires at once or later; `isHeld`: the permit was granted. */
function request(slot: Semaphore, signal?: AbortSignal) {
  const state = { isHeld: false, release: (): void => {} }
  const done = slot.acquire(signal).then((release) => {
    state.isHeld = true
    state.release = release
  })
  return Object.assign(state, { done })
}

describe('account slots', () => {
  it('requests of one account share a slot, other accounts wait until all of them ended', async () => {
    const slots = createAccountSlots(1)
    const [one, two] = [createAccountSlot(slots), createAccountSlot(slots)]
    const requests = [request(one), request(one)]
    const other = request(two)
    await setImmediate()
    expect([...requests, other].map(({ isHeld }) => isHeld)).toEqual([true, true, false])
    requests[0]?.release()
    requests[0]?.release()
    await setImmediate()
    expect(other.isHeld).toBe(false)
    requests[1]?.release()
    await setImmediate()
    expect(other.isHeld).toBe(true)
  })

  it('further requests wait behind the accounts that wait already', async () => {
    const slots = createAccountSlots(1)
    const [one, two] = [createAccountSlot(slots), createAccountSlot(slots)]
    const first = request(one)
    await setImmediate()
    const other = request(two)
    const further = request(one)
    await setImmediate()
    first.release()
    await setImmediate()
    expect([other.isHeld, further.isHeld]).toEqual([true, false])
    other.release()
    await setImmediate()
    expect(further.isHeld).toBe(true)
  })

  it('an abort gives the place in the queue back, and other requests of the account keep theirs', async () => {
    const slots = createAccountSlots(1)
    const [one, two, three] = [createAccountSlot(slots), createAccountSlot(slots), createAccountSlot(slots)]
    const holder = request(one)
    await setImmediate()
    const stop = new AbortController()
    const reason = new Error('enough')
    const aborted = request(two, stop.signal)
    const kept = request(two)
    const alone = request(three, stop.signal)
    stop.abort(reason)
    expect(await rejectionOf(aborted.done)).toBe(reason)
    expect(await rejectionOf(alone.done)).toBe(reason)
    expect(await rejectionOf(request(two, stop.signal).done)).toBe(reason)
    holder.release()
    await setImmediate()
    expect(kept.isHeld).toBe(true)
    kept.release()
    await setImmediate()
    const last = request(three)
    await last.done
    expect(slots.hasWaiters()).toBe(false)
  })
})

describe('bothOf', () => {
  it('holds both permits, or none after an abort', async () => {
    const [first, second] = [createSemaphore(1), createSemaphore(1)]
    const both = bothOf(first, second)
    const holder = await second.acquire(undefined)
    const stop = new AbortController()
    const waiting = both.acquire(stop.signal)
    await setImmediate()
    stop.abort('enough')
    expect(await rejectionOf(waiting)).toBe('enough')
    holder()
    const release = await both.acquire(undefined)
    const next = request(first)
    await setImmediate()
    expect(next.isHeld).toBe(false)
    release()
    await next.done
    await second.acquire(undefined)
  })
})
