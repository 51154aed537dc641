import { createCipheriv, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import forge from 'node-forge'

/*
 * Writes PKCS#12 files as programs do that are not at hand in every test run: .NET, BouncyCastle, NSS. Written apart
 * from the reader; the key derivation of PKCS#12 is that of node-forge.
 */

/** How an element's length is written. BouncyCastle leaves it open, and cuts octet strings into pieces. */
export type Encoding = 'DER' | 'BER'

/** How a safe or key is encrypted. */
export interface Protection {
  readonly scheme: 'none' | '3des' | 'rc2-40' | 'rc2-128' | 'pbes2'
  readonly iterations?: number
  /** Of PBES2. */
  readonly hmac?: 'sha1' | 'sha256' | 'sha512'
  /** Of PBES2, in place of the passphrase in UTF-8. */
  readonly passphraseBytes?: Buffer
}

export interface FileForm {
  readonly encoding?: Encoding
  readonly keys: Protection
  readonly certificates: Protection
  /** `null`: no MAC. */
  readonly mac?: { readonly hash: 'sha1' | 'sha256' | 'sha512' | 'pbmac1'; readonly iterations: number } | null
  /** A bag of bags, as some exporters write. */
  readonly isNested?: boolean
  /** The text that the MAC and the ciphers of PKCS#12 take; default: the passphrase. */
  readonly macPassphrase?: string
}

const oids = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  safeContentsBag: '1.2.840.113549.1.12.10.1.6',
  x509: '1.2.840.113549.1.9.22.1',
  localKeyId: '1.2.840.113549.1.9.21',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  pbmac1: '1.2.840.113549.1.5.14',
  aes256: '2.16.840.1.101.3.4.1.42',
  '3des': '1.2.840.113549.1.12.1.3',
  'rc2-128': '1.2.840.113549.1.12.1.5',
  'rc2-40': '1.2.840.113549.1.12.1.6',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha512: '2.16.840.1.101.3.4.2.3',
  hmac: { sha1: '1.2.840.113549.2.7', sha256: '1.2.840.113549.2.9', sha512: '1.2.840.113549.2.11' },
}

interface Writer {
  element(tag: number, ...content: Buffer[]): Buffer
  octets(bytes: Buffer, tag?: number): Buffer
}

function definite(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const hex = content.length.toString(16)
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  const head = content.length < 0x80 ? [content.length] : [0x80 | length.length, ...length]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}

const writers: Record<Encoding, Writer> = {
  DER: { element: definite, octets: (bytes, tag = 0x04) => definite(tag, bytes) },
  BER: {
    element: (tag, ...parts) =>
      (tag & 0x20) === 0
        ? definite(tag, ...parts)
        : Buffer.concat([Buffer.from([tag, 0x80]), ...parts, Buffer.from([0, 0])]),
    octets(bytes, tag = 0x04) {
      const pieces: Buffer[] = []
      for (let start = 0; start < bytes.length; start += 1000)
        pieces.push(definite(0x04, bytes.subarray(start, start + 1000)))
      return Buffer.concat([Buffer.from([tag | 0x20, 0x80]), ...pieces, Buffer.from([0, 0])])
    },
  },
}

const oid = (dotted: string): Buffer => definite(0x06, Buffer.from(forge.asn1.oidToDer(dotted).getBytes(), 'latin1'))
const integer = (value: number): Buffer => {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return definite(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes)
}
const sequence = (...parts: Buffer[]): Buffer => definite(0x30, ...parts)
const nothing = Buffer.from([0x05, 0])

type Hash = 'sha1' | 'sha256' | 'sha512'

function pkcs12Key(
  hash: Hash,
  passphrase: string,
  salt: Buffer,
  id: number,
  iterations: number,
  length: number,
): Buffer {
  const bytes = forge.util.createBuffer(salt.toString('latin1'))
  // biome-ignore lint/suspicious/noExplicitAny: the types of node-forge lack this function
  const key = (forge.pkcs12 as any).generateKey(passphrase, bytes, id, iterations, length, forge.md[hash].create())
  return Buffer.from(key.getBytes(), 'latin1')
}

