import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { PaginationError, ResponseError } from '../../../src/errors.js'
import { TroubledList } from '../../support/troubled-server/list.js'
import { inMemory } from '../../support/troubled-server/memory.js'
import { readInPieces } from '../../support/troubled-server/pieces.js'
import { idOf, month, randomNumbers, rowsOver } from '../../support/troubled-server/rows.js'

it('L7 a row without time in a piece that ends by maxPages is the cause of its error', async () => {
  const rows = rowsOver(month, 120).map((row, index) => (index === 5 ? { ...row, lacks: 'time' as const } : row))
  const { adapter } = inMemory('wechatpay', new TroubledList(rows))
  const client = new ComplaintClient([adapter])
  const endOf = async (options: { onRowError?: () => void }): Promise<unknown> => {
    try {
      for await (const complaint of client.list(month, { maxPages: 1, ...options })) void complaint
      return null
    } catch (error) {
      return error
    }
  }
  const error = await endOf({})
  expect(error).toBeInstanceOf(PaginationError)
  const { cause } = error as PaginationError
  expect(cause).toBeInstanceOf(ResponseError)
  expect((cause as ResponseError).complaintId).toBe(rows[5]?.id)
  expect(inspect(error)).toContain('no time')
  const told = await endOf({ onRowError: () => {} })
  expect((told as PaginationError).cause).toBeUndefined()
})

it.each([
  ['wechatpay', 3.5],
  ['xiaoe', 3.5],
] as const)('L8 hidden rows of %s in pieces of 10 pages: all others within %f × the pages', async (provider, times) => {
  const rows = rowsOver(month, 900).map((row, index) => (index % 34 === 5 ? { ...row, hidden: true } : row))
  const { adapter, requests } = inMemory(provider, new TroubledList(rows))
  const { ids, error } = await readInPieces(adapter, month, { maxPages: 10, maxPieces: 20 })
  expect(error).toBeNull()
  expect(new Set(ids).size).toBe(rows.filter(({ hidden }) => hidden !== true).length)
  expect(requests.length).toBeLessThanOrEqual((times * rows.length) / 50 + 20)
})

it.each(
  (['wechatpay', 'huishouqian', 'xiaoe'] as const).flatMap((provider) =>
    [1, 2, 5].map((maxPages) => [provider, maxPages] as const),
  ),
)(
  'L3 ties: more rows of one second than a page holds come from a list of %s in pieces of %i, which ends',
  async (provider, maxPages) => {
    const failing: string[] = []
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = randomNumbers(seed * 7919)
      const count = 100 + Math.floor(random() * 100)
      const rows = rowsOver(month, count).map((row, index) => ({ ...row, id: idOf(seed * 1000 + index) }))
      const ties = 25 + Math.floor(random() * 50)
      const from = Math.floor(random() * (count - ties))
      const at = rows[from]?.createdAt ?? 0
      for (const row of rows.slice(from, from + ties)) Object.assign(row, { createdAt: at, updatedAt: at })
      const { adapter } = inMemory(provider, new TroubledList(rows, { shufflesTies: true }))
      const { ids, error } = await readInPieces(adapter, { ...month, pageSize: 30 }, { maxPages, maxPieces: 60 })
      const missing = count - new Set(ids).size
      if (missing > 0 || error !== null) failing.push(`${seed}: ${missing} missing, ${error}`)
    }
    expect(failing).toEqual([])
  },
)
