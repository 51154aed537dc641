import { type ErrorIssue, ResponseError } from '../errors.js'
import { isRecord } from '../parsing/coerce.js'
import type { ListPage } from '../provider.js'

type Path = ErrorIssue['path']

/**
 * Maps the rows of a page up to the first invalid one; the rows before it are kept.
 * @param path of the rows in the response, for errors
 */
export function mapRows<C>(
  data: readonly unknown[],
  path: Path,
  map: (row: unknown) => C,
): Pick<ListPage<C>, 'rows' | 'received' | 'failure'> {
  const rows: C[] = []
  const received = data.length
  try {
    for (const row of data) rows.push(map(row))
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error
    return { rows, received, failure: prefixPath(error, [...path, rows.length]) }
  }
  return { rows, received, failure: null }
}

/** @throws ResponseError for a row that is not an object */
export function requireRecord(row: unknown): Record<string, unknown> {
  if (isRecord(row)) return row
  throw invalidRow([{ path: [], message: 'expected an object' }])
}

/** Four times the longest documented id. A list keeps the ids of its rows in memory, so ids must stay small. */
const maxTextLength = 256

/**
 * A required field as text: non-empty text of at most 256 characters, or a safe integer.
 * @throws ResponseError naming the field
 */
export function requireText(fields: Record<string, unknown>, name: string): string {
  const value = fields[name]
  const isValidText = typeof value === 'string' && value !== '' && value.length <= maxTextLength
  if (isValidText || Number.isSafeInteger(value)) return String(value)
  const message = `expected non-empty text of at most ${maxTextLength} characters, or an integer of at most 2^53 - 1`
  throw invalidRow([{ path: [name], message }])
}

/**
 * A required field as a time.
 * @param expected format of the time, for the error
 * @throws ResponseError naming the field
 */
export function requireTime(
  fields: Record<string, unknown>,
  name: string,
  parse: (text: string) => Date | null,
  expected: string,
): Date {
  const time = parse(requireText(fields, name))
  if (time === null) throw invalidRow([{ path: [name], message: `expected ${expected}` }])
  return time
}

export function invalidRow(issues: readonly ErrorIssue[]): ResponseError {
  const [first] = issues
  const where = first?.path.join('.') ?? ''
  return new ResponseError(`${where === '' ? '' : `${where}: `}${first?.message}; the row cannot be used`, { issues })
}

/** A copy of the error whose issue paths start with `path`. */
export function prefixPath(error: ResponseError, path: Path): ResponseError {
  return invalidRow(error.issues.map((issue) => ({ path: [...path, ...issue.path], message: issue.message })))
}

/**
 * Checks that a response without a list has no rows: if the total promises some, they may stand under another name.
 * An empty list passes, since paging handles it.
 * @param before number of rows before this page
 * @throws ResponseError naming the path of the list
 */
export function assertListPresent(
  list: readonly unknown[] | null | undefined,
  total: number | null,
  before: number,
  path: Path,
): void {
  if ((list !== null && list !== undefined) || total === null || total <= before) return
  const message = `expected a list, since the total is ${total}`
  throw new ResponseError(`${path.join('.')}: ${message}; nothing was delivered`, { issues: [{ path, message }] })
}

/** A provider's total; null for anything but a non-negative safe integer, or at most 15 digits as text. */
export function parseTotal(value: unknown): number | null {
  const total = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 ? total : null
}
