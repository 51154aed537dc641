import { expect, it } from 'vitest'
import type { Complaint } from '../../src/index.js'
import type { Sandbox } from '../../src/sandbox/index.js'
import { type Harness, ids, month } from './harness.js'

/** Authentic answers with contents that no document names. */
export function describeTolerance({ given, start, proxy, clientOf, drain, brokenOff, own }: Harness): void {
  const { id, state, number } = given.fields
  const { fieldPattern: valueIn = (field: string): RegExp => new RegExp(`"${field}":("[^"]*"|\\d+)`, 'g') } = given
  const adapterOf = async (sandbox: Sandbox, change: (json: string) => string) => {
    const { baseUrl } = await proxy(sandbox, async (_, ask) => given.forged.answer(sandbox, await ask(), change))
    return given.forged.adapter(sandbox, baseUrl)
  }
  const drained = async (sandbox: Sandbox, change: (json: string) => string): Promise<Complaint[]> =>
    drain(clientOf(await adapterOf(sandbox, change)), month)

  it('a state that nobody knows is "unknown" and keeps its word', async () => {
    const sandbox = await start({ ...month, complaints: 12 })
    const rows = await drained(sandbox, (json) => json.replace(valueIn(state), `"${state}":"77"`))
    expect(ids(rows)).toEqual(ids(own(sandbox)))
    expect(new Set(rows.map((row) => `${row.state} ${row.providerState}`))).toEqual(new Set(['unknown 77']))
  })

  it('numbers as text, texts as numbers, nulls and new fields fail nothing', async () => {
    const sandbox = await start({ ...month, complaints: 12 })
    const asText = await drained(sandbox, (json) => json.replace(valueIn(number), `"${number}":"3"`))
    const asNumber = await drained(sandbox, (json) => json.replace(valueIn(number), `"${number}":3`))
    const withoutRaw = (rows: Complaint[]): object[] => rows.map(({ raw: _, ...row }) => row)
    expect(withoutRaw(asText)).toEqual(withoutRaw(asNumber))
    expect(ids(asText)).toEqual(ids(own(sandbox)))
    const asNull = await drained(sandbox, (json) => json.replace(valueIn(number), `"${number}":null`))
    expect(ids(asNull)).toEqual(ids(own(sandbox)))
    const withMore = await drained(sandbox, (json) => json.replaceAll(`"${id}":`, `"brand_new":{"deep":[1]},"${id}":`))
    expect(ids(withMore)).toEqual(ids(own(sandbox)))
    expect(withMore.every(({ raw }) => JSON.stringify(raw).includes('"brand_new":{"deep":[1]}'))).toBe(true)
  })

  it.each(['9007199254740993', '200201820200101080076610000'])(
    'an id written as the number %s keeps every digit',
    async (digits) => {
      const sandbox = await start({ ...month, complaints: 1 })
      const [row] = await drained(sandbox, (json) => json.replace(valueIn(id), `"${id}":${digits}`))
      expect(row?.id).toBe(digits)
    },
  )

  it.each([
    ['id', id],
    ['state', state],
  ])(
    'a row without %s is skipped; a ResponseError that names the place ends the list after all other rows',
    async (_, field) => {
      const sandbox = await start({ ...month, complaints: 3 })
      let met = 0
      const adapter = await adapterOf(sandbox, (json) => {
        met = 0
        return json.replace(valueIn(field), (text) => (++met === 2 ? `"${field}":null` : text))
      })
      const { delivered, error } = await brokenOff(clientOf(adapter), month)
      expect(error.name).toBe('ResponseError')
      expect(error).toMatchObject({ provider: given.provider, operation: 'list', attempts: 1, status: 200 })
      expect(error.issues[0]?.path.slice(-2)).toEqual([1, field])
      expect(delivered.length).toBe(2)
      // Every other row was delivered.
      expect(error.cursor).toBeNull()
    },
  )
}
