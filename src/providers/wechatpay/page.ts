import { ResponseError } from '../../errors.js'
import { issuesOf } from '../../options.js'
import { totalOf } from '../../rows.js'
import { type ListAnswer, listAnswerSchema } from './wire.js'

/**
 * The rows and the total of a list or history, of which every field is optional.
 * @param what names it for errors, e.g. `list of complaints`
 * @param skip how many rows were asked to be left out; what the answer says of that is not compared, since the official
 *   sample contradicts its own request
 * @throws ResponseError for an answer that is none: not to be taken for an empty one
 */
export function readPageOf(
  answer: unknown,
  what: string,
  skip: number,
): { data: readonly unknown[]; total: number | null } {
  const parsed = listAnswerSchema.safeParse(answer)
  if (!parsed.success) throw new ResponseError(`the answer is no ${what}`, { issues: issuesOf(parsed.error) })
  const { data, total_count: count } = parsed.data
  if (!isList(parsed.data)) {
    throw new ResponseError(`the answer is no ${what}: it has neither data nor total_count, limit or offset`, {
      issues: [{ path: [], message: 'expected data, total_count, limit or offset' }],
    })
  }
  const total = totalOf(count)
  if (data == null && skip === 0 && total !== null && total > 0) {
    throw new ResponseError(`the answer is no ${what}: it tells of ${total} rows and holds no data`, {
      issues: [{ path: ['data'], message: 'expected a list, since total_count is more than 0' }],
    })
  }
  return { data: data ?? [], total }
}

function isList({ data, total_count: total, limit, offset }: ListAnswer): boolean {
  return [data, total, limit, offset].some((member) => member !== undefined && member !== null)
}
