import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ApiError, PaginationError, ResponseError, TransportError } from '../../../src/errors.js'
import type { AccountCheckpoint, SortKey } from '../../../src/listing/checkpoint.js'
import { type Checkpoints, createRowErrors, isDone, type ListContext } from '../../../src/listing/list-context.js'
import { compareKeys, gatherWindows, mergeByTime } from '../../../src/listing/merge-by-time.js'
import type { Complaint } from '../../../src/model.js'
import { accountInfo } from '../../support/core.js'
import { complaintOf } from '../../support/model-provider.js'
import { checkpointAt, type Page, page, rethrow, stream } from './sources.js'

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
    ['a failure of the network', new TransportError('reset', { retryable: true }), []],
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

describe('mergeByTime', () => {
  /** Rows of an account in one window: `a7` was created in second 7 of the window. */
  const rowsOf = (account: string, window: number, from: number, to: number): Complaint[] =>
    Array.from({ length: to - from }, (_, index) => {
      const id = `${account}${from + index}`
      return complaintOf({ id, createdAt: 1000 * (1000 * window + from + index), state: 'pending' }, account)
    })
  const keyOf = (account: string, window: number, row: number): SortKey => [
    1000 * (1000 * window + row),
    account,
    `${account}${row}`,
  ]
  const last = (window: number, rows: Complaint[], next: AccountCheckpoint | null): Page => ({
    ...page(window, []),
    rows,
    next,
  })
  const beginOf = (window: number): AccountCheckpoint => ({ window, at: null })

  interface Account {
    readonly start?: AccountCheckpoint
    readonly steps: readonly (Page | Error)[]
  }

  /** Reads the accounts, and says after each page where each of them continues. */
  async function merge(
    accounts: Readonly<Record<string, Account>>,
    count: number,
    changes: Partial<ListContext<Complaint>> = {},
    order: 'newest' | 'oldest' = 'oldest',
  ) {
    const keys = Object.keys(accounts)
    const context = {
      query: { order },
      accounts: keys.map((key) => ({ key, info: { ...accountInfo(), account: key } })),
      windows: Array.from({ length: count }, () => ({ begin: '2026-03-01', end: '2026-03-01' })),
      start: { windowDays: 1 },
      fingerprintOf: () => 'f'.repeat(16),
      maxAccounts: 16,
      emit: () => {},
      ...changes,
    } as unknown as ListContext<Complaint>
    const checkpoints: Checkpoints = new Map(keys.map((key) => [key, accounts[key]?.start ?? beginOf(0)]))
    const streams = new Map(keys.map((key) => [key, stream(accounts[key]?.steps ?? [], 0)]))
    const pages: { ids: string[]; next: Record<string, AccountCheckpoint | null>; isLast: boolean }[] = []
    const owners = new Set<unknown>()
    for await (const merged of mergeByTime(context, streams, checkpoints, createRowErrors(context))) {
      const { items, provider, account, total } = merged
      owners.add(JSON.stringify([provider, account, total]))
      pages.push({ ids: items.map(({ id }) => id), next: Object.fromEntries(checkpoints), isLast: isDone(checkpoints) })
    }
    return { pages, owners: [...owners], end: Object.fromEntries(checkpoints) }
  }
  const idsOf = (rows: readonly Complaint[]): string[] => rows.map(({ id }) => id)

  it('delivers a window in pages of at most 100 rows; a cursor leads behind the last one, or to the next window', async () => {
    const steps = [
      last(0, rowsOf('a', 0, 100, 200), { window: 0, at: null }),
      last(0, rowsOf('a', 0, 0, 100), beginOf(1)),
      last(1, rowsOf('a', 1, 0, 1), beginOf(2)),
      last(2, rowsOf('a', 2, 0, 101), null),
    ]
    const { pages, owners, end } = await merge({ a: { steps } }, 3)
    expect(pages.map(({ ids, next, isLast }) => [ids.length, next.a, isLast])).toEqual([
      [100, { window: 0, at: null, last: keyOf('a', 0, 99) }, false],
      [100, beginOf(1), false],
      [1, beginOf(2), false],
      [100, { window: 2, at: null, last: keyOf('a', 2, 99) }, false],
      [1, null, true],
    ])
    const all = [...rowsOf('a', 0, 0, 200), ...rowsOf('a', 1, 0, 1), ...rowsOf('a', 2, 0, 101)]
    expect(pages.flatMap(({ ids }) => ids)).toEqual(idsOf(all))
    expect(owners).toEqual([JSON.stringify(['wechatpay', 'a', null])])
    expect(end).toEqual({ a: null })
  })

  it('names no account where there are several', async () => {
    const { owners } = await merge(
      { a: { steps: [last(0, rowsOf('a', 0, 0, 1), null)] }, b: { steps: [last(0, rowsOf('b', 0, 0, 1), null)] } },
      1,
    )
    expect(owners).toEqual([JSON.stringify([null, null, null])])
  })

  it.each(['newest', 'oldest'] as const)('continues behind the row that was delivered last (%s)', async (order) => {
    const rows = rowsOf('a', 0, 0, 10)
    const start = { window: 0, at: null, last: keyOf('a', 0, 4) }
    const { pages } = await merge({ a: { start, steps: [last(0, rows, null)] } }, 1, {}, order)
    expect(pages.flatMap(({ ids }) => ids)).toEqual(
      order === 'oldest' ? ['a5', 'a6', 'a7', 'a8', 'a9'] : ['a3', 'a2', 'a1', 'a0'],
    )
  })

  it('delivers a row of an earlier window that comes with a later one, though it is before the row delivered last', async () => {
    const start = { window: 1, at: null, last: keyOf('a', 1, 4) }
    const steps = [last(1, rowsOf('a', 1, 3, 6), beginOf(2)), last(2, rowsOf('a', 1, 1, 2), null)]
    const { pages } = await merge({ a: { start, steps } }, 3)
    expect(pages.map(({ ids }) => ids)).toEqual([['a5'], ['a1']])
  })

  it('an account that is further keeps its position: in the same window, and in later ones', async () => {
    const further = { window: 0, at: null, last: keyOf('a', 0, 149) }
    const later = { window: 1, at: null, last: keyOf('c', 1, 10) }
    const { pages } = await merge(
      {
        a: { start: further, steps: [last(0, rowsOf('a', 0, 0, 200), beginOf(1)), last(1, [], null)] },
        b: { steps: [last(0, rowsOf('b', 0, 0, 200), beginOf(1)), last(1, [], null)] },
        c: { start: later, steps: [last(1, rowsOf('c', 1, 0, 20), null)] },
        d: { start: beginOf(2), steps: [last(2, rowsOf('d', 2, 0, 5), null)] },
      },
      3,
    )
    const reached = { window: 0, at: null, last: keyOf('b', 0, 99) }
    // Rows 150 to 199 of both accounts take turns.
    const both = { window: 0, at: null, last: keyOf('b', 0, 174) }
    expect(pages.map(({ ids, next }) => [ids.length, next])).toEqual([
      [100, { a: further, b: reached, c: later, d: beginOf(2) }],
      [100, { a: both, b: both, c: later, d: beginOf(2) }],
      [50, { a: beginOf(1), b: beginOf(1), c: later, d: beginOf(2) }],
      [9, { a: beginOf(2), b: beginOf(2), c: beginOf(2), d: beginOf(2) }],
      [5, { a: null, b: null, c: null, d: null }],
    ])
  })

  it('begins with the earliest window of any account, and each window comes by itself', async () => {
    const { pages } = await merge(
      {
        a: { start: beginOf(2), steps: [last(2, rowsOf('a', 2, 0, 1), null)] },
        b: { start: beginOf(1), steps: [last(1, rowsOf('b', 1, 0, 1), beginOf(2)), last(2, [], null)] },
      },
      3,
    )
    expect(pages.map(({ ids }) => ids)).toEqual([['b0'], ['a0']])
  })

  it.each([
    ['by its responses: its rows are delivered', new ResponseError('no list'), ['a0', 'b0', 'b1', 'a1', 'a2']],
    ['by the network: its rows are left to the resumed list', new ApiError('made to fail'), ['a0', 'a1', 'a2']],
  ])('an account that fails %s, and its position stays', async (_, error, ids) => {
    const errors: unknown[] = []
    const { pages, end } = await merge(
      {
        a: {
          steps: [0, 1, 2].map((window) => last(window, rowsOf('a', window, window, window + 1), beginOf(window + 1))),
        },
        b: { steps: [last(0, rowsOf('b', 0, 0, 2), { window: 0, at: checkpoint }), error] },
      },
      3,
      { onAccountError: (failure) => void errors.push(failure) },
    )
    expect(pages.flatMap((merged) => merged.ids)).toEqual(ids)
    expect(errors).toEqual([error])
    expect(end).toEqual({ a: null, b: beginOf(0) })
  })
  const checkpoint = checkpointAt({ skip: 2, limit: 3, overlapId: 'x', total: null }, 3)

  it('an account that fails after its last window continues with the days that it could not read', async () => {
    const day = { begin: '2026-03-01', end: '2026-03-01' }
    const retry = { window: 1, at: null, retry: [day] }
    const error = new PaginationError('days are incomplete', { retryable: true })
    const { end } = await merge(
      { a: { steps: [last(0, rowsOf('a', 0, 0, 1), retry), last(1, [], retry), error] } },
      1,
      { onAccountError: () => {} },
    )
    expect(end).toEqual({ a: retry })
    const { end: silent } = await merge({ a: { steps: [last(0, [], beginOf(1)), error] } }, 1, {
      onAccountError: () => {},
    })
    expect(silent).toEqual({ a: null })
  })

  it('ends without a cursor once the days beside the plan were read, too', async () => {
    const retry = { window: 1, at: null, retry: [{ begin: '2026-02-28', end: '2026-02-28' }] }
    const { pages, end } = await merge(
      { a: { steps: [last(0, rowsOf('a', 0, 0, 1), retry), last(1, rowsOf('a', 1, 0, 1), null)] } },
      1,
    )
    expect(pages.map(({ ids, next, isLast }) => [ids, next.a, isLast])).toEqual([
      [['a0'], retry, false],
      [['a0'], null, true],
    ])
    expect(end).toEqual({ a: null })
  })

  it('an account that only has days to read again keeps them while others read their windows', async () => {
    const retry = { window: 1, at: null, retry: [{ begin: '2026-02-28', end: '2026-02-28' }] }
    const error = new ApiError('made to fail')
    const accounts = {
      a: { start: retry, steps: [last(1, rowsOf('a', 1, 0, 1), null)] },
      b: { steps: [last(0, rowsOf('b', 0, 0, 1), null)] },
    }
    const { pages } = await merge(accounts, 1)
    expect(pages.map(({ ids, next, isLast }) => [ids, next, isLast])).toEqual([
      [['b0'], { a: retry, b: null }, false],
      [['a0'], { a: null, b: null }, true],
    ])
    const failing = { ...accounts, a: { start: retry, steps: [error] } }
    const { end } = await merge(failing, 1, { onAccountError: () => {} })
    expect(end).toEqual({ a: retry, b: null })
    expect(error.cursor).not.toBeNull()
  })

  it('an account that has ended is asked nothing more', async () => {
    const pulled = { count: 0 }
    const own = stream([last(0, rowsOf('a', 0, 0, 1), null), last(1, rowsOf('a', 1, 0, 1), null)], 0, pulled)
    const windows: string[][] = []
    for await (const { rows } of gatherWindows(new Map([['a', own]]), 0, 2, rethrow, 16, undefined))
      windows.push(rows.map(({ row }) => row.id))
    expect(windows).toEqual([['a0'], []])
    expect(pulled.count).toBe(1)
  })
})
