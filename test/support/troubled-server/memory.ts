import { ResponseError } from '../../../src/errors.js'
import type { Adapter, ListPageRequest, RowFailure } from '../../../src/provider.js'
import { complaintOf } from '../model-provider.js'
import type { Provider } from './format.js'
import type { TroubledList } from './list.js'
import type { ListRow } from './rows.js'

/** How the adapters describe the lists of their providers. */
const styles = {
  wechatpay: { paging: { style: 'offset', totals: 'exact' }, padDays: 0 },
  huishouqian: { paging: { style: 'offset', totals: 'hint' }, padDays: 1 },
  xiaoe: { paging: { style: 'page', totals: 'hint' }, padDays: 0 },
} as const

/** A list and its troubles without HTTP: thousands of lists are read in a second. */
export function inMemory(
  provider: Provider,
  list: TroubledList,
  windowDays = 30,
): { adapter: Adapter; requests: ListPageRequest[] } {
  const { paging, padDays } = styles[provider]
  const requests: ListPageRequest[] = []
  const adapter: Adapter = {
    provider: 'wechatpay',
    account: 'memory',
    limits: {
      pageSize: { min: 1, max: paging.style === 'page' ? 100 : 50, default: 50 },
      windowDays,
      maxSpanDays: null,
      concurrency: null,
      rateLimit: null,
      padDays,
    },
    capabilities: {
      history: false,
      media: false,
      notifications: false,
      merchant: false,
      merchantOrderNo: false,
      paging,
    },
    connect: () => ({
      get: () => Promise.reject(new Error('not modelled')),
      async listPage(request, call) {
        const release = await call.semaphore?.acquire(call.signal)
        try {
          requests.push(request)
          const { begin, end, limit } = request
          const skip = paging.style === 'page' ? request.skip * limit : request.skip
          const page = list.page({ begin, end, skip, limit })
          await new Promise((resolve) => setImmediate(resolve))
          const usable = page.rows.filter(({ lacks }) => lacks === undefined)
          return {
            rows: usable.map((row) => complaintOf(row, 'memory')),
            received: page.rows.length,
            total: page.total ?? null,
            failures: page.rows.flatMap(failureOf),
          }
        } finally {
          release?.()
        }
      },
    }),
  }
  return { adapter, requests }
}

function failureOf({ id, lacks }: ListRow, index: number): RowFailure[] {
  return lacks === undefined ? [] : [{ index, id, error: new ResponseError(`no ${lacks}`, { complaintId: id }) }]
}
