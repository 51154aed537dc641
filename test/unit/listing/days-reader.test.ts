import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../../src/errors.js'
import type { Complaint } from '../../../src/model.js'
import { addDays } from '../../../src/time.js'
import { honest, pageOf, readWindowFrom, rowAt, type Serve, windowSourceOf } from './sources.js'

const window = { begin: '2026-03-01', end: '2026-03-16' }
const page = { style: 'page', totals: 'hint' } as const
const byOffset = { style: 'offset', totals: 'exact' } as const
const hint = { style: 'offset', totals: 'hint' } as const

/** So many rows, newest first, spread over the days of the window. */
function rowsOver(count: number, days = 16): Complaint[] {
  return Array.from({ length: count }, (_, index) => {
    const day = days - Math.floor((index * days) / count)
    const time = new Date(43_200_000 - index * 1000).toISOString().slice(11, 19)
    return rowAt(`r${String(index).padStart(4, '0')}`, `2026-03-${String(day).padStart(2, '0')}`, time)
  })
}
const idsOf = (rows: readonly Complaint[]): string[] => rows.map(({ id }) => id).sort()
const limits = (requests: readonly string[], skip = 0): number[] =>
  requests.flatMap((request) => (request.includes(` ${skip}/`) ? [Number(request.split('/')[1])] : []))

describe('a scan of which nothing moved', () => {
  it.each([
    ['offset', byOffset, 62],
    ['page', page, 61],
  ] as const)('is the only one: 3,000 rows by pages of 50 (%s)', async (style, paging, max) => {
    const rows = rowsOver(3_000)
    const { source, requests, drifts } = windowSourceOf(honest(rows, style), { paging, pageSize: 50 })
    const { ids, incomplete } = await readWindowFrom(source, window)
    expect([...ids].sort()).toEqual(idsOf(rows))
    expect(incomplete).toEqual([])
    expect(drifts()).toEqual([])
    expect(requests.length).toBeLessThanOrEqual(max)
  })
})

describe('a first page that the caller remembers', () => {
  const rows = rowsOver(5)
  const remembered = (page: readonly Complaint[]): boolean => page.map(({ id }) => id).join() === idsOf(rows).join()
  const requestsOf = async (serve: Serve, paging: typeof page | typeof hint, pageSize = 10): Promise<string[]> => {
    const observed = windowSourceOf(serve, { paging, pageSize, isRemembered: remembered })
    const { ids, incomplete } = await readWindowFrom(observed.source, window)
    expect([...ids].sort()).toEqual(idsOf(rows))
    expect(incomplete).toEqual([])
    expect(observed.warnings()).toEqual([])
    return observed.requests
  }

  it.each([
    ['offset', hint],
    ['page', page],
  ] as const)('is the last one: no second request confirms it (%s)', async (style, paging) => {
    expect((await requestsOf(honest(rows, style), paging)).length).toBe(1)
  })

  it('is confirmed when it is full, when the total says more, or when the page has other rows', async () => {
    const served = honest(rows, 'page')
    expect((await requestsOf(served, page, 5)).length).toBeGreaterThan(1)
    const observed = windowSourceOf(honest(rowsOver(6), 'page'), {
      paging: page,
      pageSize: 10,
      isRemembered: remembered,
    })
    expect((await readWindowFrom(observed.source, window)).ids.length).toBe(6)
    expect(observed.requests.length).toBeGreaterThan(1)
    const more: Serve = (days, skip, limit) => ({ ...served(days, skip, limit), total: 7 })
    const promised = windowSourceOf(more, { paging: page, pageSize: 10, isRemembered: remembered })
    await readWindowFrom(promised.source, window)
    expect(promised.requests.length).toBeGreaterThan(1)
    const failure = { index: 5, id: 'bad', error: new ResponseError('no time') }
    const withBad: Serve = (_, skip) => (skip === 0 ? pageOf(rows, 6, [failure]) : pageOf([], 6))
    const broken = windowSourceOf(withBad, { paging: page, pageSize: 10, isRemembered: remembered })
    expect((await readWindowFrom(broken.source, window)).failures).toEqual(['bad'])
    expect(broken.requests.length).toBeGreaterThan(1)
  })
})

