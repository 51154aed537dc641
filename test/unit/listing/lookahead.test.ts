import { expect, it } from 'vitest'
import { createLookahead, type Lookahead } from '../../../src/listing/lookahead.js'
import type { HeldPage } from '../../../src/listing/scan.js'
import type { Complaint } from '../../../src/model.js'

/** What was asked for, in turn, and whose answers were dropped, as `skip+limit`. */
function recorded(depth: number): { queue: Lookahead<Complaint>; asked: string[]; dropped: string[] } {
  const asked: string[] = []
  const dropped: string[] = []
  const queue = createLookahead<Complaint>(async (skip, limit) => {
    const name = `${skip}+${limit}`
    asked.push(name)
    const page = { rows: [], received: 0, total: null, failure: null }
    return { page, name, release: () => dropped.push(name) } as HeldPage<Complaint>
  }, depth)
  return { queue, asked, dropped }
}

it('as many are under way as are allowed, none of them behind the end', async () => {
  const { queue, asked, dropped } = recorded(3)
  expect(await queue.next(0, 10, 9, 40)).toMatchObject({ name: '0+10' })
  expect(asked).toEqual(['0+10', '9+10', '18+10'])
  expect(await queue.next(9, 10, 9, 27)).toMatchObject({ name: '9+10' })
  expect(asked).toHaveLength(3)
  expect(await queue.next(18, 10, 9, 28)).toMatchObject({ name: '18+10' })
  expect(asked.slice(3)).toEqual(['27+10'])
  expect(dropped).toEqual([])
})

it('one that was dropped while it waits in line is told so, and so is one that is wanted', async () => {
  const isWanted: (() => boolean)[] = []
  const queue = createLookahead<Complaint>((_, __, wanted) => {
    isWanted.push(wanted)
    return new Promise(() => {})
  }, 3)
  void queue.next(0, 10, 9, 40)
  expect(isWanted.map((wanted) => wanted())).toEqual([true, true, true])
  void queue.next(7, 10, 9, 0)
  expect(isWanted.map((wanted) => wanted())).toEqual([false, false, false, true])
  queue.discard()
  expect(isWanted.some((wanted) => wanted())).toBe(false)
})

it.each([
  ['at another place, since fewer rows came', 7, 10],
  ['with another size, since the page was too large', 9, 5],
])('what is under way %s is dropped, and never taken for the answer', async (_, skip, limit) => {
  const { queue, asked, dropped } = recorded(3)
  await queue.next(0, 10, 9, 40)
  expect(await queue.next(skip, limit, limit - 1, 0)).toMatchObject({ name: `${skip}+${limit}` })
  expect(asked.at(-1)).toBe(`${skip}+${limit}`)
  expect(dropped).toEqual(['9+10', '18+10'])
})
