import { z } from 'zod'
import type { AccountCheckpoint, WindowCheckpoint } from './checkpoint.js'
import type { DriftEvidence } from './drift-evidence.js'
import { decodeHashes, hashLength } from './id-hashes.js'
import type { ScanState } from './scan.js'

/**
 * Checkpoints as short arrays, since a cursor holds those of many accounts. The ids seen are not among them: `seen` is
 * their number, and their hashes follow the text of the cursor.
 */
const signalNames = ['seam', 'repeatedId', 'total', 'shortPage', 'unseenId'] as const
const flagNames = [
  'isContiguous',
  'maySkip',
  'reachedEnd',
  'totalMatches',
  'previousPageWasEmpty',
  'hasGap',
  'hasFullPage',
  'rowsMoved',
  'repeatsFullPage',
] as const

type Days = [begin: string, end: string]
type CompactEvidence = [
  flags: number,
  signals: number[],
  firstTotal: number | null,
  lastTotal: number | null,
  pagesWithNewRows: number,
  insertedBefore: number,
  missingInside: number,
  missingAtEnd: number,
]
type CompactPosition = [
  skip: number,
  limit: number,
  overlapId: string | null,
  total: number | null,
  isAfterShortPage: 0 | 1 | null,
]
type CompactScan = [
  position: CompactPosition,
  evidence: CompactEvidence,
  rowCount: number,
  pagesWithoutNewRows: number,
  largestPage: number,
  requestedLimit: number,
  pages: number,
  isTotalAlwaysReported: 0 | 1,
]
type CompactWindow = [
  part: Days | null,
  round: number,
  scan: CompactScan,
  seenCount: number | null,
  firstId: string | null,
  previous: [rowCount: number, evidence: CompactEvidence] | null,
]
/** Null: the account is done. */
export type CompactAccount =
  | [window: number, at: CompactWindow | null, retry: Days[], last: [number, string, string] | null]
  | null

const count = () => z.int().min(0)
const flag = () => z.literal([0, 1])
const day = () => z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const days = () => z.tuple([day(), day()])
const evidence = () =>
  z.tuple([
    z
      .int()
      .min(0)
      .max(2 ** flagNames.length - 1),
    z.array(
      z
        .int()
        .min(0)
        .max(signalNames.length - 1),
    ),
    count().nullable(),
    count().nullable(),
    count(),
    count(),
    count(),
    count(),
  ])
const scan = () =>
  z.tuple([
    z.tuple([count(), z.int().min(1), z.string().nullable(), count().nullable(), flag().nullable()]),
    evidence(),
    count(),
    count(),
    count(),
    z.int().min(1),
    count(),
    flag(),
  ])
const windowCheckpoint = () =>
  z.tuple([
    days().nullable(),
    z.int().min(1),
    scan(),
    count().nullable(),
    z.string().nullable(),
    z.tuple([count(), evidence()]).nullable(),
  ])
/** Null: the account is done. */
export const compactAccount = (): z.ZodType<CompactAccount> =>
  z
    .tuple([
      count(),
      windowCheckpoint().nullable(),
      z.array(days()),
      z.tuple([z.int(), z.string(), z.string()]).nullable(),
    ])
    .nullable()

/** @param containsIds whether the cursor contains the hashes of the ids seen */
export function compactCheckpoint(checkpoint: AccountCheckpoint | null, containsIds: boolean): CompactAccount {
  if (checkpoint === null) return null
  const { window, at, retry = [], last = null } = checkpoint
  const days = retry.map(({ begin, end }): Days => [begin, end])
  return [window, at === null ? null : compactWindow(at, containsIds), days, last === null ? null : [...last]]
}

function compactWindow(at: WindowCheckpoint, containsIds: boolean): CompactWindow {
  const { part, round, seenIds, firstId, previous } = at
  return [
    part === null ? null : [part.begin, part.end],
    round,
    compactScan(at.scan),
    containsIds && seenIds !== null ? seenIds.count : null,
    firstId,
    previous === null ? null : [previous.rowCount, compactEvidence(previous.evidence)],
  ]
}

function compactScan(state: ScanState): CompactScan {
  const { skip, limit, overlapId, total, isAfterShortPage } = state.position
  return [
    [skip, limit, overlapId, total, isAfterShortPage === undefined ? null : toFlag(isAfterShortPage)],
    compactEvidence(state.evidence),
    state.rowCount,
    state.pagesWithoutNewRows,
    state.largestPage,
    state.requestedLimit,
    state.pages,
    toFlag(state.isTotalAlwaysReported),
  ]
}

function compactEvidence(facts: DriftEvidence): CompactEvidence {
  return [
    flagNames.reduce((bits, name, index) => bits + (facts[name] ? 2 ** index : 0), 0),
    facts.signals.map((signal) => signalNames.indexOf(signal)),
    facts.firstTotal,
    facts.lastTotal,
    facts.pagesWithNewRows,
    facts.insertedBefore,
    facts.missingInside,
    facts.missingAtEnd,
  ]
}

function toFlag(value: boolean): 0 | 1 {
  return value ? 1 : 0
}

/** @param takeHashes returns the next `characters` of the cursor's hashes; each hash has `hashLength` of them */
export function expandCheckpoint(
  compact: CompactAccount,
  takeHashes: (characters: number) => string,
): AccountCheckpoint | null {
  if (compact === null) return null
  const [window, at, retry, last] = compact
  return {
    window,
    at: at === null ? null : expandWindow(at, takeHashes),
    ...(retry.length === 0 ? {} : { retry: retry.map(([begin, end]) => ({ begin, end })) }),
    ...(last === null ? {} : { last }),
  }
}

function expandWindow(
  [part, round, state, seenCount, firstId, previous]: CompactWindow,
  takeHashes: (characters: number) => string,
): WindowCheckpoint {
  const ids = seenCount === null ? null : new Set(decodeHashes(takeHashes(seenCount * hashLength)))
  return {
    part: part === null ? null : { begin: part[0], end: part[1] },
    round,
    scan: expandScan(state),
    seenIds: ids === null ? null : { ids, count: ids.size, areHashed: true },
    firstId,
    previous: previous === null ? null : { rowCount: previous[0], evidence: expandEvidence(previous[1]) },
  }
}

function expandScan(compact: CompactScan): ScanState {
  const [position, facts, rowCount, pagesWithoutNewRows, largestPage, requestedLimit, pages, isTotalAlwaysReported] =
    compact
  const [skip, limit, overlapId, total, isAfterShortPage] = position
  return {
    position: {
      skip,
      limit,
      overlapId,
      total,
      ...(isAfterShortPage === null ? {} : { isAfterShortPage: isAfterShortPage === 1 }),
    },
    evidence: expandEvidence(facts),
    tiesBefore: 0,
    rowCount,
    pagesWithoutNewRows,
    largestPage,
    requestedLimit,
    pages,
    isTotalAlwaysReported: isTotalAlwaysReported === 1,
  }
}

function expandEvidence(compact: CompactEvidence): DriftEvidence {
  const [bits, signals, firstTotal, lastTotal, pagesWithNewRows, insertedBefore, missingInside, missingAtEnd] = compact
  const flags = flagNames.map((name, index) => [name, Math.floor(bits / 2 ** index) % 2 === 1] as const)
  return {
    ...(Object.fromEntries(flags) as Record<(typeof flagNames)[number], boolean>),
    signals: signals.map((index) => signalNames[index] as (typeof signalNames)[number]),
    firstTotal,
    lastTotal,
    pagesWithNewRows,
    insertedBefore,
    missingInside,
    missingAtEnd,
  }
}
