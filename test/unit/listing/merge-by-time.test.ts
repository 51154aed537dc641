import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PaginationError, ResponseError } from '../../../src/errors.js'
import type { SortKey } from '../../../src/listing/checkpoint.js'
import { compareKeys, gatherWindows } from '../../../src/listing/merge-by-time.js'
import { type Page, page, rethrow, stream } from './sources.js'

describe('gatherWindows', () => {
  async function gather(
    streams: Map<string, AsyncGenerator<Page>>,
    end: number,
    onFailure = rethrow,
  ): Promise<string[]> {
    const seen: string[] = []
    for await (const { window, rows } of gatherWindows(streams, 0, end, onFailure, 16, undefined)) {
      seen.push(`${window}: ${rows.map(({ account, row }) => account + row.id).sort()}`)
    }
    return seen
  }

  it('gathers all rows of a window, however they were cut into pages', async () => {
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
    expect(await gather(streams, 3)).toEqual(['0: a1,a2,b1', '1: a3', '2: b2,b3'])
  })

  it('reads on into the next window only when it has to', async () => {
    const pulled = { count: 0 }
    const ends = { ...page(0, ['1']), next: { window: 1, at: null } }
    const streams = new Map([['a', stream([ends, page(1, ['2'], true)], 0, pulled)]])
    for await (const { window } of gatherWindows(streams, 0, 2, rethrow, 16, undefined)) {
      expect(window).toBe(0)
      expect(pulled.count).toBe(1)
      break
    }
  })

  it('keeps a page of a later window for it', async () => {
    const streams = new Map([['a', stream([page(0, ['1']), page(2, ['2'], true)], 0)]])
    expect(await gather(streams, 3)).toEqual(['0: a1', '1: ', '2: a2'])
  })

  it('does not take the reason of an abort for the end of a window, not even null', async () => {
    const failed: unknown[] = []
    const aborted = (async function* () {
      yield page(0, ['1'])
      throw null
    })()
    const streams = new Map([
      ['a', aborted],
      ['b', stream([page(0, ['2'], true)], 0)],
    ])
    expect(await gather(streams, 2, async (...failure) => void failed.push(failure))).toEqual(['0: b2', '1: '])
    expect(failed).toEqual([['a', null]])
  })

  it.each([
    ['days that cannot be read completely', new PaginationError('it moves', { retryable: true }), ['1']],
    ['a response that cannot be parsed', new ResponseError('no list'), ['1']],
    ['maxPages, behind which a cursor continues', new PaginationError('too many'), []],
    ['a mistake', new Error('a mistake'), []],
  ])('delivers what came before %s', async (_, error, delivered) => {
    const failures: unknown[] = []
    const streams = new Map([['a', stream([page(0, ['1']), error], 0)]])
    for await (const { rows, failedAccounts } of gatherWindows(
      streams,
      0,
      1,
      async (...failure) => void failures.push(failure),
      16,
      undefined,
    )) {
      expect(rows.map(({ row }) => row.id)).toEqual(delivered)
      expect(failedAccounts).toEqual(delivered.length > 0 ? [{ account: 'a', error }] : [])
    }
    expect(failures).toEqual(delivered.length > 0 ? [] : [['a', error]])
  })

  it('ends at once with a failure that the handler passes on, though another account is silent', async () => {
    const silent = (async function* (): AsyncGenerator<Page> {
      await new Promise(() => {})
      yield page(0, [], true)
    })()
    const streams = new Map([
      ['a', silent],
      ['b', stream([new Error('broken')], 1)],
    ])
    await expect(gather(streams, 1)).rejects.toThrow('broken')
  })

  it('continues without an account that failed, when the handler resolves', async () => {
    const failed: string[] = []
    const streams = new Map([
      ['a', stream([new Error('broken')], 1)],
      ['b', stream([{ ...page(0, ['1']), next: { window: 1, at: null } }, page(1, ['2'], true)], 0)],
    ])
    expect(await gather(streams, 2, async (account) => void failed.push(account))).toEqual(['0: b1', '1: b2'])
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
