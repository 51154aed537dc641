import crypto from 'node:crypto'
import { type BerElement, childrenOf, integerOf, octetsOf, oidOf, required } from './ber.js'
import {
  deriveByPkcs12,
  type Hash,
  hmacOf,
  type IterationBudget,
  type PassphraseBytes,
  purposes,
  readPbkdf2,
  unsupported,
} from './pkcs12-derive.js'

/** Hash algorithms of the MAC. */
const hashes: ReadonlyMap<string, Hash> = new Map([
  ['1.2.840.113549.2.5', { name: 'md5', blockBytes: 64 }],
  ['1.3.14.3.2.26', { name: 'sha1', blockBytes: 64 }],
  ['2.16.840.1.101.3.4.2.4', { name: 'sha224', blockBytes: 64 }],
  ['2.16.840.1.101.3.4.2.1', { name: 'sha256', blockBytes: 64 }],
  ['2.16.840.1.101.3.4.2.2', { name: 'sha384', blockBytes: 128 }],
  ['2.16.840.1.101.3.4.2.3', { name: 'sha512', blockBytes: 128 }],
  ['2.16.840.1.101.3.4.2.5', { name: 'sha512-224', blockBytes: 128 }],
  ['2.16.840.1.101.3.4.2.6', { name: 'sha512-256', blockBytes: 128 }],
  ['2.16.840.1.101.3.4.2.7', { name: 'sha3-224', blockBytes: 144 }],
  ['2.16.840.1.101.3.4.2.8', { name: 'sha3-256', blockBytes: 136 }],
  ['2.16.840.1.101.3.4.2.9', { name: 'sha3-384', blockBytes: 104 }],
  ['2.16.840.1.101.3.4.2.10', { name: 'sha3-512', blockBytes: 72 }],
  ['1.2.156.10197.1.401', { name: 'sm3', blockBytes: 64 }],
])

/** The MAC of a file: whether a passphrase is the right one. */
export type VerifyMac = (passphrase: PassphraseBytes) => boolean

/**
 * @param macData `{ { algorithm, digest }, salt, iterations }`
 * @throws UnsupportedPkcs12Error, SyntaxError, RangeError
 */
export function readMac(macData: BerElement, content: Buffer, budget: IterationBudget): VerifyMac {
  const [digestInfo, salt, iterationCount] = childrenOf(macData)
  const [algorithm, digest] = childrenOf(required(digestInfo))
  const expected = octetsOf(required(digest))
  const [oidElement, parameters] = childrenOf(required(algorithm))
  const oid = oidOf(required(oidElement))
  if (oid === '1.2.840.113549.1.5.14') {
    const [kdf, scheme] = childrenOf(required(parameters))
    const hmac = hmacOf(oidOf(required(childrenOf(required(scheme))[0])))
    const deriveKey = readPbkdf2(required(kdf), budget)
    return ({ bytes }) => isEqual(crypto.createHmac(hmac, deriveKey(bytes, null)).update(content).digest(), expected)
  }
  const hash = hashes.get(oid)
  if (hash === undefined || !crypto.getHashes().includes(hash.name)) throw unsupported(oid, 'has a MAC by')
  const saltBytes = octetsOf(required(salt))
  const iterations = iterationCount === undefined ? 1 : integerOf(iterationCount)
  return ({ utf16 }) => {
    const length = crypto.createHash(hash.name).digest().length
    const key = deriveByPkcs12(hash, purposes.mac, utf16, saltBytes, iterations, length, budget)
    return isEqual(crypto.createHmac(hash.name, key).update(content).digest(), expected)
  }
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && crypto.timingSafeEqual(one, other)
}
