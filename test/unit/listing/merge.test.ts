import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PaginationError, ResponseError } from '../../../src/errors.js'
import type { AccountPage } from '../../../src/listing/account.js'
import { compareKeys, gatherWindows, mergeArrivals, type SortKey } from '../../../src/listing/merge.js'
import type { Complaint } from '../../../src/model.js'
import { rejectionOf } from '../../support/core.js'
import { complaintOf } from '../../support/model-provider.js'

type Page = AccountPage<Complaint>
type Step = Page | Error

function page(window: number, ids: readonly string[], last = false): Page {
  const rows = ids.map((id) => complaintOf({ id, createdAt: 0, state: 'pending' }, 'a'))
  return { rows, total: null, window, next: last ? null : { window, at: null } }
}

/** A stream that takes so many turns of the event loop before each page; counts how far it was pulled. */
function stream(steps: readonly Step[], turns: number, pulled: { count: number } = { count: 0 }): AsyncGenerator<Page> {
  return (async function* () {
    for (const step of steps) {
      pulled.count += 1
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      if (step instanceof Error) throw step
      yield step
    }
  })()
}

const rethrow = async (_: string, error: unknown): Promise<void> => {
  throw error
}
const idsOf = ({ rows }: Page): string => rows.map(({ id }) => id).join()

describe('mergeArrivals', () => {
  it('delivers every page once, each account in its order', async () => {
    const shape = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 4 })), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(shape, async (accounts) => {
        const pages = accounts.map(([count]) => Array.from({ length: count }, (_, index) => page(0, [String(index)])))
        const streams = new Map(pages.map((own, index) => [`a${index}`, stream(own, accounts[index]?.[1] ?? 0)]))
        const delivered: Page[][] = pages.map(() => [])
        for await (const arrival of mergeArrivals(streams, rethrow)) {
          delivered[Number(arrival.account.slice(1))]?.push(arrival.page)
        }
        expect(delivered).toEqual(pages)
      }),
    )
  })

  it('takes turns, so that a fast account does not starve the others', async () => {
    const many = (name: string): Page[] => Array.from({ length: 5 }, (_, index) => page(0, [`${name}${index}`]))
    const streams = new Map(['a', 'b', 'c'].map((name) => [name, stream(many(name), 0)]))
    const order: string[] = []
    for await (const { account } of mergeArrivals(streams, rethrow)) {
      order.push(account)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(order.join('')).toBe('abc'.repeat(5))
  })

  it('asks for the next page before the one before is consumed, and no further', async () => {
    const pulled = { count: 0 }
    const streams = new Map([['a', stream([page(0, ['1']), page(0, ['2']), page(0, ['3'])], 0, pulled)]])
    for await (const { page: first } of mergeArrivals(streams, rethrow)) {
      expect(idsOf(first)).toBe('1')
      await new Promise((resolve) => setImmediate(resolve))
      expect(pulled.count).toBe(2)
      break
    }
  })

  it('goes on without an account that failed, when told to', async () => {
    const failures: unknown[] = []
    const broken = new Error('broken')
    const streams = new Map([
      ['a', stream([page(0, ['1']), broken, page(0, ['never'])], 0)],
      ['b', stream([page(0, ['2']), page(0, ['3'])], 3)],
    ])
    const ids: string[] = []
    for await (const arrival of mergeArrivals(streams, async (...failure) => void failures.push(failure)))
      ids.push(idsOf(arrival.page))
    expect(ids.sort()).toEqual(['1', '2', '3'])
    expect(failures).toEqual([['a', broken]])
  })

  it('ends with the failure otherwise, after the pages that came before it', async () => {
    const broken = new Error('broken')
    const streams = new Map([['a', stream([page(0, ['1']), broken], 0)]])
    const ids: string[] = []
    const run = async (): Promise<void> => {
      for await (const arrival of mergeArrivals(streams, rethrow)) ids.push(idsOf(arrival.page))
    }
    expect(await rejectionOf(run())).toBe(broken)
    expect(ids).toEqual(['1'])
  })
})

it('mergeArrivals: an account that stays silent keeps no page that another brought', async () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  let speak = (_: IteratorResult<Page>): void => {}
  const silence = new Promise<IteratorResult<Page>>((resolve) => {
    speak = resolve
  })
  const silent = { next: () => silence } as AsyncGenerator<Page>
  const pages = (async function* (): AsyncGenerator<Page> {
    for (let index = 0; index < 100; index += 1) yield page(0, [String(index)])
    speak({ done: true, value: undefined })
  })()
  const delivered: WeakRef<Page>[] = []
  let kept = Number.NaN
  const streams = new Map([
    ['silent', silent],
    ['a', pages],
  ])
  for await (const arrival of mergeArrivals(streams, rethrow)) {
    delivered.push(new WeakRef(arrival.page))
    if (delivered.length !== 99) continue
    // What a WeakRef was made of lives to the end of its turn.
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    kept = delivered.filter((ref) => ref.deref() !== undefined).length
  }
  expect(delivered).toHaveLength(100)
  expect(kept).toBeLessThan(10)
})

