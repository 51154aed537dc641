import { expect, it } from 'vitest'
import { createOutsideRows } from '../../../src/listing/outside-rows.js'
import type { Window } from '../../../src/listing/plan.js'
import type { Complaint } from '../../../src/model.js'
import type { EventOf } from '../../../src/provider.js'
import { rowAt } from './sources.js'

const windowOf = (begin: string, end: string): Window => ({ begin: `2026-03-${begin}`, end: `2026-03-${end}` })
/** Three windows of ten days. */
const oldestFirst = [windowOf('01', '10'), windowOf('11', '20'), windowOf('21', '30')] as const
const newestFirst = [oldestFirst[2], oldestFirst[1], oldestFirst[0]] as const

/** Windows in the order in which they are read; a page is the days of its rows, each day is also the row's id. */
function select(plan: readonly Window[], pages: readonly (readonly [index: number, days: readonly string[]])[]) {
  const events: EventOf[] = []
  const outside = createOutsideRows<Complaint>(plan, (event) => events.push(event), 0, [])
  const delivered = pages.map(([index, days]) => {
    for (const window of plan.slice(0, index)) outside.finish(window)
    const rows = days.map((day) => rowAt(day, `2026-${day}`))
    return outside.select(plan[index] as Window, rows).map(({ id }) => id)
  })
  return { delivered, warnings: events, beside: outside.takeAdjacentDays(), again: outside.takeAdjacentDays() }
}

it.each<
  [
    what: string,
    plan: readonly Window[],
    pages: readonly (readonly [number, readonly string[]])[],
    delivered: readonly (readonly string[])[],
    warnings: number,
    beside: readonly string[],
  ]
>([
  [
    'rows of their own window: all are delivered, without a warning',
    oldestFirst,
    [
      [0, ['03-01', '03-05', '03-10']],
      [1, ['03-11', '03-20']],
    ],
    [
      ['03-01', '03-05', '03-10'],
      ['03-11', '03-20'],
    ],
    0,
    [],
  ],
  [
    'a row of the next window, which is read later: delivered at once, and not again with its own window',
    oldestFirst,
    [
      [0, ['03-05', '03-11']],
      [1, ['03-11', '03-15']],
    ],
    [['03-05', '03-11'], ['03-15']],
    1,
    ['02-28'],
  ],
  [
    'a row of the window before, which has been read without it: delivered now',
    oldestFirst,
    [
      [0, ['03-05']],
      [1, ['03-10', '03-15']],
    ],
    [['03-05'], ['03-10', '03-15']],
    1,
    ['03-31'],
  ],
  [
    'a row of the window before, which came with its own: not delivered again, without a warning',
    oldestFirst,
    [
      [0, ['03-05', '03-10']],
      [1, ['03-10', '03-15']],
    ],
    [['03-05', '03-10'], ['03-15']],
    0,
    [],
  ],
  [
    'a row in the middle of a window that is read later: delivered at once, and not again',
    oldestFirst,
    [
      [0, ['03-05', '03-25']],
      [1, ['03-25']],
      [2, ['03-25', '03-26']],
    ],
    [['03-05', '03-25'], [], ['03-26']],
    1,
    [],
  ],
  [
    'a row in the middle of a window that has been read: it came with its own window',
    oldestFirst,
    [
      [0, ['03-05']],
      [1, ['03-05', '03-15']],
    ],
    [['03-05'], ['03-15']],
    0,
    [],
  ],
  [
    'a row in the middle of the last window, which comes with the second one: delivered at once',
    oldestFirst,
    [[1, ['03-15', '03-25']]],
    [['03-15', '03-25']],
    1,
    [],
  ],
  [
    'newest first: a row in the middle of the last window, which comes with the second one: delivered at once',
    newestFirst,
    [[1, ['03-15', '03-05']]],
    [['03-15', '03-05']],
    1,
    [],
  ],
  [
    'newest first: a row in the middle of a window that has been read: it came with its own window',
    newestFirst,
    [
      [0, ['03-25']],
      [1, ['03-25', '03-15']],
    ],
    [['03-25'], ['03-15']],
    0,
    [],
  ],
  [
    'newest first: a row of the day before its window, whose own is read later',
    newestFirst,
    [
      [0, ['03-25', '03-20']],
      [1, ['03-20', '03-15']],
    ],
    [['03-25', '03-20'], ['03-15']],
    1,
    ['03-31'],
  ],
  [
    'newest first: a row of the day behind its window, whose own has been read without it',
    newestFirst,
    [
      [0, ['03-25']],
      [1, ['03-21', '03-15']],
    ],
    [['03-25'], ['03-21', '03-15']],
    1,
    ['02-28'],
  ],
  [
    'two rows outside of one window and one of another: one warning for each window',
    oldestFirst,
    [
      [0, ['03-11', '03-12', '03-05']],
      [1, ['03-21']],
    ],
    [['03-11', '03-12', '03-05'], ['03-21']],
    2,
    ['02-28'],
  ],
  [
    'rows on both sides: both days beside the plan, each once',
    oldestFirst,
    [
      [1, ['03-10', '03-21']],
      [2, ['03-20', '03-25']],
    ],
    [
      ['03-10', '03-21'],
      ['03-25', '03-20'],
    ],
    2,
    ['03-31', '02-28'],
  ],
])('%s', (_, plan, pages, delivered, warnings, beside) => {
  const result = select(plan, pages)
  expect(result.delivered.map((ids) => [...ids].sort())).toEqual(delivered.map((ids) => [...ids].sort()))
  expect(result.warnings.map((event) => ('warning' in event ? event.warning : event.type))).toEqual(
    Array.from({ length: warnings }, () => 'rowOutsideWindow'),
  )
  const days = result.beside.map(({ begin, end }) => (begin === end ? begin : 'more than a day'))
  expect([...days].sort()).toEqual(beside.map((day) => `2026-${day}`).sort())
  expect(result.again).toEqual([])
})

