import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { isDate, toBytes } from '../../../src/parsing/realm.js'

describe('C8: values of another realm', () => {
  it.each([
    'new Uint8Array([1, 2, 3])',
    'new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4)',
    'new Uint8Array([1, 2, 3]).buffer',
    'new DataView(new Uint8Array([1, 2, 3]).buffer)',
  ])('%s is taken as bytes', (code) => {
    const value: unknown = runInNewContext(code)
    expect(value instanceof Uint8Array).toBe(false)
    expect(toBytes(value)).toEqual(Buffer.from([1, 2, 3]))
  })

  it('a Date is a Date', () => {
    const value: unknown = runInNewContext('new Date(5)')
    expect(value instanceof Date).toBe(false)
    expect([isDate(value), isDate(new Date(5)), isDate({ getTime: () => 5 })]).toEqual([true, true, false])
  })

  it.each([null, undefined, 'text', 1, {}, [1, 2], { length: 3 }])('%j is not bytes', (value) => {
    expect(toBytes(value)).toBeNull()
  })

  it('bytes are not copied', () => {
    const bytes = new Uint8Array([1, 2])
    toBytes(bytes)?.fill(7)
    expect([...bytes]).toEqual([7, 7])
  })
})
