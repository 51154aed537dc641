import { expect, it } from 'vitest'
import { addDays, daysBetween } from '../../src/time.js'
import { byId, type Harness, ids, mapped, month, range } from './harness.js'

/** Everything asked for comes, whatever the pages and windows. */
export function describeReading({ given, start, clientOf, drain, own, lists }: Harness): void {
  it('delivers the whole truth, every field of it, with what the provider sent beside', async () => {
    const sandbox = await start()
    const rows = await drain(clientOf(sandbox))
    expect(mapped(rows)).toEqual(own(sandbox).sort(byId))
    expect(rows.every(({ raw }) => typeof raw === 'object' && raw !== null)).toBe(true)
  })

  it('an empty list is empty, and its only page says that nothing is left', async () => {
    const sandbox = await start({ complaints: 0 })
    expect(await drain(clientOf(sandbox))).toEqual([])
    const pages = []
    for await (const page of clientOf(sandbox).list(range).pages()) pages.push(page)
    expect(pages.map(({ items, cursor }) => [items.length, cursor])).toEqual([[0, null]])
  })

  it.each([1, 2, 7, 43, 50])(
    'pages of %i rows, last ones short or full, bring each complaint once',
    async (pageSize) => {
      const sandbox = await start({ complaints: pageSize === 1 ? 20 : 100 })
      expect(ids(await drain(clientOf(sandbox), { pageSize }))).toEqual(ids(own(sandbox)))
    },
  )

  it.each([
    [1, 1],
    [7, 7],
    [7, 14],
    [7, 6],
    [7, 8],
    [10, 19],
  ])('pages of %i rows over exactly %i complaints of one window bring each once', async (pageSize, complaints) => {
    const sandbox = await start({ ...month, complaints })
    expect(ids(await drain(clientOf(sandbox), { ...month, pageSize }))).toEqual(ids(own(sandbox)))
  })

  it('a server that serves fewer rows than asked loses none', async () => {
    const sandbox = await start({ clampPageSize: 9 })
    expect(ids(await drain(clientOf(sandbox)))).toEqual(ids(own(sandbox)))
  })

  it.each(['arrival', 'newest', 'oldest'] as const)(
    '400 days are asked in windows without gap or overlap, none too long (%s)',
    async (order) => {
      const [from, to] = ['2025-01-01', '2026-02-04']
      const sandbox = await start({ from, to, complaints: 200 })
      expect(ids(await drain(clientOf(sandbox), { from, to, order }))).toEqual(ids(own(sandbox)))
      const padDays = given.adapter(sandbox).limits.padDays ?? 0
      const windows = [...new Set(lists(sandbox).map(({ query }) => given.window(query).join(' ')))]
        .sort()
        .map((text) => text.split(' '))
        // Where the documentation does not say that the end is included, a day more is requested behind each window.
        .map(([begin = '', end = '']) => [begin, addDays(end, -padDays)] as const)
      expect(windows[0]?.[0]).toBe(from)
      expect(windows.at(-1)?.[1]).toBe(to)
      for (const [index, [begin = '', end = '']] of windows.entries()) {
        expect(daysBetween(begin, end)).toBeLessThan(30)
        if (index > 0) expect(begin).toBe(addDays(windows[index - 1]?.[1] ?? '', 1))
      }
    },
  )

  it('instants narrower than a day bring what lies between them', async () => {
    const sandbox = await start({ from: '2026-03-10', to: '2026-03-12' })
    const [from, to] = ['2026-03-11T06:00:00+08:00', new Date('2026-03-11T10:00:00Z')]
    const expected = own(sandbox).filter(({ createdAt }) => createdAt >= new Date(from) && createdAt < to)
    expect(expected.length).toBeGreaterThan(3)
    expect(ids(await drain(clientOf(sandbox), { from, to }))).toEqual(ids(expected))
  })

  it('the first instant belongs to the range and the last does not', async () => {
    const sandbox = await start({ complaints: 9 })
    const [later, earlier] = own(sandbox)
      .map(({ createdAt }) => createdAt)
      .filter((instant, index, all) => index === 0 || instant < (all[index - 1] ?? instant))
    const rows = await drain(clientOf(sandbox), { from: earlier ?? '', to: later ?? '' })
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.every(({ createdAt }) => createdAt.getTime() === earlier?.getTime())).toBe(true)
  })

  it.each(['newest', 'oldest'] as const)('order %s is sorted by instant, then id', async (order) => {
    const sandbox = await start()
    const rows = await drain(clientOf(sandbox), { order, pageSize: 20 })
    const sign = order === 'newest' ? -1 : 1
    const sorted = own(sandbox).sort((a, b) => sign * (a.createdAt.getTime() - b.createdAt.getTime() || byId(a, b)))
    expect(rows.map(({ id }) => id)).toEqual(sorted.map(({ id }) => id))
  })
}
