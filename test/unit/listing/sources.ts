import type { AccountSource } from '../../../src/listing/account.js'
import type { Complaint } from '../../../src/model.js'

export type Fetch = AccountSource<Complaint>['fetch']

/** An account of exact totals, three rows a page, one request at a time. */
export function sourceOf(fetch: Fetch, changes: Partial<AccountSource<Complaint>> = {}): AccountSource<Complaint> {
  return {
    paging: { style: 'offset', totals: 'exact' },
    pageSize: 3,
    rescanPageSize: 3,
    concurrency: 1,
    maxPages: 100,
    wholeWindows: false,
    matches: () => true,
    emit: () => {},
    fetch,
    ...changes,
  }
}
