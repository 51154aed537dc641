import { createHash } from 'node:crypto'
import { z } from 'zod'
import { QueryError } from '../errors.js'
import type { CheckedQuery } from '../query.js'
import type { AccountCheckpoint } from './account.js'
import type { SortKey } from './merge.js'

const version = 1

/** Where a list stands: what a cursor says once it was checked. Accounts are named `provider:account`. */
export interface ListCheckpoint {
  /** The end of the range in milliseconds since 1970, fixed when the list was first begun. */
  readonly to: number
  /** Where each account goes on; null: it is done. */
  readonly accounts: Readonly<Record<string, ListedPlace | null>>
}

/** Where an account goes on. */
export interface ListedPlace extends AccountCheckpoint {
  /** Sorted orders: the last complaint delivered of this window, its own or another account's. */
  readonly last?: SortKey | undefined
}

const natural = () => z.int().min(0)
const placeSchema: z.ZodType<ListCheckpoint> = z.lazy(() =>
  z.strictObject({
    to: z.int(),
    accounts: z.record(
      z.string(),
      z
        .strictObject({
          window: natural(),
          at: z
            .strictObject({
              skip: natural(),
              limit: z.int().min(1),
              anchor: z.string().nullable(),
              total: natural().nullable(),
              isAfterShortPage: z.boolean().optional(),
              met: z.string().optional(),
            })
            .nullable(),
          last: z.tuple([z.int(), z.string(), z.string()]).optional(),
        })
        .nullable(),
    ),
  }),
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

/** `version.fingerprint.checksum.place`: opaque to users, and free of personal data and secrets. */
export function encodeCursor(place: ListCheckpoint, owner: string): string {
  const text = Buffer.from(JSON.stringify(place)).toString('base64url')
  return `${version}.${owner}.${checksum(owner, text)}.${text}`
}

/** @throws QueryError that says whether the cursor is garbled, of another version, or of another query */
export function decodeCursor(cursor: string, owner: string): ListCheckpoint {
  const [cursorVersion = '', cursorOwner, sum, text, ...rest] = cursor.split('.')
  if (
    cursorOwner === undefined ||
    sum === undefined ||
    text === undefined ||
    rest.length > 0 ||
    !/^\d+$/.test(cursorVersion)
  ) {
    throw garbled()
  }
  if (cursorVersion !== String(version)) {
    throw new QueryError(
      `cursor is of version ${cursorVersion.slice(0, 9)}, this library reads version ${version}; list again from the start`,
    )
  }
  if (sum !== checksum(cursorOwner, text)) throw garbled()
  if (cursorOwner !== owner) {
    throw new QueryError('cursor belongs to another query or other accounts; give the query and accounts it came from')
  }
  const place = placeSchema.safeParse(parsed(text))
  if (!place.success) throw garbled()
  return place.data
}

/** A checksum is no signature: whoever made one up may have put anything behind it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw garbled()
  }
}

function checksum(owner: string, text: string): string {
  return createHash('sha256').update(`${version}.${owner}.${text}`).digest('base64url').slice(0, 12)
}

function garbled(): QueryError {
  return new QueryError('cursor is garbled: give it exactly as it was received')
}
