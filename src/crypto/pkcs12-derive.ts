import crypto from 'node:crypto'
import { type BerElement, childrenOf, integerOf, octetsOf, oidOf, required, tags } from './ber.js'
import { sha1Chain } from './sha1-chain.js'

/** Something that a PKCS#12 file asks for and this library does not do; the message names it. */
export class UnsupportedPkcs12Error extends Error {}

/** Algorithms that are only named. */
const names: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.12.1.1', 'RC4 with 128 bits'],
  ['1.2.840.113549.1.12.1.2', 'RC4 with 40 bits'],
  ['1.2.840.113549.1.5.1', 'MD2 and DES (PBES1)'],
  ['1.2.840.113549.1.5.3', 'MD5 and DES (PBES1)'],
  ['1.2.840.113549.1.5.4', 'MD2 and RC2 (PBES1)'],
  ['1.2.840.113549.1.5.6', 'MD5 and RC2 (PBES1)'],
  ['1.2.840.113549.1.5.10', 'SHA-1 and DES (PBES1)'],
  ['1.2.840.113549.1.5.11', 'SHA-1 and RC2 (PBES1)'],
  ['1.3.6.1.4.1.11591.4.11', 'a key derived by scrypt'],
  ['1.3.14.3.2.7', 'DES'],
  ['1.2.840.113549.3.2', 'RC2 (PBES2)'],
  ['1.2.840.113549.3.4', 'RC4'],
  ['2.16.840.1.101.3.4.1.6', 'AES-128-GCM'],
  ['2.16.840.1.101.3.4.1.26', 'AES-192-GCM'],
  ['2.16.840.1.101.3.4.1.46', 'AES-256-GCM'],
  ['1.2.643.7.1.1.2.2', 'GOST R 34.11'],
  ['1.2.643.7.1.1.2.3', 'GOST R 34.11'],
])

/** @param use e.g. `is encrypted with` */
export function unsupported(oid: string, use: string): UnsupportedPkcs12Error {
  return new UnsupportedPkcs12Error(`${use} ${names.get(oid) ?? 'an algorithm that is not known here'}`)
}

/** A passphrase as the two families of algorithms take it. */
export interface PassphraseBytes {
  /** UTF-16, big-endian, with a final NUL: for the MAC and the ciphers of PKCS#12 itself. */
  readonly utf16: Buffer
  /** For PBES2 and PBMAC1. */
  readonly bytes: Buffer
}

/** Counts the iterations of one file: a crafted file must not block the process for minutes. */
export interface IterationBudget {
  /** @throws UnsupportedPkcs12Error */
  spend(iterations: number): void
}

const maxIterations = 2_000_000
const maxTotalIterations = 6_000_000

export function createIterationBudget(): IterationBudget {
  let total = 0
  return {
    spend(iterations) {
      total += iterations
      if (iterations > maxIterations || total > maxTotalIterations)
        throw new UnsupportedPkcs12Error(
          `asks for more than ${(iterations > maxIterations ? maxIterations : maxTotalIterations).toLocaleString('en')} iterations, which would block this process`,
        )
    },
  }
}

export interface Hash {
  readonly name: string
  /** What the hash reads at once; RFC 7292 calls it v. */
  readonly blockBytes: number
}

/** HMACs of PBKDF2 and PBMAC1, by the last number of 1.2.840.113549.2. */
const hmacs = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512-224', 'sha512-256']

/**
 * @param kdf `{ algorithm, { salt, iterations, keyBytes?, hmac? } }`
 * @returns derives a key; null takes the length from the file
 */
export function readPbkdf2(
  kdf: BerElement,
  budget: IterationBudget,
): (passphrase: Buffer, keyBytes: number | null) => Buffer {
  const [oidElement, parameters] = childrenOf(kdf)
  const oid = oidOf(required(oidElement))
  if (oid !== '1.2.840.113549.1.5.12') throw unsupported(oid, 'is encrypted with')
  const [salt, iterationCount, ...others] = childrenOf(required(parameters))
  const saltBytes = octetsOf(required(salt))
  const iterations = integerOf(required(iterationCount))
  const lengthElement = others.find(({ tag }) => tag === tags.integer)
  const hmacElement = others.find(({ tag }) => tag === tags.sequence)
  const hmac = hmacElement === undefined ? 'sha1' : hmacOf(oidOf(required(childrenOf(hmacElement)[0])))
  return (passphrase, keyBytes) => {
    const length = keyBytes ?? integerOf(required(lengthElement))
    if (iterations === 0 || length === 0 || length > 64) throw new SyntaxError()
    budget.spend(iterations)
    return crypto.pbkdf2Sync(passphrase, saltBytes, iterations, length, hmac)
  }
}

export function hmacOf(oid: string): string {
  const name = oid.startsWith('1.2.840.113549.2.') ? hmacs[Number(oid.slice(17)) - 7] : undefined
  if (name === undefined) throw unsupported(oid, 'derives its key by an HMAC with')
  return name
}

/** What a key derivation of PKCS#12 is for. */
export const purposes = { key: 1, iv: 2, mac: 3 } as const

/** Hashing at once takes a third of the time of a Hash object; Bun may lack it. */
const hashOnce: (name: string, data: Buffer) => Buffer =
  crypto.hash === undefined
    ? (name, data) => crypto.createHash(name).update(data).digest()
    : (name, data) => crypto.hash(name, data, 'buffer')

/** Hashes a hash again and again. Old files use SHA-1, sometimes with 600,000 iterations for each of seven blocks. */
function hashChain(name: string, hash: Buffer, count: number): Buffer {
  if (name === 'sha1') return sha1Chain(hash, count)
  let last = hash
  for (let done = 0; done < count; done += 1) last = hashOnce(name, last)
  return last
}

/** The key derivation of PKCS#12: RFC 7292, appendix B.2. */
export function deriveByPkcs12(
  { name, blockBytes }: Hash,
  purpose: number,
  passphrase: Buffer,
  salt: Buffer,
  iterations: number,
  length: number,
  budget: IterationBudget,
): Buffer {
  if (iterations === 0) throw new SyntaxError()
  const diversifier = Buffer.alloc(blockBytes, purpose)
  const input = Buffer.concat([fillBlocks(salt, blockBytes), fillBlocks(passphrase, blockBytes)])
  const blocks: Buffer[] = []
  for (let derived = 0; derived < length; ) {
    budget.spend(iterations)
    const block = hashChain(name, hashOnce(name, Buffer.concat([diversifier, input])), iterations - 1)
    blocks.push(block)
    derived += block.length
    const addend = repeat(block, blockBytes)
    for (let start = 0; start < input.length; start += blockBytes)
      addOneMore(input.subarray(start, start + blockBytes), addend)
  }
  return Buffer.concat(blocks).subarray(0, length)
}

/** Repeats the bytes to a whole number of blocks; nothing stays nothing. */
function fillBlocks(bytes: Buffer, blockBytes: number): Buffer {
  return repeat(bytes, Math.ceil(bytes.length / blockBytes) * blockBytes)
}

function repeat(bytes: Buffer, length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, bytes)
}

/** `number + addend + 1`, big-endian, without the carry. */
function addOneMore(number: Buffer, addend: Buffer): void {
  let carry = 1
  for (let index = number.length - 1; index >= 0; index -= 1) {
    carry += (number[index] ?? 0) + (addend[index] ?? 0)
    number[index] = carry & 0xff
    carry >>= 8
  }
}
