import { expect, it } from 'vitest'
import { createLookahead, type HeldPage, type Lookahead } from '../../../src/listing/lookahead.js'
import type { Complaint } from '../../../src/model.js'

/** The requests in their order, and those whose pages were released, as `skip+limit`. */
function recorded(depth: number): { lookahead: Lookahead<Complaint>; requests: string[]; released: string[] } {
  const requests: string[] = []
  const released: string[] = []
  const lookahead = createLookahead<Complaint>(async (skip, limit) => {
    const name = `${skip}+${limit}`
    requests.push(name)
    const page = { rows: [], received: 0, total: null, failures: [] }
    return { page, name, release: () => released.push(name) } as HeldPage<Complaint>
  }, depth)
  return { lookahead, requests, released }
}

it('as many requests are in flight as allowed, none of them behind the end', async () => {
  const { lookahead, requests, released } = recorded(3)
  expect(await lookahead.next(0, 10, 9, 40)).toMatchObject({ name: '0+10' })
  expect(requests).toEqual(['0+10', '9+10', '18+10'])
  expect(await lookahead.next(9, 10, 9, 27)).toMatchObject({ name: '9+10' })
  expect(requests).toHaveLength(3)
  expect(await lookahead.next(18, 10, 9, 28)).toMatchObject({ name: '18+10' })
  expect(requests.slice(3)).toEqual(['27+10'])
  expect(released).toEqual([])
})

it('the signal of a dropped request is aborted, that of another one is not', () => {
  const signals: AbortSignal[] = []
  const lookahead = createLookahead<Complaint>((_, __, generation) => {
    signals.push(generation)
    return new Promise(() => {})
  }, 3)
  void lookahead.next(0, 10, 9, 40)
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false])
  void lookahead.next(7, 10, 9, 0)
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, false])
  void lookahead.next(16, 10, 9, 40)
  lookahead.discard()
  expect(signals.slice(-2).map(({ aborted }) => aborted)).toEqual([true, true])
  expect(signals.slice(4)).toHaveLength(3)
})

it('a request that fails ahead fails when its page is consumed, and not before', async () => {
  const failure = new Error('no')
  const lookahead = createLookahead<Complaint>(async (skip) => {
    if (skip > 0) throw failure
    return { page: { rows: [], received: 0, total: null, failures: [] }, release: () => {} }
  }, 3)
  await lookahead.next(0, 10, 9, 40)
  // An unhandled rejection would fail the test run here.
  await new Promise((resolve) => setImmediate(resolve))
  await expect(lookahead.next(9, 10, 9, 40)).rejects.toBe(failure)
  lookahead.discard()
})

it.each([
  ['at another position, since the page had fewer rows', 7, 10],
  ['with another size, since the page was too large', 9, 5],
])('requests in flight are dropped when the next one is %s', async (_, skip, limit) => {
  const { lookahead, requests, released } = recorded(3)
  await lookahead.next(0, 10, 9, 40)
  expect(await lookahead.next(skip, limit, limit - 1, 0)).toMatchObject({ name: `${skip}+${limit}` })
  expect(requests.at(-1)).toBe(`${skip}+${limit}`)
  expect(released).toEqual(['9+10', '18+10'])
})
