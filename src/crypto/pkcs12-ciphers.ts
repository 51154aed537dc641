import crypto from 'node:crypto'
import { type BerElement, childrenOf, integerOf, octetsOf, oidOf, required } from './ber.js'
import {
  deriveByPkcs12,
  type Hash,
  type IterationBudget,
  type PassphraseBytes,
  purposes,
  readPbkdf2,
  UnsupportedPkcs12Error,
  unsupported,
} from './pkcs12-derive.js'

/** Decrypts RC2 in CBC mode, which Node's OpenSSL 3 lacks. Throws for wrong padding. */
export type DecryptRc2 = (key: Buffer, iv: Buffer, bits: number, data: Buffer) => Buffer

const sha1: Hash = { name: 'sha1', blockBytes: 64 }

/** Ciphers of PBES2 that Node has; its legacy ones fail when they are used. */
const ciphers: ReadonlyMap<string, { name: string; keyBytes: number }> = new Map([
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', keyBytes: 16 }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', keyBytes: 24 }],
  ['2.16.840.1.101.3.4.1.42', { name: 'aes-256-cbc', keyBytes: 32 }],
  ['1.2.840.113549.3.7', { name: 'des-ede3-cbc', keyBytes: 24 }],
  ['1.2.392.200011.61.1.1.1.2', { name: 'camellia-128-cbc', keyBytes: 16 }],
  ['1.2.392.200011.61.1.1.1.3', { name: 'camellia-192-cbc', keyBytes: 24 }],
  ['1.2.392.200011.61.1.1.1.4', { name: 'camellia-256-cbc', keyBytes: 32 }],
  ['1.2.410.200046.1.1.2', { name: 'aria-128-cbc', keyBytes: 16 }],
  ['1.2.410.200046.1.1.7', { name: 'aria-192-cbc', keyBytes: 24 }],
  ['1.2.410.200046.1.1.12', { name: 'aria-256-cbc', keyBytes: 32 }],
  ['1.2.156.10197.1.104.2', { name: 'sm4-cbc', keyBytes: 16 }],
])

/** Decrypts with a passphrase. Throws for wrong padding. */
export type Decrypt = (passphrase: PassphraseBytes, data: Buffer) => Buffer

/**
 * @param algorithm `{ algorithm, parameters }`
 * @throws UnsupportedPkcs12Error, SyntaxError, RangeError
 */
export function readCipher(algorithm: BerElement, decryptRc2: DecryptRc2, budget: IterationBudget): Decrypt {
  const [oidElement, parameters] = childrenOf(algorithm)
  const oid = oidOf(required(oidElement))
  if (oid === '1.2.840.113549.1.5.13') return readPbes2(required(parameters), budget)
  const decrypt = pkcs12Ciphers(decryptRc2).get(oid)
  if (decrypt === undefined) throw unsupported(oid, 'is encrypted with')
  const [salt, iterationCount] = childrenOf(required(parameters))
  const saltBytes = octetsOf(required(salt))
  const iterations = integerOf(required(iterationCount))
  return ({ utf16 }, data) => {
    const derive = (purpose: number, length: number): Buffer =>
      deriveByPkcs12(sha1, purpose, utf16, saltBytes, iterations, length, budget)
    return decrypt.open(derive(purposes.key, decrypt.keyBytes), derive(purposes.iv, 8), data)
  }
}

interface Pkcs12Cipher {
  readonly keyBytes: number
  readonly open: (key: Buffer, iv: Buffer, data: Buffer) => Buffer
}

/** The ciphers of RFC 7292, appendix C. */
function pkcs12Ciphers(decryptRc2: DecryptRc2): ReadonlyMap<string, Pkcs12Cipher> {
  const tripleDes = (key: Buffer, iv: Buffer, data: Buffer): Buffer => decipher('des-ede3-cbc', key, iv, data)
  return new Map([
    ['1.2.840.113549.1.12.1.3', { keyBytes: 24, open: tripleDes }],
    [
      '1.2.840.113549.1.12.1.4',
      { keyBytes: 16, open: (key, iv, data) => tripleDes(Buffer.concat([key, key.subarray(0, 8)]), iv, data) },
    ],
    ['1.2.840.113549.1.12.1.5', { keyBytes: 16, open: (key, iv, data) => decryptRc2(key, iv, 128, data) }],
    ['1.2.840.113549.1.12.1.6', { keyBytes: 5, open: (key, iv, data) => decryptRc2(key, iv, 40, data) }],
  ])
}

/** @param parameters `{ keyDerivation, encryption }` */
function readPbes2(parameters: BerElement, budget: IterationBudget): Decrypt {
  const [kdf, encryption] = childrenOf(parameters)
  const [oidElement, ivElement] = childrenOf(required(encryption))
  const oid = oidOf(required(oidElement))
  const cipher = ciphers.get(oid)
  if (cipher === undefined || !crypto.getCiphers().includes(cipher.name))
    throw cipher === undefined
      ? unsupported(oid, 'is encrypted with')
      : new UnsupportedPkcs12Error(`is encrypted with ${cipher.name}, which this Node does not have`)
  const iv = octetsOf(required(ivElement))
  const deriveKey = readPbkdf2(required(kdf), budget)
  return ({ bytes }, data) => decipher(cipher.name, deriveKey(bytes, cipher.keyBytes), iv, data)
}

function decipher(name: string, key: Buffer, iv: Buffer, data: Buffer): Buffer {
  const decipher = crypto.createDecipheriv(name, key, iv)
  return Buffer.concat([decipher.update(data), decipher.final()])
}
