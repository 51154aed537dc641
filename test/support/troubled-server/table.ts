import { arrivals, arrive, updates } from './changes.js'
import type { Provider } from './format.js'
import { beijing, dayMs, idOf, type ListRow, month, rowAt, rowsOver, tiedRows } from './rows.js'
import type { Scenario } from './scenario.js'

const day = { from: '2026-03-10', to: '2026-03-10' } as const
const quarter = { from: '2026-01-01', to: '2026-03-31' } as const
const year = { from: '2025-03-01', to: '2026-02-28' } as const
const providers: readonly Provider[] = ['wechatpay', 'xiaoe', 'huishouqian']
const pageSize = 50
const paged = { ...month, pageSize }

/** Lists without troubles, which must not pay for those of others. */
export const staticLists: readonly Scenario[] = [
  ...([3000, 300, 0] as const).flatMap((count): Scenario[] => {
    const name = `static: ${count === 0 ? 'an empty month' : `${count} rows`}`
    const rows = rowsOver(month, count)
    return [
      { name, provider: 'wechatpay', rows, maxRequests: { 3000: 62, 300: 7, 0: 1 }[count] },
      { name, provider: 'xiaoe', rows, maxRequests: { 3000: 61, 300: 7, 0: 1 }[count] },
      // Its totals are hints: an empty page behind the last one is the end.
      { name, provider: 'huishouqian', rows, query: paged, maxRequests: { 3000: 63, 300: 8, 0: 1 }[count] },
    ]
  }),
]

const cutOff: readonly Scenario[] = [
  {
    name: 'L1 nothing is served beyond row 1,000, 1,500 in all',
    provider: 'wechatpay',
    rows: rowsOver(month, 1500),
    troubles: { maxRows: 1000 },
    maxRequests: 120,
  },
  {
    name: 'L1 nothing is served beyond page 4, 400 in all',
    provider: 'xiaoe',
    rows: rowsOver(month, 400),
    troubles: { maxPages: 4 },
    maxRequests: 32,
  },
  {
    name: 'L1 nothing is served beyond offset 500, 1,600 in all',
    provider: 'huishouqian',
    rows: rowsOver(month, 1600),
    troubles: { maxOffset: 500 },
    maxRequests: 20,
  },
  ...(['wechatpay', 'xiaoe'] as const).map((provider) => ({
    name: 'L1 cut off in the middle of the last page, at 1,013 of 1,020',
    provider,
    rows: rowsOver(month, 1020),
    troubles: { maxRows: 1013 },
    maxRequests: 84,
  })),
]

const ignoredPages: readonly Scenario[] = (['wechatpay', 'xiaoe'] as const).flatMap((provider): Scenario[] => [
  {
    name: 'L2 the page is ignored, and so are the dates',
    provider,
    rows: rowsOver(month, 400),
    troubles: { ignoresPage: true, ignoresDates: true },
    maxRequests: 40,
    warnings: 'any',
    incomplete: { total: 400, delivered: 50 },
  },
  {
    name: 'L2 the page is ignored, all rows are of one day',
    provider,
    rows: rowsOver(day, 400),
    query: day,
    troubles: { ignoresPage: true },
    maxRequests: 40,
    incomplete: { total: 400, delivered: 50 },
  },
  {
    name: 'L2 the page is ignored, days are small',
    provider,
    rows: rowsOver(month, 400),
    troubles: { ignoresPage: true },
    maxRequests: 250,
  },
])

/** Lists of imports: `L3`, sixty of them. */
export function tiedLists(provider: 'wechatpay' | 'xiaoe'): Scenario[] {
  return Array.from({ length: 60 }, (_, index) => {
    const count = 101 + 13 * index
    const maxTies = 2 + (index % 15)
    return {
      name: `L3 ties: ${count} rows, up to ${maxTies} of one second`,
      provider,
      rows: tiedRows(month, count, maxTies),
      troubles: { shufflesTies: true },
      maxRequests: Math.floor(3.5 * Math.ceil(count / pageSize)),
    }
  })
}

const excludedEnds: readonly Scenario[] = [false, true].flatMap((excludesEnd): Scenario[] => {
  const name = `L4 the end date is ${excludesEnd ? 'excluded' : 'included'}`
  const troubles = { excludesEnd }
  const provider = 'huishouqian'
  // At most 3 % more than the 26, 50 and 2 requests of a client that does not ask for a day more.
  return [
    { name: `${name}: a year`, provider, rows: rowsOver(year, 1600), query: year, troubles, maxRequests: 26 },
    {
      name: `${name}: a year in pages of 50`,
      provider,
      rows: rowsOver(year, 1600),
      query: { ...year, pageSize },
      troubles,
      maxRequests: 51,
    },
    { name: `${name}: a day`, provider, rows: rowsOver(day, 50), query: day, troubles, maxRequests: 2 },
  ]
})

/** Without rows of the first eight hours, which no window holds, but with rows behind the last day. */
const utcRows: readonly ListRow[] = [
  rowAt(idOf(70_001), beijing(quarter.to) + dayMs + 3_600_000),
  ...rowsOver(quarter, 450).filter(({ createdAt }) => createdAt >= beijing(quarter.from) + 8 * 3_600_000),
]

const utcDays: readonly Scenario[] = providers.map((provider) => ({
  name: 'L5 days are cut in UTC',
  provider,
  rows: utcRows,
  query: { ...quarter, pageSize },
  troubles: { utcDays: true },
  maxRequests: 27,
  warnings: ['rowOutsideWindow'],
}))

