import { createHash } from 'node:crypto'
import { type ErrorIssue, ResponseError } from '../errors.js'
import { isRecord } from '../parsing/coerce.js'
import { parseOrNull } from '../parsing/parse-or-null.js'
import { maskText } from '../privacy/mask.js'
import type { ListPage, RowFailure } from '../provider.js'

type Path = ErrorIssue['path']

/**
 * Maps the rows of a list. A row that cannot be mapped becomes a failure; the rows after it are mapped all the same.
 * @param path of the rows in the response, for errors
 * @param idField the member that holds a row's complaint id
 */
export function mapListRows<C>(
  data: readonly unknown[],
  path: Path,
  idField: string,
  map: (row: unknown) => C,
): Pick<ListPage<C>, 'rows' | 'received' | 'failures'> {
  const rows: C[] = []
  const failures: RowFailure[] = []
  for (const [index, row] of data.entries()) {
    try {
      rows.push(map(row))
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error
      failures.push(toRowFailure(error, row, index, path, idField))
    }
  }
  return { rows, received: data.length, failures }
}

function toRowFailure({ issues }: ResponseError, row: unknown, index: number, path: Path, idField: string): RowFailure {
  const complaintId = complaintIdOf(row, idField)
  const error = invalidRow(
    prefixPaths(issues, [...path, index]),
    complaintId,
    isRecord(row) ? printMasked({ ...row }) : Array.isArray(row) ? printMasked([...row]) : row,
  )
  const text = JSON.stringify(row) ?? ''
  // The same for the same row, however often it is read.
  const id = complaintId ?? `?${createHash('sha256').update(text).digest('base64url').slice(0, 12)}`
  return { index, id, error }
}

/** Printing shows the row as text without phone numbers: any member of an invalid row may hold anything. */
function printMasked<T extends object>(row: T): T {
  const print = (): string => maskText(JSON.stringify(row))
  return Object.defineProperty(row, Symbol.for('nodejs.util.inspect.custom'), { value: print })
}

/** Null where the row has no id that can be read. */
function complaintIdOf(row: unknown, idField: string): string | null {
  return parseOrNull(() => requireText(requireRecord(row), idField))
}

/**
 * Maps the entries of a history up to the first invalid one; the entries before it are kept.
 * @param path of the entries in the response, for errors
 */
export function mapRowsUntilInvalid<C>(
  data: readonly unknown[],
  path: Path,
  map: (row: unknown) => C,
): { rows: readonly C[]; received: number; failure: ResponseError | null } {
  const rows: C[] = []
  const received = data.length
  try {
    for (const row of data) rows.push(map(row))
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error
    return { rows, received, failure: invalidRow(prefixPaths(error.issues, [...path, rows.length])) }
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

/** @param complaintId null where the row has no id that can be read */
export function invalidRow(
  issues: readonly ErrorIssue[],
  complaintId: string | null = null,
  row?: unknown,
): ResponseError {
  const [first] = issues
  const where = first?.path.join('.') ?? ''
  const which = complaintId === null ? '' : ` of complaint ${complaintId}`
  const message = `${where === '' ? '' : `${where}: `}${first?.message}; the row${which} cannot be used`
  return new ResponseError(message, { issues, complaintId, row })
}

/** A map function knows only the row: `path` is where the row is in the response. */
function prefixPaths(issues: readonly ErrorIssue[], path: Path): ErrorIssue[] {
  return issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }))
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
