import { describe, expect, it } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { countingStore, followModel, writesOf } from '../../support/follow-model.js'

const dayMs = 86_400_000

describe('open complaints beyond the look-back', () => {
  it('are read 100 in a whole pass, those read longest ago first; none in a recent pass', async () => {
    const model = followModel()
    const store = countingStore()
    const client = new ComplaintClient(model.adapter)
    const pass = async (depth: 'recent' | 'all' = 'all'): Promise<string[]> => {
      model.requests.length = 0
      const changed: string[] = []
      for await (const { complaint } of client.changes({ from: '2020-01-01' }, { store, depth }))
        changed.push(complaint.id)
      expect(changed.every((id) => id.startsWith('old') || id.startsWith('resolved'))).toBe(true)
      return model.requests.filter((request) => request.startsWith('get')).sort()
    }
    for (let count = 0; count < 150; count += 1) {
      const createdAt = new Date(Date.now() - (40 + count) * dayMs)
      model.put(`old${count}`, { createdAt })
      model.put(`resolved${count}`, { createdAt, state: 'resolved' })
    }
    // The first pass lists them all.
    expect(await pass()).toEqual([])
    expect(await pass('recent')).toEqual([])
    const [first, second, third] = [await pass(), await pass(), await pass()]
    expect([first, second, third].map((requests) => requests?.length)).toEqual([100, 100, 100])
    expect(new Set([...(first ?? []), ...(second ?? [])]).size).toBe(150)
    expect(new Set([...(second ?? []), ...(third ?? [])]).size).toBe(150)
    model.put('old3', { state: 'resolved' })
    for (let count = 0; count < 2; count += 1) await pass()
    for (const [id] of model.complaints) if (id !== 'old7') model.put(id, { state: 'resolved' })
    for (let count = 0; count < 3; count += 1) await pass()
    expect(await pass()).toEqual(['get old7'])
    // Only its day is left, and reading it writes nothing.
    expect([...store.values.keys()].length).toBe(2)
    store.calls.length = 0
    await pass()
    expect(writesOf(store)).toEqual([])
  })
})
