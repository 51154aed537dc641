import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ComplaintClient, ComplaintError, type ComplaintQuery, type ResponseError } from '../../../src/index.js'
import type { Provider } from '../../support/troubled-server/format.js'
import { TroubledList } from '../../support/troubled-server/list.js'
import { readList } from '../../support/troubled-server/read.js'
import { type ListRow, month, rowsOver } from '../../support/troubled-server/rows.js'
import { startTroubledServer, type TroubledServer } from '../../support/troubled-server/server.js'

const providers: readonly Provider[] = ['wechatpay', 'xiaoe', 'huishouqian']
const kinds = ['id', 'time', 'state'] as const
const cases = providers.flatMap((provider) => kinds.map((lacks) => [provider, lacks] as const))
const query: ComplaintQuery = { ...month, pageSize: 50 }

const rowsLacking = (lacks: ListRow['lacks'], indexes: readonly number[] = [120]): ListRow[] =>
  rowsOver(month, 300).map((row, index) => (indexes.includes(index) && lacks !== undefined ? { ...row, lacks } : row))
const usable = (rows: readonly ListRow[]): string[] =>
  rows.filter(({ lacks }) => lacks === undefined).map(({ id }) => id)

async function serve(provider: Provider, rows: readonly ListRow[]): Promise<TroubledServer> {
  const server = await startTroubledServer(provider, new TroubledList(rows))
  onTestFinished(server.close)
  return server
}

describe.each(cases)('a row of %s without %s', (provider, lacks) => {
  it('L7 is passed to onRowError, all other rows are delivered, and the list ends without an error', async () => {
    const rows = rowsLacking(lacks)
    const server = await serve(provider, rows)
    const errors: ResponseError[] = []
    const { ids, error, warnings } = await readList(server.adapter(), query, {
      onRowError: (rowError) => {
        errors.push(rowError)
      },
    })
    expect(error).toBeNull()
    expect([...ids].sort()).toEqual(usable(rows).sort())
    expect(warnings).toEqual(['rowUnusable'])
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({ code: 'RESPONSE', provider, complaintId: lacks === 'id' ? null : rows[120]?.id })
  })

  it('L7 ends the list as its last error when there is no onRowError', async () => {
    const rows = rowsLacking(lacks)
    const server = await serve(provider, rows)
    const { ids, error } = await readList(server.adapter(), query)
    expect(ComplaintError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({ code: 'RESPONSE', complaintId: lacks === 'id' ? null : rows[120]?.id })
    expect([...ids].sort()).toEqual(usable(rows).sort())
  })

  it('L7 is in error.row as received, which is not enumerable and printed masked', async () => {
    const server = await serve(provider, rowsLacking(lacks))
    const { error } = await readList(server.adapter(), query)
    const { row } = error as ResponseError
    expect(JSON.stringify(row)).toContain('13800000000')
    expect(Object.keys(error as object)).not.toContain('row')
    const printed = [inspect(error, { showHidden: true, depth: 10 }), inspect(row), JSON.stringify(error), `${error}`]
    for (const text of printed) expect(text).not.toContain('13800000000')
  })
})

describe.each(providers)('several rows that cannot be used (%s)', (provider) => {
  it('L7 each is passed to onRowError, those of the first and last place, too', async () => {
    const rows = rowsLacking('time', [0, 1, 49, 50, 151, 299])
    const server = await serve(provider, rows)
    const numbers: (string | null)[] = []
    const { ids, error } = await readList(server.adapter(), query, {
      onRowError: async ({ complaintId }) => {
        await Promise.resolve()
        numbers.push(complaintId)
      },
    })
    expect(error).toBeNull()
    expect([...ids].sort()).toEqual(usable(rows).sort())
    expect(numbers.sort()).toEqual([0, 1, 49, 50, 151, 299].map((index) => rows[index]?.id).sort())
  })

  it('L7 an error that onRowError throws ends the list', async () => {
    const server = await serve(provider, rowsLacking('state'))
    const own = new Error('enough')
    const { error } = await readList(server.adapter(), query, {
      onRowError: () => {
        throw own
      },
    })
    expect(error).toBe(own)
  })

  it('L7 the rows behind it can be read again from the cursors of pages', async () => {
    const rows = rowsLacking('id')
    const server = await serve(provider, rows)
    const ids: string[] = []
    const onRowError = (): void => {}

    let cursor: string | null = null
    for (let page = 1; page <= 40; page += 1) {
      const client = new ComplaintClient([server.adapter()])
      const pages = client.list(query, { onRowError, ...(cursor === null ? {} : { cursor }) }).pages()
      const { value, done } = await pages[Symbol.asyncIterator]().next()
      if (done === true) break
      ids.push(...value.items.map(({ id }) => id))
      cursor = value.cursor
      if (cursor === null) break
    }
    expect(cursor).toBeNull()
    expect([...new Set(ids)].sort()).toEqual(usable(rows).sort())
  })
})
