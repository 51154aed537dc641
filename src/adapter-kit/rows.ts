import { type ErrorIssue, ResponseError } from '../errors.js'
import { isRecord } from '../parsing/coerce.js'
import type { ListPage } from '../provider.js'

type Path = ErrorIssue['path']

/**
 * Maps the rows of a page up to the first that cannot be used; those before it are kept.
 * @param path where the rows stand in the answer, for errors
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

/** @throws ResponseError for a row that is no object */
export function requireRecord(row: unknown): Record<string, unknown> {
  if (isRecord(row)) return row
  throw invalidRow([{ path: [], message: 'expected an object' }])
}

/** Four times the longest documented id. Ids met are remembered for as long as a list is read, so they must stay small. */
const maxTextLength = 256

/**
 * A field without which a row is no complaint, as text: filled text of at most 256 characters, or an integer that lost
 * no digit.
 * @throws ResponseError naming it
 */
export function requireText(fields: Record<string, unknown>, name: string): string {
  const value = fields[name]
  const isFilled = typeof value === 'string' && value !== '' && value.length <= maxTextLength
  if (isFilled || Number.isSafeInteger(value)) return String(value)
  const message = `expected filled text of at most ${maxTextLength} characters, or an integer of at most 2^53 - 1`
  throw invalidRow([{ path: [name], message }])
}

/**
 * A time without which a row is of no use.
 * @param expected how it is written, for the error
 * @throws ResponseError naming it
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

/** A row that cannot be used, and why. */
export function invalidRow(issues: readonly ErrorIssue[]): ResponseError {
  const [first] = issues
  const where = first?.path.join('.') ?? ''
  return new ResponseError(`${where === '' ? '' : `${where}: `}${first?.message}; the row cannot be used`, { issues })
}

/** The same error, seen from further out. */
export function prefixPath(error: ResponseError, path: Path): ResponseError {
  return invalidRow(error.issues.map((issue) => ({ path: [...path, ...issue.path], message: issue.message })))
}

/**
 * That a page without a list is empty indeed: rows that are told of, but stand under another name, would be missed.
 * A list that is there and empty is a matter of paging.
 * @param before rows that lie before this page
 * @throws ResponseError naming where the list should be
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

/** A provider's total; null when it tells none, or nonsense. */
export function parseTotal(value: unknown): number | null {
  const total = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 ? total : null
}
