import { expect, it } from 'vitest'
import { catchUp } from '../../../src/listing/catch-up.js'
import { createProgress, recordPage, undividedPart } from '../../../src/listing/day-range-progress.js'
import { hashId } from '../../../src/listing/id-hashes.js'
import { type ScannedPage, startScan } from '../../../src/listing/scan.js'
import { createWindowState } from '../../../src/listing/window-state.js'
import type { Complaint } from '../../../src/model.js'
import { checkpointAt, pageOf, rowAt, windowSourceOf } from './sources.js'

const days = { begin: '2026-03-01', end: '2026-03-16' }

interface Case {
  /** The rows that the scan saw, in their order; pages of three rows. */
  readonly scanned: string
  /** The scan began at a cursor that does not contain the ids: only the first row is known, by its hash. */
  readonly areIdsUnknown?: boolean
  readonly style?: 'offset' | 'page'
  /** The first and the last total of the scan, and how many rows it saw to be inserted. */
  readonly totals: readonly [first: number | null, last: number]
  readonly inserted?: number
  /** What the front brings, page after page, with the total that each page reports: `xab:5`. */
  readonly front: readonly string[]
  readonly requests: string
  readonly verdict: 'accepted' | 'rescan'
  readonly delivered: string
  /** How many rows the front added, and what comes first in the list by then. */
  readonly added: number
  readonly first: string
}

type Expected = 'requests' | 'verdict' | 'delivered' | 'added' | 'first'
/** Four rows, whose ids are known; and the same where only the first row is. */
const whole = { scanned: 'abcd', verdict: 'accepted' } as const
const resumed = { ...whole, areIdsUnknown: true } as const

const rowsOf = (ids: string): Complaint[] => [...ids].map((id) => rowAt(id, '2026-03-10'))

async function read({
  scanned,
  areIdsUnknown = false,
  style = 'offset',
  totals,
  inserted = 0,
  front,
}: Omit<Case, Expected>) {
  const requests: string[] = []
  const released: string[] = []
  const { source } = windowSourceOf(() => pageOf([], null), {
    paging: { style, totals: 'hint' },
    pageSize: 3,
    async fetchPage(_, skip) {
      const [ids = '', total] = (front[requests.length] ?? '?:0').split(':')
      requests.push(String(skip))
      const page = pageOf(rowsOf(ids), total === undefined ? null : Number(total))
      return { page, release: () => void released.push(ids) }
    },
  })
  const position = { skip: 4, limit: 3, overlapId: null, total: totals[1] }
  const start = areIdsUnknown ? checkpointAt(position, scanned.length) : null
  const state = createWindowState<Complaint>(source, days, start)
  const progress = createProgress(state, undividedPart(days), start, null)
  recordPage(progress, { rows: rowsOf(scanned), failures: [] })
  progress.firstId = hashId(scanned[0] ?? '')
  const { evidence, ...scan } = { ...startScan(position), rowCount: scanned.length }
  const [firstTotal, lastTotal] = totals
  const seen = { firstTotal, lastTotal, insertedBefore: inserted, pagesWithNewRows: 2, hasFullPage: true }
  const last = {
    state: { ...scan, evidence: { ...evidence, ...seen, signals: ['total'] } },
  } as unknown as ScannedPage<Complaint>
  const pages: { rows: string; total: number | null; next: unknown }[] = []
  const reading = catchUp(progress, last)
  for (;;) {
    const result = await reading.next()
    if (result.done === true) {
      const verdict = result.value
      return { requests: requests.join(' '), pages, verdict, progress, released }
    }
    const { rows, total, next, countsTowardsMaxPages, release } = result.value
    expect(countsTowardsMaxPages).toBe(false)
    pages.push({ rows: rows.map(({ id }) => id).join(''), total, next })
    release()
  }
}

