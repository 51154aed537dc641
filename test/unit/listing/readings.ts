import { isDeepStrictEqual } from 'node:util'
import { ResponseError } from '../../../src/errors.js'
import type { DriftEvidence, PageFacts } from '../../../src/listing/drift-evidence.js'
import type { FetchPage } from '../../../src/listing/lookahead.js'
import {
  type PagePosition,
  type ScannedPage,
  type ScanOptions,
  type ScanState,
  type ScanStrategy,
  scan,
  startScan,
} from '../../../src/listing/scan.js'
import { offsetStrategy } from '../../../src/listing/scan-by-offset.js'
import type { ListPage } from '../../../src/provider.js'

type Row = { id: string; createdAt?: Date }
/**
 * 'abc:9': three rows and a total; '-': an empty page; rows in brackets are known; a capital letter is an invalid row;
 * 'abc~2:9': the last two rows have the same time.
 * Or the error of the request.
 */
export type Response = string | Error | ListPage<Row>

export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
/** The ids of a response that are not in brackets. */
export const newIds = (response: string): string => response.replace(/\(.*?\)|[-~:\d]/g, '')
const idsIn = (response: string): string[] => [...response.replace(/[~:].*|[-()]/g, '')]
const tiesIn = (response: string): number => Number(/~(\d)/.exec(response)?.[1] ?? 1)
const isInvalid = (id: string): boolean => id !== id.toLowerCase()

export function pageOf(response: string): ListPage<Row> {
  const total = response.split(':')[1]
  const ids = idsIn(response)
  return {
    rows: ids.flatMap((id, index) => {
      const createdAt = new Date(Math.min(index, ids.length - tiesIn(response)))
      return isInvalid(id) ? [] : [{ id, createdAt }]
    }),
    received: ids.length,
    total: total === undefined ? null : Number(total),
    failures: ids.flatMap((id, index) =>
      isInvalid(id) ? [{ index, id, error: new ResponseError(`${id} is invalid`, { complaintId: id }) }] : [],
    ),
  }
}

/** The same response as a pure step sees it. */
export function factsOf(response: string): PageFacts {
  const { total } = pageOf(response)
  const known = [...response.matchAll(/\((.*?)\)/g)].flatMap(([, ids = '']) => [...ids])
  const ids = idsIn(response)
  return { ids, isNew: ids.map((id) => !known.includes(id)), total, tiesAtEnd: tiesIn(response) }
}

interface Scripted {
  /** `skip/limit` of each request. */
  readonly requests: readonly string[]
  /** Indexes of the responses that were released. */
  readonly released: number[]
  readonly seen: ReadonlySet<string>
  readonly pages: AsyncGenerator<ScannedPage<Row>>
}

/**
 * One scan of a list whose responses come from a script, and all that shows of it.
 * @param known ids seen before the start, besides the overlap row
 */
export function scripted(
  strategy: ScanStrategy,
  responses: readonly Response[],
  start: PagePosition,
  { known = '', ...options }: Partial<Omit<ScanOptions, 'strategy' | 'seen'>> & { readonly known?: string } = {},
): Scripted {
  const requests: string[] = []
  const released: number[] = []
  const seen = new Set([...known, ...(start.overlapId === null ? [] : [start.overlapId])])
  const fetchPage: FetchPage<Row> = async (skip, limit) => {
    const index = requests.push(`${skip}/${limit}`) - 1
    const response = responses[index]
    if (response === undefined) throw new RangeError(`request ${index} is one too many`)
    if (response instanceof Error) throw response
    const page = typeof response === 'string' ? pageOf(response) : response
    return { page, release: () => void released.push(index) }
  }
  // Every row before the start was seen.
  const rowCount =
    strategy === offsetStrategy ? start.skip + (start.overlapId === null ? 0 : 1) : start.skip * start.limit
  const pages = scan(
    fetchPage,
    { ...startScan(start), rowCount },
    {
      strategy,
      depth: 1,
      exactTotals: false,
      seen,
      keyOf: (id) => id,
      areRowsBeforeKnown: false,
      keepsTiesTogether: false,
      ...options,
    },
  )
  return { requests, released, seen, pages }
}

export async function collect(pages: AsyncIterable<ScannedPage<Row>>): Promise<ScannedPage<Row>[]> {
  const collected: ScannedPage<Row>[] = []
  for await (const page of pages) {
    collected.push(page)
    page.release()
  }
  return collected
}

/** The new ids of a page, those of its invalid rows included. */
export const newIdsOf = ({ newIds }: ScannedPage<Row>): string => newIds.join('')

/** Evidence in words, so that a table fits; what is not named is false, zero or null. */
export function describeEvidence(evidence: DriftEvidence): string {
  const { signals, firstTotal, lastTotal, insertedBefore, pagesWithNewRows, missingInside, missingAtEnd } = evidence
  const totals = firstTotal === null && lastTotal === null ? null : `${firstTotal}..${lastTotal}`
  return [
    ...[...signals].sort(),
    evidence.isContiguous && 'contiguous',
    evidence.reachedEnd && 'end',
    evidence.totalMatches && 'total matches',
    totals,
    insertedBefore !== 0 && `inserted ${insertedBefore}`,
    `pages ${pagesWithNewRows}`,
    evidence.hasEmptyPage && 'empty page',
    evidence.hasGap && 'gap',
    evidence.hasFullPage && 'full page',
    evidence.rowsMoved && 'moved',
    evidence.repeatsFullPage && 'repeats',
    missingInside !== 0 && `inside ${missingInside}`,
    missingAtEnd !== 0 && `at end ${missingAtEnd}`,
  ]
    .filter((word) => typeof word === 'string')
    .join(', ')
}

export interface StateParts {
  readonly position?: PagePosition
  readonly evidence?: Partial<DriftEvidence>
  readonly state?: Partial<Omit<ScanState, 'position' | 'evidence'>>
}

/** A frozen scan between two pages; what is not named is as at the start. */
export function stateOf({ position, evidence, state }: StateParts, beginning: PagePosition): ScanState {
  const started = startScan(position ?? beginning)
  const changed = { ...started.evidence, ...evidence }
  Object.freeze(changed.signals)
  return Object.freeze({
    ...started,
    ...state,
    position: Object.freeze(started.position),
    evidence: Object.freeze(changed),
  })
}

/** What a step changed: the next position, and the other fields that are not as before. */
export function changesOf(before: ScanState, after: ScanState): StateParts {
  const changed = <T extends object>(from: T, to: T): Partial<T> =>
    Object.fromEntries(
      Object.entries(to).filter(([key, value]) => !isDeepStrictEqual(value, from[key as keyof T])),
    ) as Partial<T>
  const { position: _, evidence: __, ...state } = changed(before, after)
  return { position: after.position, evidence: changed(before.evidence, after.evidence), state }
}