describe('rows that come in at the front', () => {
  it.each([
    ['offset', hint],
    ['page', page],
  ] as const)('are caught up with by reading the front, page after page (%s)', async (style, paging) => {
    const rows = rowsOver(60)
    const before = idsOf(rows)
    const serve: Serve = (days, skip, limit, request) => {
      // Six rows each time, which together are more than fit a page.
      if (request === 2 || request === 4)
        rows.unshift(...rowsOver(6, 1).map(({ id }) => rowAt(`${request}${id}`, '2026-03-16', '23:00:00')))
      return honest(rows, style)(days, skip, limit)
    }
    const { source, requests, events } = windowSourceOf(serve, { paging, pageSize: 10, rescanPageSize: 10 })
    const { ids } = await readWindowFrom(source, window)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...ids].sort()).toEqual(idsOf(rows))
    expect(before.every((id) => ids.includes(id))).toBe(true)
    expect(events.at(-1)).toMatchObject({ type: 'windowDone', rounds: 1 })
    // One scan of 72 rows, and the front of it.
    expect(requests.length).toBeLessThanOrEqual(style === 'offset' ? 13 : 12)
  })

  it.each([
    ['offset', hint, 1, '0 9 0'],
    ['offset', hint, 5, '0 9 18 27 36 45 0'],
    ['page', page, 1, '0 1 0'],
    ['page', page, 5, '0 1 2 3 4 5 0'],
  ] as const)(
    'L6 are caught up with, however many pages the front has, and though one more comes in at every request (%s, case %$)',
    async (style, paging, times, positions) => {
      const rows = rowsOver(60)
      const serve: Serve = (days, skip, limit, request) => {
        for (let count = request > 1 && request <= 1 + times ? 8 : 1; count > 0; count -= 1)
          rows.unshift(rowAt(`new${rows.length}`, '2026-03-16', '23:00:00'))
        return honest(rows, style)(days, skip, limit)
      }
      const { source, requests, events } = windowSourceOf(serve, { paging, pageSize: 10, rescanPageSize: 10 })
      const { ids } = await readWindowFrom(source, window)
      expect(new Set(ids).size).toBe(ids.length)
      expect([...ids].sort()).toEqual(idsOf(rows))
      expect(events.at(-1)).toMatchObject({ type: 'windowDone', rounds: 1 })
      const skips = requests.map((request) => / (\d+)/.exec(request)?.[1])
      expect(skips.slice(skips.indexOf('0', 1)).join(' ')).toBe(positions)
    },
  )
})

it('a front of more than twenty pages is not caught up with: the list is scanned again', async () => {
  const rows = rowsOver(60)
  let isLong = false
  const serve: Serve = (days, skip, limit, request) => {
    if (request === 3) rows.unshift(rowAt('new', '2026-03-16', '23:00:00'))
    if (request > 1 && skip === 0 && !isLong) {
      isLong = true
      rows.unshift(...Array.from({ length: 300 }, (_, index) => rowAt(`new${index}`, '2026-03-16', '23:00:00')))
    }
    return honest(rows)(days, skip, limit)
  }
  const { source, requests } = windowSourceOf(serve, { paging: hint, pageSize: 10, rescanPageSize: 10 })
  const { ids } = await readWindowFrom(source, window)
  expect([...ids].sort()).toEqual(idsOf(rows))
  const front = requests.indexOf('1..16 0/10', 1)
  expect(requests.indexOf('1..16 0/9') - front).toBe(20)
})

