import { describe, expect, it } from 'vitest'
import type { WindowCheckpoint } from '../../../src/listing/checkpoint.js'
import { decodeCursor, encodeCursor } from '../../../src/listing/cursor.js'
import {
  beginRescan,
  createProgress,
  nextOf,
  recordPage,
  undividedPart,
} from '../../../src/listing/day-range-progress.js'
import type { DriftEvidence } from '../../../src/listing/drift-evidence.js'
import { type ScanState, startScan } from '../../../src/listing/scan.js'
import { createWindowState } from '../../../src/listing/window-state.js'
import type { Complaint } from '../../../src/model.js'
import { checkpointAt, honest, pageOf, readWindowFrom, rowAt, type Serve, windowSourceOf } from './sources.js'

const window = { begin: '2026-03-01', end: '2026-03-16' }

/** A row a day, newest first. */
const rowOf = (day: number): Complaint => {
  const text = String(day).padStart(2, '0')
  return rowAt(`r${text}`, `2026-03-${text}`)
}
const rowsDownFrom = (day: number): Complaint[] => Array.from({ length: day }, (_, index) => rowOf(day - index))

type Style = 'offset' | 'page'
/** `request` counts on over the processes that read the list. */
type Make = (style: Style) => Serve
const still: Make = (style) => honest(rowsDownFrom(10), style)
const changing =
  (at: number, change: (rows: Complaint[]) => void): Make =>
  (style) => {
    const rows = rowsDownFrom(10)
    return (days, skip, limit, request) => {
      if (request === at) change(rows)
      return honest(rows, style)(days, skip, limit)
    }
  }
const removal = changing(2, (rows) => void rows.splice(1, 1))
const insertion = changing(2, (rows) => void rows.unshift(rowOf(16)))
const lateInsertion = changing(4, (rows) => void rows.unshift(rowOf(16)))
const withoutTotal =
  (make: Make): Make =>
  (style) => {
    const serve = make(style)
    return (...request) => ({ ...serve(...request), total: null })
  }
/** No row behind the seventh is served. */
const cutOff: Make = (style) => (days, skip, limit) => {
  const { rows, total } = honest(rowsDownFrom(16))(days, 0, 16)
  const from = style === 'offset' ? skip : skip * limit
  return pageOf(rows.slice(0, 7).slice(from, from + limit), total)
}
/** The server serves four rows at most. */
const capped: Make = (style) => {
  const serve = removal(style)
  return (days, skip, limit, request) => serve(days, skip, Math.min(limit, 4), request + (request > 2 ? -1 : 9))
}

/** As a cursor holds it. */
function throughCursor(at: WindowCheckpoint): WindowCheckpoint {
  const cursor = encodeCursor({ to: 1, windowDays: 30, accounts: new Map([['a', { window: 0, at }]]) }, 'q')
  return decodeCursor(cursor, 'q', ['a']).accounts.get('a')?.at as WindowCheckpoint
}

/** `0/4 3/4; 1..8: 0/4`: requests for the whole window, then for a part of it. */
function inShort(requests: readonly string[]): string {
  let before = '1..16'
  return requests
    .map((request) => {
      const [days = '', position = ''] = request.split(' ')
      const prefix = days === before ? ' ' : `; ${days}: `
      before = days
      return prefix + position
    })
    .join('')
    .replace(/^[; ]+/, '')
}

interface ResumedList {
  readonly of: string
  readonly make: Make
  readonly style: Style
  readonly pageSize?: number
  /**
   * How many pages were yielded before the process ended, where the cursor stands, the requests after it, and how many
   * rows were delivered before and after.
   */
  readonly resumes: readonly (readonly [after: number, at: string, requests: string, rows: string])[]
}

