import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeArrivals } from '../../../src/listing/merge-by-arrival.js'
import { rejectionOf } from '../../support/core.js'
import { idsOf, type Page, page, rethrow, stream } from './sources.js'

describe('mergeArrivals', () => {
  it('delivers every page once, each account in its order', async () => {
    const shape = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 4 })), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(shape, async (accounts) => {
        const pages = accounts.map(([count]) => Array.from({ length: count }, (_, index) => page(0, [String(index)])))
        const streams = new Map(pages.map((own, index) => [`a${index}`, stream(own, accounts[index]?.[1] ?? 0)]))
        const delivered: Page[][] = pages.map(() => [])
        for await (const arrival of mergeArrivals(streams, rethrow, 16)) {
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
    for await (const { account } of mergeArrivals(streams, rethrow, 16)) {
      order.push(account)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(order.join('')).toBe('abc'.repeat(5))
  })

  it('requests the next page before the one before is consumed, and no further', async () => {
    const pulled = { count: 0 }
    const streams = new Map([['a', stream([page(0, ['1']), page(0, ['2']), page(0, ['3'])], 0, pulled)]])
    for await (const { page: first } of mergeArrivals(streams, rethrow, 16)) {
      expect(idsOf(first)).toBe('1')
      await new Promise((resolve) => setImmediate(resolve))
      expect(pulled.count).toBe(2)
      break
    }
  })

  it('continues without an account that failed, when the handler resolves', async () => {
    const failures: unknown[] = []
    const broken = new Error('broken')
    const streams = new Map([
      ['a', stream([page(0, ['1']), broken, page(0, ['never'])], 0)],
      ['b', stream([page(0, ['2']), page(0, ['3'])], 3)],
    ])
    const ids: string[] = []
    for await (const arrival of mergeArrivals(streams, async (...failure) => void failures.push(failure), 16))
      ids.push(idsOf(arrival.page))
    expect(ids.sort()).toEqual(['1', '2', '3'])
    expect(failures).toEqual([['a', broken]])
  })

  it('ends with the failure otherwise, after the pages that came before it', async () => {
    const broken = new Error('broken')
    const streams = new Map([['a', stream([page(0, ['1']), broken], 0)]])
    const ids: string[] = []
    const run = async (): Promise<void> => {
      for await (const arrival of mergeArrivals(streams, rethrow, 16)) ids.push(idsOf(arrival.page))
    }
    expect(await rejectionOf(run())).toBe(broken)
    expect(ids).toEqual(['1'])
  })
})

it('mergeArrivals: an account that stays silent retains no page of another account', async () => {
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
  for await (const arrival of mergeArrivals(streams, rethrow, 16)) {
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