it.each([
  ['at the begin of its window', '2026-03-11', '00:00:00', 0],
  ['at the end of its window', '2026-03-20', '23:59:59', 0],
  ['at the begin of the next window', '2026-03-21', '00:00:00', 1],
] as const)('a row created %s is delivered once, with the first window it comes with', (_, day, time, warnings) => {
  const events: EventOf[] = []
  const outside = createOutsideRows<Complaint>(oldestFirst, (event) => events.push(event), 0, [])
  const row = rowAt('x', day, time)
  expect(outside.select(oldestFirst[1], [row])).toEqual([row])
  expect(outside.select(oldestFirst[2], [row])).toEqual([])
  expect(events).toHaveLength(warnings)
})

it('a row of no window of the plan is delivered at once, though a day is requested in addition', () => {
  const outside = createOutsideRows<Complaint>(oldestFirst, () => {}, 1, [])
  const row = rowAt('x', '2026-03-31')
  expect(outside.select(oldestFirst[2], [row])).toEqual([row])
})

it('the warning names the day and the window, and no complaint is delivered twice within a page', () => {
  const events: EventOf[] = []
  const outside = createOutsideRows<Complaint>(oldestFirst, (event) => events.push(event), 0, [])
  const row = rowAt('x', '2026-03-11')
  expect(outside.select(oldestFirst[0], [row, row])).toEqual([row])
  expect(events).toMatchObject([
    {
      type: 'warning',
      warning: 'rowOutsideWindow',
      message: expect.stringMatching(
        /created on 2026-03-11 came with the days 2026-03-01 to 2026-03-10: .*\. It was delivered; each complaint is delivered once$/,
      ),
    },
  ])
})

it('days beside the plan are returned once, also when later rows ask for them again', () => {
  const outside = createOutsideRows<Complaint>(oldestFirst, () => {}, 0, [])
  outside.select(oldestFirst[0], [rowAt('x', '2026-03-11')])
  expect(outside.takeAdjacentDays()).toEqual([{ begin: '2026-02-28', end: '2026-02-28' }])
  outside.select(oldestFirst[1], [rowAt('y', '2026-03-21')])
  expect(outside.takeAdjacentDays()).toEqual([])
})

/** Windows that are read with a day in addition, each in one page; a letter behind a day tells its rows apart. */
function selectPadded(plan: readonly Window[], served: readonly (readonly string[])[]) {
  const events: EventOf[] = []
  const outside = createOutsideRows<Complaint>(plan, (event) => events.push(event), 1, [])
  const idsOf = (rows: readonly Complaint[]): string[] => rows.map(({ id }) => id)
  const windows = served.map((ids, index) => {
    const window = plan[index] as Window
    const rows = ids.map((id) => rowAt(id, `2026-${id.slice(0, 5)}`))
    return [idsOf(outside.select(window, rows)), idsOf(outside.finish(window))]
  })
  const again = served.flatMap((_, index) => idsOf(outside.finish(plan[index] as Window)))
  return { windows, again, warnings: events, beside: outside.takeAdjacentDays().map(({ begin }) => begin) }
}

it.each<
  [
    what: string,
    plan: readonly Window[],
    served: readonly (readonly string[])[],
    /** What each window delivers, and what it returns when it is done. */
    windows: readonly (readonly [delivered: readonly string[], late: readonly string[]])[],
    warnings: number,
    /** Null: not part of the row. */
    beside: readonly string[] | null,
  ]
