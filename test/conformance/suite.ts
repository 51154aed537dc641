import { describe } from 'vitest'
import { describeCalls } from './calls.js'
import { describeDamage } from './damage.js'
import { describeEnds } from './ends.js'
import { describeFaults } from './faults.js'
import { describeFilters } from './filters.js'
import { type Conformance, createHarness, type Harness } from './harness.js'
import { describeMoving } from './moving.js'
import { describeReading } from './reading.js'
import { describeTolerance } from './tolerance.js'

/** What depends on how rows come in pages. */
const paging: Record<string, (harness: Harness) => void> = {
  reading: describeReading,
  filters: describeFilters,
  'cursors and ends': describeEnds,
  'a list that moves': describeMoving,
}

const everything: typeof paging = {
  ...paging,
  'single calls': describeCalls,
  faults: describeFaults,
  'answers changed on the way': describeDamage,
  'what arrives is taken tolerantly': describeTolerance,
}

/**
 * One suite, run by every provider in every mode: whatever passes it is an adapter.
 * @param parts `paging` for a variant that differs in nothing but its pages and fields
 */
export function describeConformance(
  name: string,
  given: Conformance,
  parts: 'everything' | 'paging' = 'everything',
): void {
  describe(name, () => {
    const harness = createHarness(given)
    for (const [title, tests] of Object.entries(parts === 'paging' ? paging : everything)) {
      describe(title, () => tests(harness))
    }
  })
}
