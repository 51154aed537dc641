import { assertListPresent, parseTotal } from '../../adapter-kit/rows.js'
import { ResponseError } from '../../errors.js'
import { toErrorIssues } from '../../parsing/validate.js'
import { type ListResponse, listResponseSchema } from './wire.js'

/**
 * The rows and the total of a list or history, of which every field is optional.
 * @param what names it for errors, e.g. `list of complaints`
 * @param skip how many rows were asked to be left out; what the answer says of that is not compared, since a stand-in
 *   may answer every request with the official sample, whose `offset` is 10
 * @throws ResponseError for an answer that is none: not to be taken for an empty one
 */
export function parsePage(
  answer: unknown,
  what: string,
  skip: number,
): { data: readonly unknown[]; total: number | null } {
  const parsed = listResponseSchema.safeParse(answer)
  if (!parsed.success) throw new ResponseError(`the answer is no ${what}`, { issues: toErrorIssues(parsed.error) })
  const { data, total_count: count } = parsed.data
  if (!isList(parsed.data)) {
    throw new ResponseError(`the answer is no ${what}: it has neither data nor total_count, limit or offset`, {
      issues: [{ path: [], message: 'expected data, total_count, limit or offset' }],
    })
  }
  const total = parseTotal(count)
  // A total beside another offset is not documented, and proves nothing.
  if (skip === 0) assertListPresent(data, total, 0, ['data'])
  return { data: data ?? [], total }
}

function isList({ data, total_count: total, limit, offset }: ListResponse): boolean {
  return [data, total, limit, offset].some((member) => member !== undefined && member !== null)
}