>([
  [
    'a row of the day in addition is held until its own window is done',
    oldestFirst,
    [['03-05', '03-11']],
    [[['03-05'], []]],
    0,
    [],
  ],
  [
    'it comes with its own window: delivered there, once',
    oldestFirst,
    [
      ['03-05', '03-11'],
      ['03-11', '03-15'],
    ],
    [
      [['03-05'], []],
      [['03-11', '03-15'], []],
    ],
    0,
    [],
  ],
  [
    'it does not come with its own window: returned when that is done',
    oldestFirst,
    [['03-05', '03-11'], ['03-15'], ['03-25']],
    [
      [['03-05'], []],
      [['03-15'], ['03-11']],
      [['03-25'], []],
    ],
    1,
    ['2026-02-28'],
  ],
  [
    'one of three comes with its own window: the others are returned, with one warning',
    oldestFirst,
    [
      ['03-11a', '03-11b', '03-11c'],
      ['03-11b', '03-15'],
    ],
    [
      [[], []],
      [
        ['03-11b', '03-15'],
        ['03-11a', '03-11c'],
      ],
    ],
    1,
    ['2026-02-28'],
  ],
  [
    'rows of two days in addition: each is returned with its own window',
    oldestFirst,
    [['03-11'], ['03-21'], ['03-25']],
    [
      [[], []],
      [[], ['03-11']],
      [['03-25'], ['03-21']],
    ],
    2,
    ['2026-02-28'],
  ],
  [
    'newest first, it came with its own window: dropped',
    newestFirst,
    [
      ['03-21', '03-25'],
      ['03-21', '03-15'],
    ],
    [
      [['03-21', '03-25'], []],
      [['03-15'], []],
    ],
    0,
    [],
  ],
  [
    'newest first, its own window is done without it: delivered at once',
    newestFirst,
    [['03-25'], ['03-21', '03-15']],
    [
      [['03-25'], []],
      [['03-21', '03-15'], []],
    ],
    1,
    null,
  ],
  [
    'a row behind the day in addition is not held: delivered at once, and not with its own window',
    oldestFirst,
    [
      ['03-05', '03-12'],
      ['03-12', '03-15'],
    ],
    [
      [['03-05', '03-12'], []],
      [['03-15'], []],
    ],
    1,
    ['2026-02-28'],
  ],
  [
    'a row of the window before, which is done without it: delivered at once',
    oldestFirst,
    [['03-05'], ['03-10', '03-15']],
    [
      [['03-05'], []],
      [['03-10', '03-15'], []],
    ],
    1,
    ['2026-03-31'],
  ],
])('a day in addition: %s', (_, plan, served, windows, warnings, beside) => {
  const result = selectPadded(plan, served)
  expect(result.windows).toEqual(windows)
  expect(result.again).toEqual([])
  expect(result.warnings.map((event) => ('warning' in event ? event.warning : event.type))).toEqual(
    Array.from({ length: warnings }, () => 'rowOutsideWindow'),
  )
  if (beside !== null) expect(result.beside).toEqual(beside)
})

it.each<[string, Window, readonly string[], warnings: number, beside: readonly string[]]>([
  ['a row made before the query', windowOf('01', '10'), ['02-20', '03-05'], 1, []],
  ['rows of another window of the query', windowOf('01', '10'), ['03-05', '03-25'], 0, []],
  ['a row of a day that was requested in addition', windowOf('21', '31'), ['03-31'], 0, []],
  ['two rows made after the query', windowOf('21', '30'), ['04-09', '04-10'], 1, []],
  [
    'a row of the day beside the query that was requested',
    { begin: '2026-02-28', end: '2026-02-28' },
    ['02-28'],
    0,
    [],
  ],
  ['the first instant of the query with its last days', windowOf('21', '30'), ['03-01 00:00:00'], 0, []],
  ['the instant after the query with its first days', windowOf('01', '10'), ['03-31 00:00:00'], 1, []],
  ['a row of the day after the query with its last day', windowOf('21', '30'), ['03-31'], 1, ['2026-02-28']],
  ['a row of the day after the last day in addition', windowOf('21', '31'), ['04-01'], 1, ['2026-02-28']],
  ['a row of the day after other days, and one made later', windowOf('11', '20'), ['03-21', '04-10'], 1, []],
  ['a row of the day before the query with its first day', windowOf('01', '10'), ['02-28'], 1, ['2026-03-31']],
  ['a row of the day before the query with other days', windowOf('11', '20'), ['02-28'], 1, []],
])('reports once that %s came', (_, requested, days, warnings, beside) => {
  const events: EventOf[] = []
  const outside = createOutsideRows<Complaint>(oldestFirst, (event) => events.push(event), 0, [])
  const rows = days.map((day) => rowAt(day, `2026-${day.slice(0, 5)}`, day.slice(6) || undefined))
  for (let page = 0; page < 2; page += 1) outside.report(oldestFirst[0], requested, rows)
  const warning = {
    warning: 'rowOutsideWindow',
    message: expect.stringMatching(/outside the query, and was not deliv/),
  }
  expect(events).toEqual(Array.from({ length: warnings }, () => expect.objectContaining(warning)))
  expect(outside.takeAdjacentDays().map(({ begin }) => begin)).toEqual(beside)
})
