import { describe, expect, it } from 'vitest'
import type { ComplaintEvent } from '../../../src/events.js'
import type { WindowCheckpoint } from '../../../src/listing/checkpoint.js'
import { readWindow } from '../../../src/listing/read-window.js'
import type { WindowSource } from '../../../src/listing/window-state.js'
import type { Complaint, IncompleteRange } from '../../../src/model.js'

const window = { begin: '2026-03-01', end: '2026-03-30' }
const rows = Array.from({ length: 54 }, (_, index) => ({
  id: `id-${String(index).padStart(3, '0')}`,
  createdAt: new Date('2026-03-10T00:00:00Z'),
})) as unknown as Complaint[]

/** A server that pages by number, and serves no more than `clamp` rows on some requests. */
function source(
  clamp: (request: number) => number,
  reportsTotal: boolean,
): { source: WindowSource<Complaint>; signs: string[] } {
  let request = 0
  const signs: string[] = []
  return {
    signs,
    source: {
      paging: { style: 'page', totals: 'hint' },
      pageSize: 24,
      rescanPageSize: 100,
      depth: 1,
      async fetchPage(_, skip, limit) {
        request += 1
        const size = Math.min(limit, clamp(request))
        // A server that clamps counts its pages by what it serves; one that only falls short counts by what was asked.
        const from = skip * (clamp(0) < limit ? size : limit)
        const page = rows.slice(from, from + size)
        return {
          page: { rows: page, received: page.length, total: reportsTotal ? rows.length : null, failures: [] },
          release: () => {},
        }
      },
      matches: () => true,
      emit: (event) => {
        const { type, sign } = event as Extract<ComplaintEvent, { type: 'drift' }>
        if (type === 'drift') signs.push(sign)
      },
    },
  }
}

async function readAll(
  from: WindowSource<Complaint>,
  start: WindowCheckpoint | null = null,
): Promise<{ ids: string[]; checkpoints: (WindowCheckpoint | null)[] }> {
  const ids: string[] = []
  const checkpoints: (WindowCheckpoint | null)[] = []
  for await (const page of readWindow(from, window, start)) {
    ids.push(...page.rows.map(({ id }) => id))
    checkpoints.push(page.next)
    page.release()
  }
  return { ids, checkpoints }
}
const all = rows.map(({ id }) => id)
const sorted = (ids: readonly string[]): string[] => [...ids].sort()

describe.each([true, false])('pages by number that fall short (total reported: %s)', (reportsTotal) => {
  it('always: every row comes once, without reading again', async () => {
    const { source: from, signs } = source(() => 5, reportsTotal)
    expect((await readAll(from)).ids).toEqual(all)
    expect(signs).toEqual([])
  })

  it('only the first one: what it left out is read next', async () => {
    const { source: from, signs } = source((request) => (request === 1 ? 5 : 1000), reportsTotal)
    expect((await readAll(from)).ids).toEqual(all)
    expect(signs).toEqual([])
  })

  it('only one in the middle: the window is read again', async () => {
    const { source: from, signs } = source((request) => (request === 2 ? 5 : 1000), reportsTotal)
    expect(sorted((await readAll(from)).ids)).toEqual(all)
    expect(signs).toEqual(['shortPage'])
  })

  it('one in the middle, and the process ends there: whoever resumes reads the window again', async () => {
    const first = source((request) => (request === 2 ? 5 : 1000), reportsTotal)
    const delivered: string[] = []
    let checkpoint: WindowCheckpoint | null = null
    for await (const page of readWindow(first.source, window, null)) {
      delivered.push(...page.rows.map(({ id }) => id))
      checkpoint = page.next
      page.release()
      if (delivered.length === 29) break
    }
    expect(checkpoint?.scan.position).toMatchObject({
      skip: 2,
      limit: 24,
      overlapId: delivered.at(-1),
      isAfterShortPage: true,
    })
    const rest = await readAll(source(() => 1000, reportsTotal).source, checkpoint)
    expect(sorted([...new Set([...delivered, ...rest.ids])])).toEqual(all)
  })
})

it('a first page that looks short, and no total: the row behind it that slips into it is not missed', async () => {
  let left = rows.slice(0, 31)
  let request = 0
  const from: WindowSource<Complaint> = {
    ...source(() => 1000, false).source,
    pageSize: 50,
    async fetchPage(_, skip) {
      request += 1
      if (request === 2) left = left.filter((_, index) => index !== 3)
      const page = left.slice(skip * 30, skip * 30 + 30)
      return { page: { rows: page, received: page.length, total: null, failures: [] }, release: () => {} }
    },
  }
  expect(sorted((await readAll(from)).ids)).toEqual(sorted(all.slice(0, 31)))
})

it.each(['offset', 'page'] as const)(
  'a hole in the middle, there each time, is not accepted: its days are named (%s)',
  async (style) => {
    const holed: WindowSource<Complaint> = {
      ...source(() => 1000, true).source,
      paging: { style, totals: 'exact' },
      pageSize: 10,
      rescanPageSize: 10,
      async fetchPage(_, skip, limit) {
        const from = style === 'offset' ? skip : skip * limit
        const page = from > 15 && from < 30 ? [] : rows.slice(from, from + limit)
        return { page: { rows: page, received: page.length, total: rows.length, failures: [] }, release: () => {} }
      },
    }
    const delivered: string[] = []
    const incomplete: IncompleteRange[] = []
    for await (const page of readWindow(holed, window, null)) {
      delivered.push(...page.rows.map(({ id }) => id))
      if (page.incomplete !== null) incomplete.push(page.incomplete)
      page.release()
    }
    expect(incomplete.length).toBeGreaterThan(0)
    expect(incomplete[0]?.total).toBe(rows.length)
    expect(incomplete[0]?.delivered).toBeLessThan(rows.length)
    expect(delivered.length).toBeGreaterThan(30)
    expect(new Set(delivered).size).toBe(delivered.length)
  },
)
