import type { Complaint } from '../model.js'
import type { ListPage } from '../provider.js'
import { addDays, beijingDay } from '../time.js'
import type { AccountCheckpoint } from './checkpoint.js'
import type { OutsideRows } from './outside-rows.js'
import type { Window } from './plan.js'
import { idsOf } from './scan.js'
import { totalOfList } from './scan-by-offset.js'
import type { WindowSource } from './window-state.js'

type Source<C> = Pick<WindowSource<C>, 'paging' | 'pageSize' | 'matches'> & { readonly padDays: number }
type FetchPadded<C> = (days: Window, skip: number, limit: number) => Promise<ListPage<C>>

/** Rows of one day that are read again after a resume. */
const maxRows = 10_000

/**
 * A day requested in addition to a window brings rows of the next one, which wait for their own window. Where a list is
 * resumed between the two, this process has read one of them only. Once `window` is done, returns the rows that came, or
 * would come, with the other days alone.
 */
export async function rowsMissedByResume<C extends Complaint>(
  source: Source<C>,
  outside: OutsideRows<C>,
  fetchPadded: FetchPadded<C>,
  plan: readonly Window[],
  { window: first, at, retry }: AccountCheckpoint,
  window: Window,
): Promise<readonly C[]> {
  if (source.padDays === 0) return []
  const rowsOf = (day: string): Promise<C[]> => rowsOfDay(source, fetchPadded, { begin: day, end: day })
  const isWholly = (index: number): boolean => index > first || (index === first && at === null)
  const rows: C[] = []
  const index = plan.indexOf(window)
  const before = plan[index - 1]
  if (before !== undefined && !isWholly(index - 1)) {
    const isOldestFirst = before.end < window.begin
    const day = isOldestFirst ? window.begin : before.begin
    const needsDayBefore = isOldestFirst || !isWholly(index)
    const ofDayBefore = needsDayBefore ? await rowsOf(addDays(day, -1)) : []
    const withDayBefore = ofDayBefore.filter(({ createdAt }) => beijingDay(createdAt) === day)
    const needsOwn = isOldestFirst ? !isWholly(index) && withDayBefore.length > 0 : true
    rows.push(...outside.recover(day, withDayBefore, needsOwn ? await rowsOf(day) : []))
  }
  // A day beside the plan, of which an earlier process read the first pages.
  if (at !== null && first >= plan.length && window === retry?.[0]) {
    const day = addDays(window.end, 1)
    const withDayBefore = (await rowsOf(window.end)).filter(({ createdAt }) => beijingDay(createdAt) === day)
    if (withDayBefore.length > 0) rows.push(...outside.recover(day, withDayBefore, await rowsOf(day)))
  }
  // Their windows were read before the cursor, and are not read again.
  for (const day of outside.heldDays(plan.slice(0, first))) rows.push(...outside.recover(day, [], await rowsOf(day)))
  return rows
}

/** The rows of a day, page after page, until the list's total is reached or a page has no new id. */
async function rowsOfDay<C extends Complaint>(
  { paging, pageSize, matches }: Source<C>,
  fetchPadded: FetchPadded<C>,
  day: Window,
): Promise<C[]> {
  const rows: C[] = []
  const ids = new Set<string>()
  for (let skip = 0, received = 0; ids.size < maxRows; ) {
    const page = await fetchPadded(day, skip, pageSize)
    rows.push(...page.rows.filter(matches))
    const before = ids.size
    for (const id of idsOf(page)) ids.add(id)
    received += page.received
    if (ids.size === before || received === totalOfList(page.total, page.received, paging.totals === 'exact')) break
    skip += paging.style === 'offset' ? page.received : 1
  }
  return rows
}