describe('rows that were lost between two pages', () => {
  /** The tenth row is served by no page of ten: the server breaks ties differently for each offset. */
  const tied =
    (rows: readonly Complaint[], size: number): Serve =>
    (days, skip, limit) => {
      if (limit !== size) return honest(rows)(days, skip, limit)
      const twisted = [...rows]
      if (skip === 0) [twisted[8], twisted[9]] = [rows[9] as Complaint, rows[8] as Complaint]
      else [twisted[8], twisted[10]] = [rows[10] as Complaint, rows[8] as Complaint]
      return pageOf(twisted.slice(skip, skip + limit), rows.length)
    }

  it('are found by a second scan with another page size: 47 rows after 50', async () => {
    const rows = rowsOver(120, 1)
    const lossy: Serve = (days, skip, limit) => {
      const whole = honest(rows)(days, skip, limit)
      if (limit !== 50 || skip === 0) return whole
      // Two rows at the seam are served by neither page.
      const without = whole.rows.map((row, index) => (index === 1 && skip === 49 ? (rows[3] as Complaint) : row))
      return pageOf(without, rows.length)
    }
    const { source, requests } = windowSourceOf(lossy, { pageSize: 50, rescanPageSize: 50 })
    const { ids, incomplete } = await readWindowFrom(source, { begin: '2026-03-01', end: '2026-03-02' })
    expect([...ids].sort()).toEqual(idsOf(rows))
    expect(incomplete).toEqual([])
    expect(limits(requests)).toEqual([50, 47])
  })

  it('are found, and each row is delivered once', async () => {
    const rows = rowsOver(30)
    const { source } = windowSourceOf(tied(rows, 10), { pageSize: 10, rescanPageSize: 10 })
    const { ids } = await readWindowFrom(source, window)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...ids].sort()).toEqual(idsOf(rows))
  })

  it.each([3, 7, 10, 40, 44, 46, 47, 50])('a page size of %i is followed by another one', async (pageSize) => {
    const rows = rowsOver(120, 1)
    let moved = false
    const serve: Serve = (days, skip, limit, request) => {
      const whole = honest(rows)(days, skip, limit)
      if (request !== 2 || moved) return whole
      moved = true
      // The overlap row is not served.
      return pageOf(whole.rows.slice(1), rows.length)
    }
    const { source, requests } = windowSourceOf(serve, { pageSize, rescanPageSize: 50 })
    const { ids } = await readWindowFrom(source, { begin: '2026-03-01', end: '2026-03-02' })
    expect([...ids].sort()).toEqual(idsOf(rows))
    const [first, second] = limits(requests)
    expect(first).toBe(pageSize)
    if (second !== undefined) expect(second).not.toBe(pageSize)
  })

  it('a list that fits its first page does not show how many rows the server serves at most', async () => {
    const rows = rowsOver(4)
    const serve: Serve = (days, skip, limit, request) => {
      if (request === 2) rows.pop()
      return honest(rows, 'page')(days, skip, limit)
    }
    const { source, requests } = windowSourceOf(serve, { paging: page, pageSize: 10, rescanPageSize: 10 })
    expect((await readWindowFrom(source, window)).incomplete).toEqual([])
    expect(limits(requests)).toEqual([10, 9])
  })
})

