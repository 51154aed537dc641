import { type BerElement, childrenOf, integerOf, octetsOf, oidOf, readBer, required, tags } from './ber.js'
import { type DecryptRc2, readCipher } from './pkcs12-ciphers.js'
import {
  createIterationBudget,
  type IterationBudget,
  type PassphraseBytes,
  UnsupportedPkcs12Error,
} from './pkcs12-derive.js'
import { readMac } from './pkcs12-mac.js'

/** The passphrase does not open the file, or a part of it. */
export class WrongPassphraseError extends Error {}

/** What a PKCS#12 file holds, in DER. */
export interface Pkcs12Content {
  /** PKCS#8, decrypted. */
  readonly privateKeys: readonly Buffer[]
  /** X.509, those of issuers included. */
  readonly certificates: readonly Buffer[]
}

const contentTypes = {
  data: '1.2.840.113549.1.7.1',
  signed: '1.2.840.113549.1.7.2',
  enveloped: '1.2.840.113549.1.7.3',
  encrypted: '1.2.840.113549.1.7.6',
}
const bagTypes = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  bags: '1.2.840.113549.1.12.10.1.6',
}
const x509 = '1.2.840.113549.1.9.22.1'
const maxBagDepth = 8

/**
 * Opens a PKCS#12 file (RFC 7292). Its MAC, if it has one, is verified before anything is decrypted.
 * @throws WrongPassphraseError
 * @throws UnsupportedPkcs12Error for an algorithm that is not supported, or too many iterations
 * @throws SyntaxError, RangeError for bytes that are not a PKCS#12 file
 */
export function openPkcs12(file: Buffer, passphrase: string, decryptRc2: DecryptRc2): Pkcs12Content {
  const [version, authenticatedSafe, macData] = childrenOf(readBer(file))
  if (integerOf(required(version)) !== 3) throw new SyntaxError()
  const { type, content } = readContentInfo(required(authenticatedSafe))
  if (type === contentTypes.signed)
    throw new UnsupportedPkcs12Error('is signed with a certificate instead of a passphrase')
  if (type !== contentTypes.data) throw new SyntaxError()
  const safes = octetsOf(content)
  const budget = createIterationBudget()
  const forms = formsOf(passphrase)
  const state: OpenState = {
    forms: macData === undefined ? forms : formsWithMac(macData, safes, forms, budget),
    hasMac: macData !== undefined,
    decryptRc2,
    budget,
  }
  const bags = childrenOf(readBer(safes)).flatMap((safe) => readSafe(safe, state))
  return {
    privateKeys: bags.flatMap(({ privateKey }) => privateKey ?? []),
    certificates: bags.flatMap(({ certificate }) => certificate ?? []),
  }
}

interface OpenState {
  readonly forms: readonly PassphraseBytes[]
  readonly hasMac: boolean
  readonly decryptRc2: DecryptRc2
  readonly budget: IterationBudget
}

interface Bag {
  readonly privateKey?: Buffer
  readonly certificate?: Buffer
}

/** The bytes that programs make of a passphrase. They differ only for an empty passphrase and beyond ASCII. */
function formsOf(passphrase: string): PassphraseBytes[] {
  const utf8 = Buffer.from(passphrase)
  const standard = { utf16: toUtf16(passphrase), bytes: utf8 }
  if (passphrase === '') return [standard, { utf16: Buffer.alloc(0), bytes: utf8 }]
  if (utf8.length === passphrase.length) return [standard]
  const latin1 = Buffer.from(passphrase, 'latin1')
  return [
    standard,
    // node-forge: a byte for each character.
    ...(latin1.toString('latin1') === passphrase ? [{ utf16: standard.utf16, bytes: latin1 }] : []),
    // OpenSSL before 1.1: a character for each byte.
    { utf16: toUtf16(utf8.toString('latin1')), bytes: utf8 },
  ]
}

function toUtf16(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le').swap16()
}

function formsWithMac(
  macData: BerElement,
  safes: Buffer,
  forms: readonly PassphraseBytes[],
  budget: IterationBudget,
): PassphraseBytes[] {
  const verify = readMac(macData, safes, budget)
  const matching = forms.filter((form, index) => {
    // The same bytes have the same MAC.
    const same = forms.slice(0, index).find(({ utf16 }) => utf16.equals(form.utf16))
    return same === undefined && verify(form)
  })
  if (matching.length === 0) throw new WrongPassphraseError()
  return forms.filter(({ utf16 }) => matching.some((each) => each.utf16.equals(utf16)))
}

function readContentInfo(info: BerElement): { type: string; content: BerElement } {
  const [type, wrapped] = childrenOf(info)
  const [content] = childrenOf(required(wrapped))
  return { type: oidOf(required(type)), content: required(content) }
}

function readSafe(safe: BerElement, state: OpenState): Bag[] {
  const { type, content } = readContentInfo(safe)
  if (type === contentTypes.data) return readBags(readBer(octetsOf(content)), state)
  if (type === contentTypes.enveloped)
    throw new UnsupportedPkcs12Error('is encrypted for a certificate instead of with a passphrase')
  if (type !== contentTypes.encrypted) throw new SyntaxError()
  const [, encrypted] = childrenOf(content)
  const [, algorithm, data] = childrenOf(required(encrypted))
  return readBags(decrypt(required(algorithm), octetsOf(required(data)), state), state)
}

function readBags(bags: BerElement, state: OpenState, depth = 0): Bag[] {
  if (depth > maxBagDepth) throw new SyntaxError()
  return childrenOf(bags).flatMap((bag) => {
    const { type, content } = readContentInfo(bag)
    if (type === bagTypes.key) return [{ privateKey: content.bytes }]
    if (type === bagTypes.shroudedKey) {
      const [algorithm, data] = childrenOf(content)
      return [{ privateKey: decrypt(required(algorithm), octetsOf(required(data)), state).bytes }]
    }
    if (type === bagTypes.bags) return readBags(content, state, depth + 1)
    if (type !== bagTypes.certificate) return []
    const certificate = readContentInfo(content)
    return certificate.type === x509 ? [{ certificate: octetsOf(certificate.content) }] : []
  })
}

/** Decrypts to a SEQUENCE: by chance, a wrong passphrase may yield a valid padding, but not this as well. */
function decrypt(algorithm: BerElement, data: Buffer, { forms, hasMac, decryptRc2, budget }: OpenState): BerElement {
  const open = readCipher(algorithm, decryptRc2, budget)
  for (const form of forms) {
    const element = tryDecrypt(() => open(form, data))
    if (element !== null) return element
  }
  throw hasMac
    ? new UnsupportedPkcs12Error(
        'opens with the passphrase, but a part of it does not: that part has another passphrase, or is damaged',
      )
    : new WrongPassphraseError()
}

function tryDecrypt(open: () => Buffer): BerElement | null {
  try {
    const plaintext = open()
    const element = readBer(plaintext)
    return element.tag === tags.sequence && element.bytes.length === plaintext.length ? element : null
  } catch (error) {
    if (error instanceof UnsupportedPkcs12Error) throw error
    return null
  }
}
