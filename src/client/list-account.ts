import { createSemaphore } from '../async/semaphore.js'
import type { ListAccount } from '../listing/list-context.js'
import type { Complaint } from '../model.js'
import { hideInInspect } from '../privacy/mask.js'
import { type CheckedQuery, matches } from '../query.js'
import { bothOf } from './account-slots.js'
import { resolveCallOptions } from './call-options.js'
import type { ConnectedAccount } from './connect.js'
import { type ClientOptions, defaults, type ListOptions } from './options.js'

/**
 * One account of a list: how its pages are requested and its rows are filtered.
 * @param isLookingAhead whether windows are started before the one before them is consumed
 * @param isRemembered as in `WindowSource`
 */
export function createListAccount<C extends Complaint>(
  account: ConnectedAccount<C>,
  query: CheckedQuery,
  options: ListOptions,
  client: ClientOptions,
  isLookingAhead: boolean,
  isRemembered?: (rows: readonly C[]) => boolean,
): ListAccount<C> {
  const { key, info, connection, runtime } = account
  const { limits, capabilities } = info
  const concurrency = options.concurrency ?? account.concurrency
  const ownSemaphore = options.concurrency === undefined ? account.semaphore : createSemaphore(concurrency)
  const semaphore = bothOf(account.slot, ownSemaphore)
  const { merchant, merchantOrderNo } = query
  return {
    key,
    info,
    source: (signal) => {
      const call = { ...resolveCallOptions(options, client, semaphore), signal }
      return {
        paging: capabilities.paging,
        pageSize: query.pageSize ?? limits.pageSize.default,
        rescanPageSize: limits.pageSize.max,
        concurrency,
        windowsAtOnce: isLookingAhead ? concurrency : 1,
        maxPages: options.maxPages ?? defaults.maxPages,
        wholeWindows: query.order !== 'arrival',
        padDays: limits.padDays ?? 0,
        fetch: async ({ begin, end }, skip, limit) => {
          const page = await connection.listPage({ begin, end, merchant, merchantOrderNo, skip, limit }, call)
          for (const row of page.rows) hideInInspect(row)
          return page
        },
        isRemembered,
        matches: (complaint) => matches(query, capabilities, complaint),
        emit: runtime.emit,
      }
    },
  }
}
