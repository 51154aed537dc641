import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { hasMariaDb, type MariaDb, startMariaDb } from '../../support/mariadb.js'
import type { Page, PageQuery } from '../../support/troubled-server/list.js'
import { readList } from '../../support/troubled-server/read.js'
import { beijing, dayMs, type ListRow, month, rowAt, tiedRows } from '../../support/troubled-server/rows.js'
import { startTroubledServer } from '../../support/troubled-server/server.js'

const pageSize = 50
const lists = Array.from({ length: 60 }, (_, index) => ({
  table: `list${index}`,
  rows: tiedRows(month, 60 + 11 * index, 2 + ((index * 7) % 40)),
}))

/**
 * A list without a tie-breaker, as a provider may have it. MariaDB sorts short rows in memory, with a priority queue of
 * `offset + limit` rows: each page sees another order of ties.
 */
class DatabaseList {
  readonly #database: MariaDb
  readonly #table: string

  constructor(database: MariaDb, table: string) {
    this.#database = database
    this.#table = table
  }

  async create(rows: readonly ListRow[]): Promise<void> {
    const values = [...rows].reverse().map(({ id, createdAt }) => `('${id}', ${createdAt / 1000}, 'PENDING')`)
    await this.#database.query(
      `create table ${this.#table} (
         serial_no int auto_increment primary key,
         id varchar(32) not null, complaint_time bigint not null, state varchar(16) not null
       );
       insert into ${this.#table} (id, complaint_time, state) values ${values.join()}; select 1`,
    )
  }

  async page({ begin, end, skip, limit }: PageQuery): Promise<Page> {
    const inside = `complaint_time >= ${beijing(begin) / 1000} and complaint_time < ${(beijing(end) + dayMs) / 1000}`
    const [[total] = []] = await this.#database.query(`select count(*) from ${this.#table} where ${inside}`)
    const rows = await this.#database.query(
      `select id, complaint_time, state from ${this.#table} where ${inside}
       order by complaint_time desc limit ${limit} offset ${skip}`,
    )
    return { rows: rows.map(([id = '', seconds]) => rowAt(id, Number(seconds) * 1000)), total: Number(total) }
  }
}

describe.skipIf(!hasMariaDb)('over a real MariaDB (skipped without mariadb-server)', { timeout: 120_000 }, () => {
  let database: MariaDb
  beforeAll(async () => {
    database = await startMariaDb()
    for (const { table, rows } of lists) await new DatabaseList(database, table).create(rows)
  })
  afterAll(() => database?.stop())

  it('L3 its pages do not join where rows have the same time', async () => {
    let incomplete = 0
    for (const { table, rows } of lists) {
      const list = new DatabaseList(database, table)
      const ids = new Set<string>()
      for (let skip = 0; skip < rows.length; skip += pageSize) {
        const page = await list.page({ begin: month.from, end: month.to, skip, limit: pageSize })
        for (const { id } of page.rows) ids.add(id)
      }
      if (ids.size < rows.length) incomplete += 1
    }
    expect(incomplete).toBeGreaterThan(lists.length / 4)
  })

  it.each(['wechatpay', 'xiaoe'] as const)('L3 60 of 60 lists are complete (%s)', async (provider) => {
    const failing: string[] = []
    for (const { table, rows } of lists) {
      const server = await startTroubledServer(provider, new DatabaseList(database, table))
      onTestFinished(server.close)
      const { ids, error, warnings } = await readList(server.adapter(), month)
      const delivered = new Set(ids)
      const missing = rows.filter(({ id }) => !delivered.has(id)).length
      if (missing > 0 || error !== null || warnings.length > 0 || delivered.size < ids.length) {
        const requests = server.requests.length
        failing.push(`${table}: ${missing} of ${rows.length} missing, ${requests} requests, ${warnings} ${error}`)
      }
    }
    expect(failing).toEqual([])
  })
})
