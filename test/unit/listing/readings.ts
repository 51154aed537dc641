import { createEvidence, type DriftEvidence } from '../../../src/listing/findings.js'
import type { FetchPage, PagePosition, ScannedPage, ScanOptions } from '../../../src/listing/scan.js'
import type { ListPage } from '../../../src/provider.js'

type Row = { id: string }
/** 'abc:9': three rows and a total, '-': no row; those in brackets are known. Or what the request fails with. */
export type Answer = string | Error | ListPage<Row>

type Read = (
  ask: FetchPage<Row>,
  start: PagePosition,
  options: ScanOptions,
  findings: DriftEvidence,
) => AsyncGenerator<ScannedPage<Row>>

export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
export const fresh = (answer: string): string => answer.replace(/\(.*?\)|[-:\d]/g, '')

export function pageOf(answer: string): ListPage<Row> {
  const [ids = '', total] = answer.split(':')
  const rows = [...ids.replace(/[-()]/g, '')].map((id) => ({ id }))
  return { rows, received: rows.length, total: total === undefined ? null : Number(total), failure: null }
}

interface Scripted {
  /** `skip/limit` of each request. */
  readonly asked: readonly string[]
  /** Which answers were given free. */
  readonly released: number[]
  readonly findings: DriftEvidence
  readonly seen: ReadonlySet<string>
  readonly pages: AsyncGenerator<ScannedPage<Row>>
}

/** One reading of a list that answers from a script, and all that shows of it. */
export function readingBy(
  read: Read,
  answers: readonly Answer[],
  start: PagePosition,
  options: Partial<Omit<ScanOptions, 'seen'>> = {},
): Scripted {
  const asked: string[] = []
  const released: number[] = []
  const findings = createEvidence(start.total)
  const seen = new Set(start.anchor === null ? [] : [start.anchor])
  const ask: FetchPage<Row> = async (skip, limit) => {
    const index = asked.push(`${skip}/${limit}`) - 1
    const answer = answers[index]
    if (answer === undefined) throw new RangeError(`request ${index} is one too many`)
    if (answer instanceof Error) throw answer
    const page = typeof answer === 'string' ? pageOf(answer) : answer
    return { page, release: () => void released.push(index) }
  }
  const pages = read(ask, start, { depth: 1, exactTotals: false, seen, keyOf: (id) => id, ...options }, findings)
  return { asked, released, findings, seen, pages }
}

export async function all(pages: AsyncIterable<ScannedPage<Row>>): Promise<ScannedPage<Row>[]> {
  const got: ScannedPage<Row>[] = []
  for await (const page of pages) {
    got.push(page)
    page.release()
  }
  return got
}

export function said(findings: DriftEvidence): string {
  const {
    signals: signs,
    firstTotal,
    lastTotal,
    insertedBefore: cameBefore,
    pagesWithNewRows: fruitfulPages,
  } = findings
  const totals = firstTotal === null && lastTotal === null ? null : `${firstTotal}..${lastTotal}`
  return [
    ...[...signs].sort(),
    findings.isContiguous && 'joined',
    findings.reachedEnd && 'end',
    findings.totalMatches && 'borne',
    totals,
    cameBefore !== 0 && `before ${cameBefore}`,
    `fruitful ${fruitfulPages}`,
    findings.previousPageWasEmpty && 'emptied',
    findings.hasGap && 'hole',
    findings.hasFullPage && 'full',
  ]
    .filter((word) => typeof word === 'string')
    .join(', ')
}