const lists: ResumedList[] = [
  {
    of: 'a list without a total',
    make: withoutTotal(still),
    style: 'page',
    resumes: [
      [
        1,
        'scan 1, 1/4 after 4 rows',
        '0/4 1/4 2/4 3/4 0/3 1/3 2/3 3/3 4/3; 1..8: 0/4 1/4 2/4 0/3 1/3 2/3 3/3; 9..16: 0/4 1/2',
        '4 + 6',
      ],
      [
        3,
        'scan 1, 3/4 after 10 rows',
        '2/4 3/4 0/3 1/3 2/3 3/3 4/3; 1..8: 0/4 1/4 2/4 0/3 1/3 2/3 3/3; 9..16: 0/4 1/2',
        '10 + 0',
      ],
      [6, 'scan 2, 2/3 after 6 rows, before 10', '1/3 2/3 3/3 4/3', '10 + 0'],
      [8, 'scan 2, 4/3 after 10 rows, before 10', '3/3 4/3', '10 + 0'],
    ],
  },
  {
    of: 'a list without a total',
    make: withoutTotal(still),
    style: 'offset',
    resumes: [
      [1, 'scan 1, 3/4 after 4 rows', '3/4 6/4 9/4 3/4 6/4 9/4', '4 + 6'],
      [3, 'scan 1, 9/4 after 10 rows', '9/4 9/4', '10 + 0'],
      [4, 'scan 2, 0/3 after 0 rows, before 10', '0/3 2/3 4/3 6/3 8/3 9/3', '10 + 0'],
      [7, 'scan 2, 6/3 after 7 rows, before 10', '6/3 8/3 9/3', '10 + 0'],
    ],
  },
  {
    of: 'a list from which a row was removed',
    make: removal,
    style: 'page',
    resumes: [
      [1, 'scan 1, 1/4 after 4 rows', '0/4 1/4 2/4 3/4 0/3 1/3 2/3 3/3', '4 + 6'],
      [3, 'scan 1, 3/4 after 9 rows', '2/4 3/4 0/3 1/3 2/3 3/3', '9 + 1'],
      [5, 'scan 2, 1/3 after 3 rows, before 9', '0/3 1/3 2/3 3/3', '9 + 1'],
    ],
  },
  {
    of: 'a list from which a row was removed',
    make: removal,
    style: 'offset',
    resumes: [
      [1, 'scan 1, 3/4 after 4 rows', '3/4 6/4 8/4 0/3 2/3 4/3 6/3 8/3', '4 + 8'],
      [2, 'scan 1, 6/4 after 8 rows', '6/4 8/4 0/3 2/3 4/3 6/3 8/3', '8 + 8'],
      [4, 'scan 2, 0/3 after 0 rows, before 10', '0/3 2/3 4/3 6/3 8/3', '10 + 0'],
    ],
  },
  {
    of: 'a list without a total from which a row was removed',
    make: withoutTotal(removal),
    style: 'offset',
    resumes: [
      [
        3,
        'scan 1, 8/4 after 10 rows',
        '8/4 0/3 2/3 4/3 6/3 8/3; 1..8: 0/4 3/4 6/4 7/4 0/3 2/3 4/3 6/3 7/3; 9..16: 0/4 1/4',
        '10 + 8',
      ],
      [10, '1..8: scan 1, 3/4 after 4 rows', '1..8: 3/4 6/4 7/4 3/4 6/4 7/4; 9..16: 0/4 1/4', '10 + 5'],
      [12, '1..8: scan 1, 7/4 after 8 rows', '1..8: 7/4 7/4; 9..16: 0/4 1/4', '10 + 1'],
      [15, '1..8: scan 2, 4/3 after 5 rows, before 8', '1..8: 4/3 6/3 7/3; 9..16: 0/4 1/4', '10 + 1'],
      [18, '9..16: scan 1, 0/4 after 0 rows', '9..16: 0/4 1/4', '10 + 1'],
    ],
  },
  {
    of: 'a list without a total from which a row was removed',
    make: withoutTotal(removal),
    style: 'page',
    resumes: [
      [
        2,
        'scan 1, 2/4 after 8 rows',
        '1/4 2/4 3/4 0/3 1/3 2/3 3/3; 1..8: 0/4 1/4 2/4 0/3 1/3 2/3 3/3; 9..16: 0/4 1/1',
        '8 + 2',
      ],
      [
        9,
        '1..8: scan 1, 1/4 after 4 rows',
        '1..8: 0/4 1/4 2/4 0/3 1/3 2/3 3/3; 1..4: 0/4 1/4 0/3 1/3 2/3; 5..8: 0/4 1/4 0/3 1/3 2/3; 9..16: 0/4 1/1',
        '10 + 5',
      ],
      [
        10,
        '1..8: scan 1, 2/4 after 8 rows',
        '1..8: 1/4 2/4 0/3 1/3 2/3 3/3; 1..4: 0/4 1/4 0/3 1/3 2/3; 5..8: 0/4 1/4 0/3 1/3 2/3; 9..16: 0/4 1/1',
        '10 + 1',
      ],
      [13, '1..8: scan 2, 2/3 after 6 rows, before 8', '1..8: 1/3 2/3 3/3; 9..16: 0/4 1/1', '10 + 1'],
    ],
  },
  {
    of: 'a list into which a row was inserted',
    make: insertion,
    style: 'offset',
    resumes: [
      [1, 'scan 1, 3/4 after 4 rows', '3/4 6/4 9/4 10/4 0/4', '4 + 10'],
      [2, 'scan 1, 6/4 after 6 rows', '6/4 9/4 10/4 0/4', '6 + 8'],
      [3, 'scan 1, 9/4 after 9 rows', '9/4 10/4 0/4', '9 + 5'],
      [4, 'scan 1, 10/4 after 10 rows', '10/4 0/4', '10 + 4'],
    ],
  },
  {
    of: 'a list into which a row was inserted',
    make: insertion,
    style: 'page',
    resumes: [
      [1, 'scan 1, 1/4 after 4 rows', '0/4 1/4 2/4 3/4 0/4', '4 + 7'],
      [2, 'scan 1, 2/4 after 7 rows', '1/4 2/4 3/4 0/4', '7 + 4'],
      [3, 'scan 1, 3/4 after 10 rows', '2/4 3/4 0/4', '10 + 1'],
    ],
  },
  {
    of: 'a list into which a row was inserted late',
    make: lateInsertion,
    style: 'offset',
    resumes: [
      [1, 'scan 1, 3/4 after 4 rows', '3/4 6/4 9/4 0/4', '4 + 10'],
      [2, 'scan 1, 6/4 after 7 rows', '6/4 9/4 0/4', '7 + 7'],
      [3, 'scan 1, 9/4 after 10 rows', '9/4 0/4', '10 + 5'],
      // The last page is read again from the overlap row, and does not show the insertion a second time.
      [4, 'scan 1, 10/4 after 10 rows', '10/4 0/4', '10 + 4'],
    ],
  },
  {
    of: 'a list into which a row was inserted late',
    make: lateInsertion,
    style: 'page',
    resumes: [
      [2, 'scan 1, 2/4 after 8 rows', '1/4 2/4 3/4 0/4', '8 + 3'],
      [3, 'scan 1, 3/4 after 10 rows', '2/4 3/4 0/4', '10 + 1'],
    ],
  },
  {
    of: 'a list without a total into which a row was inserted',
    make: withoutTotal(insertion),
    style: 'offset',
    resumes: [
      [1, 'scan 1, 3/4 after 4 rows', '3/4 6/4 9/4 10/4 0/3 2/3 4/3 6/3 8/3 10/3', '4 + 10'],
      [2, 'scan 1, 6/4 after 6 rows', '6/4 9/4 10/4 0/3 2/3 4/3 6/3 8/3 10/3', '6 + 10'],
      [4, 'scan 1, 10/4 after 10 rows', '10/4 0/3 2/3 4/3 6/3 8/3 10/3', '10 + 10'],
      [5, 'scan 2, 0/3 after 0 rows, before 10', '0/3 2/3 4/3 6/3 8/3 10/3', '10 + 1'],
    ],
  },
  {
    of: 'a list that is cut off',
    make: cutOff,
    style: 'offset',
    resumes: [
      [
        2,
        'scan 1, 6/4 after 7 rows',
        '6/4 7/4 10/4; 1..8: 0/4 3/4 6/4 0/3 2/3 4/3 6/3; 1..2: 0/4; 1..4: 0/4 3/4; 5..8: 0/4 3/4; 9..16: 0/4 3/4 6/4 0/3 2/3 4/3 6/3; 9..10: 0/4; 9..12: 0/4 3/4; 13..16: 0/4 3/4',
        '7 + 15',
      ],
      [
        4,
        'scan 1, 10/4 after 7 rows',
        '10/4; 1..8: 0/4 3/4 6/4 0/3 2/3 4/3 6/3; 1..2: 0/4; 1..4: 0/4 3/4; 5..8: 0/4 3/4; 9..16: 0/4 3/4 6/4 0/3 2/3 4/3 6/3; 9..10: 0/4; 9..12: 0/4 3/4; 13..16: 0/4 3/4',
        '7 + 16',
      ],
      [
        6,
        '1..8: scan 1, 3/4 after 4 rows',
        '1..8: 3/4 6/4 0/3 2/3 4/3 6/3; 1..2: 0/4; 1..4: 0/4 3/4; 5..8: 0/4 3/4; 9..16: 0/4 3/4 6/4 0/3 2/3 4/3 6/3; 9..10: 0/4; 9..12: 0/4 3/4; 13..16: 0/4 3/4',
        '11 + 15',
      ],
      [
        9,
        '1..8: scan 2, 2/3 after 3 rows, before 7',
        '1..8: 2/3 4/3 6/3; 1..2: 0/4; 1..4: 0/4 3/4; 5..8: 0/4 3/4; 9..16: 0/4 3/4 6/4 0/3 2/3 4/3 6/3; 9..10: 0/4; 9..12: 0/4 3/4; 13..16: 0/4 3/4',
        '14 + 9',
      ],
    ],
  },
  {
    of: 'a list that is cut off',
    make: cutOff,
    style: 'page',
    resumes: [
      [
        3,
        'scan 1, 3/4 after 7 rows',
        '3/4 4/4; 1..8: 0/4 1/4 2/4 0/3 1/3 2/3 3/3; 1..2: 0/4; 1..4: 0/4 1/4; 5..8: 0/4 1/4; 9..16: 0/4 1/4 2/4 0/3 1/3 2/3 3/3; 9..10: 0/4; 9..12: 0/4 1/4; 13..16: 0/4 1/4',
        '7 + 9',
      ],
      [
        5,
        '1..8: scan 1, 0/4 after 0 rows',
        '1..8: 0/4 1/4 2/4 0/3 1/3 2/3 3/3; 1..2: 0/4; 1..4: 0/4 1/4; 5..8: 0/4 1/4; 9..16: 0/4 1/4 2/4 0/3 1/3 2/3 3/3; 9..10: 0/4; 9..12: 0/4 1/4; 13..16: 0/4 1/4',
        '7 + 16',
      ],
      [
        9,
        '1..8: scan 2, 1/3 after 3 rows, before 7',
        '1..8: 0/3 1/3 2/3 3/3; 1..2: 0/4; 1..4: 0/4 1/4; 5..8: 0/4 1/4; 9..16: 0/4 1/4 2/4 0/3 1/3 2/3 3/3; 9..10: 0/4; 9..12: 0/4 1/4; 13..16: 0/4 1/4',
        '14 + 9',
      ],
      [
        13,
        '1..4: scan 1, 0/4 after 0 rows',
        '1..4: 0/4 1/4; 5..16: 0/4 1/4 2/4 3/4; 5..10: 0/4 1/4 2/4; 11..16: 0/4 1/4 2/4',
        '15 + 16',
      ],
      [
        15,
        '5..16: scan 1, 0/4 after 0 rows',
        '5..16: 0/4 1/4 2/4 3/4; 5..10: 0/4 1/4 2/4; 11..16: 0/4 1/4 2/4',
        '15 + 12',
      ],
    ],
  },
  {
    of: 'a list of a server that serves four rows at most',
    make: capped,
    style: 'offset',
    pageSize: 8,
    resumes: [
      [1, 'scan 1, 3/4 after 4 rows', '3/4 6/4 8/4 0/7 3/4 6/4 8/4', '4 + 8'],
      [3, 'scan 1, 8/4 after 10 rows', '8/4 0/7 3/4 6/4 8/4', '10 + 8'],
      [5, 'scan 2, 2/3 after 3 rows, before 10', '2/3 4/3 6/3 8/3', '10 + 0'],
      [7, 'scan 2, 6/3 after 7 rows, before 10', '6/3 8/3', '10 + 0'],
    ],
  },
]
const cases = lists.flatMap(({ resumes, ...list }) =>
  resumes.map(([after, at, requests, rows]) => ({ ...list, after, at, requests, rows })),
)