/** The algorithm and the encrypted bytes. */
function protect(
  plaintext: Buffer,
  { scheme, iterations = 2048, hmac = 'sha256', passphraseBytes }: Protection,
  passphrase: string,
  macPassphrase: string,
): { algorithm: Buffer; ciphertext: Buffer } {
  const salt = randomBytes(8)
  if (scheme === 'pbes2') {
    const iv = randomBytes(16)
    const cipher = createCipheriv(
      'aes-256-cbc',
      pbkdf2Sync(passphraseBytes ?? Buffer.from(passphrase), salt, iterations, 32, hmac),
      iv,
    )
    // HMAC-SHA-1 is the default, and left out in DER.
    const prf = hmac === 'sha1' ? [] : [sequence(oid(oids.hmac[hmac]), nothing)]
    const kdf = sequence(oid(oids.pbkdf2), sequence(definite(0x04, salt), integer(iterations), ...prf))
    return {
      algorithm: sequence(oid(oids.pbes2), sequence(kdf, sequence(oid(oids.aes256), definite(0x04, iv)))),
      ciphertext: Buffer.concat([cipher.update(plaintext), cipher.final()]),
    }
  }
  if (scheme === 'none') throw new Error('nothing to encrypt')
  const derive = (id: number, length: number): Buffer => pkcs12Key('sha1', macPassphrase, salt, id, iterations, length)
  const iv = derive(2, 8)
  let ciphertext: Buffer
  if (scheme === '3des') {
    const cipher = createCipheriv('des-ede3-cbc', derive(1, 24), iv)
    ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  } else {
    const bits = scheme === 'rc2-40' ? 40 : 128
    const cipher = forge.rc2.createEncryptionCipher(derive(1, bits / 8).toString('latin1'), bits)
    cipher.start(iv.toString('latin1'))
    cipher.update(forge.util.createBuffer(plaintext.toString('latin1')))
    cipher.finish()
    ciphertext = Buffer.from(cipher.output.getBytes(), 'latin1')
  }
  return { algorithm: sequence(oid(oids[scheme]), sequence(definite(0x04, salt), integer(iterations))), ciphertext }
}

/**
 * A PKCS#12 file.
 * @param keys PKCS#8 in DER
 * @param certificates X.509 in DER
 */
export function writePkcs12(
  keys: readonly Buffer[],
  certificates: readonly Buffer[],
  passphrase: string,
  form: FileForm,
): Buffer {
  const { encoding = 'DER', mac = { hash: 'sha1', iterations: 2048 }, isNested = false } = form
  const { macPassphrase = passphrase } = form
  const { element, octets } = writers[encoding]
  const bag = (type: string, value: Buffer, index: number): Buffer =>
    element(
      0x30,
      oid(type),
      element(0xa0, value),
      element(0x31, sequence(oid(oids.localKeyId), definite(0x31, definite(0x04, Buffer.from([index]))))),
    )
  const keyBags = keys.map((key, index) => {
    if (form.keys.scheme === 'none') return bag(oids.keyBag, key, index)
    const { algorithm, ciphertext } = protect(key, form.keys, passphrase, macPassphrase)
    return bag(oids.shroudedKeyBag, element(0x30, algorithm, octets(ciphertext)), index)
  })
  const certificateBags = certificates.map((certificate, index) =>
    bag(oids.certBag, element(0x30, oid(oids.x509), element(0xa0, octets(certificate))), index),
  )
  const safe = (bags: readonly Buffer[], protection: Protection): Buffer => {
    const wrapped = isNested ? [element(0x30, oid(oids.safeContentsBag), element(0xa0, element(0x30, ...bags)))] : bags
    const contents = element(0x30, ...wrapped)
    if (protection.scheme === 'none') return element(0x30, oid(oids.data), element(0xa0, octets(contents)))
    const { algorithm, ciphertext } = protect(contents, protection, passphrase, macPassphrase)
    const encrypted = element(0x30, oid(oids.data), algorithm, octets(ciphertext, 0x80))
    return element(0x30, oid(oids.encryptedData), element(0xa0, element(0x30, integer(0), encrypted)))
  }
  const safes = element(0x30, safe(certificateBags, form.certificates), safe(keyBags, { scheme: 'none' }))
  const parts = [integer(3), element(0x30, oid(oids.data), element(0xa0, octets(safes)))]
  if (mac !== null) parts.push(writeMac(mac, safes, passphrase, macPassphrase))
  return element(0x30, ...parts)
}

function writeMac(mac: NonNullable<FileForm['mac']>, safes: Buffer, passphrase: string, macPassphrase: string): Buffer {
  const salt = randomBytes(8)
  if (mac.hash === 'pbmac1') {
    const key = pbkdf2Sync(passphrase, salt, mac.iterations, 32, 'sha256')
    const digest = createHmac('sha256', key).update(safes).digest()
    const prf = sequence(oid(oids.hmac.sha256), nothing)
    const kdf = sequence(oid(oids.pbkdf2), sequence(definite(0x04, salt), integer(mac.iterations), integer(32), prf))
    const algorithm = sequence(oid(oids.pbmac1), sequence(kdf, prf))
    return sequence(sequence(algorithm, definite(0x04, digest)), definite(0x04, Buffer.from('NOT USED')), integer(1))
  }
  const length = { sha1: 20, sha256: 32, sha512: 64 }[mac.hash]
  const key = pkcs12Key(mac.hash, macPassphrase, salt, 3, mac.iterations, length)
  const digest = createHmac(mac.hash, key).update(safes).digest()
  // Iterations of 1 are the default, and left out in DER.
  const iterations = mac.iterations === 1 ? [] : [integer(mac.iterations)]
  return sequence(
    sequence(sequence(oid(oids[mac.hash]), nothing), definite(0x04, digest)),
    definite(0x04, salt),
    ...iterations,
  )
}
