const hashBytes = 20
/** The initial hash value: FIPS 180-4, section 5.3.1. */
const h0 = 0x67452301
const h1 = 0xefcdab89 | 0
const h2 = 0x98badcfe | 0
const h3 = 0x10325476
const h4 = 0xc3d2e1f0 | 0

/**
 * SHA-1 of SHA-1 of … of a hash, `count` times. A call of node:crypto for each of the 600,000 hashes of a key derivation
 * takes five times as long, most of it for the call itself.
 * @param hash 20 bytes
 */
export function sha1Chain(hash: Buffer, count: number): Buffer {
  const state = Int32Array.from({ length: hashBytes / 4 }, (_, index) => hash.readInt32BE(index * 4))
  const schedule = new Int32Array(80)
  for (let done = 0; done < count; done += 1) compressHash(state, schedule)
  const result = Buffer.alloc(hashBytes)
  for (const [index, word] of state.entries()) result.writeInt32BE(word, index * 4)
  return result
}

/**
 * Replaces a hash by its hash: FIPS 180-4, section 6.1.2. The 20 bytes, a one bit and their length in bits are one block.
 * A loop for each kind of round and no allocation: this is what the time goes to.
 * @param w the message schedule; its content does not matter
 */
function compressHash(state: Int32Array, w: Int32Array): void {
  for (let t = 0; t < 5; t += 1) w[t] = at(state, t)
  w[5] = 0x80000000
  for (let t = 6; t < 15; t += 1) w[t] = 0
  w[15] = hashBytes * 8
  for (let t = 16; t < 80; t += 1) w[t] = rotate(at(w, t - 3) ^ at(w, t - 8) ^ at(w, t - 14) ^ at(w, t - 16), 1)
  let a = h0
  let b = h1
  let c = h2
  let d = h3
  let e = h4
  let next = 0
  let t = 0
  for (; t < 20; t += 1) {
    next = (rotate(a, 5) + (d ^ (b & (c ^ d))) + e + 0x5a827999 + at(w, t)) | 0
    e = d
    d = c
    c = rotate(b, 30)
    b = a
    a = next
  }
  for (; t < 40; t += 1) {
    next = (rotate(a, 5) + (b ^ c ^ d) + e + 0x6ed9eba1 + at(w, t)) | 0
    e = d
    d = c
    c = rotate(b, 30)
    b = a
    a = next
  }
  for (; t < 60; t += 1) {
    next = (rotate(a, 5) + ((b & c) | (d & (b | c))) + e + 0x8f1bbcdc + at(w, t)) | 0
    e = d
    d = c
    c = rotate(b, 30)
    b = a
    a = next
  }
  for (; t < 80; t += 1) {
    next = (rotate(a, 5) + (b ^ c ^ d) + e + 0xca62c1d6 + at(w, t)) | 0
    e = d
    d = c
    c = rotate(b, 30)
    b = a
    a = next
  }
  state[0] = a + h0
  state[1] = b + h1
  state[2] = c + h2
  state[3] = d + h3
  state[4] = e + h4
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}

function at(words: Int32Array, index: number): number {
  return words[index] as number
}