describe('days that are read on from a cursor', () => {
  it.each(cases)(
    'of $of ($style), after page $after',
    async ({ make, style, pageSize = 4, after, at, requests, rows }) => {
      const changes = { paging: { style, totals: 'hint' }, pageSize, rescanPageSize: pageSize } as const
      const serve = make(style)
      const first = windowSourceOf(serve, changes)
      const before = await readWindowFrom(first.source, window, null, after)
      const checkpoint = throughCursor(before.checkpoints.at(-1) as WindowCheckpoint)
      const second = windowSourceOf(
        (days, skip, limit, request) => serve(days, skip, limit, request + first.requests.length),
        changes,
      )
      const rest = await readWindowFrom(second.source, window, checkpoint)
      const { part, round, scan, previous } = checkpoint
      const days = part === null ? '' : `${Number(part.begin.slice(-2))}..${Number(part.end.slice(-2))}: `
      const position = `${days}scan ${round}, ${scan.position.skip}/${scan.position.limit} after ${scan.rowCount} rows`
      expect(previous === null ? position : `${position}, before ${previous.rowCount}`).toBe(at)
      expect(inShort(second.requests)).toBe(requests)
      expect(`${before.ids.length} + ${rest.ids.length}`).toBe(rows)
      const served = new Set(serve(window, 0, 100, 99).rows.map(({ id }) => id))
      for (const id of [...before.ids, ...rest.ids]) served.delete(id)
      expect([...served]).toEqual([])
      expect(rest.incomplete).toEqual([])
      expect(rest.checkpoints.at(-1)).toBeNull()
    },
  )
})

