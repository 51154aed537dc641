import { expect, it } from 'vitest'
import type { ListOptions } from '../../../src/client/options.js'
import { ComplaintClient } from '../../../src/client.js'
import { TroubledList } from '../../support/troubled-server/list.js'
import { inMemory } from '../../support/troubled-server/memory.js'
import { month, rowsOver } from '../../support/troubled-server/rows.js'

it.each([1, 2, 3, 4])(
  'L1 nothing is served beyond page 4, and no total: a list left after every %i pages and resumed has all rows',
  async (pages) => {
    const rows = rowsOver(month, 400)
    const { adapter } = inMemory('xiaoe', new TroubledList(rows, { maxPages: 4, total: 'none' }))
    const ids = new Set<string>()
    let cursor: string | null = null
    let pieces = 0
    do {
      const options: ListOptions = cursor === null ? {} : { cursor }
      cursor = null
      let left = pages
      for await (const page of new ComplaintClient([adapter]).list(month, options).pages()) {
        for (const { id } of page.items) ids.add(id)
        left -= 1
        if (left > 0) continue
        cursor = page.cursor
        break
      }
      pieces += 1
    } while (cursor !== null && pieces < 200)
    expect(ids.size).toBe(400)
    expect(cursor).toBeNull()
  },
)
