import { describe, expect, it } from 'vitest'
import { createNotified } from '../../../src/following/notified.js'
import type { ComplaintRef } from '../../../src/model.js'

const ref: ComplaintRef = { provider: 'wechatpay', account: 'a', id: 'c1' }
const other: ComplaintRef = { ...ref, id: 'c2' }

describe('complaints that were named', () => {
  it('are taken once, again when they were named while they were read', () => {
    const notified = createNotified()
    notified.add(ref)
    notified.add({ ...ref })
    notified.add(other)
    expect(notified.take(0).refs).toEqual([ref, other])
    expect(notified.take(0).refs).toEqual([])
    notified.add(ref)
    expect(notified.take(0).refs).toEqual([])
    notified.done(ref)
    notified.done(other)
    expect(notified.take(0).refs).toEqual([ref])
    notified.done(ref)
    expect(notified.take(0)).toEqual({ refs: [], nextAt: Number.POSITIVE_INFINITY })
  })

  it('that could not be read are taken later, or at once when they are named again', () => {
    const notified = createNotified()
    notified.add(ref)
    notified.take(0)
    notified.again(ref, 50)
    expect(notified.take(10)).toEqual({ refs: [], nextAt: 50 })
    expect(notified.take(50).refs).toEqual([ref])
    notified.again(ref, 100)
    notified.add(ref)
    expect(notified.take(60).refs).toEqual([ref])
  })

  it('ring a listener, and are read again by the next iteration when the last one did not hand them out', () => {
    const notified = createNotified()
    let rings = 0
    const leave = notified.listen(() => {
      rings += 1
    })
    notified.add(ref)
    expect(rings).toBe(1)
    notified.take(0)
    leave()
    notified.add(other)
    expect(rings).toBe(1)
    notified.listen(() => {})
    expect(notified.take(0).refs).toEqual([ref, other])
  })
})