describe('a window that does not settle', () => {
  /** No row beyond the tenth is served, whatever is requested; totals are true. */
  const cutAt =
    (rows: readonly Complaint[], max: number): Serve =>
    (days, skip, limit) => {
      const { rows: inside, total } = honest(rows)(days, 0, rows.length)
      return pageOf(inside.slice(0, max).slice(skip, skip + limit), total)
    }

  it('is halved, and each half by the same rules, down to days: all rows come', async () => {
    const rows = rowsOver(64)
    const { source, requests, events } = windowSourceOf(cutAt(rows, 10), { pageSize: 5 })
    const { ids, incomplete } = await readWindowFrom(source, window)
    expect([...ids].sort()).toEqual(idsOf(rows))
    expect(incomplete).toEqual([])
    expect(events.at(-1)).toMatchObject({ type: 'windowDone', rows: 64 })
    const days = [...new Set(requests.map((request) => request.split(' ')[0]))]
    expect(days).toContain('1..16')
    expect(days).toContain('1..8')
    expect(days).toContain('1..4')
    expect(days).toContain('9..16')
  })

  it('a day of which no more is served is named, and all others come', async () => {
    const rows = [...rowsOver(32), ...Array.from({ length: 30 }, (_, index) => rowAt(`more${index}`, '2026-03-05'))]
    const { source, events } = windowSourceOf(cutAt(rows, 10), { pageSize: 5 })
    const { ids, incomplete, checkpoints } = await readWindowFrom(source, window)
    expect(incomplete).toEqual(['5..5: 10 of 32'])
    const others = rows.filter(({ createdAt }) => createdAt.toISOString().slice(0, 10) !== '2026-03-05')
    expect(idsOf(others).every((id) => ids.includes(id))).toBe(true)
    expect(new Set(ids).size).toBe(ids.length)
    expect(checkpoints.at(-1)).toBeNull()
    expect(events.some(({ type }) => type === 'windowDone')).toBe(false)
  })

  it.each([
    { count: 797, scans: 5, name: 'once 500 more requests than those of its first scan were made' },
    { count: 890, scans: 4, name: 'before a scan that would take more than 500 in all' },
  ])('is given up $name', async ({ count, scans }) => {
    const rows = rowsOver(count, 2)
    // Each response has an order of its own: row 0, then every so many rows.
    const serve: Serve = (_, skip, limit, request) => {
      const places = Array.from({ length: Math.max(0, Math.min(limit, count - skip)) }, (_, index) => skip + index)
      return pageOf(
        places.map((place) => rows[(place * (request + 1)) % count] as Complaint),
        count,
      )
    }
    const days = { begin: '2026-03-01', end: '2026-03-02' }
    const { source, requests } = windowSourceOf(serve, { pageSize: 10, rescanPageSize: 10 })
    const { ids, incomplete } = await readWindowFrom(source, days)
    expect(incomplete).toEqual([`1..2: ${ids.length} of ${count}`])
    expect(limits(requests)).toHaveLength(scans)
    expect(requests.filter((request) => !request.startsWith('1..2 '))).toEqual([])
  })

  it('is given up where the total is only a hint, too: no requests are left that could prove it wrong', async () => {
    const count = 797
    const rows = rowsOver(count, 2)
    const served = new Set<Complaint>()
    // As above; the last scans show no new row.
    const serve: Serve = (_, skip, limit, request) => {
      const shown = request > 300 ? [...served] : rows
      const places = Array.from({ length: Math.max(0, Math.min(limit, count - skip)) }, (_, index) => skip + index)
      const page = places.map((place) => shown[(place * (request + 1)) % shown.length] as Complaint)
      for (const row of page) served.add(row)
      return pageOf(page, count)
    }
    const days = { begin: '2026-03-01', end: '2026-03-02' }
    const paging = { style: 'offset', totals: 'hint' } as const
    const { source, warnings } = windowSourceOf(serve, { paging, pageSize: 10, rescanPageSize: 10 })
    const { ids, incomplete } = await readWindowFrom(source, days)
    expect(incomplete).toEqual([`1..2: ${ids.length} of ${count}`])
    expect(warnings()).toEqual([])
  })

  it('is resumed at its halves: what was accepted is not read again, and nothing is lost', async () => {
    const rows = rowsOver(64)
    const whole = windowSourceOf(cutAt(rows, 10), { pageSize: 5 })
    const { checkpoints, pages } = await readWindowFrom(whole.source, window)
    for (let stop = 1; stop < pages.length; stop += 3) {
      const first = await readWindowFrom(windowSourceOf(cutAt(rows, 10), { pageSize: 5 }).source, window, null, stop)
      const at = first.checkpoints.at(-1) ?? null
      if (at === null) continue
      const second = windowSourceOf(cutAt(rows, 10), { pageSize: 5 })
      const rest = await readWindowFrom(second.source, window, at)
      expect([...new Set([...first.ids, ...rest.ids])].sort()).toEqual(idsOf(rows))
      const begin = Number((at.part ?? window).begin.slice(-2))
      expect(second.requests.every((request) => Number(request.split('..')[0]) >= begin)).toBe(true)
    }
    expect(checkpoints.some((at) => at !== null && at.part !== null)).toBe(true)
  })
})