describe('the checkpoint after a page', () => {
  /** A first scan of so many rows of one second each, or of one second all. */
  const scanned = (style: Style, count: number, areTied = false) => {
    const { source } = windowSourceOf(() => pageOf([], null), { paging: { style, totals: 'hint' } })
    const state = createWindowState<Complaint>(source, window, null)
    const progress = createProgress(state, undividedPart(window), null, null)
    const rows = Array.from({ length: count }, (_, index) => {
      const second = String(areTied ? 0 : index % 60).padStart(2, '0')
      return rowAt(`r${index}`, '2026-03-10', `12:00:${second}`)
    })
    recordPage(progress, { rows, failures: [] })
    return progress
  }
  const scan = { ...startScan({ skip: 2, limit: 3, overlapId: 'r2', total: null }), rowCount: 3 }
  const seenIdsOf = (progress: ReturnType<typeof scanned>, verdict: 'rescan' | null) => {
    const seenIds = nextOf(progress, scan, verdict)?.seenIds ?? null
    return seenIds && { count: seenIds.count, areAll: seenIds.areAll, areHashed: seenIds.areHashed }
  }
  const all = (count: number) => ({ count, areAll: true, areHashed: false })
  const tied = (count: number) => ({ count, areAll: false, areHashed: false })

  it.each([
    ['page', 3, false, null, all(3)],
    ['page', 1_000, false, null, all(1_000)],
    // More ids than a cursor holds: those that have the time of the last row.
    ['page', 1_001, true, null, tied(1_001)],
    ['page', 1_001, false, null, null],
    // Where pages overlap, a first scan needs only the ids that have the time of the last row.
    ['offset', 3, false, null, null],
    ['offset', 1, false, null, null],
    ['offset', 2, true, null, tied(2)],
    ['offset', 3, false, 'rescan', all(3)],
    ['offset', 1_001, true, 'rescan', tied(1_001)],
  ] as const)(
    'of pages by %s, with %i rows, tied: %s, before %s: names the ids',
    (style, count, areTied, verdict, expected) => {
      expect(seenIdsOf(scanned(style, count, areTied), verdict)).toEqual(expected)
    },
  )

  it('counts the rows that only the front brought', () => {
    const progress = scanned('offset', 3)
    progress.added = 2
    expect(nextOf(progress, scan, 'unsettled')?.scan.rowCount).toBe(5)
    expect(nextOf(progress, scan, 'rescan')?.previous?.rowCount).toBe(5)
  })
})

