import type { z } from 'zod'
import { ComplaintError, type ErrorIssue, ResponseError } from './errors.js'
import { issuesOf } from './options.js'
import type { ListPage } from './provider.js'
import { isRecord } from './read.js'

type Path = ErrorIssue['path']

/**
 * Maps the rows of a page up to the first that cannot be used; those before it are kept.
 * @param path where the rows stand in the answer, for errors
 */
export function mapRows<C>(
  data: readonly unknown[],
  path: Path,
  map: (row: unknown, path: Path) => C,
): Pick<ListPage<C>, 'rows' | 'received' | 'failure'> {
  const rows: C[] = []
  const received = data.length
  try {
    for (const [index, row] of data.entries()) rows.push(map(row, [...path, index]))
  } catch (error) {
    if (!ComplaintError.isInstance(error)) throw error
    return { rows, received, failure: error }
  }
  return { rows, received, failure: null }
}

/**
 * The fields without which a row is no complaint, beside the row itself.
 * @throws ResponseError naming what is missing, and where
 */
export function requireFields<T>(
  schema: z.ZodType<T>,
  row: unknown,
  path: Path,
): { required: T; fields: Record<string, unknown> } {
  const result = schema.safeParse(row)
  if (result.success && isRecord(row)) return { required: result.data, fields: row }
  throw unusableRow(result.success ? [{ path: [], message: 'expected an object' }] : issuesOf(result.error), path)
}

/** A row that cannot be used, and why. */
export function unusableRow(issues: readonly ErrorIssue[], path: Path): ResponseError {
  const placed = issues.map((issue) => ({ path: [...path, ...issue.path], message: issue.message }))
  const [first] = placed
  return new ResponseError(`${first?.path.join('.')}: ${first?.message}; the row cannot be used`, { issues: placed })
}

/** A provider's total; null when it tells none, or nonsense. */
export function totalOf(value: unknown): number | null {
  const total = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 ? total : null
}