describe('rows that are hidden after the page was cut', () => {
  const hide =
    (rows: readonly Complaint[], hidden: ReadonlySet<string>): Serve =>
    (days, skip, limit) => {
      const whole = honest(rows)(days, skip, limit)
      return pageOf(
        whole.rows.filter(({ id }) => !hidden.has(id)),
        whole.total,
      )
    }

  it('39 of 40 in one page: all rows, no error, a warning', async () => {
    const rows = rowsOver(40)
    const { source, requests, warnings } = windowSourceOf(hide(rows, new Set(['r0017'])), { pageSize: 50 })
    const { ids, incomplete } = await readWindowFrom(source, window)
    expect([...ids].sort()).toEqual(idsOf(rows).filter((id) => id !== 'r0017'))
    expect(incomplete).toEqual([])
    expect(warnings()).toEqual(['totalMismatch'])
    expect(requests.length).toBeLessThanOrEqual(3)
  })

  it('one of more pages than a window may request beyond its first scan: a second scan is begun all the same', async () => {
    const rows = rowsOver(1_800)
    const changes = { pageSize: 4, rescanPageSize: 4 }
    const { source, requests, warnings } = windowSourceOf(hide(rows, new Set(['r0017'])), changes)
    const { ids, incomplete } = await readWindowFrom(source, window)
    expect([...ids].sort()).toEqual(idsOf(rows).filter((id) => id !== 'r0017'))
    expect(incomplete).toEqual([])
    expect(warnings()).toEqual(['totalMismatch'])
    expect(requests.length).toBeGreaterThan(2 * 600)
  })

  it('some of many pages: the days at the end are read alone, at most three times the pages', async () => {
    const rows = rowsOver(300)
    const hidden = new Set(['r0033', 'r0101', 'r0107', 'r0222'])
    const { source, requests, warnings } = windowSourceOf(hide(rows, hidden), { pageSize: 20, rescanPageSize: 20 })
    const { ids, incomplete } = await readWindowFrom(source, window)
    expect([...ids].sort()).toEqual(idsOf(rows).filter((id) => !hidden.has(id)))
    expect(incomplete).toEqual([])
    expect(warnings()).toEqual(['totalMismatch'])
    expect(requests.some((request) => request.startsWith('1..1 '))).toBe(true)
    expect(requests.length).toBeLessThanOrEqual(3 * 16)
  })

  it('are not what a list lacks that is cut off in the middle of its last page', async () => {
    const rows = rowsOver(100)
    const cut: Serve = (days, skip, limit) => {
      const inside = honest(rows)(days, 0, 100)
      return pageOf(inside.rows.slice(0, 93).slice(skip, skip + limit), inside.total)
    }
    const { source } = windowSourceOf(cut, { pageSize: 20, rescanPageSize: 20 })
    const { ids, incomplete } = await readWindowFrom(source, window)
    expect([...ids].sort()).toEqual(idsOf(rows))
    expect(incomplete).toEqual([])
  })
})

describe('a server that ignores what is requested', () => {
  it('the page number and the days: the window is named within 40 requests', async () => {
    const rows = rowsOver(400).slice(0, 50)
    const { source, requests } = windowSourceOf(() => pageOf(rows, 400), {
      paging: page,
      pageSize: 50,
      rescanPageSize: 50,
    })
    const { ids, incomplete } = await readWindowFrom(source, window)
    expect([...ids].sort()).toEqual(idsOf(rows))
    expect(incomplete).toEqual(['1..16: 50 of 400'])
    expect(requests.length).toBeLessThanOrEqual(40)
  })

  it('the page number and the days, with rows of all days: rows are missing, and days are named', async () => {
    const rows = rowsOver(50)
    const { source, requests } = windowSourceOf(() => pageOf(rows, 400), {
      paging: page,
      pageSize: 50,
      rescanPageSize: 50,
    })
    const { ids, incomplete } = await readWindowFrom(source, window)
    expect([...ids].sort()).toEqual(idsOf(rows))
    expect(incomplete.length).toBeGreaterThan(0)
    expect(requests.length).toBeLessThanOrEqual(40)
  })

  it('the page number only: halving brings all rows, within 250 requests', async () => {
    const rows = rowsOver(400)
    const first: Serve = (days, _, limit) => honest(rows, 'page')(days, 0, limit)
    const { source, requests } = windowSourceOf(first, { paging: page, pageSize: 50, rescanPageSize: 50 })
    const { ids, incomplete } = await readWindowFrom(source, window)
    expect([...ids].sort()).toEqual(idsOf(rows))
    expect(incomplete).toEqual([])
    expect(requests.length).toBeLessThanOrEqual(250)
  })

  it('three rows in all, the same whatever the offset: the three rows, and no error', async () => {
    const rows = rowsOver(3)
    const { source, requests } = windowSourceOf((days) => honest(rows)(days, 0, 50), { paging: hint, pageSize: 50 })
    const { ids, incomplete } = await readWindowFrom(source, window)
    expect([...ids].sort()).toEqual(idsOf(rows))
    expect(incomplete).toEqual([])
    expect(requests.length).toBeLessThanOrEqual(6)
  })
})

