import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { PaginationError, ResponseError } from '../../../src/errors.js'
import { TroubledList } from '../../support/troubled-server/list.js'
import { inMemory } from '../../support/troubled-server/memory.js'
import { month, rowsOver } from '../../support/troubled-server/rows.js'

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
