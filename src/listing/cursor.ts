import { createHash } from 'node:crypto'
import { z } from 'zod'
import { QueryError } from '../errors.js'
import { safeParse } from '../parsing/validate.js'
import type { CheckedQuery } from '../query.js'
import type { ListCheckpoint } from './checkpoint.js'
import { type DeliveredIds, decodeHashes, encodeHashes } from './id-hashes.js'

const version = 2

const nonNegativeInt = () => z.int().min(0)
const day = () => z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const days = () => z.strictObject({ begin: day(), end: day() })
const evidence = () =>
  z.strictObject({
    signals: z.array(z.enum(['seam', 'repeatedId', 'total', 'shortPage', 'unseenId'])),
    isContiguous: z.boolean(),
    maySkip: z.boolean(),
    reachedEnd: z.boolean(),
    totalMatches: z.boolean(),
    firstTotal: nonNegativeInt().nullable(),
    lastTotal: nonNegativeInt().nullable(),
    pagesWithNewRows: nonNegativeInt(),
    previousPageWasEmpty: z.boolean(),
    hasGap: z.boolean(),
    hasFullPage: z.boolean(),
    insertedBefore: nonNegativeInt(),
    rowsMoved: z.boolean(),
    repeatsFullPage: z.boolean(),
    missingInside: nonNegativeInt(),
    missingAtEnd: nonNegativeInt(),
  })
const scan = () =>
  z.strictObject({
    position: z.strictObject({
      skip: nonNegativeInt(),
      limit: z.int().min(1),
      overlapId: z.string().nullable(),
      total: nonNegativeInt().nullable(),
      isAfterShortPage: z.boolean().optional(),
    }),
    evidence: evidence(),
    met: nonNegativeInt(),
    pagesWithoutNewRows: nonNegativeInt(),
    largestPage: nonNegativeInt(),
    requestedLimit: z.int().min(1),
    pages: nonNegativeInt(),
    isTotalAlwaysReported: z.boolean(),
  })
/** The ids met, as hashes; null: they are not named. */
const met = () =>
  z
    .string()
    .regex(/^(?:[\w-]{8})*$/)
    .nullable()
    .transform((hashes): DeliveredIds | null => {
      if (hashes === null) return null
      const ids = new Set(decodeHashes(hashes))
      return { ids, count: ids.size, areHashed: true }
    })
const account = () =>
  z.strictObject({
    window: nonNegativeInt(),
    at: z
      .strictObject({
        part: days().nullable(),
        round: z.int().min(1),
        scan: scan(),
        met: met(),
        firstId: z.string().nullable(),
        previous: z.strictObject({ met: nonNegativeInt(), evidence: evidence() }).nullable(),
      })
      .nullable(),
    retry: z.array(days()).optional(),
    last: z.tuple([z.int(), z.string(), z.string()]).optional(),
  })
const schema: z.ZodType<ListCheckpoint> = z.lazy(() =>
  z.strictObject({ to: z.int(), accounts: z.record(z.string(), account().nullable()) }),
)

/**
 * What a cursor belongs to, in short: the accounts, and all that decides which rows come in which order.
 * @param keys accounts as `provider:account`
 * @param windowDays how long windows are, which cursors count
 */
export function fingerprintQuery(keys: readonly string[], windowDays: number, query: CheckedQuery): string {
  const { from, to, toIsFixed, states, merchant = null, merchantOrderNo = null, pageSize = null, order } = query
  return fingerprint([
    [...keys].sort(),
    windowDays,
    [from, toIsFixed ? to : null, order, merchant],
    [merchantOrderNo, pageSize, [...(states ?? [])].sort()],
  ])
}

export function fingerprint(asked: unknown): string {
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url').slice(0, 16)
}

/** `version.fingerprint.checksum.checkpoint`: opaque to users, and free of personal data and secrets. */
export function encodeCursor(checkpoint: ListCheckpoint, queryFingerprint: string): string {
  const accounts = Object.fromEntries(
    Object.entries(checkpoint.accounts).map(([key, account]) => {
      if (account?.at == null) return [key, account]
      const { met } = account.at
      return [key, { ...account, at: { ...account.at, met: met === null ? null : (encodeHashes(met) ?? null) } }]
    }),
  )
  const text = Buffer.from(JSON.stringify({ to: checkpoint.to, accounts })).toString('base64url')
  return `${version}.${queryFingerprint}.${checksum(queryFingerprint, text)}.${text}`
}

/** @throws QueryError that says whether the cursor is garbled, of another version, or of another query */
export function decodeCursor(cursor: string, queryFingerprint: string): ListCheckpoint {
  const [cursorVersion = '', cursorQuery, sum, text, ...rest] = cursor.split('.')
  if (
    cursorQuery === undefined ||
    sum === undefined ||
    text === undefined ||
    rest.length > 0 ||
    !/^\d+$/.test(cursorVersion)
  ) {
    throw invalidCursor()
  }
  if (cursorVersion !== String(version)) {
    throw new QueryError(
      `cursor is of version ${cursorVersion.slice(0, 9)}, this library reads version ${version}; list again from the start`,
    )
  }
  if (sum !== checksum(cursorQuery, text)) throw invalidCursor()
  if (cursorQuery !== queryFingerprint) {
    throw new QueryError('cursor belongs to another query or other accounts; give the query and accounts it came from')
  }
  const checkpoint = safeParse(schema, parseJson(text))
  if (!checkpoint.success) throw invalidCursor()
  return checkpoint.data
}

/** A checksum is not a signature: the text behind it may be anything. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw invalidCursor()
  }
}

function checksum(queryFingerprint: string, text: string): string {
  return createHash('sha256').update(`${version}.${queryFingerprint}.${text}`).digest('base64url').slice(0, 12)
}

function invalidCursor(): QueryError {
  return new QueryError('cursor is garbled: give it exactly as it was received')
}