it('a total that is only a hint, and wrong: all rows, a warning, and no error', async () => {
  const rows = rowsOver(39)
  const serve: Serve = (days, skip, limit) => {
    const whole = honest(rows, 'page')(days, skip, limit)
    return { ...whole, total: whole.total === 0 ? 0 : (whole.total ?? 0) + 1 }
  }
  const { source, warnings } = windowSourceOf(serve, { paging: page, pageSize: 10, rescanPageSize: 10 })
  const { ids, incomplete, checkpoints } = await readWindowFrom(source, window)
  expect([...ids].sort()).toEqual(idsOf(rows))
  expect(incomplete).toEqual([])
  expect(new Set(warnings())).toEqual(new Set(['totalMismatch']))
  expect(checkpoints.at(-1)).toBeNull()
})

describe('halves that bring no new row', () => {
  const rows = rowsOver(32)
  /** The total is so many for each day, whatever the day has. */
  const totalOf =
    (perDay: number, style: 'offset' | 'page'): Serve =>
    (days, skip, limit) => {
      const count = Number(days.end.slice(-2)) - Number(days.begin.slice(-2)) + 1
      return { ...honest(rows, style)(days, skip, limit), total: perDay * count }
    }

  it.each([
    { perDay: 20, requested: 129, warned: 16, name: 'ten times their rows: they are halved, down to days' },
    { perDay: 21, requested: 129, warned: 16, name: 'more than ten times their rows: so are they' },
  ])('and whose total is $name', async ({ perDay, requested, warned }) => {
    const changes = { paging: page, pageSize: 10, rescanPageSize: 10 }
    const { source, requests, warnings } = windowSourceOf(totalOf(perDay, 'page'), changes)
    const { ids, incomplete, checkpoints } = await readWindowFrom(source, window)
    expect([...ids].sort()).toEqual(idsOf(rows))
    expect(incomplete).toEqual([])
    expect(warnings()).toEqual(Array.from({ length: warned }, () => 'totalMismatch'))
    expect(requests.length).toBe(requested)
    expect(checkpoints.at(-1)).toBeNull()
  })

  it('and whose exact total is more than ten times their rows: each day is named', async () => {
    const { source, requests } = windowSourceOf(totalOf(100, 'offset'), { pageSize: 10, rescanPageSize: 10 })
    const { ids, incomplete } = await readWindowFrom(source, window)
    expect([...ids].sort()).toEqual(idsOf(rows))
    expect(incomplete).toEqual(Array.from({ length: 16 }, (_, index) => `${index + 1}..${index + 1}: 2 of 100`))
    expect(requests.length).toBe(193)
  })
})

it('the row predicate decides at each meeting: a row seen as resolved, and seen again as pending, is delivered', async () => {
  const rows = rowsOver(25)
  const states = new Map<string, Complaint['state']>([['r0003', 'resolved']])
  const serve: Serve = (days, skip, limit, request) => {
    // The list moves, so that it is scanned again; by then the complaint was opened again.
    if (request === 3) {
      states.set('r0003', 'pending')
      rows.splice(12, 1)
    }
    const whole = honest(rows)(days, skip, limit)
    return { ...whole, rows: whole.rows.map((row) => ({ ...row, state: states.get(row.id) ?? 'pending' })) }
  }
  const { source } = windowSourceOf(serve, {
    pageSize: 10,
    rescanPageSize: 10,
    matches: ({ state }) => state === 'pending',
  })
  const { ids, pages } = await readWindowFrom(source, window)
  expect(pages[0]).not.toContain('r0003')
  expect(ids.filter((id) => id === 'r0003')).toHaveLength(1)
  expect(new Set(ids).size).toBe(ids.length)
})

it('halves that bring nothing new are given up after twice the requests of the first scan and 12 more', async () => {
  const dayOf = (index: number): string => addDays('2026-02-01', index)
  const days = { begin: dayOf(0), end: dayOf(58) }
  // The same row of each day, whatever is requested, and a total that is lower.
  const rows = Array.from({ length: 59 }, (_, index) => rowAt(`r${index}`, dayOf(index)))
  const { source, requests } = windowSourceOf(() => pageOf(rows, 50), { paging: page, pageSize: 59 })
  const { ids, incomplete } = await readWindowFrom(source, days)
  expect(ids).toHaveLength(59)
  // Four requests for the whole, then one for each part: beyond 20 no part is halved any more.
  expect(requests).toHaveLength(24)
  expect(incomplete.slice(-3)).toEqual(['9..15: 59 of 50', '16..2: 59 of 50', '3..31: 59 of 50'])
})