describe('a further scan', () => {
  const position = { skip: 6, limit: 3, overlapId: 'r6', total: null }
  const ended = (total: number | null, changes: Partial<DriftEvidence> = {}): ScanState => {
    const scan = { ...startScan({ ...position, total }), rowCount: 9 }
    return { ...scan, evidence: { ...scan.evidence, ...changes } }
  }
  /** One that began at the first row, or at a cursor without ids. */
  const progressOf = (isResumed: boolean) => {
    const { source } = windowSourceOf(() => pageOf([], null), { paging: { style: 'offset', totals: 'hint' } })
    const start = isResumed ? checkpointAt(position, 7) : null
    const state = createWindowState<Complaint>(source, window, start)
    const progress = createProgress(state, undividedPart(window), start, null)
    progress.ids = ['r7', 'r8']
    return { progress, start: progress.scanStart }
  }

  it('begins where the one before began, where that was a cursor and nothing moved: their ids are compared', () => {
    const { progress, start } = progressOf(true)
    for (const round of [2, 3]) {
      beginRescan(progress, ended(null))
      expect([progress.scanStart, progress.round]).toEqual([start, round])
      expect(progress.previous?.ids).not.toBeNull()
      expect(progress.seenInAllScans).toBeNull()
    }
  })

  it.each<[string, ScanState]>([
    ['the list moved', ended(null, { signals: ['seam'] })],
    ['there was a gap', ended(null, { hasGap: true })],
    ['a total is reported', ended(9)],
  ])('begins with the first row behind a cursor where %s, and compares no ids', (_, scan) => {
    const { progress } = progressOf(true)
    beginRescan(progress, scan)
    expect(progress.scanStart.position).toMatchObject({ skip: 0, overlapId: null })
    expect(progress.previous).toMatchObject({ ids: null, rowCount: 9 })
    // From now on all rows are known, and the place of the cursor is not returned to.
    expect(progress.seenInAllScans).toEqual(new Set())
    beginRescan(progress, ended(null))
    expect(progress.scanStart.position.skip).toBe(0)
    expect(progress.previous?.ids).not.toBeNull()
  })

  it.each<[string, number, Partial<DriftEvidence>, cap: number | null, limit: number]>([
    ['is capped below the size requested', 2, { pagesWithNewRows: 2 }, 2, 2],
    ['is of the size requested', 3, { pagesWithNewRows: 2 }, null, 9],
    ['is shorter, and there is one page only', 2, { pagesWithNewRows: 1 }, null, 9],
    ['is shorter, and rows were inserted', 2, { pagesWithNewRows: 2, insertedBefore: 1 }, null, 9],
  ])('requests another page size: each page %s', (_, size, evidence, cap, limit) => {
    const { progress } = progressOf(false)
    const scan = ended(null, evidence)
    beginRescan(progress, { ...scan, position: { ...scan.position, limit: size } })
    expect([progress.cap, progress.scanStart.position.limit]).toEqual([cap, limit])
  })

  it('begins with the first row again where the one before did: their ids are compared', () => {
    const { progress } = progressOf(false)
    beginRescan(progress, ended(null))
    expect(progress.scanStart.position.skip).toBe(0)
    expect(progress.previous?.ids).toEqual(['r7', 'r8'])
  })
})
