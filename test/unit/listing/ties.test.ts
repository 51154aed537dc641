import { expect, it } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { TroubledList } from '../../support/troubled-server/list.js'
import { inMemory } from '../../support/troubled-server/memory.js'
import {
  beijing,
  idOf,
  type ListRow,
  month,
  randomNumbers,
  rowAt,
  tiedRows,
} from '../../support/troubled-server/rows.js'

const pageSize = 50

/** A list of imports, with ids and so with orders of its own for each seed. */
function importsOf(seed: number): ListRow[] {
  const random = randomNumbers(seed * 7919)
  const rows = tiedRows(month, 60 + Math.floor(random() * 840), 2 + Math.floor(random() * 40))
  return rows.map((row, index) => ({ ...row, id: idOf(seed * 1000 + index) }))
}

const cases = (['wechatpay', 'xiaoe'] as const).flatMap((provider) =>
  [1, 81, 161].map((first) => [provider, first, first + 79, provider === 'wechatpay' ? 3.5 : 4.5] as const),
)

it.each(cases)(
  'L3 ties: lists of up to 41 rows of one second are complete (%s, lists %i to %i of 240: at most %f × the pages)',
  async (provider, first, last, maxRatio) => {
    const failing: string[] = []
    let [requested, pages] = [0, 0]
    for (let seed = first; seed <= last; seed += 1) {
      const rows = importsOf(seed)
      const { adapter, requests } = inMemory(provider, new TroubledList(rows, { shufflesTies: true }))
      const ids = new Set<string>()
      for await (const { id } of new ComplaintClient([adapter]).list({ ...month, pageSize })) ids.add(id)
      const ratio = requests.length / Math.ceil(rows.length / pageSize)
      if (ids.size < rows.length || ratio > maxRatio) failing.push(`${seed}: ${ids.size} of ${rows.length}, ${ratio}`)
      requested += requests.length
      pages += Math.ceil(rows.length / pageSize)
    }
    expect(failing).toEqual([])
    expect(requested / pages).toBeLessThan(2.5)
  },
)

it.each([
  { from: 41, to: 60, begins: [1, 41, 87], name: 'fewer than a page holds come in one response of the second scan' },
  { from: 41, to: 100, begins: [1, 41, 77], name: 'more than a page holds are read with pages that repeat a quarter' },
])('rows $from to $to of one second: $name', async ({ from, to, begins }) => {
  const rows = tiedRows(month, 400, 1)
  const at = rows[from - 1]?.createdAt ?? 0
  for (const row of rows.slice(from - 1, to)) Object.assign(row, { createdAt: at, updatedAt: at })
  const { adapter, requests } = inMemory('wechatpay', new TroubledList(rows, { shufflesTies: true }))
  const ids = new Set<string>()
  for await (const { id } of new ComplaintClient([adapter]).list({ ...month, pageSize })) ids.add(id)
  expect(ids.size).toBe(400)
  const second = requests.filter(({ limit }) => limit === 47)
  expect(second.slice(0, 3).map(({ skip }) => skip + 1)).toEqual(begins)
})

it('L3 ties: days whose total is that of twice as many days, the others of which are empty, are read until all rows came', async () => {
  const failing: string[] = []
  for (let seed = 1; seed <= 40; seed += 1) {
    const days = ['2026-03-20', '2026-03-06', '2026-03-03']
    const rows = days.flatMap((day, block) =>
      Array.from({ length: 300 }, (_, index) =>
        rowAt(idOf(seed * 1000 + block * 300 + index), beijing(day) + 3_600_000),
      ),
    )
    const { adapter } = inMemory('xiaoe', new TroubledList(rows, { shufflesTies: true }))
    const ids = new Set<string>()
    for await (const { id } of new ComplaintClient([adapter]).list({ ...month, pageSize })) ids.add(id)
    if (ids.size < rows.length) failing.push(`${seed}: ${ids.size} of ${rows.length}`)
  }
  expect(failing).toEqual([])
})
