import { assertListPresent, parseTotal } from '../../adapter-kit/rows.js'
import { ResponseError } from '../../errors.js'
import { toErrorIssues } from '../../parsing/validate.js'
import type { Mechanism } from './auth.js'
import { pageSchema } from './wire.js'

/**
 * The rows and the total of a list or history. `data` may be absent when there is nothing.
 * @param what names it for errors, e.g. `list of complaints`
 * @param before rows that lie before this page
 * @throws ComplaintError for an answer that is none, as another call's is: not to be taken for an empty one
 */
export function readPageOf(
  content: unknown,
  what: string,
  before: number,
  { foreign }: Mechanism,
): { data: readonly unknown[]; total: number | null } {
  const parsed = pageSchema.safeParse(content)
  if (!parsed.success) throw new ResponseError(`the result is no ${what}`, { issues: toErrorIssues(parsed.error) })
  const { data, offset, totalSize } = parsed.data
  if (data === undefined && offset === undefined && totalSize === undefined) throw foreign(`no ${what}`)
  const total = parseTotal(totalSize)
  assertListPresent(data, total, before, ['data'])
  return { data: data ?? [], total }
}
