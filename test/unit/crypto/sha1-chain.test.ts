import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sha1Chain } from '../../../src/crypto/sha1-chain.js'

const sha1 = (data: Uint8Array): Buffer => createHash('sha1').update(data).digest()

it('is SHA-1 again and again, as node:crypto computes it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.nat({ max: 40 }), (bytes, count) => {
      const hash = Buffer.from(bytes)
      let expected: Buffer = hash
      for (let done = 0; done < count; done += 1) expected = sha1(expected)
      expect(sha1Chain(hash, count).toString('hex')).toBe(expected.toString('hex'))
      expect(hash.equals(Buffer.from(bytes))).toBe(true)
    }),
    { numRuns: 300 },
  )
})

it('agrees with node:crypto after many hashes', () => {
  let expected: Buffer = sha1(Buffer.from('abc'))
  expect(expected.toString('hex')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
  for (let done = 0; done < 20_000; done += 1) expected = sha1(expected)
  expect(sha1Chain(sha1(Buffer.from('abc')), 20_000).equals(expected)).toBe(true)
})

it('takes less than half the time of node:crypto', () => {
  const cpuOf = (run: () => void): number => {
    const before = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  const count = 200_000
  const own = cpuOf(() => sha1Chain(Buffer.alloc(20), count))
  const node = cpuOf(() => {
    for (let done = 0; done < count; done += 1) sha1(Buffer.alloc(20))
  })
  expect(own).toBeLessThan(node / 2)
})
