import type { ComplaintQuery } from '../../../src/index.js'
import type { Provider } from './format.js'
import { TroubledList, type Troubles } from './list.js'
import { type Outcome, readList } from './read.js'
import { beijing, dayMs, type ListRow, month } from './rows.js'
import { type ServerOptions, startTroubledServer } from './server.js'

/** A list with its troubles, and what must come of it. */
export interface Scenario {
  /** Begins with the row of the table, e.g. `L1`. */
  readonly name: string
  readonly provider: Provider
  readonly rows: readonly ListRow[]
  readonly troubles?: Troubles
  /** Default: `month`. */
  readonly query?: ComplaintQuery & { readonly from: string; readonly to?: string }
  readonly server?: ServerOptions
  readonly maxRequests: number
  /** The kinds of warnings, sorted. Default: none. */
  readonly warnings?: readonly string[] | 'any'
  /** The rows that must be delivered. Default: all rows of the query that can be. */
  readonly expected?: readonly string[]
  /** A row cannot be used, and its error comes last. */
  readonly rowError?: true
  /** What a PaginationError says of the days that are not complete. Default: no error, and all rows. */
  readonly incomplete?: { readonly total: number; readonly delivered: number }
}

export interface Result extends Outcome {
  readonly requests: number
  /** How many requests a list without troubles and without overlap takes. */
  readonly pages: number
  /** What is not as it must be; empty: all is. */
  readonly problems: readonly string[]
}

const windowDays = 30
const pageSizes: Record<Provider, number> = { wechatpay: 50, xiaoe: 50, huishouqian: 500 }

export async function runScenario(scenario: Scenario): Promise<Result> {
  const list = new TroubledList(scenario.rows, scenario.troubles)
  const server = await startTroubledServer(scenario.provider, list, scenario.server)
  try {
    const outcome = await readList(server.adapter(), scenario.query ?? month)
    const requests = server.requests.length
    return { ...outcome, requests, pages: pagesOf(scenario), problems: problemsOf(scenario, outcome, requests) }
  } finally {
    await server.close()
  }
}

function problemsOf(scenario: Scenario, outcome: Outcome, requests: number): string[] {
  const { maxRequests, warnings = [], incomplete } = scenario
  const problems: string[] = []
  const delivered = new Set(outcome.ids)
  const outsideIds = new Set(scenario.rows.filter((row) => !isInQuery(scenario, row)).map(({ id }) => id))
  const outside = outcome.ids.filter((id) => outsideIds.has(id))
  if (outside.length > 0) problems.push(`${outside.length} rows from outside the query`)
  if (delivered.size < outcome.ids.length) problems.push(`${outcome.ids.length - delivered.size} rows twice`)
  if (requests > maxRequests) problems.push(`${requests} requests instead of at most ${maxRequests}`)
  if (warnings !== 'any' && outcome.warnings.join() !== warnings.join()) {
    problems.push(`warnings [${outcome.warnings.join()}] instead of [${warnings.join()}]`)
  }
  if (incomplete !== undefined) return [...problems, ...otherErrorOf(outcome, incomplete)]
  problems.push(...missingOf(scenario, delivered))
  const code = (outcome.error as { code?: string } | null)?.code
  if (scenario.rowError ? code !== 'RESPONSE' : outcome.error !== null) problems.push(`error: ${outcome.error}`)
  return problems
}

function isInQuery({ query = month }: Scenario, { createdAt }: ListRow): boolean {
  return createdAt >= beijing(query.from) && createdAt < endOf(query)
}

function missingOf(scenario: Scenario, delivered: ReadonlySet<string>): string[] {
  const usable = scenario.rows.filter((row) => !row.hidden && row.lacks === undefined && isInQuery(scenario, row))
  const expected = scenario.expected ?? usable.map(({ id }) => id)
  const missing = expected.filter((id) => !delivered.has(id))
  return missing.length === 0 ? [] : [`${missing.length} of ${expected.length} rows missing`]
}

function otherErrorOf({ error }: Outcome, expected: object): string[] {
  const {
    code,
    message = '',
    incomplete = [],
  } = (error ?? {}) as Record<string, unknown> as {
    code?: string
    message?: string
    incomplete?: readonly Record<string, unknown>[]
  }
  if (code !== 'PAGINATION') return [`error ${error} instead of a PaginationError`]
  const problems: string[] = []
  const isNamed = incomplete.some((range) => Object.entries(expected).every(([name, value]) => range[name] === value))
  if (!isNamed) problems.push(`incomplete is ${JSON.stringify(incomplete)}, without ${JSON.stringify(expected)}`)
  for (const value of Object.values(expected)) {
    if (!message.includes(String(value))) problems.push(`the message does not say ${value}: ${message}`)
  }
  return problems
}

function pagesOf({ provider, rows, query = month }: Scenario): number {
  const pageSize = query.pageSize ?? pageSizes[provider]
  let pages = 0
  for (let first = beijing(query.from); first < endOf(query); first += windowDays * dayMs) {
    const inWindow = rows.filter(({ createdAt }) => createdAt >= first && createdAt < first + windowDays * dayMs)
    pages += Math.max(1, Math.ceil(inWindow.length / pageSize))
  }
  return pages
}

/** The end of the query's range in milliseconds since 1970, excluded; rows of a query without one are all in it. */
function endOf({ to }: { to?: string }): number {
  return to === undefined ? Date.now() + dayMs : beijing(to) + dayMs
}