describe('gatherWindows', () => {
  async function gather(
    streams: Map<string, AsyncGenerator<Page>>,
    windows: number[],
    onFailure = rethrow,
  ): Promise<string[]> {
    const seen: string[] = []
    for await (const { window, rows } of gatherWindows(streams, windows, onFailure)) {
      seen.push(`${window}: ${rows.map(({ account, row }) => account + row.id).sort()}`)
    }
    return seen
  }

  it('brings all rows of a window together, however they were cut into pages', async () => {
    const next = { window: 2, at: null }
    const streams = new Map([
      [
        'a',
        stream(
          [page(0, ['1']), page(0, []), { ...page(0, ['2']), next: { window: 1, at: null } }, page(1, ['3'], true)],
          2,
        ),
      ],
      ['b', stream([{ ...page(0, ['1']), next }, page(2, ['2', '3'], true)], 0)],
      ['c', stream([], 0)],
    ])
    expect(await gather(streams, [0, 1, 2])).toEqual(['0: a1,a2,b1', '1: a3', '2: b2,b3'])
  })

  it('reads on into the next window only when it has to', async () => {
    const pulled = { count: 0 }
    const ends = { ...page(0, ['1']), next: { window: 1, at: null } }
    const streams = new Map([['a', stream([ends, page(1, ['2'], true)], 0, pulled)]])
    for await (const { window } of gatherWindows(streams, [0, 1], rethrow)) {
      expect(window).toBe(0)
      expect(pulled.count).toBe(1)
      break
    }
  })

  it('keeps a page of a later window for it', async () => {
    const streams = new Map([['a', stream([page(0, ['1']), page(2, ['2'], true)], 0)]])
    expect(await gather(streams, [0, 1, 2])).toEqual(['0: a1', '1: ', '2: a2'])
  })

  it('takes no reason of an abort for the end of a window, not even null', async () => {
    const failed: unknown[] = []
    const aborted = (async function* () {
      yield page(0, ['1'])
      throw null
    })()
    const streams = new Map([
      ['a', aborted],
      ['b', stream([page(0, ['2'], true)], 0)],
    ])
    expect(await gather(streams, [0, 1], async (...failure) => void failed.push(failure))).toEqual(['0: b2', '1: '])
    expect(failed).toEqual([['a', null]])
  })

  it.each([
    ['a list that never settles', new PaginationError('it moves', { retryable: true }), ['1']],
    ['an answer that cannot be understood', new ResponseError('no list'), ['1']],
    ['maxPages, behind which a cursor goes on', new PaginationError('too many'), []],
    ['a mistake', new Error('a mistake'), []],
  ])('delivers what came before %s', async (_, error, brought) => {
    const failures: unknown[] = []
    const streams = new Map([['a', stream([page(0, ['1']), error], 0)]])
    for await (const { rows, broken } of gatherWindows(
      streams,
      [0],
      async (...failure) => void failures.push(failure),
    )) {
      expect(rows.map(({ row }) => row.id)).toEqual(brought)
      expect(broken).toEqual(brought.length > 0 ? [{ account: 'a', error }] : [])
    }
    expect(failures).toEqual(brought.length > 0 ? [] : [['a', error]])
  })

  it('goes on without an account that failed, when told to', async () => {
    const failed: string[] = []
    const streams = new Map([
      ['a', stream([new Error('broken')], 1)],
      ['b', stream([{ ...page(0, ['1']), next: { window: 1, at: null } }, page(1, ['2'], true)], 0)],
    ])
    expect(await gather(streams, [0, 1], async (account) => void failed.push(account))).toEqual(['0: b1', '1: b2'])
    expect(failed).toEqual(['a'])
  })
})

describe('compareKeys', () => {
  const key = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom('a', 'b', '投'), fc.constantFrom('1', '2', '10'))

  it('orders by instant, then id, then account', () => {
    const sorted: SortKey[] = [
      [1, 'b', '1'],
      [2, 'a', '1'],
      [2, 'b', '1'],
      [2, 'a', '10'],
      [2, 'a', '2'],
      [10, 'a', '1'],
    ]
    expect([...sorted].reverse().sort(compareKeys)).toEqual(sorted)
  })

  it('is one order: only equal keys are equal, and either side of two agrees', () => {
    fc.assert(
      fc.property(key, key, key, (a, b, c) => {
        expect(compareKeys(a, b) === 0).toBe(a.join() === b.join())
        expect(Math.sign(compareKeys(a, b)) + Math.sign(compareKeys(b, a))).toBe(0)
        if (compareKeys(a, b) <= 0 && compareKeys(b, c) <= 0) expect(compareKeys(a, c)).toBeLessThanOrEqual(0)
      }),
    )
  })
})