const cases: [string, Case][] = [
  [
    'one row came in at the front',
    { ...whole, totals: [4, 5], front: ['xab:5'], requests: '0', delivered: 'x', added: 1, first: 'x' },
  ],
  [
    'no row came in, and the first one is known',
    { ...whole, totals: [4, 5], front: ['abc:4'], requests: '0', delivered: '', added: 0, first: 'a' },
  ],
  [
    'a row that came in behind the first one',
    { ...whole, totals: [4, 5], front: ['axb:5'], requests: '0', delivered: 'x', added: 1, first: 'a' },
  ],
  [
    'a front of two pages: the first page joins no known row, though the total is reached',
    { ...whole, totals: [4, 7], front: ['xyz:7', 'zab:7'], requests: '0 2', delivered: 'xyz', added: 3, first: 'x' },
  ],
  [
    'the list was empty: its only page is not full, and joins the end',
    { ...whole, scanned: '', totals: [0, 2], front: ['xy:2'], requests: '0', delivered: 'xy', added: 2, first: '' },
  ],
  [
    'rows came in while a front of two pages was read: it begins again, and ends at the new rows',
    {
      ...whole,
      totals: [4, 7],
      front: ['xyz:8', 'zab:8', 'wxy:8'],
      requests: '0 2 0',
      delivered: 'xyzw',
      added: 4,
      first: 'w',
    },
  ],
  [
    'a row that came in does not make up for one that the scan missed',
    {
      ...whole,
      scanned: 'abc',
      totals: [4, 4],
      front: ['xab:4', 'bc:4', 'xab:4'],
      requests: '0 2 0',
      verdict: 'rescan',
      delivered: 'x',
      added: 1,
      first: 'x',
    },
  ],
  [
    'a row that the scan missed came behind the known ones',
    {
      ...whole,
      scanned: 'abc',
      totals: [4, 5],
      front: ['xab:5', 'bcd:5', 'xab:5'],
      requests: '0 2 0',
      verdict: 'rescan',
      delivered: 'xd',
      added: 2,
      first: 'x',
    },
  ],
  [
    'two rows came in, and the first one was withdrawn: another row shows where the front ends',
    {
      ...whole,
      totals: [4, 5],
      front: ['xyb:5', 'bcd:5', 'xyb:5'],
      requests: '0 2 0',
      verdict: 'rescan',
      delivered: 'xy',
      added: 2,
      first: 'x',
    },
  ],
  [
    'the list grew by fewer rows than were seen to be inserted',
    {
      ...whole,
      totals: [4, 5],
      inserted: 1,
      front: ['bcd:4'],
      requests: '0',
      verdict: 'rescan',
      delivered: '',
      added: 0,
      first: 'b',
    },
  ],
  [
    'pages by number: the second page begins with the first row of the scan, and rows are missing behind it',
    {
      ...whole,
      scanned: 'abc',
      style: 'page',
      totals: [5, 8],
      front: ['xyz:8', 'abc:8', 'xyz:8'],
      requests: '0 1 0',
      verdict: 'rescan',
      delivered: 'xyz',
      added: 3,
      first: 'x',
    },
  ],
  [
    'ids unknown: one row came in at the front',
    { ...resumed, totals: [4, 5], front: ['xab:5'], requests: '0', delivered: 'x', added: 1, first: 'x' },
  ],
  [
    'ids unknown: no row came in',
    { ...resumed, totals: [4, 5], front: ['abc:4'], requests: '0', delivered: '', added: 0, first: 'a' },
  ],
  [
    'ids unknown: the first row of the scan ends the front, also where the total says more',
    {
      ...resumed,
      totals: [4, 9],
      front: ['xab:9'],
      requests: '0',
      verdict: 'rescan',
      delivered: 'x',
      added: 1,
      first: 'x',
    },
  ],
  [
    'ids unknown: the row in which two pages of the front overlap counts once',
    { ...resumed, totals: [4, 7], front: ['xyz:7', 'zab:7'], requests: '0 2', delivered: 'xyz', added: 3, first: 'x' },
  ],
  [
    'ids unknown: rows came in while a front of two pages was read',
    {
      ...resumed,
      totals: [4, 7],
      front: ['xyz:8', 'zab:8', 'wxy:8'],
      requests: '0 2 0',
      delivered: 'xyzw',
      added: 4,
      first: 'w',
    },
  ],
  [
    'ids unknown: the last row of a full page of new rows counts, where pages do not overlap',
    {
      ...resumed,
      scanned: 'abc',
      style: 'page',
      totals: [3, 7],
      front: ['uvw:7', 'xab:7'],
      requests: '0 1',
      delivered: 'uvwx',
      added: 4,
      first: 'u',
    },
  ],
]

it.each(cases)('%s', async (_, { requests, verdict, delivered, added, first, ...given }) => {
  const result = await read(given)
  const { pages, progress, released } = result
  expect([result.requests, result.verdict]).toEqual([requests, verdict])
  expect(pages.map(({ rows }) => rows).join('')).toBe(delivered)
  expect([progress.added, progress.firstId]).toEqual([added, hashId(first)])
  expect(released).toHaveLength(pages.length)
  expect(progress.isDone).toBe(verdict === 'accepted')
  // A cursor of any of its pages leads to the next scan.
  for (const { next } of verdict === 'accepted' ? pages.slice(0, -1) : pages)
    expect(next).toMatchObject({ round: 2, firstId: null })
  if (verdict === 'accepted') expect(pages.at(-1)?.next).toBeNull()
})
