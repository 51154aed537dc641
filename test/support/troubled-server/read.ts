import {
  type Adapter,
  ComplaintClient,
  type ComplaintEvent,
  type ComplaintQuery,
  type ListOptions,
} from '../../../src/index.js'

/** How a list ended. */
export interface Outcome {
  /** In the order of delivery. */
  readonly ids: readonly string[]
  /** Null: it ended without an error. */
  readonly error: unknown
  /** The kinds of all warnings, each once, sorted. */
  readonly warnings: readonly string[]
}

/** Reads a list to its end, or to its error. */
export async function readList(adapter: Adapter, query: ComplaintQuery, options: ListOptions = {}): Promise<Outcome> {
  const ids: string[] = []
  const events: ComplaintEvent[] = []
  const client = new ComplaintClient([adapter], { onEvent: (event) => events.push(event) })
  let error: unknown = null
  try {
    for await (const { id } of client.list(query, options)) ids.push(id)
  } catch (thrown) {
    error = thrown
  }
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.warning] : []))
  return { ids, error, warnings: [...new Set(warnings)].sort() }
}
