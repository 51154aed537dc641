import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { readBody } from '../../../src/http/transport/read-body.js'

const mebibyte = 1024 * 1024

it('an answer that comes byte by byte takes no more memory than its size', async () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const stream = new Readable({ read() {} })
  const read = readBody(stream)
  const usedMiB = (): number => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return (heapUsed + arrayBuffers) / mebibyte
  }
  const before = usedMiB()
  for (let sent = 0; sent < mebibyte; sent += 1) {
    stream.push(Buffer.from([sent % 251]))
    if (sent % 10_000 === 0) await setImmediate()
  }
  await setImmediate()
  expect(usedMiB() - before).toBeLessThan(20)
  stream.push(null)
  const body = await read
  expect(body.length).toBe(mebibyte)
  expect(body.every((byte, at) => byte === at % 251)).toBe(true)
})

it('pieces of every size stand in the order in which they came', async () => {
  const sizes = [1, 4_095, 4_096, 4_097, 0, 65_536, 3, 70_000, 60_000, 4_000, 4_000, 2]
  const whole = Buffer.from(Array.from({ length: sizes.reduce((sum, size) => sum + size, 0) }, (_, at) => at % 253))
  const startOf = (index: number): number => sizes.slice(0, index).reduce((sum, size) => sum + size, 0)
  const pieces = sizes.map((size, index) => whole.subarray(startOf(index), startOf(index) + size))
  expect((await readBody(Readable.from(pieces))).equals(whole)).toBe(true)
  expect(await readBody(Readable.from([]))).toHaveLength(0)
})
