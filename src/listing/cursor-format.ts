import { z } from 'zod'
import type { AccountCheckpoint, SortKey, WindowCheckpoint } from './checkpoint.js'
import type { DriftEvidence } from './drift-evidence.js'
import { decodeHashes, hashLength, type SeenIds } from './id-hashes.js'
import type { Window } from './plan.js'
import type { PagePosition, ScanState } from './scan.js'

/**
 * How a value is written in a cursor, and read from it. Objects become arrays, since a cursor holds the checkpoints of many
 * accounts: the order of their fields below is the format, and another order is another version.
 */
interface Codec<T> {
  /** What `read` accepts. */
  schema(): z.ZodType
  /** @param containsIds whether the cursor contains the hashes of the ids seen */
  write(value: T, containsIds: boolean): unknown
  /** @param takeHashes returns the next `characters` of the cursor's hashes; each hash has `hashLength` of them */
  read(compact: unknown, takeHashes: (characters: number) => string): T
}

/** A value that JSON holds as it is. */
function plain<T>(schema: () => z.ZodType<T>): Codec<T> {
  return { schema, write: (value) => value, read: (compact) => compact as T }
}

function record<T>(fields: { readonly [K in keyof T]-?: Codec<T[K]> }): Codec<T> {
  const entries = Object.entries(fields) as [keyof T, Codec<T[keyof T]>][]
  return {
    schema: () => z.tuple(entries.map(([, codec]) => codec.schema()) as [z.ZodType]),
    write: (value, containsIds) => entries.map(([name, codec]) => codec.write(value[name], containsIds)),
    read: (compact, takeHashes) =>
      Object.fromEntries(
        entries.map(([name, codec], index) => [name, codec.read((compact as unknown[])[index], takeHashes)]),
      ) as T,
  }
}

/** @param absent what stands for a missing value outside the cursor, which holds null */
function optional<T, A extends null | undefined>({ schema, write, read }: Codec<T>, absent: A): Codec<T | A> {
  return {
    schema: () => schema().nullable(),
    write: (value, containsIds) => (value === absent ? null : write(value as T, containsIds)),
    read: (compact, takeHashes) => (compact === null ? absent : read(compact, takeHashes)),
  }
}

const integer = (min: number, max: number = Number.MAX_SAFE_INTEGER): Codec<number> =>
  plain(() => z.int().min(min).max(max))
const count = integer(0)
const total = optional(count, null)
const string = plain(() => z.string())
const id = optional(string, null)
const flag: Codec<boolean> = {
  schema: () => z.literal([0, 1]),
  write: Number,
  read: (compact) => compact === 1,
}
const day = plain(() => z.string().regex(/^\d{4}-\d{2}-\d{2}$/))
const days = record<Window>({ begin: day, end: day })

const signalNames = ['seam', 'repeatedId', 'total', 'shortPage', 'unseenId'] as const
const signals: Codec<DriftEvidence['signals']> = {
  schema: () => z.array(integer(0, signalNames.length - 1).schema()),
  write: (names) => names.map((name) => signalNames.indexOf(name)),
  read: (compact) => (compact as number[]).map((index) => signalNames[index] as (typeof signalNames)[number]),
}

const flagNames = [
  'isContiguous',
  'maySkip',
  'reachedEnd',
  'totalMatches',
  'hasEmptyPage',
  'hasGap',
  'hasFullPage',
  'rowsMoved',
  'repeatsFullPage',
] as const
type Flags = Pick<DriftEvidence, (typeof flagNames)[number]>
const flags: Codec<Flags> = {
  schema: integer(0, 2 ** flagNames.length - 1).schema,
  write: (facts) => flagNames.reduce((bits, name, index) => bits + Number(facts[name]) * 2 ** index, 0),
  read: (bits) =>
    Object.fromEntries(flagNames.map((name, index) => [name, ((bits as number) >> index) % 2 === 1])) as Flags,
}
const evidenceFields = record<Omit<DriftEvidence, keyof Flags> & { flags: Flags }>({
  flags,
  signals,
  firstTotal: total,
  lastTotal: total,
  pagesWithNewRows: count,
  insertedBefore: count,
  missingInside: count,
  missingAtEnd: count,
})
const evidence: Codec<DriftEvidence> = {
  schema: evidenceFields.schema,
  write: (facts, containsIds) => evidenceFields.write({ ...facts, flags: facts }, containsIds),
  read(compact, takeHashes) {
    const { flags, ...facts } = evidenceFields.read(compact, takeHashes)
    return { ...facts, ...flags }
  },
}

const scanFields = record<Omit<ScanState, 'tiesBefore'>>({
  position: record<PagePosition>({
    skip: count,
    limit: integer(1),
    overlapId: id,
    total,
    isAfterShortPage: optional(flag, undefined),
  }),
  evidence,
  rowCount: count,
  pagesWithoutNewRows: count,
  largestPage: count,
  requestedLimit: integer(1),
  pages: count,
  isTotalAlwaysReported: flag,
})
const scan: Codec<ScanState> = {
  ...scanFields,
  read: (compact, takeHashes) => ({ ...scanFields.read(compact, takeHashes), tiesBefore: 0 }),
}

const seenIdsFields = record<Pick<SeenIds, 'count' | 'areAll'>>({ count, areAll: flag })
/** Their hashes follow the text of the cursor. */
const seenIds: Codec<SeenIds | null> = {
  schema: () => seenIdsFields.schema().nullable(),
  write: (ids, containsIds) => (containsIds && ids !== null ? seenIdsFields.write(ids, containsIds) : null),
  read(compact, takeHashes) {
    if (compact === null) return null
    const { count, areAll } = seenIdsFields.read(compact, takeHashes)
    const ids = new Set(decodeHashes(takeHashes(count * hashLength)))
    return { ids, count: ids.size, areHashed: true, areAll }
  },
}
const windowCheckpoint = record<WindowCheckpoint>({
  part: optional(days, null),
  round: integer(1),
  scan,
  seenIds,
  firstId: id,
  previous: optional(record({ rowCount: count, evidence, firstId: id }), null),
})
const retry: Codec<AccountCheckpoint['retry']> = {
  schema: () => z.array(days.schema()),
  write: (ranges = []) => ranges.map((range) => days.write(range, false)),
  read(compact, takeHashes) {
    const ranges = (compact as unknown[]).map((range) => days.read(range, takeHashes))
    return ranges.length === 0 ? undefined : ranges
  },
}
/** Null: the account is done. */
export const accountCodec: Codec<AccountCheckpoint | null> = optional(
  record<AccountCheckpoint>({
    window: count,
    at: optional(windowCheckpoint, null),
    retry,
    last: optional(
      plain<SortKey>(() => z.tuple([z.int(), z.string(), z.string()])),
      undefined,
    ),
  }),
  null,
)