/** Hides `count` rows, evenly spread. */
function hiding(rows: readonly ListRow[], count: number): ListRow[] {
  const step = Math.floor(rows.length / count)
  return rows.map((row, index) => ({ ...row, hidden: index % step === 0 && index / step < count }))
}

const hiddenRows: readonly Scenario[] = [
  ...providers.flatMap((provider): Scenario[] => [
    {
      name: 'L8 one of 40 rows is hidden',
      provider,
      rows: hiding(rowsOver(month, 40), 1),
      query: paged,
      maxRequests: 3,
      warnings: ['totalMismatch'],
    },
    {
      name: 'L8 88 of 3,000 rows are hidden',
      provider,
      rows: hiding(rowsOver(month, 3000), 88),
      query: paged,
      maxRequests: 180,
      warnings: ['totalMismatch'],
    },
    {
      name: 'L8 the oldest 7 of 1,020 rows are hidden',
      provider,
      rows: rowsOver(month, 1020).map((row, index) => ({ ...row, hidden: index >= 1013 })),
      query: paged,
      maxRequests: 63,
      warnings: ['totalMismatch'],
    },
  ]),
  ...[['huishouqian', 110] as const, ['xiaoe', 90] as const].map(
    ([provider, maxRequests]): Scenario => ({
      name: 'L8 the newest 300 of 1,500 rows are hidden, six pages',
      provider,
      rows: rowsOver(month, 1500).map((row, index) => ({ ...row, hidden: index < 300 })),
      query: paged,
      maxRequests,
      warnings: ['totalMismatch'],
    }),
  ),
  {
    name: 'L8 88 of 3,000 rows are hidden, in pages of 500',
    provider: 'huishouqian',
    rows: hiding(rowsOver(month, 3000), 88),
    maxRequests: 18,
    warnings: ['totalMismatch'],
  },
  ...[14, 0].map(
    (hidden): Scenario => ({
      name: `L8 the total is the page's, ${hidden === 0 ? 'no row is' : `${hidden} rows of the first page are`} hidden`,
      provider: 'huishouqian',
      rows: rowsOver(month, 1200).map((row, index) => ({ ...row, hidden: index < hidden })),
      troubles: { total: 'page' },
      maxRequests: 24,
    }),
  ),
]

const movingLists: readonly Scenario[] = providers.flatMap((provider): Scenario[] => [
  {
    name: 'L10 an arrival every 20 requests',
    provider,
    rows: rowsOver(month, 3000),
    query: paged,
    troubles: { change: arrivals(20) },
    maxRequests: 75,
  },
  {
    name: 'L11 ordered by update, a row moves every 5 requests',
    provider,
    rows: rowsOver(month, 3000),
    query: paged,
    troubles: { orderByUpdate: true, change: updates(5) },
    maxRequests: 220,
  },
])

/** A resolved complaint is re-opened behind the reader's back; an arrival makes the front be read again. */
const reopened: readonly Scenario[] = providers.map((provider) => ({
  name: 'L9 a resolved complaint of the first page is re-opened',
  provider,
  rows: rowsOver(month, 300).map((row, index) => (index === 5 ? { ...row, state: 'resolved' } : row)),
  query: { ...paged, state: 'pending' },
  troubles: {
    change(request, list) {
      if (request !== 5) return
      for (const row of list.rows) row.state = 'pending'
      arrive(list)
    },
  },
  maxRequests: 21,
}))

const unusableRows: readonly Scenario[] = providers.flatMap((provider) =>
  (['id', 'time', 'state'] as const).map(
    (lacks): Scenario => ({
      name: `L7 a row without ${lacks}`,
      provider,
      rows: rowsOver(month, 300).map((row, index) => (index === 120 ? { ...row, lacks } : row)),
      query: paged,
      maxRequests: 21,
      warnings: ['rowUnusable'],
      rowError: true,
    }),
  ),
)

const overloaded: readonly Scenario[] = providers.map((provider) => ({
  name: 'L12 503 with Retry-After: 2',
  provider,
  rows: rowsOver(month, 30),
  query: paged,
  server: {
    refuse: (request) => (request === 1 ? { status: 503, headers: { 'Retry-After': '2' } } : null),
  },
  maxRequests: 3,
}))

const hourMs = 3_600_000

/** This host's clock is a day behind; not for WeChat Pay, whose responses are rejected then. */
const skewedClocks: readonly Scenario[] = (['xiaoe', 'huishouqian'] as const).map((provider) => ({
  name: 'L14 the clock of this host is a day behind, and the query has no end',
  provider,
  // One an hour: the newest 24 are of the day that is still to come here.
  rows: Array.from({ length: 50 }, (_, index) => rowAt(idOf(index), Date.now() + dayMs - 60_000 - index * hourMs)),
  query: { from: new Date(Date.now() - 10 * dayMs).toISOString().slice(0, 10), pageSize: 100 },
  server: { dateAheadMs: dayMs },
  maxRequests: 6,
  warnings: ['clockSkew'],
}))

const sameResponses: readonly Scenario[] = providers.flatMap((provider) =>
  (['window', 'none'] as const).map((total) => ({
    name: `L13 three rows whatever the page, ${total === 'none' ? 'without a total' : 'with a total'}`,
    provider,
    rows: rowsOver(month, 3),
    troubles: { ignoresPage: true, ignoresDates: true, total },
    maxRequests: 10,
  })),
)

/** The rows of the table that are one list read once. */
export const troubledLists: readonly Scenario[] = [
  ...cutOff,
  ...ignoredPages,
  ...excludedEnds,
  ...utcDays,
  ...unusableRows,
  ...hiddenRows,
  ...reopened,
  ...movingLists,
  ...overloaded,
  ...sameResponses,
  ...skewedClocks,
]
